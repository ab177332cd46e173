"""Two views of one disease in the annotations themselves: what one reference says, and what all others say.

A publication's rows against the disease's other rows show how the words of one author differ from a profile made of
the others' - which is what a patient who was never published before looks like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reasoner.ranking.disease_profile import Profiles, RankingInput, Sparse, pool_rows
from reasoner.ranking.likelihood_ratio import FLOOR, IMPRECISION_COST, SMOOTHING
from reasoner.ranking.row_removal import RemovedRows

__all__ = ["ReferenceViews", "annotated_terms", "excess_without", "reference_views"]

Ints = npt.NDArray[np.int64]
_FEWEST_ROWS = 2


class ReferenceViews(NamedTuple):
    """One view for each disease and reference that other references of the disease stand beside.

    Args:
        diseases: number of each view's disease.
        publication: whether the reference is a publication; else an entry of a database.
        shown: frequency of the terms in the reference's rows, a row for each view.
        profile: the disease's profile without the reference, ancestors and neighbours included.
    """

    diseases: Ints
    publication: npt.NDArray[np.bool_]
    shown: Sparse
    profile: Sparse


def reference_views(profiles: Profiles, references: Sequence[frozenset[str]]) -> ReferenceViews:
    """All views of a graph, ordered by disease and reference.

    Args:
        profiles: with all rows.
        references: what each row cites.
    """
    data = profiles.data
    row_disease = data.entry_disease[data.row_entry]
    rows_by_view: dict[tuple[int, str], list[int]] = defaultdict(list)
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, disease in enumerate(row_disease.tolist()):
        rows_of[disease].append(row)
        for reference in references[row]:
            rows_by_view[disease, reference].append(row)
    kept = [view for view, rows in sorted(rows_by_view.items()) if _FEWEST_ROWS <= len(rows) < len(rows_of[view[0]])]
    removed = RemovedRows(profiles, list(references))
    shown, left = _Rows(data), _Collected()
    profile_of: dict[int, npt.NDArray[np.float64]] = {}
    # Views of one reference follow each other, so that its rows are taken out once.
    for number in sorted(range(len(kept)), key=lambda view: kept[view][::-1]):
        disease, reference = kept[number]
        shown.add(number, rows_by_view[disease, reference])
        profile_of = removed.profiles_without(frozenset({reference}))
        left.add(number, profile_of[disease])
    return ReferenceViews(
        np.array([disease for disease, _ in kept], dtype=np.int64),
        np.array([reference.startswith("PMID:") for _, reference in kept], dtype=bool),
        shown.sparse(len(kept), as_reported=True),
        left.sparse((len(kept), len(data.terms))),
    )


def annotated_terms(data: RankingInput) -> Sparse:
    """Frequency of each term in the rows of each disease, all its entries pooled, ancestors left out."""
    rows = _Rows(data)
    by_disease: dict[int, list[int]] = defaultdict(list)
    for row, disease in enumerate(data.entry_disease[data.row_entry].tolist()):
        by_disease[disease].append(row)
    for disease, mine in sorted(by_disease.items()):
        rows.add(disease, mine)
    return rows.sparse(len(data.diseases), as_reported=False)


def excess_without(
    views: ReferenceViews,
    view: Ints,
    term: Ints,
    profiles: Profiles,
    background: npt.NDArray[np.float64],
    information: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """By how much findings exceed the floor for views' diseases when the reference is left out, nats.

    Args:
        views: the views.
        view: number of a view for each finding.
        term: number of each finding's term.
        profiles: for the terms' ancestors.
        background: of each term.
        information: content of each term, nats.
    """
    if not len(view):
        return np.empty(0, dtype=np.float32)
    used, local = np.unique(view, return_inverse=True)
    dense = np.zeros((len(used), len(background)))
    for place, number in enumerate(used.tolist()):
        terms, values = views.profile.row(number)
        dense[place, terms] = values
    counts = profiles.starts[term + 1] - profiles.starts[term]
    first = np.cumsum(counts) - counts
    finding = np.repeat(np.arange(len(term)), counts)
    above = profiles.ancestors[np.arange(int(counts.sum())) - first[finding] + profiles.starts[term][finding]]
    known = background[above] > 0
    ratio = dense[local[finding], above] / np.where(known, background[above], 1.0)
    cost = IMPRECISION_COST * (information[term][finding] - information[above])
    worth = np.where(known, np.log(ratio + SMOOTHING) - cost, FLOOR)
    best = np.maximum.reduceat(worth, first)
    return np.maximum(best - FLOOR, 0.0).astype(np.float32)


class _Rows:
    """Annotation rows gathered under numbers."""

    def __init__(self, data: RankingInput) -> None:
        self._data = data
        self._owners: list[int] = []
        self._rows: list[int] = []

    def add(self, owner: int, rows: Sequence[int]) -> None:
        self._owners.extend([owner] * len(rows))
        self._rows.extend(rows)

    def sparse(self, count: int, *, as_reported: bool) -> Sparse:
        """Frequency of each term under each number: as the rows say, or pooled and shrunk."""
        data, rows, owner = self._data, np.array(self._rows, dtype=np.int64), np.array(self._owners, dtype=np.int64)
        if as_reported:
            frequency = np.minimum(data.row_n[rows] / data.row_m[rows], 1.0)
            return Sparse.of_largest(owner, data.row_term[rows], frequency, (count, len(data.terms)))
        pooled = pool_rows(_renumbered(data, owner, rows))
        return Sparse.of_largest(*pooled, (count, len(data.terms)))


def _renumbered(data: RankingInput, owner: Ints, rows: Ints) -> RankingInput:
    from dataclasses import replace

    return replace(data, row_entry=owner, row_term=data.row_term[rows], row_n=data.row_n[rows], row_m=data.row_m[rows])


class _Collected:
    """Dense rows gathered as sparse ones."""

    def __init__(self) -> None:
        self._owners: list[npt.NDArray[np.int64]] = []
        self._columns: list[npt.NDArray[np.int64]] = []
        self._values: list[npt.NDArray[np.float64]] = []

    def add(self, owner: int, dense: npt.NDArray[np.float64]) -> None:
        held = np.nonzero(dense)[0]
        self._owners.append(np.full(len(held), owner))
        self._columns.append(held)
        self._values.append(dense[held])

    def sparse(self, shape: tuple[int, int]) -> Sparse:
        empty = np.empty(0, dtype=np.int64)
        return Sparse.of_largest(
            np.concatenate([empty, *self._owners]),
            np.concatenate([empty, *self._columns]),
            np.concatenate([np.empty(0), *self._values]),
            shape,
        )
