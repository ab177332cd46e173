"""An edge of the graph: one assertion of one source, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from kg_builder.canonical import PropertyValue, Record, content_id
from kg_builder.schema import Relation, Tier
from ontologies.term_id import TermId

__all__ = ["Edge", "Evidence"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an assertion comes from and what it is worth.

    Args:
        source: key of the source in the catalogue.
        source_version: release of the source.
        licence: SPDX id or short name of the licence of this edge.
        tier: primary, curated, digest or unreviewed.
        reference: PMID, DOI, database entry or label section; None where the source gives only itself.
        evidence_code: such as PCS, TAS or IEA; None where the source gives none.
        as_of: ISO date of the assertion; None where unknown.
        record: key of the row in the source, where a row has one.
        document: id of the document, for an assertion read from text; so for the fields below.
        start: first code point of the span.
        end: code point after the span.
        quote: the text of the span.
        extractor: who found it.
        confidence: decimal string from 0 to 1.
    """

    source: str
    source_version: str
    licence: str
    tier: Tier
    reference: str | None = None
    evidence_code: str | None = None
    as_of: str | None = None
    record: str | None = None
    document: str | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    extractor: str | None = None
    confidence: str | None = None

    @property
    def references(self) -> tuple[str, ...]:
        """Each of the references that the row cites, in its order."""
        return tuple(part for part in (self.reference or "").split(";") if part)


_EVIDENCE_FIELDS = tuple(f.name for f in fields(Evidence))
_STRUCTURE_FIELDS = ("id", "subject", "relation", "object", "count", "premises")


@dataclass(frozen=True, slots=True)
class Edge:
    """One assertion: subject, relation, object.

    Args:
        subject: id of the node it starts from.
        relation: its kind.
        object: id of the node it ends in.
        evidence: where it comes from.
        properties: the relation's own properties by name, sorted; absent values are left out.
        count: how many identical rows the source holds.
        premises: ids of the edges it was derived from, sorted; empty for an asserted edge.
    """

    subject: TermId
    relation: Relation
    object: TermId
    evidence: Evidence
    properties: tuple[tuple[str, PropertyValue], ...] = ()
    count: int = 1
    premises: tuple[str, ...] = ()
    _id: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def id(self) -> str:
        """Hash of subject, relation, object, own properties, source and reference: not of version or date."""
        # A build asks for the ids of a million edges several times over; hashing them once saves a quarter of it.
        found = self._id
        if found is None:
            found = content_id(
                str(self.subject),
                self.relation.value,
                str(self.object),
                self.properties,
                self.evidence.source,
                self.evidence.reference,
            )
            object.__setattr__(self, "_id", found)
        return found

    def property(self, name: str) -> PropertyValue:
        """An own property by name; None where it is absent."""
        return next((value for key, value in self.properties if key == name), None)

    def record(self) -> Record:
        """The flat record that is hashed, stored and loaded; absent values are left out."""
        record: dict[str, PropertyValue] = {
            "id": self.id,
            "subject": str(self.subject),
            "relation": self.relation.value,
            "object": str(self.object),
        }
        record.update(_evidence_items(self.evidence))
        record.update(self.properties)
        if self.count != 1:
            record["count"] = self.count
        if self.premises:
            record["premises"] = self.premises
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Edge:
        """Read what `record` wrote."""
        evidence = {name: record[name] for name in _EVIDENCE_FIELDS if name in record}
        evidence["tier"] = Tier(evidence["tier"])
        own = sorted(record.keys() - set(_EVIDENCE_FIELDS) - set(_STRUCTURE_FIELDS))
        return cls(
            subject=TermId.parse(record["subject"]),
            relation=Relation(record["relation"]),
            object=TermId.parse(record["object"]),
            evidence=Evidence(**evidence),
            properties=tuple((name, _frozen(record[name])) for name in own),
            count=record.get("count", 1),
            premises=tuple(record.get("premises", ())),
        )


def _frozen(value: PropertyValue) -> PropertyValue:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=4096)
def _evidence_items(evidence: Evidence) -> tuple[tuple[str, PropertyValue], ...]:
    held = ((name, getattr(evidence, name)) for name in _EVIDENCE_FIELDS)
    return tuple((name, str(value) if name == "tier" else value) for name, value in held if value is not None)
