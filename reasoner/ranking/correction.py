"""The trained correction: what was learned from simulated patients, added to the formula finding by finding.

    correction(d | findings) = sum over findings q of u(q) . v(d)

u(q) is the mean of the learned vectors of q and its ancestors, weighted by information content and divided by the
length of the weights; v(d) is learned for each disease. A disease without vectors gets 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from reasoner.ranking.ranker_vectors import RankerVectors

__all__ = ["Correction", "ancestor_weights"]

Floats = npt.NDArray[np.float32]


class _Index(Protocol):
    def array(self, name: str) -> npt.NDArray[Any]: ...


def ancestor_weights(information: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What each of a finding's ancestors, with itself, counts in its vector: information content over its length.

    >>> ancestor_weights(np.array([0.0, 3.0, 4.0])).tolist()
    [0.0, 0.6, 0.8]
    """
    length = float(np.sqrt(np.square(information).sum()))
    return information / length if length else information


class Correction:
    """Vectors in the numbering of one index.

    Args:
        vectors: as learned.
        index: whose arrays to use.
    """

    def __init__(self, vectors: RankerVectors, index: _Index) -> None:
        self.vectors = vectors
        starts, self._ancestors = index.array("ancestor_starts"), index.array("ancestors")
        self._starts: list[int] = starts.tolist()
        information = np.where(index.array("background") > 0, index.array("information_content"), 0.0)
        length = np.sqrt(np.add.reduceat(np.square(information)[self._ancestors], starts[:-1]))
        row = _rows(index.array("terms"), vectors.terms)
        weight = (information * (row >= 0) * vectors.term_scale[row])[self._ancestors]
        self._weight: Floats = (weight / np.repeat(np.where(length, length, 1.0), np.diff(starts))).astype(np.float32)
        self._steps = vectors.term_steps[row]
        row = _rows(index.array("diseases"), vectors.diseases)
        held = (row >= 0).astype(np.float32)
        self._diseases: Floats = np.ascontiguousarray((vectors.disease_vectors()[row] * held[:, None]).T)

    def vector(self, terms: Sequence[int]) -> Floats:
        """Sum of u over some findings, by their numbers."""
        if not terms:
            return np.zeros(self.vectors.rank, dtype=np.float32)
        spans = [slice(self._starts[term], self._starts[term + 1]) for term in terms]
        above = np.concatenate([self._ancestors[span] for span in spans])
        weight = np.concatenate([self._weight[span] for span in spans])
        vector: Floats = weight @ self._steps.take(above, axis=0).astype(np.float32)
        return vector

    def total(self, terms: Sequence[int]) -> Floats:
        """The correction of every disease for some findings, nats."""
        total: Floats = self.vector(terms) @ self._diseases
        return total

    def finding(self, term: int, disease: int) -> float:
        """One finding's share in the correction of one disease, nats."""
        return float(self.vector([term]) @ self._diseases[:, disease])


def _rows(wanted: npt.NDArray[np.bytes_], held: npt.NDArray[np.bytes_]) -> npt.NDArray[np.int64]:
    """Where each wanted id is among sorted ids; -1 where it is not."""
    if not len(held):
        return np.full(len(wanted), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
    found: npt.NDArray[np.int64] = np.where(held[place] == wanted, place, -1)
    return found
