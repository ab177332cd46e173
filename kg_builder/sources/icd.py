"""ICD code systems: chapters, blocks and codes, and what is below what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg_builder.canonical import PropertyValue
from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.icd import CodeSystem
from ontologies.term_id import TermId

__all__ = ["read_icd"]

_NOTES = ("includes", "excludes1", "excludes2")


def read_icd(system: CodeSystem, source: Source, names_zh: Mapping[TermId, str]) -> Iterator[Node | Edge]:
    """Every entry of a code system.

    Args:
        system: the code system.
        source: its entry in the catalogue.
        names_zh: Simplified-Chinese titles by code.
    """
    evidence = source.evidence()
    for code in system.codes.values():
        own: list[tuple[str, PropertyValue]] = [(name, notes) for name in _NOTES if (notes := getattr(code, name))]
        zh = names_zh.get(code.id)
        yield Node(
            code.id,
            Label.ICD_CODE,
            code.title,
            name_zh=zh,
            name_zh_status="code title" if zh else None,
            synonyms=tuple(sorted(set(code.inclusion_terms) - {code.title})),
            properties=(*own, ("kind", code.kind.value)),
        )
        if code.parent is not None:
            yield Edge(code.id, Relation.IS_A, code.parent, evidence)
