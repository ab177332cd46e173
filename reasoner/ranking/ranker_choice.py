"""Which trained correction a command adds to the formula: the shipped one, none, or that of a file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ontologies.issue import Issue, IssueLevel
from reasoner.ranking.correction import Correction
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.ranker_vectors import read_vectors, shipped_vectors

__all__ = ["FILE", "NONE", "SHIPPED", "ChosenRanker", "choose_ranker"]

SHIPPED = "shipped"
NONE = "none"
FILE = "file"
# Vectors are learned against all rivals at once: where most of the graph's diseases are others, they mean nothing.
_LEAST_OVERLAP = 0.5


class ChosenRanker(NamedTuple):
    """What to rank with.

    Args:
        correction: None for the formula alone.
        name: `shipped`, `none` or `file`; `none` where the vectors that were asked for do not fit the graph.
        sha256: hash of the vectors; empty for none.
        issues: why the formula ranks alone although a correction was asked for.
    """

    correction: Correction | None
    name: str
    sha256: str
    issues: tuple[Issue, ...]


def choose_ranker(index: RankingIndex, ranker: str = SHIPPED) -> ChosenRanker:
    """Open the correction that a name stands for.

    Args:
        index: what it is added to.
        ranker: `shipped`, `none`, or the path of a file that `aitia train ranker` wrote.

    Raises:
        InputError: the file is not there or holds no vectors.
    """
    if ranker == NONE:
        return ChosenRanker(None, NONE, "", ())
    diseases = index.array("diseases")
    if ranker == SHIPPED:
        vectors, overlap = shipped_vectors(diseases)
        wanted = "the shipped vectors"
        fits = overlap >= _LEAST_OVERLAP
    else:
        vectors = read_vectors(Path(ranker))
        overlap = float(np.isin(diseases, vectors.diseases).mean()) if len(diseases) else 0.0
        wanted = f"the vectors of {ranker}"
        fits = overlap > 0
    if not fits:
        issue = Issue(
            IssueLevel.WARNING,
            "no-vectors",
            f"{wanted} cover {100 * overlap:.0f} % of the diseases of this graph; the formula ranks alone",
            "Fit vectors of its own by `aitia train ranker`",
        )
        return ChosenRanker(None, NONE, "", (issue,))
    name = SHIPPED if ranker == SHIPPED else FILE
    return ChosenRanker(Correction(vectors, index), name, vectors.sha256, ())
