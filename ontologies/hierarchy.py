"""An is-a hierarchy: a directed acyclic graph over integers, with identifiers at the edge.

Terms are numbered in the order of their identifiers, so that the same terms get the same numbers everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError, UnknownTermError
from ontologies.term_id import TermId

__all__ = ["Adjacency", "Hierarchy", "Indices"]

Indices = npt.NDArray[np.int32]


class Adjacency(NamedTuple):
    """Compressed rows: the targets of row `i` are `targets[offsets[i]:offsets[i + 1]]`, ascending.

    Args:
        offsets: int64, one more than there are rows.
        targets: int32.
    """

    offsets: npt.NDArray[np.int64]
    targets: Indices

    def row(self, i: int) -> Indices:
        """The targets of row `i`, a view."""
        return self.targets[self.offsets[i] : self.offsets[i + 1]]

    def transposed(self) -> Adjacency:
        """The same pairs, turned round (square relations only)."""
        n = len(self.offsets) - 1
        rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(self.offsets))
        order = np.argsort(self.targets, kind="stable")
        return Adjacency(_offsets(np.bincount(self.targets, minlength=n)), rows[order])


class Hierarchy:
    """Parents, children, ancestors and descendants of terms.

    Args:
        ids: identifiers, sorted and unique.
        parents_of: parents of each term by index.

    Raises:
        InputError: the relation has a cycle.
    """

    def __init__(self, ids: tuple[TermId, ...], parents_of: Adjacency) -> None:
        self.ids = ids
        self._parents = parents_of
        self._index_by_id = {term_id: i for i, term_id in enumerate(ids)}
        self.parents_first = self._sort_parents_first()

    @classmethod
    def from_edges(cls, ids: Iterable[TermId], pairs: Iterable[tuple[TermId, TermId]]) -> Hierarchy:
        """Build from identifiers and (child, parent) pairs; repeated pairs count once.

        Raises:
            UnknownTermError: a pair names an identifier that is not among `ids`.
            InputError: the pairs form a cycle.
        """
        ordered = tuple(sorted(set(ids)))
        index = {term_id: i for i, term_id in enumerate(ordered)}
        parents: list[set[int]] = [set() for _ in ordered]
        for child, parent in pairs:
            for end in (child, parent):
                if end not in index:
                    raise UnknownTermError(
                        "an is-a pair names a term that is not there",
                        value=f"{child} is a {parent}",
                        remedy=f"Add {end}",
                    )
            parents[index[child]].add(index[parent])
        return cls(ordered, _adjacency(parents))

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, term_id: object) -> bool:
        return term_id in self._index_by_id

    def index(self, term_id: TermId) -> int:
        """Index of an identifier.

        Raises:
            UnknownTermError: the hierarchy does not hold it.
        """
        try:
            return self._index_by_id[term_id]
        except KeyError:
            raise UnknownTermError(
                "the hierarchy does not hold this term",
                value=term_id,
                remedy="Resolve the identifier with Ontology.resolve first",
            ) from None

    def parents(self, i: int) -> Indices:
        """Parents of term `i`, ascending."""
        return self._parents.row(i)

    def children(self, i: int) -> Indices:
        """Children of term `i`, ascending."""
        return self._children.row(i)

    def ancestors(self, i: int, include_self: bool = False) -> Indices:
        """All terms above term `i`, ascending."""
        row = self.closure.row(i)
        return row if include_self else row[row != i]

    def descendants(self, i: int, include_self: bool = False) -> Indices:
        """All terms below term `i`, ascending."""
        row = self.descendant_closure.row(i)
        return row if include_self else row[row != i]

    def ancestor_ids(self, term_id: TermId, include_self: bool = False) -> tuple[TermId, ...]:
        """Identifiers of all terms above one, sorted."""
        return self.ids_of(self.ancestors(self.index(term_id), include_self))

    def descendant_ids(self, term_id: TermId, include_self: bool = False) -> tuple[TermId, ...]:
        """Identifiers of all terms below one, sorted."""
        return self.ids_of(self.descendants(self.index(term_id), include_self))

    def ids_of(self, indices: Indices | Sequence[int]) -> tuple[TermId, ...]:
        """Identifiers of the given indices, in their order."""
        return tuple(self.ids[int(i)] for i in indices)

    @cached_property
    def roots(self) -> Indices:
        """Terms without a parent, ascending."""
        return np.flatnonzero(np.diff(self._parents.offsets) == 0).astype(np.int32)

    @cached_property
    def closure(self) -> Adjacency:
        """Every term with all its ancestors and itself."""
        above: list[set[int]] = [set() for _ in self.ids]
        for i in self.parents_first.tolist():
            above[i].add(i)
            for parent in self.parents(i).tolist():
                above[i] |= above[parent]
        return _adjacency(above)

    @cached_property
    def descendant_closure(self) -> Adjacency:
        """Every term with all its descendants and itself."""
        return self.closure.transposed()

    @cached_property
    def _children(self) -> Adjacency:
        return self._parents.transposed()

    def _sort_parents_first(self) -> Indices:
        """Indices such that every parent precedes its children (Kahn 1962)."""
        missing = np.diff(self._parents.offsets).tolist()
        order = [i for i, count in enumerate(missing) if count == 0]
        for i in order:
            for child in self._children.row(i).tolist():
                missing[child] -= 1
                if missing[child] == 0:
                    order.append(child)
        if len(order) < len(self.ids):
            stuck = next(i for i, count in enumerate(missing) if count > 0)
            raise InputError(
                "the is-a relation has a cycle", value=self.ids[stuck], remedy="Remove one of the pairs at or above it"
            )
        return np.array(order, dtype=np.int32)


def _offsets(counts: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)])


def _adjacency(rows: Sequence[set[int]]) -> Adjacency:
    targets = [target for row in rows for target in sorted(row)]
    return Adjacency(_offsets([len(row) for row in rows]), np.array(targets, dtype=np.int32))
