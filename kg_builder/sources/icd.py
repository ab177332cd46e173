"""ICD code systems: chapters, blocks and codes, and what is below what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg_builder.canonical import PropertyValue
from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.icd import IcdCodeSystem
from ontologies.term_id import TermId

__all__ = ["read_icd"]


def read_icd(system: IcdCodeSystem, prefix: str, source: Source, names_zh: Mapping[str, str]) -> Iterator[Node | Edge]:
    """Every entry of a code system.

    Args:
        system: the code system.
        prefix: of the identifiers, ICD10CM or ICD10WHO.
        source: its entry in the catalogue.
        names_zh: Simplified-Chinese names by code.
    """
    evidence = source.evidence()
    for entry in system.entries:
        own: list[tuple[str, PropertyValue]] = []
        for name in ("excludes1", "excludes2"):
            if values := tuple(getattr(entry, name)):
                own.append((name, values))
        zh = names_zh.get(entry.code)
        yield Node(
            TermId(prefix, entry.code),
            Label.ICD_CODE,
            entry.title,
            name_zh=zh,
            name_zh_status="code title" if zh else None,
            synonyms=tuple(sorted(set(entry.inclusion_terms) - {entry.title})),
            properties=tuple(own),
        )
        if entry.parent is not None:
            yield Edge(TermId(prefix, entry.code), Relation.IS_A, TermId(prefix, entry.parent), evidence)
