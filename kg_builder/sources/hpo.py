"""The Human Phenotype Ontology: symptoms, signs and findings, and what is a kind of what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.ontology import Ontology
from ontologies.term import SynonymScope, Term
from ontologies.term_id import TermId

__all__ = ["ONSET_TERMS", "PHENOTYPIC_ABNORMALITY", "read_hpo", "symptoms_by_name"]

PHENOTYPIC_ABNORMALITY = TermId("HP", "0000118")
_LABEL_BY_ROOT = {
    PHENOTYPIC_ABNORMALITY: Label.SYMPTOM,
    TermId("HP", "0031797"): Label.COURSE,
    TermId("HP", "0000005"): Label.INHERITANCE,
}
# Bounds in years of the onset terms, as their definitions in hp.obo state them (28 days are 0.077 years).
_ONSET_YEARS = {
    "0030674": (None, "0"),
    "0011460": (None, "0"),
    "0011461": (None, "0"),
    "0034197": (None, "0"),
    "0034198": (None, "0"),
    "0034199": (None, "0"),
    "0003577": ("0", "0"),
    "0003623": ("0", "0.077"),
    "0003593": ("0.077", "1"),
    "0011463": ("1", "5"),
    "0003621": ("5", "16"),
    "0410280": ("0.077", "16"),
    "0003581": ("16", None),
    "0011462": ("16", "40"),
    "0025708": ("16", "19"),
    "0025709": ("19", "25"),
    "0025710": ("25", "40"),
    "0003596": ("40", "60"),
    "0003584": ("60", None),
}
# Onset itself and every term below it; the definitions of the last three give no age.
ONSET_TERMS = frozenset(TermId("HP", local) for local in (*_ONSET_YEARS, "0003674", "4000040", "6000314", "6000315"))


def read_hpo(ontology: Ontology, source: Source) -> Iterator[Node | Edge]:
    """Every symptom, clinical course and mode of inheritance with its former ids, and its parents of the same kind."""
    former: dict[TermId, set[TermId]] = defaultdict(set)
    for old in (*ontology.obsolete, *(other for term in ontology.terms.values() for other in term.alternative_ids)):
        primary = ontology.resolve(old)
        if primary is not None and primary != old:
            former[primary].add(old)
    for root, label in _LABEL_BY_ROOT.items():
        if root in ontology.terms:
            yield from _branch(ontology, root, label, former, source)


def symptoms_by_name(ontology: Ontology) -> dict[str, TermId]:
    """Symptoms by folded label and exact synonym; a label goes first, and a synonym of several terms is left out."""
    hierarchy = ontology.hierarchy
    inside = hierarchy.ids_of(hierarchy.descendants(hierarchy.index(PHENOTYPIC_ABNORMALITY)))
    by_synonym: dict[str, set[TermId]] = defaultdict(set)
    for term in inside:
        for synonym in ontology.terms[term].synonyms:
            if synonym.scope is SynonymScope.EXACT:
                by_synonym[synonym.text.casefold()].add(term)
    found = {name: next(iter(terms)) for name, terms in by_synonym.items() if len(terms) == 1}
    return found | {ontology.terms[term].name.casefold(): term for term in inside}


def _branch(
    ontology: Ontology, root: TermId, label: Label, former: Mapping[TermId, set[TermId]], source: Source
) -> Iterator[Node | Edge]:
    hierarchy = ontology.hierarchy
    evidence = source.evidence()
    top = hierarchy.index(root)
    inside = {top, *(int(i) for i in hierarchy.descendants(top))}
    for number in sorted(inside):
        term = ontology.terms[hierarchy.ids[number]]
        yield Node(
            term.id,
            label,
            term.name,
            synonyms=tuple(sorted({synonym.text for synonym in term.synonyms} - {term.name})),
            xrefs=tuple(sorted(former.get(term.id, ()))),
            properties=_properties(term),
        )
        for parent in hierarchy.parents(number):
            if int(parent) in inside:
                yield Edge(term.id, Relation.IS_A, hierarchy.ids[int(parent)], evidence)


def _properties(term: Term) -> tuple[tuple[str, str], ...]:
    years = _ONSET_YEARS.get(term.id.local, (None, None))
    own = (("definition", term.definition), ("max_years", years[1]), ("min_years", years[0]))
    return tuple((name, value) for name, value in own if value)
