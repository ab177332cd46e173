"""Resnik similarity of one set of terms to every subject of a corpus at once.

The best match of a query term in a subject is the most informative of its ancestors that the subject has (itself or
below it). Writing the ancestors' information content over the subjects that have them, least informative first, leaves
exactly that maximum: a query costs a few array writes, no pair of terms is ever compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError
from ontologies.hierarchy import Adjacency, Hierarchy, Indices
from ontologies.information_content import InformationContent
from ontologies.similarity import Combination

__all__ = ["ResnikIndex"]

Scores = npt.NDArray[np.float32]
_Positions = npt.NDArray[np.intp]

# Findings of real patients repeat: a term's row (33 kB on all OMIM entries) is kept for the next query.
_REMEMBERED_TERMS = 2_048


class ResnikIndex:
    """A corpus prepared for best-match similarity.

    Args:
        hierarchy: gives the meaning of indices.
        ic: information content of every term, in nats; a term that no subject has counts as 0.
        subjects: the terms of each subject, by index; none empty.

    Raises:
        InputError: a subject has no term.
    """

    def __init__(self, hierarchy: Hierarchy, ic: InformationContent, subjects: Sequence[Sequence[int]]) -> None:
        sets = [np.unique(np.asarray(terms, dtype=np.intp)) for terms in subjects]
        if not sets or not all(len(terms) for terms in sets):
            raise InputError("a subject of the corpus has no term", remedy="Leave subjects without terms out")
        self.n_subjects = len(sets)
        self._best_in_subjects = lru_cache(_REMEMBERED_TERMS)(self._compute_best_in_subjects)
        self._hierarchy = hierarchy
        self._sizes = np.array([len(terms) for terms in sets], dtype=np.float32)
        self._starts = np.concatenate([[0], np.cumsum([len(terms) for terms in sets])[:-1]]).astype(np.intp)
        used, flat = np.unique(np.concatenate(sets), return_inverse=True)
        self._flat: _Positions = flat.astype(np.intp)
        self._n_used = len(used)
        has_term = _closed(hierarchy, sets)
        self._ic = np.where(_counts(has_term, len(hierarchy)) > 0, ic, 0.0).astype(np.float32)
        self._subjects_of = _inverted(has_term, len(hierarchy))
        self._used_below = _inverted(_closed(hierarchy, [used[i : i + 1] for i in range(len(used))]), len(hierarchy))

    def similarities(self, terms: Sequence[int] | Indices, *, combination: Combination = Combination.BMA) -> Scores:
        """Similarity of a set of terms to every subject, in the subjects' order; repeated terms count once.

        Raises:
            InputError: no term.
        """
        query = sorted({int(i) for i in terms})
        if not query:
            raise InputError("a query needs at least one term", remedy="Give at least one term")
        forward = self._forward_sums(query)
        if combination is Combination.FORWARD:
            return forward / np.float32(len(query))
        backward = self._backward_sums(query)
        if combination is Combination.FUN_SIM_AVERAGE:
            return (forward / np.float32(len(query)) + backward / self._sizes) * np.float32(0.5)
        return (forward + backward) / (self._sizes + np.float32(len(query)))

    def _forward_sums(self, query: Sequence[int]) -> Scores:
        """Sum over the query's terms of the best match in each subject."""
        sums = np.zeros(self.n_subjects, dtype=np.float32)
        for i in query:
            sums += self._best_in_subjects(i)
        return sums

    def _backward_sums(self, query: Sequence[int]) -> Scores:
        """Sum over each subject's terms of the best match in the query."""
        above = np.unique(np.concatenate([self._hierarchy.closure.row(i) for i in query]))
        best = np.zeros(self._n_used, dtype=np.float32)
        self._write(best, self._informative(above), self._used_below)
        sums: Scores = np.add.reduceat(np.take(best, self._flat, mode="clip"), self._starts)
        return sums

    def _compute_best_in_subjects(self, i: int) -> Scores:
        """Best match of term `i` in each subject."""
        best = np.zeros(self.n_subjects, dtype=np.float32)
        self._write(best, self._informative(self._hierarchy.closure.row(i)), self._subjects_of)
        return best

    def _informative(self, terms: Indices) -> Indices:
        """The terms that say something, least informative first."""
        ic = self._ic[terms]
        order = np.argsort(ic, kind="stable")
        return terms[order[int(np.count_nonzero(ic == 0)) :]]

    def _write(self, best: Scores, terms: Indices, positions: tuple[_Positions, ...]) -> None:
        for i in terms.tolist():
            best[positions[i]] = self._ic[i]


def _closed(hierarchy: Hierarchy, sets: Sequence[_Positions]) -> Adjacency:
    """Terms of each set with all above them."""
    closure = hierarchy.closure
    rows = [np.unique(np.concatenate([closure.row(int(i)) for i in terms])) for terms in sets]
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Adjacency(offsets, np.concatenate(rows).astype(np.int32))


def _counts(relation: Adjacency, n_terms: int) -> npt.NDArray[np.intp]:
    return np.bincount(relation.targets, minlength=n_terms)


def _inverted(relation: Adjacency, n_terms: int) -> tuple[_Positions, ...]:
    """For each term the rows that have it; positions are of the machine's index type, which numpy need not convert."""
    rows = np.repeat(np.arange(len(relation.offsets) - 1, dtype=np.intp), np.diff(relation.offsets))
    order = np.argsort(relation.targets, kind="stable")
    return tuple(np.split(rows[order], np.cumsum(_counts(relation, n_terms))[:-1]))
