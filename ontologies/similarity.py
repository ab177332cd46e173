"""Semantic similarity of terms and of sets of terms.

The functions here are the scalar reference, one pair at a time; `ontologies.similarity_index` is the same over all
subjects of a corpus at once. Both agree with hpo3 (its `resnik`, `lin`, `jc`, and its combiners `BMA` and `funSimAvg`).

- Resnik P. IJCAI 1995: information content of the most informative common ancestor (MICA).
- Lin D. ICML 1998: twice that, over the sum of both terms' own.
- Jiang J, Conrath D. ROCLING 1997: a distance, turned into a similarity as 1 / (1 + distance).
- Wang JZ et al. Bioinformatics 2007;23:1274: best-match average (BMA).
- Schlicker A et al. BMC Bioinformatics 2006;7:302: funSimAvg.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ontologies.hierarchy import Hierarchy
from ontologies.information_content import InformationContent

__all__ = [
    "Combination",
    "best_matches",
    "combined",
    "jiang_conrath",
    "lin",
    "most_informative_common_ancestor",
    "resnik",
    "set_similarity",
]

PairSimilarity = Callable[[Hierarchy, InformationContent, int, int], float]


class Combination(StrEnum):
    """How the best matches of both directions become one number."""

    BMA = "bma"
    FUN_SIM_AVERAGE = "fun-sim-average"
    FORWARD = "forward"


def most_informative_common_ancestor(hierarchy: Hierarchy, ic: InformationContent, i: int, j: int) -> int | None:
    """Index of the common ancestor with the highest information content, the lowest index on a tie.

    A term counts as its own ancestor. None where the terms have no ancestor in common.
    """
    common = np.intersect1d(hierarchy.ancestors(i, include_self=True), hierarchy.ancestors(j, include_self=True))
    return int(common[np.argmax(ic[common])]) if len(common) else None


def resnik(hierarchy: Hierarchy, ic: InformationContent, i: int, j: int) -> float:
    """Information content of the most informative common ancestor, in nats; 0 without one."""
    mica = most_informative_common_ancestor(hierarchy, ic, i, j)
    return 0.0 if mica is None else float(ic[mica])


def lin(hierarchy: Hierarchy, ic: InformationContent, i: int, j: int) -> float:
    """2 · Resnik / (IC(i) + IC(j)), from 0 to 1 where IC falls toward the root; 0 where both terms say nothing."""
    both = float(ic[i] + ic[j])
    return 0.0 if both == 0 else 2 * resnik(hierarchy, ic, i, j) / both


def jiang_conrath(hierarchy: Hierarchy, ic: InformationContent, i: int, j: int) -> float:
    """1 / (1 + IC(i) + IC(j) − 2 · Resnik), from 0 to 1; 1 for a term and itself; 0 where one of two says nothing."""
    if i == j:
        return 1.0
    if ic[i] == 0 or ic[j] == 0:
        return 0.0
    return 1 / (1 + float(ic[i] + ic[j]) - 2 * resnik(hierarchy, ic, i, j))


def best_matches(
    hierarchy: Hierarchy,
    ic: InformationContent,
    first: Sequence[int],
    second: Sequence[int],
    similarity: PairSimilarity = resnik,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """For each term of either set the similarity of its best match in the other; empty where a set is empty."""
    table = np.array([[similarity(hierarchy, ic, i, j) for j in second] for i in first], dtype=np.float64)
    if not table.size:
        return np.zeros(0), np.zeros(0)
    return table.max(axis=1), table.max(axis=0)


def combined(forward: npt.NDArray[np.float64], backward: npt.NDArray[np.float64], combination: Combination) -> float:
    """One number from the best matches of both directions; 0 where there are none."""
    if not len(forward) or not len(backward):
        return 0.0
    if combination is Combination.FORWARD:
        return float(forward.mean())
    if combination is Combination.FUN_SIM_AVERAGE:
        return float(forward.mean() + backward.mean()) / 2
    return float(forward.sum() + backward.sum()) / (len(forward) + len(backward))


def set_similarity(
    hierarchy: Hierarchy,
    ic: InformationContent,
    first: Sequence[int],
    second: Sequence[int],
    *,
    similarity: PairSimilarity = resnik,
    combination: Combination = Combination.BMA,
) -> float:
    """Similarity of two sets of terms; repeated terms count once.

    Args:
        hierarchy: gives the meaning of indices.
        ic: information content of every term, in nats.
        first: a set of terms, such as a patient's.
        second: another, such as a disease's.
        similarity: of two terms.
        combination: of the best matches.
    """
    forward, backward = best_matches(hierarchy, ic, sorted(set(first)), sorted(set(second)), similarity)
    return combined(forward, backward, combination)
