"""Mondo's mappings: which disease entries are one disease, and its codes in ICD."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.schema import Relation
from ontologies.readers.sssom import read_sssom
from ontologies.term_id import TermId

__all__ = ["read_mondo_codes", "read_mondo_matches"]


def read_mondo_matches(path: Path) -> Iterator[tuple[TermId, TermId]]:
    """Pairs of one Mondo class and its exact match (or database cross-reference) in another vocabulary."""
    for mapping in read_sssom(path):
        yield mapping.subject, mapping.object


def read_mondo_codes(path: Path, code_system: str, source: Source) -> Iterator[Edge]:
    """ICD codes of Mondo classes, with the mapping's predicate."""
    for mapping in read_sssom(path):
        own = (
            ("asserted_subject", str(mapping.subject)),
            ("code_system", code_system),
            ("mapping_justification", mapping.justification),
            ("predicate", mapping.predicate.value),
        )
        yield Edge(mapping.subject, Relation.CODED_AS, mapping.object, source.evidence(), own)
