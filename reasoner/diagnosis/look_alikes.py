"""What tells two look-alikes apart, as the core pack says of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from kg_builder.node import Node
from ontologies.term_id import TermId

__all__ = ["Difference", "difference"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding that speaks for one disease and against its look-alike.

    Args:
        speaks_for: the disease.
        term: the finding.
        note: why, in English.
        note_zh: why, in Chinese.
    """

    speaks_for: TermId
    term: TermId
    note: str
    note_zh: str


def difference(first: Node, second: Node) -> Difference | None:
    """What speaks for the first and against the second, else the other way round; None where no row says."""
    if first.id == second.id:
        return None
    return next(chain(_rows(first, second), _rows(second, first)), None)


def _rows(node: Node, other: Node) -> Iterator[Difference]:
    names = {str(other.id), *map(str, other.xrefs)}
    for is_from, by, note, note_zh in node.rows("differs_from", "differs_by", "differs_note", "differs_note_zh"):
        if str(is_from) in names:
            yield Difference(node.id, TermId.parse(str(by)), str(note), str(note_zh))
