"""Information content of terms, in nats: minus the log of the probability of meeting a term or anything below it.

Resnik P. Using information content to evaluate semantic similarity in a taxonomy. IJCAI 1995.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError
from ontologies.hierarchy import Hierarchy, Indices

__all__ = [
    "InformationContent",
    "information_content_from_counts",
    "information_content_from_frequencies",
    "propagated_counts",
]

InformationContent = npt.NDArray[np.float64]


def propagated_counts(hierarchy: Hierarchy, subjects: Iterable[Indices | Sequence[int]]) -> npt.NDArray[np.int64]:
    """Number of subjects that have each term or anything below it.

    Args:
        hierarchy: gives the meaning of indices.
        subjects: the terms of each subject, by index; a repeated term counts once.

    Returns:
        One count per term of the hierarchy.
    """
    counts = np.zeros(len(hierarchy), dtype=np.int64)
    closure = hierarchy.closure
    for terms in subjects:
        if len(terms):
            counts[np.unique(np.concatenate([closure.row(int(i)) for i in terms]))] += 1
    return counts


def information_content_from_counts(counts: npt.ArrayLike, total: int) -> InformationContent:
    """−log(count / total) in nats; 0 for a term that nothing has, as in hpo3: it is never a best match.

    Raises:
        InputError: `total` is not positive, or a count lies outside 0 to `total`.
    """
    if total <= 0:
        raise InputError(
            "information content needs at least one subject", value=total, remedy="Give a corpus that is not empty"
        )
    return information_content_from_frequencies(np.asarray(counts, dtype=np.float64) / total)


def information_content_from_frequencies(frequencies: npt.ArrayLike) -> InformationContent:
    """−log(frequency) in nats, of frequencies from 0 to 1; 0 for a frequency of 0, which says nothing.

    Raises:
        InputError: a frequency lies outside 0 to 1.
    """
    shares = np.asarray(frequencies, dtype=np.float64)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise InputError("a frequency lies outside 0 to 1", remedy="Divide each count by the number of subjects")
    # 0 − log rather than −log: the root's information content is 0, not −0.
    return 0.0 - np.log(np.where(shares > 0, shares, 1.0))
