"""Figures of a ranking from its rows: shares, means over diseases, intervals by bootstrap over diseases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "Estimate",
    "ResultRow",
    "bootstrap",
    "in_tuning_part",
    "mid_rank",
    "summarise",
    "summarise_settings",
    "tabulate",
]

_TOPS = (1, 3, 5, 10, 20)
_TUNING_PARTS = 5


class ResultRow(NamedTuple):
    """Where one case's truth came out in one setting.

    Args:
        case_id: the case.
        setting: of the evaluation.
        truth: id of the disease that is looked for; of several, of the one that came out best.
        rank: its place from 1; a half where scores are equal; infinite where it is no candidate.
        n_candidates: how many competed.
        top1: id of what came out first.
        probability: of the first, 0 to 1; NaN where nothing gives one.
        n_findings: how many findings were ranked.
    """

    case_id: str
    setting: str
    truth: str
    rank: float
    n_candidates: int
    top1: str
    probability: float
    n_findings: int


class Estimate(NamedTuple):
    """A mean and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def tabulate(rows: Iterable[ResultRow]) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    """Columns and cells of `rows.tsv`."""
    return ResultRow._fields, ((*row[:6], f"{row.probability:.6g}", row.n_findings) for row in rows)


def in_tuning_part(disease: str) -> bool:
    """Whether the constants may have been tuned on a disease: sha256(CURIE) mod 5 = 0.

    >>> in_tuning_part("OMIM:154700")
    False
    """
    return int(hashlib.sha256(disease.encode()).hexdigest(), 16) % _TUNING_PARTS == 0


def mid_rank(scores: npt.NDArray[np.float32], own: float) -> float:
    """Rank of a score that is one of the scores, from 1; equal scores share the mean of their places."""
    above, equal = int((scores > own).sum()), int((scores == own).sum())
    return above + (equal + 1) / 2


def summarise(rows: Sequence[ResultRow], *, seed: int = 0, samples: int = 1000) -> dict[str, object]:
    """Shares from 0 to 1 of truths within the first places, and the same as means over diseases with 95 % intervals."""
    if not rows:
        return {"n": 0}
    ranks = np.array([row.rank for row in rows])
    values = {f"top{top}": (ranks <= top).astype(np.float64) for top in _TOPS} | {"mrr": 1.0 / ranks}
    truths = [row.truth for row in rows]
    result: dict[str, object] = {"n": len(rows), "n_diseases": len(set(truths))}
    estimates = bootstrap(truths, values, seed=seed, samples=samples)
    result |= {name: estimate.value for name, estimate in estimates.items()}
    result["intervals_95"] = {name: [estimate.low, estimate.high] for name, estimate in estimates.items()}
    return result


def summarise_settings(rows: Sequence[ResultRow], settings: Sequence[str], *, seed: int = 0) -> dict[str, Any]:
    """The figures of each setting, of all cases and without those of the tuning part, as `metrics.json` holds them."""
    apart = [row for row in rows if not in_tuning_part(row.truth)]
    return {
        key: {name: summarise([row for row in held if row.setting == name], seed=seed) for name in settings}
        for key, held in (("settings", rows), ("settings_without_tuning_part", apart))
    }


def bootstrap(
    diseases: Sequence[str], values: Mapping[str, npt.NDArray[np.float64]], *, seed: int = 0, samples: int = 1000
) -> dict[str, Estimate]:
    """Mean of each value over cases, and under `macro_` its name over diseases, with intervals by drawing diseases.

    Args:
        diseases: of each case.
        values: by name, one for each case.
        seed: of the draws.
        samples: how often diseases are drawn.
    """
    drawn_from, inverse = np.unique(diseases, return_inverse=True)
    counts = np.bincount(inverse)
    drawn = np.random.default_rng(seed).integers(0, len(drawn_from), (samples, len(drawn_from)))
    result = {}
    for name, value in values.items():
        sums = np.bincount(inverse, value)
        means = sums / counts
        result[name] = _estimate(value.mean(), sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1))
        result[f"macro_{name}"] = _estimate(means.mean(), means[drawn].mean(axis=1))
    return result


def _estimate(value: np.float64, samples: npt.NDArray[np.float64]) -> Estimate:
    low, high = np.quantile(samples, [0.025, 0.975])
    return Estimate(float(value), float(low), float(high))
