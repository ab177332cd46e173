"""Rows compiled whole, or as what they exceed their ancestors' by, are those of the scalar formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoner.ranking.compiling import compile_arrays
from reasoner.ranking.disease_profile import Profiles, RankingInput
from reasoner.ranking.likelihood_ratio import FLOOR, log_likelihood_ratio
from reasoner.ranking.score_rows import ScoreRows, compile_score_rows
from tests.reasoner.ranking.strategies import dense, ranking_inputs


@given(ranking_inputs(), st.sampled_from([1, 2, 3, 1000]))
def test_rows_are_those_of_the_scalar_formula(data: RankingInput, whole_from: int) -> None:
    profiles = Profiles(data)
    arrays = compile_arrays(profiles)
    background, information = arrays["background"], arrays["information_content"]
    rows = ScoreRows(compile_score_rows(profiles, background, information, whole_from=whole_from))
    frequency = dense(profiles, profiles.final)
    for term in range(len(data.terms)):
        above = profiles.ancestors[profiles.starts[term] : profiles.starts[term + 1]]
        known = [number for number in above.tolist() if background[number]]
        for disease in range(len(data.diseases)):
            profile = [(float(frequency[disease, number]), float(background[number])) for number in known]
            expected = log_likelihood_ratio(profile, float(information[term])) if profile else FLOOR
            assert rows.total([term])[disease] == pytest.approx(expected, abs=1e-5)


@given(ranking_inputs())
def test_whole_and_partial_rows_agree(data: RankingInput) -> None:
    profiles = Profiles(data)
    arrays = compile_arrays(profiles)
    background, information = arrays["background"], arrays["information_content"]
    whole, partial = (
        ScoreRows(compile_score_rows(profiles, background, information, whole_from=number)) for number in (0, 1000)
    )
    terms = list(range(len(data.terms)))
    assert np.allclose(whole.total(terms), partial.total(terms), atol=1e-4)
    assert all((whole.row(term) >= 0).all() for term in terms)


@given(ranking_inputs())
def test_a_finding_is_at_least_as_informative_as_what_is_above_it(data: RankingInput) -> None:
    arrays = compile_arrays(Profiles(data))
    information = arrays["information_content"]
    assert all(information[child] >= information[parent] - 1e-12 for child, parent in data.is_a.tolist())
