"""Symptoms, inheritance, onset and course of diseases, from the HPO annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg_builder.canonical import PropertyValue
from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.hpo import ONSET_TERMS
from ontologies.annotation import Annotation, AssertionStatus
from ontologies.term_id import TermId

__all__ = ["read_hpoa_edges"]

_PHENOTYPE, _INHERITANCE, _COURSE = "P", "I", "C"


def read_hpoa_edges(annotations: Iterable[Annotation], source: Source) -> Iterator[Node | Edge]:
    """Diseases, their symptoms, inheritance, onset and course, and the publications that they cite."""
    names: dict[TermId, str] = {}
    cited: set[tuple[TermId, str]] = set()
    for row in annotations:
        names.setdefault(row.subject, row.subject_name)
        relation = _relation(row)
        if relation is not None:
            yield _edge(row, relation, source)
        cited.update(
            (row.subject, reference) for reference in (row.reference or "").split(";") if reference.startswith("PMID:")
        )
    for subject in sorted(names):
        yield Node(subject, Label.DISEASE, names[subject])
    for reference in sorted({reference for _, reference in cited}):
        yield Node(TermId.parse(reference), Label.PUBLICATION, reference)
    for subject, reference in sorted(cited):
        evidence = source.evidence(reference=reference)
        yield Edge(subject, Relation.CITES, TermId.parse(reference), evidence, (("asserted_subject", str(subject)),))


def _relation(row: Annotation) -> Relation | None:
    if row.aspect == _PHENOTYPE:
        # Of m patients none had it: no statement that the disease has the symptom.
        return Relation.HAS_SYMPTOM if row.is_positive else Relation.LACKS_SYMPTOM
    if row.status is AssertionStatus.ABSENT or row.aspect not in (_INHERITANCE, _COURSE):
        # A modifier qualifies other rows, and a past history is no sign; neither is negated in a release that we read.
        return None
    if row.aspect == _INHERITANCE:
        return Relation.HAS_INHERITANCE
    return Relation.HAS_ONSET if row.term in ONSET_TERMS else Relation.HAS_COURSE


def _edge(row: Annotation, relation: Relation, source: Source) -> Edge:
    own: dict[str, PropertyValue] = {"asserted_subject": str(row.subject)}
    if row.frequency is not None:
        if row.frequency.n is not None and row.frequency.m is not None:
            own["frequency_n"], own["frequency_m"] = row.frequency.n, row.frequency.m
        if row.frequency.term is not None:
            own["frequency_class"] = str(row.frequency.term)
        if row.frequency.percent is not None:
            own["frequency_percent"] = row.frequency.percent
    for name, value in (("onset", row.onset), ("sex", row.sex), ("modifier", row.modifier)):
        if value:
            own[name] = str(value)
    return Edge(
        row.subject,
        relation,
        row.term,
        source.evidence(
            reference=row.reference or None,
            evidence_code=row.evidence_code or None,
            as_of=row.curated_on or None,
        ),
        tuple(sorted(own.items())),
    )
