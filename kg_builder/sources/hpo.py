"""The Human Phenotype Ontology: symptoms, signs and findings, and what is a kind of what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.ontology import Ontology
from ontologies.term_id import TermId

__all__ = ["PHENOTYPIC_ABNORMALITY", "read_hpo"]

PHENOTYPIC_ABNORMALITY = TermId("HP", "0000118")


def read_hpo(ontology: Ontology, source: Source) -> Iterator[Node | Edge]:
    """Every term under Phenotypic abnormality with its former ids, and its parents there."""
    hierarchy = ontology.hierarchy
    root = hierarchy.index(PHENOTYPIC_ABNORMALITY)
    evidence = source.evidence()
    former: dict[TermId, set[TermId]] = defaultdict(set)
    for old in (*ontology.obsolete, *(other for term in ontology.terms.values() for other in term.alternative_ids)):
        primary = ontology.resolve(old)
        if primary is not None and primary != old:
            former[primary].add(old)
    inside = {root, *(int(i) for i in hierarchy.descendants(root))}
    for number in sorted(inside):
        term = ontology.terms[hierarchy.ids[number]]
        synonyms = sorted({synonym.text for synonym in term.synonyms} - {term.name})
        definition = (("definition", term.definition),) if term.definition else ()
        yield Node(
            term.id,
            Label.SYMPTOM,
            term.name,
            synonyms=tuple(synonyms),
            xrefs=tuple(sorted(former[term.id])),
            properties=definition,
        )
        for parent in hierarchy.parents(number):
            if int(parent) in inside:
                yield Edge(term.id, Relation.IS_A, hierarchy.ids[int(parent)], evidence)
