"""What each finding says about all diseases: its row of log likelihood ratios, above the floor of a disease without it.

A term that many diseases show has its row whole. A rarer one says little that its ancestors do not: it keeps the
nearest ancestors that have whole rows, what each loses on the way down, and the few diseases for which it says more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from reasoner.ranking.disease_profile import Profiles, Sparse
from reasoner.ranking.likelihood_ratio import FLOOR, IMPRECISION_COST, SMOOTHING

__all__ = ["ScoreRows", "compile_score_rows"]

Arrays = dict[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float32]

# How many diseases must show a term for its row to be whole: 3,200 of 12,400 terms on the default graph.
WHOLE_FROM = 100


class _ArraysByName(Protocol):
    def __getitem__(self, name: str, /) -> npt.NDArray[Any]: ...


class ScoreRows:
    """The compiled rows.

    Args:
        arrays: what `compile_score_rows` gave.
    """

    def __init__(self, arrays: _ArraysByName) -> None:
        self._rows: Floats = arrays["score_rows"]
        self._row_of: list[int] = arrays["score_row_of_term"].tolist()
        self._nearest_starts: list[int] = arrays["nearest_starts"].tolist()
        self._nearest_rows: list[int] = arrays["nearest_rows"].tolist()
        self._nearest_loss: list[float] = arrays["nearest_loss"].tolist()
        self._beyond_starts: list[int] = arrays["beyond_starts"].tolist()
        self._beyond_diseases: npt.NDArray[Any] = arrays["beyond_diseases"]
        self._beyond_excess: Floats = arrays["beyond_excess"]

    def row(self, term: int) -> Floats:
        """By how much each disease exceeds the floor for a term, nats; not to be written to."""
        number = self._row_of[term]
        if number >= 0:
            whole: Floats = self._rows[number]
            return whole
        start, end = self._nearest_starts[term], self._nearest_starts[term + 1]
        row = _inherited(self._rows, self._nearest_rows[start:end], self._nearest_loss[start:end])
        beyond = slice(self._beyond_starts[term], self._beyond_starts[term + 1])
        row[self._beyond_diseases[beyond]] = self._beyond_excess[beyond]
        return row

    def total(self, terms: Sequence[int]) -> Floats:
        """Sum of some terms' rows, with their floors: the log likelihood ratio of every disease, nats."""
        total = np.full(self._rows.shape[1], FLOOR * len(terms), dtype=np.float32)
        for term in terms:
            total += self.row(term)
        return total


def _inherited(rows: Floats, numbers: list[int], losses: list[float]) -> Floats:
    """The largest of some rows, each less its loss, and 0."""
    if not numbers:
        return np.zeros(rows.shape[1], dtype=np.float32)
    best: Floats = rows[numbers[0]] - losses[0]
    for number, loss in zip(numbers[1:], losses[1:], strict=True):
        np.maximum(best, rows[number] - loss, out=best)
    return np.maximum(best, np.float32(0), out=best)


def compile_score_rows(
    profiles: Profiles,
    background: npt.NDArray[np.float64],
    information: npt.NDArray[np.float64],
    *,
    whole_from: int = WHOLE_FROM,
) -> Arrays:
    """Compile the rows of all terms.

    Args:
        profiles: of all diseases.
        background: of each term; 0 where no disease has it.
        information: content of each term, nats; of a term that no disease has, that of its best ancestor.
        whole_from: how many diseases must show a term for its row to be whole.
    """
    return _Compilation(profiles, background, information, whole_from).arrays()


