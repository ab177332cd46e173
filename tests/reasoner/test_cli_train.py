"""`aitia train ranker`, and what the commands do with its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.reasoner.clinic import aitia


@pytest.fixture(scope="module")
def vectors(clinic_graph: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vectors") / "own.npz"
    outcome = aitia("train", "ranker", "--out", path, "--batches", 20, graph=clinic_graph)
    assert outcome.code == 0
    assert "13 diseases" in outcome.out
    return path


def evaluated(cases: Path, out: Path, graph: Path, *options: object) -> dict[str, object]:
    outcome = aitia("evaluate", "diagnosis", "--cases", cases, "--out", out, *options, graph=graph)
    assert outcome.code == 0
    manifest: dict[str, object] = json.loads((out / "manifest.json").read_text("utf-8"))
    return manifest


def test_an_evaluation_says_with_what_it_ranked(vectors: Path, cases: Path, clinic_graph: Path, tmp_path: Path) -> None:
    manifest = evaluated(cases, tmp_path, clinic_graph, "--ranker", vectors)
    assert manifest["ranker"] == "file"
    assert len(str(manifest["vectors"])) == 64
    assert manifest["vectors_refitted"] == ""


def test_a_refit_is_another_correction(vectors: Path, cases: Path, clinic_graph: Path, tmp_path: Path) -> None:
    manifest = evaluated(cases, tmp_path, clinic_graph, "--ranker", vectors, "--refit")
    assert len(str(manifest["vectors_refitted"])) == 64
    assert manifest["vectors_refitted"] != manifest["vectors"]


def test_no_vectors_for_this_graph_is_said(cases: Path, clinic_graph: Path, tmp_path: Path) -> None:
    manifest = evaluated(cases, tmp_path, clinic_graph)
    assert manifest["ranker"] == "none"
    assert "the formula ranks alone" in str(manifest["issues"])


def test_a_file_that_is_not_there_is_one_line(cases: Path, clinic_graph: Path, tmp_path: Path) -> None:
    outcome = aitia(
        "evaluate", "diagnosis", "--cases", cases, "--out", tmp_path, "--ranker", tmp_path / "no", graph=clinic_graph
    )
    assert outcome.code == 2
    assert "no such file of vectors" in outcome.error


def test_vectors_cannot_be_written_onto_a_file(clinic_graph: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    outcome = aitia("train", "ranker", "--out", tmp_path / "file" / "v.npz", "--batches", 1, graph=clinic_graph)
    assert outcome.code == 2
    assert "cannot be written" in outcome.error


def test_a_diagnosis_with_a_file_shows_the_correction_and_its_proof_holds(
    vectors: Path, clinic_graph: Path, tmp_path: Path
) -> None:
    proof, terms = tmp_path / "proof.json", "HP:0001166,HP:0001083"
    asked = ("diagnose", "--terms", terms, "--ranker", vectors, "--format", "json", "--certificate", proof)
    outcome = aitia(*asked, graph=clinic_graph)
    assert outcome.code == 0
    shares = [part["correction"] for place in outcome.json()["differential"] for part in place["explanation"]]
    assert any(shares)
    assert aitia("verify", proof, "--ranker", vectors, graph=clinic_graph).code == 0
    assert aitia("verify", proof, graph=clinic_graph).code == 1
