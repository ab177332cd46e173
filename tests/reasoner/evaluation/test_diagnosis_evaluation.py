"""An evaluation of five patients: rows, figures, manifest, and what each setting leaves out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from reasoner.evaluation.diagnosis_evaluation import SETTINGS, evaluate_diagnosis
from reasoner.evaluation.evaluation_run import EvaluationRun
from reasoner.evaluation.metrics import ResultRow, in_tuning_part, summarise
from reasoner.ranking.case_ranker import CaseRanker
from tests.reasoner.clinic import DISEASES, PACKETS, aitia, packet

COLUMNS = ["case_id", "setting", "truth", "rank", "n_candidates", "top1", "probability", "n_findings"]
FIGURES = ("top1", "top3", "top5", "top10", "top20", "mrr")


def evaluated(snapshot: Snapshot, cases: Path, out: Path, **rules: Any) -> dict[str, Any]:
    return evaluate_diagnosis(EvaluationRun(cases, out), CaseRanker.open(snapshot, **rules))


@pytest.fixture(scope="module")
def out(clinic: Snapshot, cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluation") / "new" / "folder"
    evaluated(clinic, cases, folder)
    return folder


def rows_of(out: Path) -> list[dict[str, str]]:
    with (out / "rows.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def metrics_of(out: Path) -> dict[str, Any]:
    metrics: dict[str, Any] = json.loads((out / "metrics.json").read_text("utf-8"))
    return metrics


def test_rows_have_the_agreed_columns(out: Path) -> None:
    rows = rows_of(out)
    assert list(rows[0]) == COLUMNS
    assert {row["n_candidates"] for row in rows} == {str(len(DISEASES))}
    assert all(0 < float(row["probability"]) <= 1 for row in rows)
    assert {(row["case_id"], row["n_findings"]) for row in rows} == {("one", "2"), ("two", "1"), ("three", "1")}


def test_each_setting_holds_the_cases_that_it_is_about(out: Path) -> None:
    found = {name: [row["case_id"] for row in rows_of(out) if row["setting"] == name] for name in SETTINGS}
    assert found["as_is"] == ["one", "three", "two"]
    # The only row of the third case's disease cites the case's own publication: nothing is left to find it by.
    assert found["own_publication_removed"] == ["one", "two"]
    assert found["publication_never_seen"] == ["two"]


def test_removing_the_own_publication_costs_places_and_an_unrelated_one_none(out: Path) -> None:
    rank = {(row["case_id"], row["setting"]): float(row["rank"]) for row in rows_of(out)}
    assert rank["one", "as_is"] == 1
    assert rank["one", "own_publication_removed"] > 1
    assert rank["two", "as_is"] == rank["two", "own_publication_removed"] == rank["two", "publication_never_seen"]


def test_metrics_have_the_agreed_keys_and_shares(out: Path) -> None:
    metrics = metrics_of(out)
    for part in ("settings", "settings_without_tuning_part"):
        assert set(metrics[part]) == set(SETTINGS)
    for values in metrics["settings"].values():
        for name in (*FIGURES, *(f"macro_{figure}" for figure in FIGURES)):
            low, high = values["intervals_95"][name]
            assert 0 <= low <= values[name] <= high <= 1
    assert metrics["counts"] == {
        "cases": 5,
        "excluded": 1,
        "no_finding": 1,
        "nothing_left": 1,
        "unreadable": 0,
    }


def test_figures_can_be_recomputed_from_the_rows(out: Path) -> None:
    for name, values in metrics_of(out)["settings"].items():
        ranks = [float(row["rank"]) for row in rows_of(out) if row["setting"] == name]
        assert values["n"] == len(ranks)
        assert values["top1"] == pytest.approx(sum(rank <= 1 for rank in ranks) / len(ranks))
        assert values["mrr"] == pytest.approx(sum(1 / rank for rank in ranks) / len(ranks))


def test_part_without_tuning_holds_no_disease_of_the_tuning_part(out: Path) -> None:
    kept = [row for row in rows_of(out) if row["setting"] == "as_is" and not in_tuning_part(row["truth"])]
    assert metrics_of(out)["settings_without_tuning_part"]["as_is"]["n"] == len(kept)


def test_manifest_names_build_cases_and_options(out: Path, clinic: Snapshot, cases: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["build_id"] == clinic.build_id
    assert (manifest["candidates"], manifest["uniform_prior"], manifest["seed"]) == ("all", False, 0)
    assert manifest["cases"]["name"] == cases.name
    assert len(manifest["cases"]["sha256"]) == 64


def test_manifest_names_machine_versions_and_code(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["versions"].keys() >= {"aitia", "numpy", "polars", "python"}
    assert all(manifest["versions"].values())
    assert (len(manifest["code_sha256"]), manifest["machine"].count(" ")) == (64, 1)


def test_broken_cases_are_counted_shown_and_left_out(clinic_graph: Path, clinic: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(["{", *(json.dumps(packet(*row)) for row in PACKETS), "[]"]), "utf-8")
    outcome = aitia("evaluate", "diagnosis", "--cases", path, "--out", tmp_path / "out", graph=clinic_graph)
    assert outcome.code == 2
    assert "cases.jsonl:1" in outcome.error
    assert "2 cases cannot be read" in outcome.error
    metrics = metrics_of(tmp_path / "out")
    assert (metrics["counts"]["cases"], metrics["counts"]["unreadable"]) == (5, 2)
    assert "cases.jsonl:7" in metrics["unreadable"][1]
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["command"][0] == "aitia"


def test_only_broken_cases_are_bad_input(clinic: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text("{\n[]", "utf-8")
    with pytest.raises(InputError, match="none of 2 cases can be read"):
        evaluated(clinic, tmp_path / "cases.jsonl", tmp_path / "out")


def test_the_same_evaluation_twice_gives_the_same_bytes(
    out: Path, clinic: Snapshot, cases: Path, tmp_path: Path
) -> None:
    evaluated(clinic, cases, tmp_path)
    for name in ("rows.tsv", "metrics.json", "manifest.json"):
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes()


def test_lines_of_phenopackets_give_what_the_folder_gives(out: Path, clinic: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(packet(*row)) for row in PACKETS), "utf-8")
    evaluated(clinic, path, tmp_path / "out")
    key = ("case_id", "setting")
    found = sorted(rows_of(tmp_path / "out"), key=lambda row: [row[name] for name in key])
    assert found == sorted(rows_of(out), key=lambda row: [row[name] for name in key])


def test_pairs_of_terms_and_diseases_count_the_best_truth(clinic: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "pairs.json"
    path.write_text(json.dumps([[["HP:0001250", "HP:9999999"], ["OMIM:100011", "OMIM:100002"]]]), "utf-8")
    metrics = evaluated(clinic, path, tmp_path / "out", candidates="omim", uniform_prior=True)
    (row,) = rows_of(tmp_path / "out")
    assert (row["truth"], row["rank"], row["n_candidates"]) == ("OMIM:100002", "1.0", str(len(DISEASES) - 1))
    assert metrics["counts"]["unknown_terms"] == 1
    assert metrics["settings"]["own_publication_removed"] == {"n": 0}


def test_no_cases_at_the_path_is_bad_input(clinic: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no phenopacket in the folder"):
        evaluated(clinic, tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_results_that_cannot_be_written_are_bad_input(clinic: Snapshot, cases: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, not a folder", "utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        evaluated(clinic, cases, tmp_path / "file")


@given(st.lists(st.tuples(st.sampled_from(sorted(DISEASES)), st.integers(1, 60)), min_size=1, max_size=30))
def test_shares_grow_with_the_places_looked_at(found: list[tuple[str, int]]) -> None:
    rows = [ResultRow("case", "as_is", truth, rank, 60, truth, 0.5, 1) for truth, rank in found]
    values = summarise(rows, samples=10)
    shares = [float(str(values[name])) for name in FIGURES[:5]]
    assert shares == sorted(shares)
    assert 0 < float(str(values["mrr"])) <= 1
