"""What silence costs a disease: more for what it has often, never a gain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.disease_profile import Sparse
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.unmentioned_findings import UNMENTIONED_COST, unmentioned_cost, unmentioned_nats
from tests.reasoner.clinic import clinic_snapshot

FREQUENCIES = st.lists(st.floats(0.0, 1.0), max_size=8)


@given(st.lists(FREQUENCIES, min_size=1, max_size=5))
def test_each_disease_pays_for_its_own_profile(profiles: list[list[float]]) -> None:
    starts = np.cumsum([0, *map(len, profiles)])
    columns = np.concatenate([np.arange(len(profile)) for profile in profiles]).astype(np.int64)
    values = np.array([value for profile in profiles for value in profile], dtype=np.float64)
    nats = unmentioned_nats(Sparse(starts.astype(np.int64), columns, values))
    assert nats.tolist() == pytest.approx([unmentioned_cost(np.array(profile)) for profile in profiles], abs=1e-6)


@given(FREQUENCIES, st.floats(0.0, 1.0))
def test_a_further_finding_never_makes_silence_cheaper(profile: list[float], further: float) -> None:
    assert unmentioned_cost(np.array([*profile, further])) <= unmentioned_cost(np.array(profile)) <= 0.0


def test_a_finding_that_all_patients_have_costs_most() -> None:
    assert unmentioned_cost(np.array([1.0])) == pytest.approx(-UNMENTIONED_COST)
    assert unmentioned_cost(np.array([0.5, 0.5])) > unmentioned_cost(np.array([1.0]))


def test_the_ranker_adds_what_was_compiled_whatever_the_prior(tmp_path: Path) -> None:
    index = RankingIndex.open(clinic_snapshot(tmp_path))
    profiles = index.profiles.final
    expected = unmentioned_nats(profiles)
    assert (expected < 0).all()
    for uniform in (True, False):
        terms = {term.name: term.nats for term in CaseRanker(index, uniform_prior=uniform).priors()}
        assert terms["unmentioned"].tolist() == pytest.approx(expected.tolist(), abs=1e-5)
