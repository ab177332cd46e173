"""Only what a person can look for in this patient is asked, and never the diagnosis itself."""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from pathlib import Path

import pytest

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.term_id import TermId
from reasoner.artefacts import ARTEFACTS
from reasoner.diagnosis.askable_findings import AskableFindings
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker

ROOT = "HP:0000118"
TERMS = {
    ROOT: "Phenotypic abnormality",
    "HP:0010461": "Abnormality of the male genitalia",
    "HP:0000028": "Cryptorchidism",
    "HP:0012378": "Fatigue",
    "HP:0001082": "Cholecystitis",
    "HP:0001945": "Fever",
    "HP:0002643": "Neonatal respiratory distress",
    "HP:0003555": "Muscle fiber splitting",
    "HP:0004374": "Functional abnormality of the bladder",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A build with one disease that has every term."""
    folder: Path = tmp_path_factory.mktemp("askable")
    disease = Node(TermId("OMIM", "1"), Label.DISEASE, "Acute cholecystitis")
    nodes = [disease, *(Node(TermId.parse(key), Label.SYMPTOM, name) for key, name in TERMS.items())]
    evidence = Evidence("made-up", "1", "CC0-1.0", Tier.UNREVIEWED)
    above = {"HP:0000028": "HP:0010461"}
    edges = [
        Edge(TermId.parse(key), Relation.IS_A, TermId.parse(above.get(key, ROOT)), evidence)
        for key in TERMS
        if key != ROOT
    ]
    edges += [Edge(disease.id, Relation.HAS_SYMPTOM, TermId.parse(key), evidence) for key in TERMS if key != ROOT]
    return write_snapshot(folder, nodes, edges, about={}, derive=ARTEFACTS)


def askable(snapshot: Snapshot, *, sex: str | None = None, age_years: float | None = None) -> set[str]:
    ranker = CaseRanker.open(snapshot)
    ranking = ranker.rank([TermId("HP", "0001945")], sex=sex, age_years=age_years)
    asked = AskableFindings(snapshot, ranking, Case("case", sex=sex, age_years=age_years))
    return {name for key, name in TERMS.items() if ranker.index.term_number(TermId.parse(key)) in asked}


def test_neither_umbrellas_nor_specimens_nor_what_every_illness_has_nor_the_diagnosis(snapshot: Snapshot) -> None:
    assert askable(snapshot) == {"Cryptorchidism", "Fever", "Neonatal respiratory distress"}


def test_nothing_of_the_other_sex(snapshot: Snapshot) -> None:
    assert "Cryptorchidism" in askable(snapshot, sex="MALE")
    assert "Cryptorchidism" not in askable(snapshot, sex="FEMALE")


def test_nothing_that_the_patient_has_outgrown(snapshot: Snapshot) -> None:
    assert "Neonatal respiratory distress" not in askable(snapshot, age_years=40.0)


def test_every_row_says_what_is_not_asked_and_why() -> None:
    text = files("reasoner.diagnosis").joinpath("unasked_findings.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert {row["kind"] for row in rows} == {"name", "term", "female", "male"}
    assert all(row["why"] for row in rows)
    assert all(re.fullmatch(r"HP:\d{7}", row["what"]) for row in rows if row["kind"] != "name")
