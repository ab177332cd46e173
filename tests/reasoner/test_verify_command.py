"""`aitia verify` on what people hand it: proofs of notes and phenopackets, other JSON, other documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.reasoner.clinic import NOTE, aitia, packet


@pytest.mark.parametrize("language", ["auto", "en", "zh"])
def test_a_note_is_read_again_in_the_language_of_the_diagnosis(
    language: str, tmp_path: Path, clinic_graph: Path
) -> None:
    note, proof = tmp_path / "note.txt", tmp_path / "proof.json"
    note.write_text(NOTE, "utf-8")
    assert aitia("diagnose", note, "--language", language, "--certificate", proof, graph=clinic_graph).code == 0
    assert json.loads(proof.read_bytes())["settings"]["language"] == language
    verified = aitia("verify", proof, "--document", note, graph=clinic_graph)
    assert (verified.code, verified.out) == (0, "verified: portable, snapshot, document\n")


def test_a_phenopacket_has_no_spans_and_is_compared_by_its_findings(tmp_path: Path, clinic_graph: Path) -> None:
    case, proof = tmp_path / "case.json", tmp_path / "proof.json"
    case.write_text(json.dumps(packet("one", ["HP:0001166", "HP:0001083"], "OMIM:100000", "PMID:1")), "utf-8")
    assert aitia("diagnose", case, "--certificate", proof, graph=clinic_graph).code == 0
    verified = aitia("verify", proof, "--document", case, graph=clinic_graph)
    assert (verified.code, verified.out) == (0, "verified: portable, snapshot, document\n")
    case.write_text(json.dumps(packet("one", ["HP:0001166"], "OMIM:100000", "PMID:1")), "utf-8")
    other = aitia("verify", proof, "--document", case, graph=clinic_graph)
    assert (other.code, "not the document" in other.out) == (1, True)


def test_without_graph_and_build_it_is_said_what_is_left_to_trust(tmp_path: Path, clinic_graph: Path) -> None:
    proof = tmp_path / "proof.json"
    assert aitia("diagnose", "--terms", "HP:0001166", "--certificate", proof, graph=clinic_graph).code == 0
    build = json.loads(proof.read_bytes())["build"]["id"]
    verified = aitia("verify", proof, "--portable")
    said = f"verified: portable\nthis holds if build {build} is one that you trust; name that by --build ID\n"
    assert (verified.code, verified.out) == (0, said)


@pytest.mark.parametrize("text", ["[1, 2]", "{}", '{"id": "x"}', "null", "not JSON", "[" * 100_000])
def test_what_is_no_certificate_is_one_line_and_exit_code_2(text: str, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(text, "utf-8")
    outcome = aitia("verify", tmp_path / "other.json", "--portable")
    assert (outcome.code, outcome.out) == (2, "")
    assert "not a certificate" in outcome.error and "--certificate wrote" in outcome.error


@pytest.mark.parametrize("schema", ["aitia-certificate/2", "aitia-diagnosis-2", 3])
def test_a_certificate_of_another_schema_is_one_line_and_exit_code_2(schema: object, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text(json.dumps({"schema": schema}), "utf-8")
    outcome = aitia("verify", tmp_path / "old.json", "--portable")
    assert (outcome.code, outcome.out) == (2, "")
    assert str(schema) in outcome.error and "Certify the case again" in outcome.error


def test_of_many_differences_the_first_are_shown_and_the_others_counted(tmp_path: Path, clinic_graph: Path) -> None:
    proof = tmp_path / "proof.json"
    assert aitia("diagnose", "--terms", "HP:0001166", "--certificate", proof, graph=clinic_graph).code == 0
    held = json.loads(proof.read_bytes())
    held["settings"]["uniform_prior"] = True
    proof.write_text(json.dumps(held), "utf-8")
    outcome = aitia("verify", proof, graph=clinic_graph)
    lines = outcome.out.splitlines()
    assert (outcome.code, len(lines)) == (1, 11)
    assert lines[0].startswith("error: the certificate was altered after it was sealed")
    assert lines[-1].startswith("and ") and lines[-1].endswith(" more, which may follow from these")


def test_a_damaged_certificate_says_where(tmp_path: Path, clinic_graph: Path) -> None:
    proof = tmp_path / "proof.json"
    assert aitia("diagnose", "--terms", "HP:0001166", "--certificate", proof, graph=clinic_graph).code == 0
    held = json.loads(proof.read_bytes())
    del held["claims"][0]["numbers"]
    proof.write_text(json.dumps(held), "utf-8")
    outcome = aitia("verify", proof, "--portable")
    assert outcome.code == 1
    assert outcome.out == "error: claims/0/numbers: Field required. Do not rely on this certificate\n"
