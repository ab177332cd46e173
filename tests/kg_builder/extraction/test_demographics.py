"""Age and sex as notes write them."""

from __future__ import annotations

import math

import pytest

from kg_builder.extraction.demographics import find_demographics


@pytest.mark.parametrize(
    ("text", "sex", "age"),
    [
        ("A 45-year-old man with fever", "MALE", 45),
        ("a 6 month old girl", "FEMALE", 0.5),
        ("72 y/o female", "FEMALE", 72),
        ("Age: 45. Sex: F", "FEMALE", 45),
        ("aged 8 years; the boy", "MALE", 8),
        ("男，45岁。", "MALE", 45),
        ("女,3个月", "FEMALE", 0.25),
        ("患者男，45岁", "MALE", 45),
        ("患儿女，6月，发热", "FEMALE", 0.5),
        ("张某，男，67岁", "MALE", 67),
        ("性别：女 年龄：30岁", "FEMALE", 30),
        ("女性，28岁", "FEMALE", 28),
        ("男45岁", "MALE", 45),
        ("患儿，女，3月龄", "FEMALE", 0.25),
        ("男性患儿，1岁2月", "MALE", 1 + 2 / 12),
        ("60余岁男性", "MALE", 60),
        ("出生后第2天，男", "MALE", 2 / 365.25),
        ("女，42岁，生后3天曾有黄疸", "FEMALE", 42),
        ("aged 7 weeks", None, 49 / 365.25),
        ("a 2 y/o F with", "FEMALE", 2),
        ("8/12 boy brought by parents", "MALE", 8 / 12),
        ("3 yr 2/12 M", "MALE", 3 + 2 / 12),
        ("4y 6m girl. Adopted", "FEMALE", 4.5),
        ("2 y 1 mo old boy", "MALE", 2 + 1 / 12),
        ("Age at admission: 8 days   Sex: male", "MALE", 8 / 365.25),
        ("Mrs Joanne F., 38 yrs", "FEMALE", 38),
        ("34 year old plumber; MS runs in the family. He", "MALE", 34),
        ("MR brain of a 30 year old: normal. She", "FEMALE", 30),
        ("18mo F", "FEMALE", 1.5),
        ("M/45", "MALE", 45),
        ("3 m.o. boy", "MALE", 0.25),
        ("82 y.o. male", "MALE", 82),
        ("6 years and 2 months old", None, 6 + 2 / 12),
        ("two-year-old girl", "FEMALE", 2),
        ("Mr. X, 55 years", "MALE", 55),
        ("A newborn boy", "MALE", 0),
        ("Newborn screening was normal. A 5-year-old boy", "MALE", 5),
        ("His mother is 40 years old. The boy is 5 years old", "MALE", 5),
        ("Mother brought her son, a boy.", "MALE", None),
        ("病程3个月，发热3天", None, None),
        ("Fever for 3 months", None, None),
        ("Fever and cough.", None, None),
        ("发热、咳嗽。", None, None),
        ("Age-related hearing loss", None, None),
    ],
)
def test_reads_sex_and_age(text: str, sex: str | None, age: float | None) -> None:
    found = find_demographics(text)

    assert found.sex == sex
    assert (found.age_years is None) == (age is None)
    assert math.isclose(found.age_years or 0, age or 0)


@pytest.mark.parametrize("text", ["a 131-year-old man", "Age: 150.", "年龄：999岁", "男，200岁"])
def test_an_impossible_age_is_an_error_and_no_age(text: str) -> None:
    found = find_demographics(text)

    assert found.age_years is None
    assert [issue.category for issue in found.issues] == ["impossible-age"]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("患者，男，六十岁。", 60),
        ("患儿五岁，1岁8月方能独走。", 5),
        ("女，二十三岁", 23),
        ("男，十八岁", 18),
        ("患者3岁会说话。", None),
    ],
)
def test_chinese_numerals_are_ages_and_milestones_are_not(text: str, years: float | None) -> None:
    assert find_demographics(text).age_years == years
