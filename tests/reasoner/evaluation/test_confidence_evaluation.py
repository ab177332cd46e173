"""The evaluation of confidence: its figures, its files, and which cases count."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.snapshot import Snapshot
from reasoner.evaluation.confidence_calibration import calibrated
from reasoner.evaluation.confidence_curve import area_under_curve, expected_calibration_error, risk_coverage
from reasoner.evaluation.confidence_evaluation import ConfidenceRow, evaluate_confidence
from reasoner.evaluation.evaluation_run import EvaluationRun
from reasoner.evaluation.metrics import in_tuning_part
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.confidence import ConfidenceModel, shipped_model
from reasoner.ranking.confidence_features import FEATURES, Features
from tests.reasoner.clinic import PACKETS, aitia, packet

cases = st.lists(st.tuples(st.floats(0.0, 1.0), st.integers(0, 1)), min_size=1, max_size=60)


@given(cases)
def test_the_figures_lie_between_0_and_1(rows: list[tuple[float, int]]) -> None:
    estimate, truth = np.array(rows, dtype=np.float64).T
    area = area_under_curve(estimate, truth)
    assert area is None or 0.0 <= area <= 1.0
    assert 0.0 <= expected_calibration_error(estimate, truth) <= 1.0
    curve = risk_coverage(estimate, truth)
    assert curve[-1][0] == 1.0
    assert curve[-1][1] == pytest.approx(1.0 - truth.mean())
    assert all(0.0 < coverage <= 1.0 and 0.0 <= risk <= 1.0 for coverage, risk, _ in curve)


def test_the_area_is_that_of_all_pairs() -> None:
    estimate, truth = np.array([0.9, 0.4, 0.4, 0.1]), np.array([1.0, 1.0, 0.0, 0.0])
    assert area_under_curve(estimate, truth) == pytest.approx(3.5 / 4)
    assert area_under_curve(estimate, np.ones(4)) is None


def test_estimates_that_come_true_have_no_calibration_error() -> None:
    estimate = np.repeat([0.25, 0.75], 40)
    truth = np.array(([1.0] + [0.0] * 3) * 10 + ([1.0] * 3 + [0.0]) * 10)
    assert expected_calibration_error(estimate, truth, bins=2) == pytest.approx(0.0)


def test_only_unseen_and_absent_cases_count_and_all_files_are_written(clinic: Snapshot, tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    for case in PACKETS:
        (folder / f"{case[0]}.json").write_text(json.dumps(packet(*case)), "utf-8")
    metrics = evaluate_confidence(EvaluationRun(folder, tmp_path / "out"), CaseRanker.open(clinic, ranker="none"))
    lines = (tmp_path / "out" / "rows.tsv").read_text("utf-8").splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == ["four", "two"]
    assert metrics["settings"]["all"]["n"] == 2
    assert metrics["settings"]["all"]["n_present"] == 1
    assert json.loads((tmp_path / "out" / "metrics.json").read_bytes()) == metrics
    assert (tmp_path / "out" / "risk_coverage.tsv").read_text("utf-8").startswith("coverage\trisk\tthreshold\n")
    assert (tmp_path / "out" / "risk_coverage.svg").read_text("utf-8").startswith("<svg")
    assert (tmp_path / "out" / "manifest.json").is_file()


@pytest.fixture
def packets(tmp_path: Path) -> Path:
    """A folder of cases."""
    folder = tmp_path / "packets"
    folder.mkdir()
    for case in PACKETS:
        (folder / f"{case[0]}.json").write_text(json.dumps(packet(*case)), "utf-8")
    return folder


def test_the_command_shows_the_figures(clinic_graph: Path, packets: Path, tmp_path: Path) -> None:
    done = aitia(
        *("evaluate", "confidence", "--graph", str(clinic_graph), "--cases", str(packets)),
        *("--out", str(tmp_path / "out")),
    )
    assert done.code == 0
    assert "all: auroc_present" in done.out


def test_a_share_of_absent_diseases_out_of_bounds_is_refused(clinic_graph: Path, packets: Path, tmp_path: Path) -> None:
    done = aitia(
        *("evaluate", "confidence", "--graph", str(clinic_graph), "--cases", str(packets)),
        *("--out", str(tmp_path / "out"), "--absent-share", "1.5"),
    )
    assert done.code != 0
    assert "share of absent" in done.error


def test_calibration_makes_the_mean_estimate_that_of_the_tuning_part() -> None:
    random = np.random.default_rng(0)
    diseases = [disease for number in range(400) if in_tuning_part(disease := f"OMIM:{100000 + number}")]
    model = shipped_model()
    rows = [
        _row(disease, Features(*random.normal(model.means, model.scales)), right=random.random() < 0.3)
        for disease in diseases * 4
    ]
    fitted = calibrated(model, rows)
    estimates = [fitted.confidence(row.features) for row in rows]
    assert np.mean([held.leading_is_right / held.in_graph for held in estimates]) == pytest.approx(
        np.mean([row.leading_is_right for row in rows]), abs=0.02
    )
    assert fitted.in_graph == model.in_graph
    assert fitted.leading.slope >= 0.0


def test_cases_outside_the_tuning_part_calibrate_nothing() -> None:
    other = next(disease for number in range(99) if not in_tuning_part(disease := f"OMIM:{number + 100000}"))
    rows = [_row(other, Features(*[0.0] * len(FEATURES)), right=True)]
    assert isinstance(shipped_model(), ConfidenceModel)
    assert calibrated(shipped_model(), rows) == shipped_model()


def _row(disease: str, features: Features, *, right: bool) -> ConfidenceRow:
    return ConfidenceRow("case", disease, True, right, right, 0.5, 0.5, 0.5, features)
