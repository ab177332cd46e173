"""A small build with everything compiled, cases over it, and the command run on it; its rows are made up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from kg_builder.canonical import PropertyValue
from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.errors import AitiaError
from ontologies.term_id import TermId
from reasoner.artefacts import ARTEFACTS
from reasoner.cli.app import app

__all__ = ["DISEASES", "NOTE", "PACKETS", "Outcome", "aitia", "clinic_snapshot", "packet"]

NOTE = "A 19-year-old man with arachnodactyly and ectopia lentis. No seizure."
SYMPTOMS = {
    "HP:0000118": "Phenotypic abnormality",
    "HP:0001166": "Arachnodactyly",
    "HP:0001083": "Ectopia lentis",
    "HP:0000098": "Tall stature",
    "HP:0001250": "Seizure",
    "HP:0001238": "Slender finger",
}
DISEASES = {f"OMIM:{100000 + number}": f"disease {number}" for number in range(12)} | {"ORPHA:9": "disease of ORPHA"}
# Disease, symptom, n of 10 patients, reference.
ROWS = [
    ("OMIM:100000", "HP:0001166", 9, "PMID:1"),
    ("OMIM:100000", "HP:0001083", 8, "PMID:1;PMID:2"),
    ("OMIM:100000", "HP:0000098", 7, "PMID:2"),
    ("OMIM:100001", "HP:0001083", 9, "PMID:3"),
    ("OMIM:100002", "HP:0001250", 10, "PMID:4"),
    ("OMIM:100003", "HP:0001238", 5, "PMID:5"),
    ("OMIM:100004", "HP:0000098", 6, "OMIM:100004"),
    ("ORPHA:9", "HP:0001250", 9, "ORPHA:9"),
    *((f"OMIM:{100000 + number}", "HP:0000118", 1, f"OMIM:{100000 + number}") for number in range(5, 12)),
]
IS_A = [
    ("HP:0001166", "HP:0001238"),
    *((child, "HP:0000118") for child in ("HP:0001083", "HP:0000098", "HP:0001250", "HP:0001238")),
]
# Case, observed terms, truth, publication of the case.
PACKETS = [
    ("one", ["HP:0001166", "HP:0001083"], "OMIM:100000", "PMID:1"),
    ("two", ["HP:0001083"], "OMIM:100001", "PMID:99"),
    ("three", ["HP:0001250"], "OMIM:100002", "PMID:4"),
    ("four", ["HP:0001250"], "OMIM:999999", "PMID:7"),
    ("five", [], "OMIM:100003", "PMID:5"),
]


def clinic_snapshot(folder: Path, *, common: str | None = None, urgent: str | None = None) -> Snapshot:
    """Writes the build with all compiled; one disease may be very common, one urgent."""
    nodes = [Node(TermId.parse(key), Label.SYMPTOM, name) for key, name in SYMPTOMS.items()]
    for key, name in DISEASES.items():
        properties: list[tuple[str, PropertyValue]] = [("prevalence_class", "very common")] if key == common else []
        if key == urgent:
            tests = {"settled_by": "electroencephalogram", "settled_by_terms": "", "settled_by_zh": "脑电图"}
            properties += [*((column, (cell,)) for column, cell in tests.items()), ("urgent", True)]
        nodes.append(Node(TermId.parse(key), Label.DISEASE, name, name_zh="某病", properties=tuple(properties)))
    codes = [Node(TermId("ICD10CM", local), Label.ICD_CODE, "a code") for local in ("X00.0", "X00.1")]
    edges = [_edge(child, Relation.IS_A, parent) for child, parent in IS_A]
    edges += [
        _edge(disease, Relation.HAS_SYMPTOM, symptom, reference, frequency_n=n, frequency_m=10)
        for disease, symptom, n, reference in ROWS
    ]
    edges.append(_edge("OMIM:100000", Relation.LACKS_SYMPTOM, "HP:0001250", "PMID:2"))
    edges.append(_edge("OMIM:100000", Relation.CODED_AS, "ICD10CM:X00.0", code_system="icd10cm", predicate="exact"))
    edges.append(_edge("OMIM:100001", Relation.CODED_AS, "ICD10CM:X00.1", code_system="icd10cm"))
    missing = [{"source": "mondo", "reason": "only read with --full"}]
    return write_snapshot(folder, [*nodes, *codes], edges, about={"missing_sources": missing}, derive=ARTEFACTS)


def _edge(subject: str, relation: Relation, target: str, reference: str | None = None, **properties: Any) -> Edge:
    evidence = Evidence("made-up", "1", "CC0-1.0", Tier.UNREVIEWED, reference=reference)
    return Edge(TermId.parse(subject), relation, TermId.parse(target), evidence, tuple(sorted(properties.items())))


def packet(name: str, terms: list[str], disease: str, publication: str) -> dict[str, Any]:
    """A phenopacket of version 2."""
    return {
        "id": name,
        "subject": {"id": name, "sex": "FEMALE"},
        "phenotypicFeatures": [{"type": {"id": term, "label": term}} for term in terms],
        "interpretations": [{"id": name, "diagnosis": {"disease": {"id": disease, "label": disease}}}],
        "metaData": {"phenopacketSchemaVersion": "2.0", "externalReferences": [{"id": publication}]},
    }


@dataclass(frozen=True)
class Outcome:
    """What a run of the command came to."""

    code: int
    out: str
    error: str

    def json(self) -> Any:
        return json.loads(self.out)


def aitia(*arguments: object, graph: Path | None = None, stdin: str | None = None) -> Outcome:
    """Runs the command in this process; a foreseen fault gives its exit code and line, as `main` does."""
    named = [] if graph is None else ["--graph", str(graph)]
    result = CliRunner().invoke(app, [*map(str, arguments), *named], input=stdin)
    fault = result.exception
    if isinstance(fault, AitiaError):
        return Outcome(fault.exit_code, result.stdout, str(fault))
    if fault is not None and not isinstance(fault, SystemExit):
        raise fault
    return Outcome(result.exit_code, result.stdout, result.stderr)
