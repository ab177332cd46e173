"""A node of the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kg_builder.canonical import PropertyValue, Record
from kg_builder.schema import Label
from ontologies.term_id import TermId

__all__ = ["Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that the graph knows: a disease, a symptom, a drug, a code.

    Args:
        id: the node's CURIE, unique in a graph.
        label: its kind.
        name: English name.
        name_zh: Simplified-Chinese name, None where unknown.
        name_zh_status: official, code title or composed; None without a Chinese name.
        synonyms: further names, sorted.
        xrefs: identifiers of the same thing in other vocabularies, sorted; each resolves to this node.
        properties: what else the sources say, by name, sorted.
    """

    id: TermId
    label: Label
    name: str
    name_zh: str | None = None
    name_zh_status: str | None = None
    synonyms: tuple[str, ...] = ()
    xrefs: tuple[TermId, ...] = ()
    properties: tuple[tuple[str, PropertyValue], ...] = field(default=())

    def record(self) -> Record:
        """The flat record that is hashed, stored and loaded; absent values are left out."""
        record: dict[str, PropertyValue] = {"id": str(self.id), "label": self.label.value, "name": self.name}
        if self.name_zh is not None:
            record["name_zh"] = self.name_zh
            record["name_zh_status"] = self.name_zh_status
        if self.synonyms:
            record["synonyms"] = self.synonyms
        if self.xrefs:
            record["xrefs"] = [str(xref) for xref in self.xrefs]
        for name, value in self.properties:
            record[name] = value
        return record

    def rows(self, *names: str) -> Iterator[tuple[PropertyValue, ...]]:
        """Rows of a table that is kept as one property for each column; none where a column is absent."""
        held = dict(self.properties)
        columns = [held.get(name) or () for name in names]
        return zip(*(column if isinstance(column, tuple) else (column,) for column in columns), strict=False)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Node:
        """Read what `record` wrote."""
        rest = dict(record)
        return cls(
            id=TermId.parse(rest.pop("id")),
            label=Label(rest.pop("label")),
            name=rest.pop("name"),
            name_zh=rest.pop("name_zh", None),
            name_zh_status=rest.pop("name_zh_status", None),
            synonyms=tuple(rest.pop("synonyms", ())),
            xrefs=tuple(TermId.parse(xref) for xref in rest.pop("xrefs", ())),
            properties=tuple(
                (name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(rest.items())
            ),
        )
