"""Cases published after a release: which count, and how a disease that the release lacks is held against it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg_builder.snapshot import Snapshot
from ontologies.errors import GuardError, InputError
from reasoner.evaluation.evaluation_run import EvaluationRun
from reasoner.evaluation.prospective import (
    PROSPECTIVE_SETTINGS,
    evaluate_prospectively,
    is_published_after,
    open_release_ranker,
)
from reasoner.intake.case import Case
from reasoner.ranking import ranker_vectors
from reasoner.ranking.ranker_vectors import read_vectors


def evaluated(snapshot: Snapshot, cases: Path, out: Path, *, last_pmid: int = 3, **rules: Any) -> dict[str, Any]:
    run = EvaluationRun(cases, out)
    return evaluate_prospectively(run, open_release_ranker(run, snapshot, **rules), last_pmid=last_pmid)


def test_only_later_cases_count_and_absent_diseases_are_misses(clinic: Snapshot, cases: Path, tmp_path: Path) -> None:
    metrics = evaluated(clinic, cases, tmp_path, uniform_prior=True)
    # Later: case two (PMID:99, present), three (PMID:4, present), four (PMID:7, absent), five (PMID:5, no finding).
    assert metrics["counts"] == {
        "cases": 5,
        "later": 4,
        "no_finding": 1,
        "disease_present": 2,
        "disease_absent": 1,
        "unknown_terms": 0,
        "unreadable": 0,
    }
    present, missed = (metrics["settings"][name] for name in PROSPECTIVE_SETTINGS)
    assert (present["n"], missed["n"]) == (2, 3)
    assert missed["top10"] == pytest.approx(present["top10"] * 2 / 3)
    assert missed["macro_mrr"] == pytest.approx(present["macro_mrr"] * 2 / 3)


def test_a_missed_disease_has_an_infinite_rank_in_the_rows(clinic: Snapshot, cases: Path, tmp_path: Path) -> None:
    evaluated(clinic, cases, tmp_path)
    with (tmp_path / "rows.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert {row["setting"] for row in rows} == {"published_later"}
    assert [(row["truth"], row["rank"]) for row in rows if row["case_id"] == "four"] == [("OMIM:999999", "inf")]
    assert json.loads((tmp_path / "manifest.json").read_text("utf-8"))["last_pmid"] == 3


def test_no_later_case_is_bad_input(clinic: Snapshot, cases: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no case was published after"):
        evaluated(clinic, cases, tmp_path / "out", last_pmid=10**9)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("publications", "later"),
    [((), False), (("PMID:10",), False), (("PMID:11",), True), (("PMID:11", "PMID:9"), False)],
)
def test_every_publication_of_a_later_case_is_later(publications: tuple[str, ...], later: bool) -> None:
    assert is_published_after(Case("case", publications=publications), 10) is later


@pytest.mark.parametrize("ours", [True, False])
def test_only_vectors_of_the_same_graph_may_correct_it(
    ours: bool, clinic: Snapshot, cases: Path, tmp_path: Path
) -> None:
    shipped = read_vectors(Path(ranker_vectors.__file__).parent / "vectors" / "default.npz")
    renamed = np.array([f"OMIM:{100_000 + number}".encode() for number in range(len(shipped.diseases))])
    vectors = replace(shipped, diseases=renamed, origin={"build": clinic.build_id if ours else "0" * 64})
    path = tmp_path / "vectors.npz"
    vectors.write(path)
    if ours:
        evaluated(clinic, cases, tmp_path / "out", ranker=str(path))
        manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
        assert (manifest["ranker"], manifest["vectors"]) == ("file", vectors.sha256)
    else:
        with pytest.raises(GuardError, match="fitted on another graph"):
            evaluated(clinic, cases, tmp_path / "out", ranker=str(path))
        assert not (tmp_path / "out").exists()


def test_the_shipped_correction_never_ranks_as_of_a_release(clinic: Snapshot, cases: Path, tmp_path: Path) -> None:
    evaluated(clinic, cases, tmp_path, ranker="shipped")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert (manifest["ranker"], manifest["vectors"]) == ("none", "")
