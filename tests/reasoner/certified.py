"""A small build in which genes are shared, and a case read from a note: what certificate tests start from."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.annotation import AssertionStatus
from ontologies.term_id import TermId
from reasoner.artefacts import ARTEFACTS
from reasoner.intake.case import Case, Finding
from reasoner.intake.gene_list import AcmgClass, PatientGene, Zygosity
from reasoner.proposals.proposal import DiseaseProposal

__all__ = ["GENES", "NOTE", "PROPOSALS", "disease", "read_note", "small_case", "small_snapshot", "term"]

NOTE = "Finger long. Lens dislocated. No seizure. 高个子。"
DISEASES = 14
ROOT = TermId("HP", "0000118")
# Of one copy, and of two; both beyond the numbers of the symptoms.
DOMINANT, RECESSIVE = TermId("HP", "0001423"), TermId("HP", "0000007")
_MARKS = {"Finger long": (1, True), "Lens dislocated": (2, True), "seizure": (3, False), "高个子": (5, True)}


def term(number: int) -> TermId:
    return TermId("HP", f"{number:07d}")


def disease(number: int) -> TermId:
    return TermId("OMIM", f"{100000 + number}")


GENES = (
    PatientGene("GENE0", Zygosity.HETEROZYGOUS, AcmgClass.LIKELY_PATHOGENIC),
    PatientGene("gene1", Zygosity.HETEROZYGOUS),
    PatientGene("GENE2", Zygosity.HOMOZYGOUS, AcmgClass.PATHOGENIC),
    PatientGene("NCBIGENE:3", None, AcmgClass.UNCERTAIN),
    PatientGene("NOPE1"),
)
PROPOSALS = (
    DiseaseProposal(1, "Disease 4"),
    DiseaseProposal(2, "no such disease"),
    DiseaseProposal(3, "it is OMIM:100001", disease(1)),
    DiseaseProposal(4, "disease 0"),
)


def _edge(
    subject: TermId, relation: Relation, target: TermId, *, reference: str | None = None, **properties: Any
) -> Edge:
    evidence = Evidence("made-up", "1", "CC0-1.0", Tier.UNREVIEWED, reference=reference or f"{subject}")
    return Edge(subject, relation, target, evidence, tuple(sorted(properties.items())))


def small_snapshot(folder: Path) -> Snapshot:
    symptoms = [term(number) for number in range(1, 7)]
    nodes = [Node(id, Label.SYMPTOM, f"symptom {id.local}") for id in [*symptoms, ROOT]]
    nodes += [Node(TermId("NCBIGENE", str(n)), Label.GENE, f"GENE{n}") for n in range(DISEASES // 3 + 1)]
    nodes += [
        Node(disease(n), Label.DISEASE, f"disease {n}", name_zh="病", name_zh_status="composed")
        for n in range(DISEASES)
    ]
    nodes += [Node(id, Label.INHERITANCE, f"mode {id.local}") for id in (DOMINANT, RECESSIVE)]
    parents = [(1, 6), (2, 118), (3, 118), (4, 3), (5, 118), (6, 118)]
    edges = [_edge(term(child), Relation.IS_A, term(parent)) for child, parent in parents]
    for n in range(DISEASES):
        for position, symptom in enumerate(symptoms):
            if (n * 7 + position * 3) % 5 < 3:
                edges.append(_edge(disease(n), Relation.HAS_SYMPTOM, symptom, frequency_n=1 + n % 4, frequency_m=5))
        edges.append(_edge(disease(n), Relation.LACKS_SYMPTOM, term(6 if n % 2 else 2)))
        edges.append(_edge(TermId("NCBIGENE", str(n // 3)), Relation.ASSOCIATED_WITH, disease(n), kind="MENDELIAN"))
        edges.append(_edge(disease(n), Relation.HAS_INHERITANCE, RECESSIVE if n % 2 else DOMINANT))
    # An exactly matching entry of another vocabulary, on the node of the first disease; and rows without counts.
    edges.append(_edge(disease(0), Relation.HAS_SYMPTOM, term(2), asserted_subject="ORPHA:1", frequency_percent="70%"))
    edges.append(_edge(disease(1), Relation.HAS_SYMPTOM, term(4), frequency_class="HP:0040281"))
    edges.append(_edge(disease(1), Relation.HAS_SYMPTOM, term(5), reference="PMID:1"))
    # None of six had it: a row that the frequency rests on, and that argues against the disease all the same.
    edges += [
        _edge(disease(n), Relation.LACKS_SYMPTOM, term(5), frequency_n=0, frequency_m=6)
        for n in range(DISEASES)
        if (n * 7 + 12) % 5 >= 3
    ]
    missing = [{"source": "mondo", "reason": "only read with --full"}]
    about = {"missing_sources": missing}
    return write_snapshot(folder, nodes, edges, about=about, derive=ARTEFACTS)


def small_case() -> Case:
    return read_note(NOTE.encode())[1]


def read_note(document: bytes) -> tuple[str, Case]:
    text = document.decode()
    findings = []
    for quote, (number, present) in _MARKS.items():
        start = text.index(quote)
        status = AssertionStatus.PRESENT if present else AssertionStatus.ABSENT
        findings.append(
            Finding(term(number), f"symptom {term(number).local}", status, "patient", start, start + len(quote), quote)
        )
    digest = hashlib.sha256(document).hexdigest()
    return text, Case("note", tuple(findings), sex="MALE", age_years=19.0, document_sha256=digest)
