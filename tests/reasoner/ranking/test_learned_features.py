"""Features of findings and profiles, and products of low rank."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoner.ranking.compiling import compile_arrays
from reasoner.ranking.disease_profile import Profiles, RankingInput, Sparse
from reasoner.ranking.learned_features import ancestor_matrix, nearest_of_rank, profile_features, shared_in_series
from tests.reasoner.ranking.strategies import dense, ranking_inputs


@given(ranking_inputs())
def test_rows_of_ancestors_and_of_profiles_have_length_one(data: RankingInput) -> None:
    profiles = Profiles(data)
    arrays = compile_arrays(profiles)
    known = np.nonzero(arrays["background"] > 0)[0]
    finding, _, weight, shape = ancestor_matrix(profiles, arrays, known)
    features = profile_features(profiles.final, arrays["information_content"], known)
    owner = np.repeat(np.arange(len(features.starts) - 1), np.diff(features.starts))
    assert shape == (len(data.terms), len(known))
    for rows, values in ((finding, weight), (owner, features.values)):
        lengths = np.bincount(rows, values**2)
        assert lengths[lengths > 0] == pytest.approx(1.0)


@given(ranking_inputs())
def test_a_profile_counts_informative_and_frequent_terms(data: RankingInput) -> None:
    profiles = Profiles(data)
    arrays = compile_arrays(profiles)
    information = arrays["information_content"]
    known = np.nonzero(arrays["background"] > 0)[0]
    features = profile_features(profiles.final, information, known)
    frequency = dense(profiles, profiles.final)
    for disease in range(len(data.diseases)):
        columns, values = features.row(disease)
        expected = np.sqrt(frequency[disease, known[columns]]) * information[known[columns]]
        assert values == pytest.approx(expected / np.sqrt((expected**2).sum()) if len(expected) else expected)


@given(st.integers(1, 12), st.integers(0, 3))
def test_the_nearest_product_of_full_rank_is_the_product(rank: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    left, right = (random.normal(size=(count, rank)).astype(np.float32) for count in (5, 9))
    near = nearest_of_rank(left, right, rank)
    assert near[0] @ near[1].T == pytest.approx(left @ right.T, abs=1e-4)


def test_a_lower_rank_keeps_what_is_largest() -> None:
    left = np.array([[3.0, 0.1], [0.0, 0.1], [1.0, 0.0]], dtype=np.float32)
    near = nearest_of_rank(left, left, 1)
    assert near[0].shape == (3, 1)
    assert near[0] @ near[1].T == pytest.approx(left @ left.T, abs=0.1)


def _rows(*rows: list[float]) -> Sparse:
    values = np.array(rows)
    owner, column = np.nonzero(values)
    return Sparse.of_largest(owner, column, values[owner, column], values.shape)


def test_members_of_a_series_share_by_squared_similarity_and_others_keep_theirs() -> None:
    vectors = np.array([[1.0], [3.0], [7.0], [9.0]], dtype=np.float32)
    features = _rows([1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [1.0, 0.0])
    shared = shared_in_series(vectors, features, [[0, 1, 2]])
    weights = np.array([[1.0, 0.36, 0.0], [0.36, 1.0, 0.64], [0.0, 0.64, 1.0]])
    expected = weights @ vectors[:3] / weights.sum(axis=1, keepdims=True)
    assert shared[:3] == pytest.approx(expected)
    assert shared[3] == vectors[3]


def test_like_members_end_alike_and_one_without_a_profile_keeps_its_vector() -> None:
    vectors = np.array([[1.0], [3.0], [7.0]], dtype=np.float32)
    shared = shared_in_series(vectors, _rows([1.0, 0.0], [1.0, 0.0], [0.0, 0.0]), [[0, 1, 2]])
    assert shared == pytest.approx(np.array([[2.0], [2.0], [7.0]]))
