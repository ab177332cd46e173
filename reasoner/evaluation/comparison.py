"""Two evaluations of the same cases: differences, with intervals by a paired bootstrap over diseases."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError
from reasoner.evaluation.metrics import Estimate, bootstrap

__all__ = ["FIGURES", "compare"]

FIGURES = ("top1", "top10", "mrr", "macro_top1", "macro_top10", "macro_mrr")
_SAMPLES = 2000
_ROWS = "rows.tsv"

_Ranks = dict[str, dict[str, tuple[str, float]]]


def compare(
    folder: Path, other: Path, *, seed: int = 0, samples: int = _SAMPLES
) -> dict[str, tuple[int, Mapping[str, Estimate]]]:
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
    found: dict[str, tuple[int, Mapping[str, Estimate]]] = {}
    for setting in mine:
        shared = sorted(mine[setting].keys() & theirs.get(setting, {}).keys())
        if shared:
            truths = [mine[setting][case][0] for case in shared]
            ranks, others = (np.array([held[setting][case][1] for case in shared]) for held in (mine, theirs))
            found[setting] = len(shared), bootstrap(truths, _gains(ranks, others), seed=seed, samples=samples)
    if not found:
        raise InputError("the two evaluations share no case", value=other, remedy="Evaluate both on the same cases")
    return found


def _gains(ranks: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    return {
        "top1": (ranks <= 1).astype(np.float64) - (others <= 1),
        "top10": (ranks <= 10).astype(np.float64) - (others <= 10),
        "mrr": 1.0 / ranks - 1.0 / others,
    }


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
