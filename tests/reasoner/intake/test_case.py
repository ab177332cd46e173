"""Cases refuse what no patient can be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ontologies.annotation import AssertionStatus
from ontologies.errors import InputError
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding

FEVER, COUGH = TermId("HP", "0001945"), TermId("HP", "0012735")


def finding(term: TermId, status: AssertionStatus, experiencer: str = "patient") -> Finding:
    return Finding(term, str(term), status, experiencer)


def test_observed_are_the_patients_own_present_terms_sorted_and_once() -> None:
    present = [finding(term, AssertionStatus.PRESENT) for term in (COUGH, FEVER, COUGH)]

    assert Case("x", tuple(present)).observed == (FEVER, COUGH)


def test_excluded_are_the_patients_own_absent_terms() -> None:
    absent = finding(FEVER, AssertionStatus.ABSENT), finding(COUGH, AssertionStatus.ABSENT, "family")

    assert Case("x", absent).excluded == (FEVER,)


@pytest.mark.parametrize("status", [AssertionStatus.POSSIBLE, AssertionStatus.CONDITIONAL, AssertionStatus.HISTORICAL])
def test_what_is_neither_present_nor_absent_is_in_neither(status: AssertionStatus) -> None:
    case = Case("x", (finding(FEVER, status),))

    assert (case.observed, case.excluded) == ((), ())


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: Finding("HP:0001945", "Fever", AssertionStatus.PRESENT), "TermId.parse"),
        (lambda: Finding(FEVER, "Fever", "present"), "AssertionStatus.PRESENT"),
        (lambda: Case("x", [finding(FEVER, AssertionStatus.PRESENT)]), "tuple"),
    ],
)
def test_what_would_be_ranked_as_nothing_is_refused(make: Callable[[], object], remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("experiencer", ["family", "other"])
def test_what_others_have_is_not_the_patients(experiencer: str) -> None:
    assert Case("x", (finding(FEVER, AssertionStatus.PRESENT, experiencer),)).observed == ()


@pytest.mark.parametrize("age", [-1.0, 130.1, 300.0, float("nan"), float("inf")])
def test_an_impossible_age_is_refused(age: float) -> None:
    with pytest.raises(InputError, match="impossible age"):
        Case("x", age_years=age)


@pytest.mark.parametrize("age", [None, 0.0, 130.0])
def test_a_possible_age_is_kept(age: float | None) -> None:
    assert Case("x", age_years=age).age_years == age


def test_an_unknown_sex_is_refused() -> None:
    with pytest.raises(InputError, match="unknown sex"):
        Case("x", sex="male")


def test_an_unknown_experiencer_is_refused() -> None:
    with pytest.raises(InputError, match="unknown experiencer"):
        finding(FEVER, AssertionStatus.PRESENT, "neighbour")


@pytest.mark.parametrize(("start", "end"), [(1, None), (None, 1), (3, 3), (3, 2), (-1, 2)])
def test_half_and_empty_spans_are_refused(start: int | None, end: int | None) -> None:
    with pytest.raises(InputError, match="span"):
        Finding(FEVER, "Fever", AssertionStatus.PRESENT, "patient", start, end, "fever")
