"""Causal genes among random others: rows, what is left out, and that the draw is the case's own."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.annotation import AssertionStatus
from ontologies.term_id import TermId
from reasoner.artefacts import ARTEFACTS
from reasoner.evaluation.gene_evaluation import GeneRanks
from reasoner.intake.case import Case, Finding
from reasoner.ranking.case_ranker import CaseRanker
from tests.reasoner.clinic import PACKETS, aitia, packet

MARKER = TermId("HP", "0001083")


@pytest.fixture(scope="module")
def with_genes(clinic: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The clinic with a gene for each of its first six diseases."""
    nodes = [clinic.node_at(number) for number in range(clinic.node_count)]
    edges = [clinic.edge_at(number) for number in range(clinic.edge_count)]
    evidence = Evidence("made-up", "1", "CC0-1.0", Tier.UNREVIEWED)
    for number in range(6):
        gene = Node(TermId("NCBIGENE", str(number + 1)), Label.GENE, f"GENE{number}")
        nodes.append(gene)
        edges.append(Edge(gene.id, Relation.ASSOCIATED_WITH, TermId("OMIM", str(100000 + number)), evidence))
    return write_snapshot(tmp_path_factory.mktemp("genes") / "graph", nodes, edges, about={}, derive=ARTEFACTS)


def _packet(row: tuple[str, list[str], str, str], gene: str | None) -> dict[str, Any]:
    document = packet(*row)
    if gene is not None:
        interpretation = {"interpretationStatus": "CAUSATIVE", "gene": {"symbol": gene}}
        document["interpretations"][0]["diagnosis"]["genomicInterpretations"] = [interpretation]
    return document


def _ranks(snapshot: Snapshot, names: list[str]) -> dict[str, tuple[float, str]]:
    ranks = GeneRanks(CaseRanker.open(snapshot, ranker="none"), genes=3)
    finding = Finding(MARKER, "Ectopia lentis", AssertionStatus.PRESENT)
    ranks.add_all(Case(name, (finding,), diseases=(TermId("OMIM", "100001"),), genes=("GENE1",)) for name in names)
    return {row.case_id: (row.rank, row.top1) for row in ranks.rows}


def test_the_command_writes_rows_and_counts_what_is_left_out(with_genes: Snapshot, tmp_path: Path) -> None:
    genes = ["GENE0", "gene1", "NOSUCH", "GENE2", None]
    cases = tmp_path / "cases.jsonl"
    lines = [json.dumps(_packet(row, gene)) for row, gene in zip(PACKETS, genes, strict=True)]
    cases.write_text("\n".join(lines) + "\n", "utf-8")
    run = aitia(
        "evaluate", "genes", "--cases", cases, "--out", tmp_path / "out", "--genes", 4, graph=with_genes.folder.parent
    )
    assert run.code == 0
    assert "publication_never_seen: n 1, top1" in run.out
    with (tmp_path / "out" / "rows.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [(row["case_id"], row["setting"], row["n_candidates"]) for row in rows] == [
        ("one", "as_is", "4"),
        ("two", "as_is", "4"),
        ("two", "publication_never_seen", "4"),
    ]
    assert {row["rank"] for row in rows} == {"1.0"}
    assert [row["top1"] for row in rows] == ["NCBIGENE:1", "NCBIGENE:2", "NCBIGENE:2"]
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text("utf-8"))
    assert metrics["counts"] == {
        "cases": 5,
        "excluded": 1,
        "gene_unknown": 1,
        "no_finding": 0,
        "no_gene": 1,
        "unreadable": 0,
    }


def test_the_rivals_of_a_case_do_not_depend_on_the_others(with_genes: Snapshot) -> None:
    names = ["a", "b", "c"]
    assert _ranks(with_genes, names) == _ranks(with_genes, names[::-1])
    assert _ranks(with_genes, ["b"])["b"] == _ranks(with_genes, names)["b"]


def test_cases_without_genes_are_said_in_one_line(clinic_graph: Path, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(json.dumps(packet(*PACKETS[0])), "utf-8")
    run = aitia("evaluate", "genes", "--cases", tmp_path, "--out", tmp_path / "out", graph=clinic_graph)
    assert run.code == 2
    assert "no case names a causative gene" in run.error
