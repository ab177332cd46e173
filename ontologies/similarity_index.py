"""Resnik similarity of one set of terms to every subject of a corpus at once.

The best match of a query term in a subject is the most informative of its ancestors that the subject has (itself or
below it). Terms that many subjects have keep that best match for every subject as a row, made from their parents' rows
when the index is; a rarer term begins with the rows of the nearest of these above it and writes what little it adds. No
pair of terms is ever compared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError
from ontologies.hierarchy import Adjacency, Hierarchy, Indices
from ontologies.information_content import InformationContent
from ontologies.similarity import Combination

__all__ = ["ResnikIndex"]

Scores = npt.NDArray[np.float32]
_Positions = npt.NDArray[np.intp]

# 2,500 rows (84 MB) for all OMIM entries.
_ROW_SHARE = 1 / 80
# Terms of a subject that are added column by column, all subjects at once; the further terms of the few that have more
# are added subject by subject.
_COLUMNS = 24


class ResnikIndex:
    """A corpus prepared for best-match similarity.

    Args:
        hierarchy: gives the meaning of indices.
        ic: information content of every term, in nats; a term that no subject has counts as 0.
        subjects: the terms of each subject, by index; none empty.
        row_share: a row is kept for each term that this share of the subjects has.

    Raises:
        InputError: a subject has no term.
    """

    def __init__(
        self,
        hierarchy: Hierarchy,
        ic: InformationContent,
        subjects: Sequence[Sequence[int]],
        *,
        row_share: float = _ROW_SHARE,
    ) -> None:
        sets = [np.unique(np.asarray(terms, dtype=np.intp)) for terms in subjects]
        if not sets or not all(len(terms) for terms in sets):
            raise InputError("a subject of the corpus has no term", remedy="Leave subjects without terms out")
        self.n_subjects = len(sets)
        self._hierarchy = hierarchy
        self._sizes = np.array([len(terms) for terms in sets], dtype=np.float32)
        used, flat = np.unique(np.concatenate(sets), return_inverse=True)
        self._n_used = len(used)
        self._term_sums = _TermSums(np.split(flat.astype(np.intp), np.cumsum([len(terms) for terms in sets])[:-1]))
        has_term = _closed(hierarchy, sets)
        counts = _counts(has_term, len(hierarchy))
        self._ic = np.where(counts > 0, ic, 0.0).astype(np.float32)
        self._subjects_of = _inverted(has_term, len(hierarchy))
        self._used_below = _inverted(_closed(hierarchy, [used[i : i + 1] for i in range(len(used))]), len(hierarchy))
        self._row_by_term: dict[int, Scores] = {}
        frequent = np.nonzero(counts >= row_share * len(sets))[0]
        # The most frequent first: a term's row is made from those above it.
        for i in frequent[np.argsort(-counts[frequent], kind="stable")].tolist():
            self._row_by_term[i] = self._best_in_subjects(i)

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
        return self._term_sums.of(best)

    def _best_in_subjects(self, i: int) -> Scores:
        """Best match of term `i` in each subject; not to be written to."""
        if i in self._row_by_term:
            return self._row_by_term[i]
        best = np.zeros(self.n_subjects, dtype=np.float32)
        above = self._informative(self._hierarchy.closure.row(i))
        covered: set[int] = set()
        for other in above[::-1].tolist():
            if other in self._row_by_term and other not in covered:
                np.maximum(best, self._row_by_term[other], out=best)
                covered.update(self._hierarchy.closure.row(other).tolist())
        for other in above.tolist():
            if other not in self._row_by_term:
                positions = self._subjects_of[other]
                best[positions] = np.maximum(best[positions], self._ic[other])
        return best

    def _informative(self, terms: Indices) -> Indices:
        """The terms that say something, least informative first."""
        ic = self._ic[terms]
        order = np.argsort(ic, kind="stable")
        return terms[order[int(np.count_nonzero(ic == 0)) :]]

    def _write(self, best: Scores, terms: Indices, positions: tuple[_Positions, ...]) -> None:
        for i in terms.tolist():
            best[positions[i]] = self._ic[i]


class _TermSums:
    """Sums over the terms of each subject, of a number that each term has.

    Args:
        sets: the terms of each subject; none empty.
    """

    def __init__(self, sets: Sequence[_Positions]) -> None:
        sizes = np.array([len(terms) for terms in sets])
        # Largest first: those that have a term in a column are the first so many.
        order = np.argsort(-sizes, kind="stable")
        ordered = [sets[subject] for subject in order.tolist()]
        self._place_of = np.argsort(order, kind="stable")
        self._columns = [
            np.array([terms[column] for terms in ordered[: int((sizes > column).sum())]], dtype=np.intp)
            for column in range(min(_COLUMNS, int(sizes.max())))
        ]
        longer = [terms[_COLUMNS:] for terms in ordered[: int((sizes > _COLUMNS).sum())]]
        self._further = np.concatenate(longer) if longer else np.empty(0, dtype=np.intp)
        self._further_starts = np.cumsum([0, *(len(terms) for terms in longer)])[:-1]

    def of(self, numbers: Scores) -> Scores:
        """The sum for each subject, in their order."""
        sums = np.zeros(len(self._place_of), dtype=np.float32)
        for terms in self._columns:
            sums[: len(terms)] += numbers.take(terms, mode="clip")
        if len(self._further):
            further = np.add.reduceat(numbers.take(self._further, mode="clip"), self._further_starts)
            sums[: len(further)] += further
        return sums[self._place_of]


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
