"""What the fit multiplies by vectors: the ancestors of findings, the terms of profiles; and products of low rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from reasoner.ranking.correction import ancestor_weights
from reasoner.ranking.disease_profile import Profiles, Sparse

__all__ = ["ancestor_matrix", "nearest_of_rank", "profile_features"]

Floats = npt.NDArray[np.float32]


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


def nearest_of_rank(left: Floats, right: Floats, rank: int) -> tuple[Floats, Floats]:
    """Vectors of a lower rank whose products are nearest to the given ones'; the sign of each is fixed."""
    left_base, left_rest = np.linalg.qr(left.astype(np.float64))
    right_base, right_rest = np.linalg.qr(right.astype(np.float64))
    rows, sizes, columns = np.linalg.svd(left_rest @ right_rest.T, full_matrices=False)
    sign = np.where(rows[np.abs(rows).argmax(axis=0), np.arange(len(sizes))] < 0, -1.0, 1.0)
    root = (np.sqrt(sizes) * sign)[:rank]
    near_left, near_right = left_base @ rows[:, :rank] * root, right_base @ columns[:rank].T * root
    return near_left.astype(np.float32), near_right.astype(np.float32)
