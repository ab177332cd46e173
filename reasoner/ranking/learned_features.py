"""What the fit multiplies by vectors - ancestors of findings, terms of profiles - and what it makes of the vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from reasoner.ranking.correction import ancestor_weights
from reasoner.ranking.disease_profile import Profiles, Sparse

__all__ = ["ancestor_matrix", "nearest_of_rank", "profile_features", "shared_in_series"]

Floats = npt.NDArray[np.float32]
# A disease without a profile is like nothing, not even itself; it keeps its vector.
_ITSELF = 1e-9


def ancestor_matrix(
    profiles: Profiles, arrays: Mapping[str, npt.NDArray[Any]], known: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64], tuple[int, int]]:
    """What each known ancestor counts in the vector of a finding."""
    background, information = arrays["background"], arrays["information_content"]
    place = np.full(len(background), -1)
    place[known] = np.arange(len(known))
    weight = np.empty(len(profiles.ancestors))
    for term in range(len(background)):
        span = slice(int(profiles.starts[term]), int(profiles.starts[term + 1]))
        above = profiles.ancestors[span]
        weight[span] = ancestor_weights(np.where(background[above] > 0, information[above], 0.0))
    finding = np.repeat(np.arange(len(background)), np.diff(profiles.starts))
    held = weight > 0
    return finding[held], place[profiles.ancestors[held]], weight[held], (len(background), len(known))


def profile_features(frequencies: Sparse, information: npt.NDArray[np.float64], known: npt.NDArray[np.int64]) -> Sparse:
    """What each known term counts in the vector of a profile: informative and frequent ones most; rows of length 1."""
    count = len(frequencies.starts) - 1
    owner = np.repeat(np.arange(count), np.diff(frequencies.starts))
    place = np.full(len(information), -1)
    place[known] = np.arange(len(known))
    column = place[frequencies.columns]
    weight = np.where(column >= 0, np.sqrt(frequencies.values) * information[frequencies.columns], 0.0)
    length = np.sqrt(np.bincount(owner, weight**2, count))[owner]
    held = weight > 0
    shape = (count, len(known))
    return Sparse.of_largest(owner[held], column[held], weight[held] / length[held], shape)


def shared_in_series(vectors: Floats, features: Sparse, series: Iterable[Sequence[int]]) -> Floats:
    """Vectors of diseases of which the members of a series share theirs, weighted by squared similarity.

    What was learned tells kinds of disease apart; between subtypes it is mostly chance, and the formula knows better.

    Args:
        vectors: of the diseases, one row each.
        features: of their profiles, rows of length 1.
        series: numbers of the members of each, none in two.
    """
    shared = vectors.copy()
    for members in series:
        rows = [features.row(member) for member in members]
        columns, place = np.unique(np.concatenate([terms for terms, _ in rows]), return_inverse=True)
        dense = np.zeros((len(members), len(columns)))
        dense[np.repeat(np.arange(len(members)), [len(terms) for terms, _ in rows]), place] = np.concatenate(
            [values for _, values in rows]
        )
        weight = np.square(dense @ dense.T) + np.eye(len(members)) * _ITSELF
        shared[list(members)] = (weight / weight.sum(axis=1, keepdims=True)) @ vectors[list(members)]
    return shared


def nearest_of_rank(left: Floats, right: Floats, rank: int) -> tuple[Floats, Floats]:
    """Vectors of a lower rank whose products are nearest to the given ones'; the sign of each is fixed."""
    left_base, left_rest = np.linalg.qr(left.astype(np.float64))
    right_base, right_rest = np.linalg.qr(right.astype(np.float64))
    rows, sizes, columns = np.linalg.svd(left_rest @ right_rest.T, full_matrices=False)
    sign = np.where(rows[np.abs(rows).argmax(axis=0), np.arange(len(sizes))] < 0, -1.0, 1.0)
    root = (np.sqrt(sizes) * sign)[:rank]
    near_left, near_right = left_base @ rows[:, :rank] * root, right_base @ columns[:rank].T * root
    return near_left.astype(np.float32), near_right.astype(np.float32)
