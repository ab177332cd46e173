"""Measure whether Aitia knows what it does not know: patients whose disease the graph holds against those it lacks.

Present patients are those whose disease no row of the graph describes from the patient's own publication: of the
others, the graph has seen the patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from reasoner.evaluation.case_ranks import findings_of
from reasoner.evaluation.confidence_curve import (
    area_under_curve,
    expected_calibration_error,
    risk_coverage,
    write_curve,
)
from reasoner.evaluation.evaluation_run import EvaluationRun
from reasoner.evaluation.metrics import in_tuning_part
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.confidence import ABSENT_SHARE, ConfidenceEstimator, estimator_of
from reasoner.ranking.confidence_features import FEATURES, Features
from reasoner.ranking.ranker_fit import row_references
from reasoner.ranking.row_removal import RemovedRows

__all__ = ["ConfidenceRow", "confidence_rows", "evaluate_confidence"]


class ConfidenceRow(NamedTuple):
    """One case: what is true of it, and what was estimated.

    Args:
        case_id: the case.
        truth: id of its disease.
        is_present: the graph holds the disease.
        leading_is_right: the disease came out first.
        entity_is_right: it did, or another subtype of its entity.
        p_in_graph: estimate that the graph holds the disease, 0 to 1.
        p_leading_is_right: that the first is right, 0 to 1.
        p_entity_is_right: that its entity is, 0 to 1.
        features: what the estimates were made from, in the order of `FEATURES`.
    """

    case_id: str
    truth: str
    is_present: bool
    leading_is_right: bool
    entity_is_right: bool
    p_in_graph: float
    p_leading_is_right: float
    p_entity_is_right: float
    features: Features


def evaluate_confidence(
    run: EvaluationRun, ranker: CaseRanker, *, absent_share: float = ABSENT_SHARE
) -> dict[str, Any]:
    """Estimate every case and write rows, `risk_coverage.tsv` and `.svg`, `metrics.json` and `manifest.json`.

    Args:
        run: cases and files.
        ranker: ranks them.
        absent_share: of the patients, as is assumed.

    Returns:
        What `metrics.json` holds.

    Raises:
        InputError: the cases cannot be read, or the results cannot be written.
    """
    run.progress("estimating")
    rows = confidence_rows(ranker, run.cases, absent_share=absent_share)
    figures = {
        "settings": {
            "all": _figures(rows),
            "without_tuning_part": _figures([row for row in rows if not in_tuning_part(row.truth)]),
            "tuning_part": _figures([row for row in rows if in_tuning_part(row.truth)]),
        },
        "absent_share_assumed": absent_share,
    }
    counts = {"cases": len(run.cases), "estimated": len(rows)}
    metrics = run.write(ranker, _tabulate(rows), figures, counts=counts, options={"absent_share": absent_share})
    if rows:
        write_curve(run.out_dir, _curve(rows))
    return metrics


def confidence_rows(
    ranker: CaseRanker,
    cases: Sequence[Case],
    *,
    absent_share: float = ABSENT_SHARE,
    estimator: ConfidenceEstimator | None = None,
) -> list[ConfidenceRow]:
    """A row for each present case that was never seen and each absent one, in the order of the cases."""
    index = ranker.index
    estimator = estimator or estimator_of(index)
    removed = RemovedRows(index.profiles, row_references(index))
    rows = []
    for case in cases:
        observed = findings_of(case, ranker)
        truths = sorted({number for d in case.diseases if (number := index.disease_number(d)) is not None})
        own = frozenset(case.publications)
        if not observed or not case.diseases or any(removed.cites(disease, own) for disease in truths):
            continue
        excluded = index.known_terms(case.excluded)
        ranking = ranker.rank(observed, sex=case.sex, age_years=case.age_years)
        held = estimator.estimate(ranking, excluded, absent_share=absent_share)
        if held is None:
            continue
        first, entities = int(ranking.scores.argmax()), estimator.reader.entities
        rows.append(
            ConfidenceRow(
                case.id,
                str(min(case.diseases)),
                bool(truths),
                first in truths,
                any(bool(entities[first] == entities[truth]) for truth in truths),
                held.in_graph,
                held.leading_is_right,
                held.entity_is_right,
                held.features,
            )
        )
    return rows


def _tabulate(rows: Iterable[ConfidenceRow]) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    """Columns and cells of `rows.tsv`."""
    return (*ConfidenceRow._fields[:-1], *FEATURES), map(_cells, rows)


def _cells(row: ConfidenceRow) -> tuple[str | int, ...]:
    estimates = (f"{value:.6g}" for value in (*row[5:8], *row.features))
    return (row.case_id, row.truth, *(int(value) for value in row[2:5]), *estimates)


def _curve(rows: Sequence[ConfidenceRow]) -> list[tuple[float, float, float]]:
    return risk_coverage(_column(rows, "p_entity_is_right"), _column(rows, "entity_is_right"))


def _column(rows: Sequence[ConfidenceRow], name: str) -> npt.NDArray[np.float64]:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def _figures(rows: Sequence[ConfidenceRow]) -> dict[str, Any]:
    if not rows:
        return {"n": 0}
    present = _column(rows, "is_present")
    pairs = {
        "present": (_column(rows, "p_in_graph"), present),
        "right": (_column(rows, "p_leading_is_right"), _column(rows, "leading_is_right")),
        "entity_right": (_column(rows, "p_entity_is_right"), _column(rows, "entity_is_right")),
    }
    figures: dict[str, Any] = {"n": len(rows), "n_present": int(present.sum())}
    for name, (estimate, truth) in pairs.items():
        figures[f"auroc_{name}"] = area_under_curve(estimate, truth)
        figures[f"ece_{name}"] = expected_calibration_error(estimate, truth)
        figures[f"share_{name}"] = float(truth.mean())
    figures["risk_coverage"] = [list(point) for point in _curve(rows)]
    return figures
