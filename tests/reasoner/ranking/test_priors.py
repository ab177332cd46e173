"""Prevalence, sex and age as named terms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoner.ranking.priors import Setting, prior_arrays, prior_terms, sex_of_name

ROWS: list[dict[str, Any]] = [
    {"id": "AITIA:1", "name": "Pneumonia", "prevalence_class": "common"},
    {"id": "OMIM:1", "name": "Marfan syndrome", "prevalence": "0.0002", "prevalence_class": "common"},
    {"id": "OMIM:2", "name": "Spermatogenic failure 6"},
    {"id": "OMIM:3", "name": "Huntington disease", "onset_min_years": "16"},
    {"id": "AITIA:2", "name": "Cervical carcinoma", "sex": "FEMALE", "min_age_years": 18},
    {"id": "AITIA:3", "name": "Neonatal jaundice", "max_age_years": 0},
    {"id": "OMIM:4", "name": "Deafness, Y-linked 1", "inheritance": ["HP:0001450"]},
]


def _possible(setting: Setting = Setting.GENETICS, **patient: Any) -> list[str]:
    terms = prior_terms(prior_arrays(ROWS), setting=setting, **patient)
    total = sum((term.nats for term in terms), np.zeros(len(ROWS), dtype=np.float32))
    return [row["id"] for row, value in zip(ROWS, total, strict=True) if value > -np.inf]


def test_a_source_comes_before_a_class_and_a_class_before_ignorance() -> None:
    nats = prior_arrays(ROWS)["prior_log_prevalence"]
    assert math.exp(nats[0]) == pytest.approx(0.01)
    assert math.exp(nats[1]) == pytest.approx(0.0002)
    assert nats[0] > nats[1] > nats[2]


def test_prevalence_counts_in_a_hospital_only() -> None:
    arrays = prior_arrays(ROWS)
    assert [term.name for term in prior_terms(arrays, setting=Setting.HOSPITAL)] == ["prevalence"]
    assert prior_terms(arrays, setting=Setting.GENETICS) == []


@pytest.mark.parametrize("setting", list(Setting))
def test_sex_rules_out_in_every_setting(setting: Setting) -> None:
    assert {"OMIM:2", "OMIM:4"}.isdisjoint(_possible(setting, sex="FEMALE"))
    assert "AITIA:2" not in _possible(setting, sex="MALE")
    assert len(_possible(setting)) == len(ROWS)


def test_a_disease_that_begins_later_than_the_patients_age_is_impossible() -> None:
    assert "OMIM:3" not in _possible(age_years=4.0)
    assert "OMIM:3" in _possible(age_years=16.0)
    assert "AITIA:2" not in _possible(age_years=17.9)


def test_completed_years_count_for_the_last_age() -> None:
    assert "AITIA:3" in _possible(age_years=0.9)
    assert "AITIA:3" not in _possible(age_years=1.0)


def test_a_disease_named_for_early_life_costs_an_adult_and_not_a_newborn() -> None:
    arrays = prior_arrays(
        [{"id": "ORPHA:1", "name": "Neonatal Marfan syndrome"}, {"id": "OMIM:1", "name": "Marfan syndrome"}]
    )
    for age, cost in ((0.1, 0.0), (19.0, math.log(0.05))):
        (term,) = prior_terms(arrays, setting=Setting.GENETICS, age_years=age)
        assert term.nats.tolist() == pytest.approx([cost, 0.0])


@given(st.floats(0, 120), st.sampled_from(["MALE", "FEMALE"]))
def test_what_no_sex_and_no_age_limits_is_always_possible(age: float, sex: str) -> None:
    assert {"AITIA:1", "OMIM:1"} <= set(_possible(sex=sex, age_years=age))


@pytest.mark.parametrize(
    ("name", "sex"),
    [
        ("Premature ovarian failure 5", "FEMALE"),
        ("Prostate cancer, hereditary, 1", "MALE"),
        ("Squamous cell carcinoma of the cervix uteri", "FEMALE"),
        ("Hand-foot-uterus syndrome", None),
        ("Osteosclerosis - ichthyosis - premature ovarian failure", None),
        ("Breast-Ovarian cancer, familial, susceptibility to, 1", None),
        ("Intrauterine growth retardation with increased mitomycin C sensitivity", None),
        ("Isolated female hypospadias", None),
    ],
)
def test_the_sex_of_an_organ(name: str, sex: str | None) -> None:
    assert sex_of_name(name) == sex
