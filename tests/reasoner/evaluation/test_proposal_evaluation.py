"""A model alone, the graph alone and both together, and the share of proposals that the graph refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.reasoner.clinic import PACKETS, aitia, packet

HEADING = "case_id\trank\tproposed\n"


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    folder = tmp_path / "cases"
    folder.mkdir()
    for row in PACKETS:
        (folder / f"{row[0]}.json").write_text(json.dumps(packet(*row)), "utf-8")
    return folder


def test_three_methods_rank_the_same_never_seen_cases(cases: Path, clinic_graph: Path, tmp_path: Path) -> None:
    table = tmp_path / "model.tsv"
    table.write_text(f"{HEADING}one\t1\tdisease 0\ntwo\t1\tno such disease\ntwo\t2\tOMIM:100001\n", "utf-8")
    out = tmp_path / "out"
    run = aitia("evaluate", "proposals", "--cases", cases, "--proposals", table, "--out", out, graph=clinic_graph)
    assert run.code == 0
    assert "proposals: 2, refused 50.0 %" in run.out
    assert "no_such_disease: 50.0 %" in run.out
    with (out / "rows.tsv").open(encoding="utf-8", newline="") as file:
        rows = {row["setting"]: row for row in csv.DictReader(file, delimiter="\t")}
    assert list(rows) == ["model_alone", "graph_alone", "fused"]
    # The publication of the first case is cited by its disease's rows; the second case alone was never seen.
    assert {row["case_id"] for row in rows.values()} == {"two"}
    assert float(rows["model_alone"]["rank"]) == 2
    assert float(rows["fused"]["rank"]) <= float(rows["graph_alone"]["rank"])
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    assert metrics["counts"]["seen"] == 2
    assert metrics["proposals"]["refused_though_true"] == 0
    assert metrics["settings"]["model_alone"]["top1"] == 0
    assert metrics["settings"]["model_alone"]["top3"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("case_id\tproposed\n", "not a table of proposals"),
        (f"{HEADING}two\tfirst\tx\n", "line 2 is no proposal"),
        (f"{HEADING}two\t1\t{'x' * 200_000}\n", "not a table of proposals"),
        (f"{HEADING}stranger\t1\tdisease 1\n", "no never-seen case has a proposal"),
    ],
)
def test_a_bad_table_is_said_in_one_line(
    cases: Path, clinic_graph: Path, tmp_path: Path, content: str, said: str
) -> None:
    table = tmp_path / "model.tsv"
    table.write_text(content, "utf-8")
    run = aitia(
        "evaluate", "proposals", "--cases", cases, "--proposals", table, "--out", tmp_path / "o", graph=clinic_graph
    )
    assert run.code == 2
    assert said in run.error
    assert "\n" not in run.error.strip()
