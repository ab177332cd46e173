"""The HPO annotations: which disease has which symptom, how often, and who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg_builder.canonical import PropertyValue
from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.annotation import Annotation, AssertionStatus
from ontologies.term_id import TermId

__all__ = ["read_hpoa_edges"]

_PHENOTYPE, _INHERITANCE, _ONSET = "P", "I", "C"


def read_hpoa_edges(annotations: Iterable[Annotation], source: Source) -> Iterator[Node | Edge]:
    """Diseases with inheritance and onset, their symptoms, and the publications that they cite."""
    names: dict[TermId, str] = {}
    inheritance: dict[TermId, set[str]] = defaultdict(set)
    onset: dict[TermId, set[str]] = defaultdict(set)
    cited: set[tuple[TermId, str]] = set()
    for row in annotations:
        names.setdefault(row.subject, row.subject_name)
        if row.aspect == _PHENOTYPE:
            yield _symptom_edge(row, source)
        elif row.aspect in (_INHERITANCE, _ONSET):
            (inheritance if row.aspect == _INHERITANCE else onset)[row.subject].add(str(row.term))
        cited.update(
            (row.subject, reference) for reference in (row.reference or "").split(";") if reference.startswith("PMID:")
        )
    for subject in sorted(names):
        held: list[tuple[str, PropertyValue]] = []
        if inheritance[subject]:
            held.append(("inheritance", tuple(sorted(inheritance[subject]))))
        if onset[subject]:
            held.append(("onset", tuple(sorted(onset[subject]))))
        yield Node(subject, Label.DISEASE, names[subject], properties=tuple(held))
    for reference in sorted({reference for _, reference in cited}):
        yield Node(TermId.parse(reference), Label.PUBLICATION, reference)
    for subject, reference in sorted(cited):
        evidence = source.evidence(reference=reference)
        yield Edge(subject, Relation.CITES, TermId.parse(reference), evidence, (("asserted_subject", str(subject)),))


def _symptom_edge(row: Annotation, source: Source) -> Edge:
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
    absent = row.status is AssertionStatus.ABSENT
    return Edge(
        row.subject,
        Relation.LACKS_SYMPTOM if absent else Relation.HAS_SYMPTOM,
        row.term,
        source.evidence(
            reference=row.reference or None,
            evidence_code=row.evidence_code or None,
            as_of=row.curated_on or None,
        ),
        tuple(sorted(own.items())),
    )
