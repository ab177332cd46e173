"""Patients simulated from the graph alone, to fit the ranking's correction on.

A patient has a disease's terms by their frequency; another doctor would have written some of them less precisely, more
precisely or as a neighbouring term, and writes findings that have nothing to do with the disease. No patient record is
read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reasoner.ranking.compiling import ABNORMALITY
from reasoner.ranking.disease_profile import RankingInput, Sparse, ancestor_table

__all__ = [
    "BETWEEN_AUTHORS",
    "WITHIN_AUTHOR",
    "Imprecision",
    "PatientSimulator",
    "SimulatedPatients",
    "TermMoves",
    "any_length",
    "usual_length",
]

Ints = npt.NDArray[np.int64]


class SimulatedPatients(NamedTuple):
    """Some patients.

    Args:
        starts: where each patient's terms start in `terms`.
        terms: numbers of the observed terms, ascending within a patient, none twice; every patient has one.
    """

    starts: Ints
    terms: Ints


@dataclass(frozen=True, slots=True)
class Imprecision:
    """How a term that one author uses for a disease comes out in the words of another; the rest comes out as it is.

    Args:
        less_precise: share that is moved to a parent.
        more_precise: share that is moved to a child.
        sibling: share that is moved to another child of a parent.
        cousin: share that is moved to another grandchild of a grandparent.
        unrelated: findings that have nothing to do with the disease, for each that has.
    """

    less_precise: float
    more_precise: float
    sibling: float
    cousin: float
    unrelated: float


_LEAST_FREQUENCY = 1e-6

BETWEEN_AUTHORS = Imprecision(less_precise=0.13, more_precise=0.14, sibling=0.18, cousin=0.18, unrelated=0.64)
"""Measured on the annotations (HPO, 2025-01): terms of the rows that cite one publication against the other rows of the
disease, where these have eight terms or more: 22 % the same, 8 % less precise, 9 % more, 22 % near, 39 % unrelated."""

WITHIN_AUTHOR = Imprecision(less_precise=0.1, more_precise=0.0, sibling=0.0, cousin=0.0, unrelated=0.1)
"""Of a patient whose publication was itself annotated: its words are the author's own."""


class TermMoves:
    """Where a term may move in the hierarchy, and which terms come up whatever the disease.

    Args:
        data: the rows that a ranking was compiled from.
    """

    def __init__(self, data: RankingInput) -> None:
        width = len(data.terms)
        self.root = data.terms.index(ABNORMALITY) if ABNORMALITY in data.terms else -1
        rows = np.bincount(data.row_term, minlength=width).astype(np.float64)
        self.popularity = np.cumsum(rows / max(rows.sum(), 1.0))
        # Children are chosen by how many rows they and their descendants have.
        starts, ancestors, _ = ancestor_table(width, data.is_a)
        below = np.bincount(ancestors, np.repeat(rows, np.diff(starts)), width).astype(np.float64)
        up = data.is_a[data.is_a[:, 1] != self.root]
        down = data.is_a[below[data.is_a[:, 0]] > 0]
        self.parents = _Choices(up[:, 0], up[:, 1], np.ones(len(up)), width)
        self.children = _Choices(down[:, 1], down[:, 0], below[down[:, 0]], width)


