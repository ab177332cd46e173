"""Two evaluations of the same cases: differences, with intervals by a paired bootstrap over diseases."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError

__all__ = ["FIGURES", "Difference", "compare"]

FIGURES = ("top1", "top10", "mrr", "macro_top1", "macro_top10", "macro_mrr")
_SAMPLES = 2000
_ROWS = "rows.tsv"

_Ranks = dict[str, dict[str, tuple[str, float]]]


class Difference(NamedTuple):
    """One figure of one evaluation less that of another.

    Args:
        value: of both on all cases that both hold, from -1 to 1.
        low: lower end of the 95 % interval.
        high: upper end of it.
    """

    value: float
    low: float
    high: float


def compare(
    folder: Path, other: Path, *, seed: int = 0, samples: int = _SAMPLES
) -> dict[str, tuple[int, Mapping[str, Difference]]]:
    """How much better one evaluation is than another, setting by setting: number of cases, and a difference by figure.

    Args:
        folder: of one, as `aitia evaluate diagnosis --out` wrote it.
        other: of the other, of the same cases.
        seed: of the bootstrap.
        samples: how often diseases are drawn.

    Raises:
        InputError: a folder holds no rows, or they share no case.
    """
    mine, theirs = _read(folder), _read(other)
    found: dict[str, tuple[int, Mapping[str, Difference]]] = {}
    for setting in mine:
        shared = sorted(mine[setting].keys() & theirs.get(setting, {}).keys())
        if shared:
            truths = [mine[setting][case][0] for case in shared]
            ranks, others = (np.array([held[setting][case][1] for case in shared]) for held in (mine, theirs))
            found[setting] = len(shared), _differences(truths, ranks, others, seed, samples)
    if not found:
        raise InputError("the two evaluations share no case", value=other, remedy="Evaluate both on the same cases")
    return found


def _differences(
    truths: list[str], ranks: npt.NDArray[np.float64], others: npt.NDArray[np.float64], seed: int, samples: int
) -> dict[str, Difference]:
    diseases, inverse = np.unique(truths, return_inverse=True)
    counts = np.bincount(inverse)
    drawn = np.random.default_rng(seed).integers(0, len(diseases), (samples, len(diseases)))
    result = {}
    for name, gains in (
        ("top1", (ranks <= 1).astype(np.float64) - (others <= 1)),
        ("top10", (ranks <= 10).astype(np.float64) - (others <= 10)),
        ("mrr", 1.0 / ranks - 1.0 / others),
    ):
        sums = np.bincount(inverse, gains)
        means = sums / counts
        pooled = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
        result[name] = Difference(float(gains.mean()), *_interval(pooled))
        result[f"macro_{name}"] = Difference(float(means.mean()), *_interval(means[drawn].mean(axis=1)))
    return result


def _interval(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _read(folder: Path) -> _Ranks:
    """Truth and rank of each case of each setting."""
    ranks: _Ranks = {}
    try:
        with (folder / _ROWS).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                ranks.setdefault(row["setting"], {})[row["case_id"]] = row["truth"], float(row["rank"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "Name a folder that `aitia evaluate diagnosis --out` wrote"
        raise InputError("no rows of an evaluation", value=folder / _ROWS, remedy=remedy) from error
    return ranks
