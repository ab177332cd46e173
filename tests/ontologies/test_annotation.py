"""Frequencies and annotations."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.annotation import FREQUENCY_CLASSES, Annotation, AssertionStatus, Frequency
from ontologies.errors import InputError
from ontologies.ontology import Ontology
from ontologies.term_id import TermId


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_count_is_a_share(n: int, m: int) -> None:
    n = min(n, m)
    frequency = Frequency.parse(f"{n}/{m}")
    assert frequency.share == n / m
    assert Frequency.parse(str(frequency)) == frequency


@pytest.mark.parametrize(
    "text", ["3/2", "0/0", "-1/2", "1/-2", "101%", "%", "", "often", "1/2/3", "HP:0001250", "nan%", "²/3", "1e1%"]
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a frequency"):
        Frequency.parse(text)


@given(st.text(max_size=12))
def test_any_text_gives_a_share_from_0_to_1_or_an_input_error(text: str) -> None:
    try:
        share = Frequency.parse(text).share
    except InputError:
        share = 0.0
    assert 0 <= share <= 1


def test_a_percentage_keeps_its_digits() -> None:
    assert Frequency.parse("5.30%") == Frequency(percent="5.30")
    assert Frequency.parse("5.30%").share == pytest.approx(0.053)


def test_frequency_classes_have_the_bounds_of_their_definitions(hpo: Ontology) -> None:
    for term_id, of_class in FREQUENCY_CLASSES.items():
        definition = hpo.terms[term_id].definition or ""
        assert hpo.terms[term_id].name == of_class.name
        bounds = [int(number) / 100 for number in re.findall(r"(\d+)%", definition)]
        assert sorted({of_class.low, of_class.high}) == sorted(set(bounds))


def test_a_zero_count_is_not_positive() -> None:
    row = Annotation(TermId("OMIM", "1"), "x", TermId("HP", "0000001"))
    assert row.is_positive
    assert not row._replace(frequency=Frequency(0, 4)).is_positive
    assert not row._replace(status=AssertionStatus.ABSENT).is_positive


def test_references_are_split() -> None:
    row = Annotation(TermId("OMIM", "1"), "x", TermId("HP", "0000001"), reference="PMID:1;OMIM:2")
    assert row.references == (TermId("PMID", "1"), TermId("OMIM", "2"))