class _Compilation:
    def __init__(
        self,
        profiles: Profiles,
        background: npt.NDArray[np.float64],
        information: npt.NDArray[np.float64],
        whole_from: int,
    ) -> None:
        terms = len(profiles.data.terms)
        self.profiles, self.background, self.information = profiles, background, information
        self.by_term: Sparse = profiles.final.transposed(terms)
        # A profile has a term's ancestors wherever it has the term: above a whole row all rows are whole.
        whole = np.diff(self.by_term.starts) >= whole_from
        self.row_of = np.where(whole, np.cumsum(whole) - 1, -1).astype(np.int32)
        self.parents: list[list[int]] = [[] for _ in range(terms)]
        for child, parent in profiles.data.is_a.tolist():
            self.parents[child].append(parent)
        self.rows = np.zeros((int(whole.sum()), len(profiles.data.diseases)), dtype=np.float32)

    def arrays(self) -> Arrays:
        order = self.profiles.order.tolist()
        for term in order:
            if self.row_of[term] >= 0:
                self._fill(term)
        nearest = self._nearest(order)
        numbers, losses, diseases, excess = [], [], [], []
        for term in range(len(self.row_of)):
            rows, loss, beyond = self._beyond(term, nearest.get(term, []))
            numbers.append(rows)
            losses.append(loss)
            diseases.append(np.nonzero(beyond)[0])
            excess.append(beyond[diseases[-1]])
        position: type[np.unsignedinteger[Any]] = np.uint16 if self.rows.shape[1] <= 1 << 16 else np.uint32
        return {
            "score_rows": self.rows,
            "score_row_of_term": self.row_of,
            "nearest_starts": _starts(numbers),
            "nearest_rows": np.concatenate(numbers).astype(np.int32),
            "nearest_loss": np.concatenate(losses),
            "beyond_starts": _starts(diseases),
            "beyond_diseases": np.concatenate(diseases).astype(position),
            "beyond_excess": np.concatenate(excess),
        }

    def _loss(self, term: int, ancestors: Any) -> Any:
        return IMPRECISION_COST * (self.information[term] - self.information[ancestors])

    def _own(self, term: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Diseases that show a term, and by how much a match at that very term exceeds the floor."""
        diseases, frequency = self.by_term.row(term)
        if not len(diseases):
            return diseases, frequency
        return diseases, np.log(frequency / self.background[term] + SMOOTHING) - FLOOR

    def _fill(self, term: int) -> None:
        """Write a whole row; those of its parents are there."""
        row = np.zeros(self.rows.shape[1])
        for parent in self.parents[term]:
            np.maximum(row, self.rows[self.row_of[parent]] - self._loss(term, parent), out=row)
        diseases, excess = self._own(term)
        row[diseases] = np.maximum(row[diseases], excess)
        self.rows[self.row_of[term]] = row

    def _nearest(self, order: list[int]) -> dict[int, list[int]]:
        """Ancestors with whole rows that have none below them, for each term without a whole row."""
        nearest: dict[int, list[int]] = {}
        for term in order:
            if self.row_of[term] >= 0:
                continue
            found = {
                above
                for parent in self.parents[term]
                for above in ([parent] if self.row_of[parent] >= 0 else nearest[parent])
            }
            passed = {above for one in found for above in self._ancestors(one).tolist() if above != one}
            nearest[term] = sorted(found - passed)
        return nearest

    def _ancestors(self, term: int) -> npt.NDArray[np.int64]:
        starts = self.profiles.starts
        return self.profiles.ancestors[starts[term] : starts[term + 1]]

    def _beyond(self, term: int, nearest: list[int]) -> tuple[npt.NDArray[np.int32], Floats, Floats]:
        """Nearest whole rows, what each loses, and the term's row where it exceeds what they give (0 elsewhere)."""
        if self.row_of[term] >= 0:
            return np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.float32)
        numbers = self.row_of[np.array(nearest, dtype=np.int64)]
        losses = np.asarray(self._loss(term, nearest), dtype=np.float32)
        given = _inherited(self.rows, numbers.tolist(), losses.tolist())
        row = given.copy()
        for above in self._ancestors(term).tolist():
            if self.row_of[above] < 0:
                diseases, excess = self._own(above)
                row[diseases] = np.maximum(row[diseases], (excess - self._loss(term, above)).astype(np.float32))
        return numbers, losses, np.where(row > given, row, np.float32(0))


def _starts(parts: list[npt.NDArray[Any]]) -> npt.NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int32)