class PatientSimulator:
    """Draws patients.

    Args:
        moves: of the terms.
        shown: frequency of terms, a row for each thing that a patient may have: a disease, or one view of it.
        imprecision: how records differ from those rows.
        noted: how many findings of a patient are noted, for a number of patients.
        random: where chance comes from.
    """

    def __init__(
        self,
        moves: TermMoves,
        shown: Sparse,
        imprecision: Imprecision,
        noted: Callable[[np.random.Generator, int], Ints],
        random: np.random.Generator,
    ) -> None:
        self._moves, self._profile, self._imprecision = moves, shown, imprecision
        self._noted, self._random = noted, random

    def draw(self, rows: Ints) -> SimulatedPatients:
        """Draw a patient for each row.

        Args:
            rows: numbers of rows of `shown` that are not empty.
        """
        count, width = len(rows), len(self._moves.popularity)
        patient, term = self._shown(rows)
        term = self._written(term)
        strangers = self._random.poisson(self._imprecision.unrelated * np.bincount(patient, minlength=count))
        stranger = np.searchsorted(self._moves.popularity, self._random.random(int(strangers.sum())))
        keys = np.unique(
            np.concatenate([patient, np.repeat(np.arange(count), strangers)]) * width
            + np.concatenate([term, np.minimum(stranger, width - 1)])
        )
        return SimulatedPatients(np.searchsorted(keys, np.arange(count) * width), keys % width)

    def _shown(self, rows: Ints) -> tuple[Ints, Ints]:
        """Terms that the patients have and that are noted: patient and term, at least one for each patient."""
        count, profile = len(rows), self._profile
        starts = profile.starts[rows]
        lengths = profile.starts[rows + 1] - starts
        patient = np.repeat(np.arange(count), lengths)
        first = np.cumsum(lengths) - lengths
        place = np.arange(len(patient)) - first[patient] + starts[patient]
        term, frequency = profile.columns[place], profile.values[place]
        present = self._random.random(len(term)) < frequency
        # Those that are present come first, in any order; of the others, the likeliest, if a patient has none.
        key = np.where(
            present,
            self._random.random(len(term)),
            1.0 + self._random.random(len(term)) / np.maximum(frequency, _LEAST_FREQUENCY),
        )
        order = np.lexsort((key, patient))
        noted = self._noted(self._random, count)
        position = np.arange(len(patient)) - first[patient]
        kept = (position == 0) | (present[order] & (position < noted[patient]))
        return patient[kept], term[order][kept]

    def _children(self, term: Ints) -> Ints:
        return self._moves.children.of(term, self._random)

    def _written(self, term: Ints) -> Ints:
        """The terms as another doctor would have written them."""
        chance, held = self._random.random(len(term)), self._imprecision
        above = self._moves.parents.of(term, self._random)
        bounds = np.cumsum([held.less_precise, held.more_precise, held.sibling, held.cousin])
        choices = [
            above,
            self._children(term),
            self._children(above),
            self._moves.children.of(
                self._moves.children.of(self._moves.parents.of(above, self._random), self._random), self._random
            ),
        ]
        return np.select([chance < bound for bound in bounds], choices, term)


def any_length(random: np.random.Generator, count: int) -> Ints:
    """How many findings are noted: from 1 to 25, each as likely."""
    return random.integers(1, 26, count)


def usual_length(random: np.random.Generator, count: int) -> Ints:
    """How many findings are noted: about 7, seldom more than 25."""
    return np.clip(np.rint(np.exp(random.normal(np.log(7.0), 0.8, count))), 1, 40).astype(np.int64)


class _Choices:
    """Weighted choices for each of some numbers.

    Args:
        owner: whose choice each is.
        choice: the choices.
        weight: how likely each is among those of its owner.
        count: how many owners there are.
    """

    def __init__(self, owner: Ints, choice: Ints, weight: npt.NDArray[np.float64], count: int) -> None:
        order = np.lexsort((choice, owner))
        self._choice = choice[order]
        self._starts = np.searchsorted(owner[order], np.arange(count + 1))
        self._sums = np.concatenate([[0.0], np.cumsum(weight[order])])

    def of(self, owners: Ints, random: np.random.Generator) -> Ints:
        """A choice for each owner; itself where it has none."""
        first, end = self._starts[owners], self._starts[owners + 1]
        low, high = self._sums[first], self._sums[end]
        place = np.searchsorted(self._sums, low + random.random(len(owners)) * (high - low), "right") - 1
        held = end > first
        place = np.clip(place, first, np.maximum(end - 1, first))[held]
        chosen = owners.copy()
        chosen[held] = self._choice[place]
        return chosen
