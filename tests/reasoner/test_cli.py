"""The `aitia` command: results, exit codes and one line for each fault."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg_builder.snapshot import Snapshot
from tests.reasoner.clinic import NOTE, PACKETS, aitia, packet

TERMS = "HP:0001166,HP:0001083,-HP:0001250"
DIFFERENTIAL_KEYS = {
    "rank",
    "id",
    "name",
    "name_zh",
    "xrefs",
    "icd",
    "group",
    "probability",
    "log10_likelihood_ratio",
    "explanation",
}
DIAGNOSIS_KEYS = {
    "schema",
    "build",
    "case_id",
    "findings",
    "differential",
    "groups",
    "cannot_exclude",
    "next_findings",
    "abstained",
    "missing_sources",
}


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notes") / "note.txt"
    path.write_text(NOTE, "utf-8")
    return path


@pytest.fixture(scope="module")
def certificate(note: Path, clinic_graph: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("certificates") / "certificate.json"
    outcome = aitia("diagnose", note, "--certificate", path, graph=clinic_graph)
    assert outcome.code == 0
    return path


def test_json_of_a_diagnosis_has_the_agreed_shape(note: Path, clinic: Snapshot, clinic_graph: Path) -> None:
    found = aitia("diagnose", note, "--format", "json", graph=clinic_graph).json()
    assert set(found) >= DIAGNOSIS_KEYS
    assert (found["build"], found["abstained"], found["missing_sources"]) == (clinic.build_id, None, ["mondo"])
    first = found["differential"][0]
    assert set(first) >= DIFFERENTIAL_KEYS
    assert (first["rank"], first["id"], first["name_zh"]) == (1, "OMIM:100000", "某病")
    assert first["icd"] == [{"code": "X00.0", "system": "icd10cm", "predicate": "exact"}]
    for part in first["explanation"]:
        assert set(part) >= {"finding", "matched", "match_type", "log10_likelihood_ratio", "correction", "edges"}
        assert {str(clinic.edge_at(edge).subject) for edge in part["edges"]} == {"OMIM:100000"}


def test_findings_of_a_note_carry_spans_in_code_points(note: Path, clinic_graph: Path) -> None:
    findings = aitia("diagnose", note, "--format", "json", graph=clinic_graph).json()["findings"]
    assert {(finding["id"], finding["status"]) for finding in findings} == {
        ("HP:0001166", "present"),
        ("HP:0001083", "present"),
        ("HP:0001250", "absent"),
    }
    assert all(NOTE[finding["start"] : finding["end"]] == finding["text"] for finding in findings)


def test_leading_minus_excludes_and_does_not_rank(clinic_graph: Path) -> None:
    found = aitia("diagnose", "--terms", TERMS, "--format", "json", graph=clinic_graph).json()
    assert [finding["status"] for finding in found["findings"]] == ["present", "present", "absent"]
    explained = {part["finding"] for part in found["differential"][0]["explanation"]}
    assert explained == {"HP:0001166", "HP:0001083"}


def test_only_excluded_terms_abstain(clinic_graph: Path) -> None:
    found = aitia("diagnose", "--terms", "-HP:0001250", "--format", "json", graph=clinic_graph).json()
    assert (found["abstained"]["code"], found["differential"]) == ("no_finding", [])


def test_top_and_candidates_cut_the_differential(clinic_graph: Path) -> None:
    options = ("--terms", "HP:0001250", "--format", "json")
    both = aitia("diagnose", *options, "--top", 2, graph=clinic_graph).json()["differential"]
    omim = aitia("diagnose", *options, "--candidates", "omim", graph=clinic_graph).json()["differential"]
    assert {place["id"] for place in both} == {"OMIM:100002", "ORPHA:9"}
    assert {place["id"].split(":")[0] for place in omim} == {"OMIM"}


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_reports_name_disease_evidence_and_graph(format: str, note: Path, clinic: Snapshot, clinic_graph: Path) -> None:
    outcome = aitia("diagnose", note, "--format", format, graph=clinic_graph)
    assert outcome.code == 0
    for shown in ("disease 0", "OMIM:100000", "PMID:1", "ICD X00.0 (exact)", clinic.build_id[:16], "mondo"):
        assert shown in outcome.out


def test_note_from_standard_input(note: Path, clinic_graph: Path) -> None:
    piped = aitia("diagnose", "-", "--format", "json", graph=clinic_graph, stdin=NOTE).json()
    assert (
        piped["differential"] == aitia("diagnose", note, "--format", "json", graph=clinic_graph).json()["differential"]
    )


def test_file_and_terms_together_are_refused(note: Path, clinic_graph: Path) -> None:
    outcome = aitia("diagnose", note, "--terms", "HP:0001250", graph=clinic_graph)
    assert outcome.code == 2
    assert "give a case or terms" in outcome.error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("diagnose", "--terms", "HP:9999999"), "no symptom or sign of this graph: HP:9999999"),
        (("diagnose", "--terms", "fever"), "fever"),
        (("diagnose", "--terms", ","), "no term given"),
        (("diagnose",), "give a case or terms"),
        (("diagnose", "nowhere.txt"), "nowhere.txt"),
        (("diagnose", "--terms", "HP:0001250", "--format", "xml"), "unknown format"),
        (("diagnose", "--terms", "HP:0001250", "--candidates", "some"), "unknown candidates"),
        (("diagnose", "--terms", "HP:0001250", "--language", "fr"), "unknown language"),
        (("diagnose", "--terms", "HP:0001250", "--top", "0"), "--top"),
        (("explain", "--terms", "-HP:0001250"), "nothing to explain"),
        (("verify", "nowhere.json"), "the certificate cannot be read: nowhere.json. Check the path"),
        (("explain", "--terms", "HP:0001250", "--format", "markdown"), "Write text or json"),
        (("diagnose", ""), "no case is named"),
        (("diagnose", "--terms", "HP:0001250", "--genes", ""), "--genes names nothing"),
        (("evaluate", "diagnosis", "--cases", "x", "--out", ""), "--out names nothing"),
        (("build", "--mirror", ""), "--mirror names nothing"),
        (("build", "--mirror", "nowhere"), "--mirror names no folder: nowhere"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments: tuple[str, ...], said: str, clinic_graph: Path) -> None:
    outcome = aitia(*arguments, graph=clinic_graph)
    assert outcome.code == 2
    assert said in outcome.error


def test_a_graph_without_a_name_is_not_the_current_folder() -> None:
    for command in ("build", "sources", "serve"):
        outcome = aitia(command, "--graph", "")
        assert (outcome.code, outcome.error.count("\n")) == (2, 0)
        assert "--graph names nothing" in outcome.error


def test_the_help_shows_first_what_everybody_needs() -> None:
    shown = aitia("diagnose", "--help").out
    options = ["--terms", "--genes", "--format", "--top", "--certificate"]
    headings = ["Ranking", "A model that proposes", "Many cases"]
    places = [shown.index(word) for word in (*options, *headings)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("binary.txt", bytes(range(256)) * 40),
        ("empty.txt", b""),
        ("empty.json", b""),
        ("list.json", b"[1, 2]"),
        ("cut.json", b'{"id": "x", "phenotypicFeatures": ['),
        ("version1.json", b'{"phenotypicFeatures": [], "metaData": {"phenopacketSchemaVersion": "1.0.0"}}'),
    ],
)
def test_unusable_files_are_refused(name: str, content: bytes, tmp_path: Path, clinic_graph: Path) -> None:
    (tmp_path / name).write_bytes(content)
    outcome = aitia("diagnose", tmp_path / name, graph=clinic_graph)
    assert (outcome.code, outcome.out) == (2, "")
    assert name in outcome.error
    assert "\n" not in outcome.error


def test_no_graph_is_exit_code_6(tmp_path: Path) -> None:
    outcome = aitia("diagnose", "--terms", "HP:0001250", graph=tmp_path / "none")
    assert outcome.code == 6
    assert "aitia build" in outcome.error


def test_main_prints_one_line_and_no_traceback(tmp_path: Path) -> None:
    call = [sys.executable, "-c", "from reasoner.cli.app import main; main()", "diagnose", "--terms", "HP:0001250"]
    run = subprocess.run([*call, "--graph", str(tmp_path / "none")], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (6, "")
    assert run.stderr.startswith("aitia: ")
    assert run.stderr.count("\n") == 1


def test_certificate_verifies_at_each_depth(
    certificate: Path, note: Path, clinic: Snapshot, clinic_graph: Path
) -> None:
    portable = aitia("verify", certificate, "--portable", "--build", clinic.build_id)
    whole = aitia("verify", certificate, "--document", note, graph=clinic_graph)
    assert (portable.code, portable.out) == (0, "verified: portable\n")
    assert (whole.code, whole.out) == (0, "verified: portable, snapshot, document\n")


def test_altered_certificate_document_or_build_fails(certificate: Path, tmp_path: Path, clinic_graph: Path) -> None:
    held: dict[str, Any] = json.loads(certificate.read_text("utf-8"))
    held["case"]["sex"] = "FEMALE"
    altered = tmp_path / "altered.json"
    altered.write_text(json.dumps(held), "utf-8")
    other = tmp_path / "other.txt"
    other.write_text("Another note.", "utf-8")
    assert aitia("verify", altered, graph=clinic_graph).code == 1
    assert aitia("verify", certificate, "--document", other, graph=clinic_graph).code == 1
    assert aitia("verify", certificate, "--portable", "--build", "0" * 64).code == 1


def test_explain_certificate_verifies(tmp_path: Path, clinic_graph: Path) -> None:
    path = tmp_path / "explained.json"
    assert aitia("explain", "--terms", TERMS, "--certificate", path, graph=clinic_graph).code == 0
    assert json.loads(path.read_text("utf-8"))["steps"]
    assert aitia("verify", path, graph=clinic_graph).code == 0


def test_certificate_that_cannot_be_written_is_bad_input(tmp_path: Path, clinic_graph: Path) -> None:
    outcome = aitia("diagnose", "--terms", TERMS, "--certificate", tmp_path / "no" / "c.json", graph=clinic_graph)
    assert outcome.code == 2
    assert "cannot be written" in outcome.error


def test_evaluate_prints_a_line_for_each_setting(tmp_path: Path, clinic_graph: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    for row in PACKETS:
        (cases / f"{row[0]}.json").write_text(json.dumps(packet(*row)), "utf-8")
    outcome = aitia("evaluate", "diagnosis", "--cases", cases, "--out", tmp_path / "out", graph=clinic_graph)
    assert outcome.code == 0
    assert [line.split(":")[0] for line in outcome.out.splitlines()[:3]] == [
        "as_is",
        "own_publication_removed",
        "publication_never_seen",
    ]
