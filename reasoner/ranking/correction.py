"""The trained correction: what was learned from simulated patients, added to the formula finding by finding.

    correction(d | findings) = sum over findings q of u(q) . v(d)

u(q) is the mean of the learned vectors of q and its ancestors, weighted by information content and divided by the
length of the weights; v(d) is learned for each disease. A disease without vectors gets 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from reasoner.ranking.ranker_vectors import RankerVectors

__all__ = ["Correction", "ancestor_weights"]

Floats = npt.NDArray[np.float32]


class _Index(Protocol):
    def array(self, name: str) -> npt.NDArray[Any]: ...

    def ancestors(self, term: int) -> list[int]: ...


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
        index: whose arrays and ancestors of terms to use.
    """

    def __init__(self, vectors: RankerVectors, index: _Index) -> None:
        self._index = index
        self.vectors = vectors
        row_of_term = _rows(index.array("terms"), vectors.terms)
        information = np.where(index.array("background") > 0, index.array("information_content"), 0.0)
        held_term = information * (row_of_term >= 0)
        self._weighted: Floats = (vectors.term_vectors()[row_of_term] * held_term[:, None]).astype(np.float32)
        self._squares = np.square(information)
        row = _rows(index.array("diseases"), vectors.diseases)
        held = (row >= 0).astype(np.float32)
        self._diseases: Floats = np.ascontiguousarray((vectors.disease_vectors()[row] * held[:, None]).T)
        self._vector_of_term: dict[int, Floats] = {}

    def term_vector(self, term: int) -> Floats:
        """U of a finding, by its number."""
        if term not in self._vector_of_term:
            above = self._index.ancestors(term)
            length = math.sqrt(self._squares[above].sum())
            self._vector_of_term[term] = self._weighted[above].sum(axis=0) / np.float32(length or 1.0)
        return self._vector_of_term[term]

    def total(self, terms: Sequence[int]) -> Floats:
        """The correction of every disease for some findings, nats."""
        vector = np.zeros(self._diseases.shape[0], dtype=np.float32)
        for term in terms:
            vector += self.term_vector(term)
        total: Floats = vector @ self._diseases
        return total

    def finding(self, term: int, disease: int) -> float:
        """One finding's share in the correction of one disease, nats."""
        return float(self.term_vector(term) @ self._diseases[:, disease])


def _rows(wanted: npt.NDArray[np.bytes_], held: npt.NDArray[np.bytes_]) -> npt.NDArray[np.int64]:
    """Where each wanted id is among sorted ids; -1 where it is not."""
    if not len(held):
        return np.full(len(wanted), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
    found: npt.NDArray[np.int64] = np.where(held[place] == wanted, place, -1)
    return found
