"""How often each disease shows each term: the profiles that the ranking rests on.

An entry is a disease of one source (OMIM:154700, ORPHA:558); a disease is a node of the graph and may stand for several
entries that match exactly. The entry that has the node's own id is its primary one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from reasoner.ranking.likelihood_ratio import EQUIVALENT_WEIGHT, NEIGHBOUR_WEIGHT, shrunk_frequency

__all__ = ["Profiles", "RankingInput", "Sparse", "ancestor_table", "mean_profile", "pool_rows"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sparse:
    """Rows of (column, value) pairs, columns ascending within a row.

    Args:
        starts: where each row starts, with the end of the last; length rows + 1.
        columns: column numbers.
        values: one per column number.
    """

    starts: Ints
    columns: Ints
    values: Floats

    def row(self, index: int) -> tuple[Ints, Floats]:
        """Columns and values of a row."""
        span = slice(int(self.starts[index]), int(self.starts[index + 1]))
        return self.columns[span], self.values[span]

    @classmethod
    def of_largest(cls, rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int]) -> Sparse:
        """Group triples; of several with one row and column the largest value stays."""
        order = np.lexsort((-values, rows * shape[1] + columns))
        keys = (rows * shape[1] + columns)[order]
        first = np.ones(len(keys), dtype=bool)
        first[1:] = keys[1:] != keys[:-1]
        keys, kept = keys[first], values[order][first]
        starts = np.searchsorted(keys, np.arange(shape[0] + 1, dtype=np.int64) * shape[1])
        return cls(starts.astype(np.int64), keys % shape[1], kept)

    def transposed(self, width: int) -> Sparse:
        """Columns as rows."""
        rows = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.columns, kind="stable")
        starts = np.searchsorted(self.columns[order], np.arange(width + 1))
        return Sparse(starts.astype(np.int64), rows[order], self.values[order])


@dataclass(frozen=True, slots=True)
class RankingInput:
    """All that a ranking is compiled from, as plain arrays.

    Args:
        terms: ids of the terms, sorted.
        is_a: (child, parent) numbers of terms, shape (pairs, 2).
        diseases: ids of the candidates, sorted.
        entries: ids of the source entries, sorted.
        entry_disease: candidate that each entry stands for.
        row_entry: entry of each positive annotation row.
        row_term: term of each row.
        row_n: patients with the term.
        row_m: patients looked at.
        weights: what each disease weighs in the mean that is the background.
        links: (entry, entry) numbers that share a gene, both ways, shape (pairs, 2).
    """

    terms: tuple[str, ...]
    is_a: Ints
    diseases: tuple[str, ...]
    entries: tuple[str, ...]
    entry_disease: Ints
    row_entry: Ints
    row_term: Ints
    row_n: Floats
    row_m: Floats
    weights: Floats
    links: Ints


def ancestor_table(count: int, is_a: Ints) -> tuple[Ints, Ints, Ints]:
    """Ancestors of each term with itself, as (starts, numbers), and the terms in an order that has parents first."""
    parents: list[list[int]] = [[] for _ in range(count)]
    for child, parent in is_a.tolist():
        parents[child].append(parent)
    closed: list[frozenset[int] | None] = [None] * count
    order: list[int] = []
    for start in range(count):
        stack = [start]
        while stack:
            term = stack[-1]
            waiting = [parent for parent in parents[term] if closed[parent] is None]
            if closed[term] is None and waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            if closed[term] is None:
                closed[term] = frozenset({term}).union(*(closed[parent] or () for parent in parents[term]))
                order.append(term)
    lists = [sorted(ancestors or ()) for ancestors in closed]
    starts = np.concatenate([[0], np.cumsum([len(ancestors) for ancestors in lists])]).astype(np.int64)
    return (
        starts,
        np.array([term for ancestors in lists for term in ancestors], dtype=np.int64),
        np.array(order, dtype=np.int64),
    )


def pool_rows(data: RankingInput, keep: npt.NDArray[np.bool_] | None = None) -> tuple[Ints, Ints, Floats]:
    """Entry, term and shrunk frequency of each annotated pair: counts of several rows are added."""
    rows = slice(None) if keep is None else keep
    entry, term = data.row_entry[rows], data.row_term[rows]
    keys, inverse = np.unique(entry * len(data.terms) + term, return_inverse=True)
    n = np.bincount(inverse, data.row_n[rows], len(keys))
    m = np.bincount(inverse, data.row_m[rows], len(keys))
    frequency: Any = np.vectorize(shrunk_frequency, otypes=[np.float64])(n, m) if len(keys) else np.empty(0)
    return keys // len(data.terms), keys % len(data.terms), frequency


def mean_profile(own: Floats, neighbours: list[tuple[Ints, Floats]]) -> Floats:
    """Mean of the neighbours' profiles, weighted by the squared cosine with the disease's own.

    Args:
        own: dense profile of the disease.
        neighbours: terms and frequencies of each neighbour.
    """
    total = np.zeros_like(own)
    weights = 0.0
    # Not a dot product: that starts threads for vectors of this length, which cost more than they save.
    length = float(np.square(own).sum())
    for terms, values in neighbours:
        other = float(values @ values)
        weight = float(own[terms] @ values) ** 2 / (length * other) if length and other else 0.0
        total[terms] += weight * values
        weights += weight
    return total / weights if weights else total


class Profiles:
    """Profiles of entries and diseases, with or without some of the rows."""

    def __init__(self, data: RankingInput) -> None:
        self.data = data

    @cached_property
    def _ancestry(self) -> tuple[Ints, Ints, Ints]:
        return ancestor_table(len(self.data.terms), self.data.is_a)

    @property
    def starts(self) -> Ints:
        """Where each term's ancestors start."""
        return self._ancestry[0]

    @property
    def ancestors(self) -> Ints:
        """Ancestors of all terms, one after the other."""
        return self._ancestry[1]

    @property
    def order(self) -> Ints:
        """Terms, parents before their children."""
        return self._ancestry[2]

    @cached_property
    def pairs(self) -> tuple[Ints, Ints, Floats]:
        """Pooled rows: entry, term, frequency."""
        return pool_rows(self.data)

    @cached_property
    def by_entry(self) -> Sparse:
        """Profile of each entry by itself."""
        return self._spread(*self.pairs)

    @cached_property
    def entries_of(self) -> list[list[int]]:
        """Entries of each disease."""
        found: list[list[int]] = [[] for _ in self.data.diseases]
        for entry, disease in enumerate(self.data.entry_disease.tolist()):
            found[disease].append(entry)
        return found

    @cached_property
    def primary(self) -> list[int]:
        """The entry that bears the disease's own id; -1 where there is none."""
        number = {entry: index for index, entry in enumerate(self.data.entries)}
        return [number.get(disease, -1) for disease in self.data.diseases]

    @cached_property
    def neighbours_of(self) -> list[list[int]]:
        """Entries that share a gene with each disease's primary entry."""
        linked: dict[int, list[int]] = {}
        for left, right in self.data.links.tolist():
            linked.setdefault(left, []).append(right)
        return [sorted(linked.get(entry, ())) for entry in self.primary]

    def _spread(self, entry: Ints, term: Ints, frequency: Floats) -> Sparse:
        """Propagate the largest frequency of each entry to the ancestors."""
        counts = self.starts[term + 1] - self.starts[term]
        inside = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        columns = self.ancestors[np.repeat(self.starts[term], counts) + inside]
        shape = (len(self.data.entries), len(self.data.terms))
        return Sparse.of_largest(np.repeat(entry, counts), columns, np.repeat(frequency, counts), shape)

    @cached_property
    def own(self) -> Sparse:
        """Profile of each disease from its own entries, those of other vocabularies weighing 0.9."""
        entry = np.repeat(np.arange(len(self.data.entries)), np.diff(self.by_entry.starts))
        primary = np.zeros(len(self.data.entries), dtype=bool)
        primary[[number for number in self.primary if number >= 0]] = True
        alone = np.array([len(self.entries_of[disease]) == 1 for disease in self.data.entry_disease], dtype=bool)
        weight = np.where(primary | alone, 1.0, EQUIVALENT_WEIGHT)
        shape = (len(self.data.diseases), len(self.data.terms))
        return Sparse.of_largest(
            self.data.entry_disease[entry], self.by_entry.columns, self.by_entry.values * weight[entry], shape
        )

    def entry_profile(self, entry: int) -> tuple[Ints, Floats]:
        """What a neighbour lends: the whole disease's profile for a primary entry, else the entry's own."""
        disease = int(self.data.entry_disease[entry])
        return self.own.row(disease) if self.primary[disease] == entry else self.by_entry.row(entry)

    @cached_property
    def final(self) -> Sparse:
        """Profile of each disease with what entries that share a gene lend."""
        parts = [self.final_row(disease) for disease in range(len(self.data.diseases))]
        starts = np.concatenate([[0], np.cumsum([len(terms) for terms, _ in parts])]).astype(np.int64)
        columns = np.concatenate([terms for terms, _ in parts]) if parts else np.empty(0, dtype=np.int64)
        return Sparse(starts, columns, np.concatenate([values for _, values in parts]) if parts else np.empty(0))

    def final_row(self, disease: int) -> tuple[Ints, Floats]:
        """Terms and frequencies of one disease: own profile, then noisy-or with its neighbours'."""
        terms, values = self.own.row(disease)
        if not self.neighbours_of[disease]:
            return terms, values
        dense = np.zeros(len(self.data.terms))
        dense[terms] = values
        lent = mean_profile(dense, [self.entry_profile(entry) for entry in self.neighbours_of[disease]])
        dense = 1.0 - (1.0 - dense) * (1.0 - NEIGHBOUR_WEIGHT * lent)
        held = np.nonzero(dense)[0]
        return held, dense[held]
