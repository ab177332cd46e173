"""Simulated patients: what they have, what they are written down with, and that chance is an argument."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoner.ranking.disease_profile import RankingInput, ancestor_table
from reasoner.ranking.reference_views import annotated_terms
from reasoner.ranking.simulation import (
    BETWEEN_AUTHORS,
    Imprecision,
    PatientSimulator,
    SimulatedPatients,
    TermMoves,
    any_length,
    usual_length,
)
from tests.reasoner.ranking.learnable import learnable_input
from tests.reasoner.ranking.strategies import ranking_inputs

EXACT = Imprecision(less_precise=0.0, more_precise=0.0, sibling=0.0, cousin=0.0, unrelated=0.0)


def drawn(
    data: RankingInput, imprecision: Imprecision, seed: int, count: int = 200
) -> tuple[np.ndarray, SimulatedPatients]:
    shown = annotated_terms(data)
    random = np.random.default_rng(seed)
    simulator = PatientSimulator(TermMoves(data), shown, imprecision, any_length, random)
    rows = np.resize(np.nonzero(np.diff(shown.starts))[0], count)
    return rows, simulator.draw(rows)


def terms_of(patients: SimulatedPatients) -> list[list[int]]:
    ends = [*patients.starts[1:].tolist(), len(patients.terms)]
    return [patients.terms[start:end].tolist() for start, end in zip(patients.starts.tolist(), ends, strict=True)]


@given(ranking_inputs(), st.integers(0, 5))
def test_every_patient_has_findings_once_and_in_order(data: RankingInput, seed: int) -> None:
    _, patients = drawn(data, BETWEEN_AUTHORS, seed, 30)
    for terms in terms_of(patients):
        assert terms
        assert terms == sorted(set(terms))
        assert max(terms) < len(data.terms)


@given(ranking_inputs())
def test_an_exact_record_holds_only_the_diseases_terms(data: RankingInput) -> None:
    shown = annotated_terms(data)
    rows, patients = drawn(data, EXACT, 1, 30)
    for row, terms in zip(rows.tolist(), terms_of(patients), strict=True):
        assert set(terms) <= set(shown.row(row)[0].tolist())


def test_the_same_seed_gives_the_same_patients_and_another_one_others() -> None:
    data, _ = learnable_input()
    first, again, other = (drawn(data, BETWEEN_AUTHORS, seed)[1] for seed in (3, 3, 4))
    assert first.terms.tolist() == again.terms.tolist()
    assert first.terms.tolist() != other.terms.tolist()


@pytest.mark.parametrize(
    ("moved", "is_kin"),
    [
        ("less_precise", lambda above, was, now: now in above[was] and now != was),
        ("sibling", lambda above, was, now: above[was] & above[now]),
    ],
)
def test_a_moved_term_stays_in_the_family(moved: str, is_kin: object) -> None:
    data, _ = learnable_input()
    starts, ancestors, _ = ancestor_table(len(data.terms), data.is_a)
    above = [set(ancestors[start:end].tolist()) - {0} for start, end in itertools.pairwise(starts)]
    shares = dict.fromkeys(("less_precise", "more_precise", "sibling", "cousin", "unrelated"), 0.0) | {moved: 1.0}
    rows, patients = drawn(data, Imprecision(**shares), 2)
    shown = annotated_terms(data)
    assert callable(is_kin)
    for row, terms in zip(rows.tolist(), terms_of(patients), strict=True):
        own = shown.row(row)[0].tolist()
        assert all(any(is_kin(above, was, now) for was in own) for now in terms)


def test_a_root_is_no_place_to_move_to() -> None:
    data, _ = learnable_input()
    up = Imprecision(less_precise=1.0, more_precise=0.0, sibling=0.0, cousin=0.0, unrelated=0.0)
    assert 0 not in drawn(data, up, 5)[1].terms


def test_the_usual_length_is_about_seven() -> None:
    lengths = usual_length(np.random.default_rng(0), 5000)
    assert 6 <= np.median(lengths) <= 8
    assert lengths.min() >= 1
