"""Absent findings that a disease hardly ever lacks."""

from __future__ import annotations

import math

import pytest

from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.ranking.absent_findings import ABSENT_NATS, EXPECTED_FREQUENCY, absent_term, diseases_that_expect
from reasoner.ranking.case_ranker import CaseRanker

SEIZURE, EYES = TermId("HP", "0001250"), TermId("HP", "0001083")


def test_what_nearly_all_patients_have_costs_by_its_absence(clinic: Snapshot) -> None:
    ranker = CaseRanker.open(clinic, uniform_prior=True)
    before = {place.id: place.score for place in ranker.rank([EYES]).leading(99)}
    after = {place.id: place for place in ranker.rank([EYES], excluded=[SEIZURE]).leading(99)}
    expecting = TermId("OMIM", "100002")
    assert after[expecting].priors["absent"] == pytest.approx(ABSENT_NATS)
    assert after[expecting].score == pytest.approx(before[expecting] + math.log(0.05), abs=1e-4)
    assert all("absent" not in place.priors for id, place in after.items() if id != expecting)


def test_the_diseases_that_expect_a_finding_are_those_of_the_profiles(clinic: Snapshot) -> None:
    index = CaseRanker.open(clinic).index
    for term in range(len(index.array("terms"))):
        often = [d for d in range(len(index.disease_ids)) if index.frequency(d, term) >= EXPECTED_FREQUENCY]
        assert diseases_that_expect(index, term) == often


def test_an_absence_that_nobody_expects_otherwise_is_no_term(clinic: Snapshot) -> None:
    index = CaseRanker.open(clinic).index
    assert absent_term(index, []) is None
    assert absent_term(index, [index.term_number(TermId("HP", "0000098"))]) is None
