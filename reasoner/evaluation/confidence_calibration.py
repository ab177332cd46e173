"""Calibrate the confidence on the tuning part of real cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reasoner.evaluation.confidence_evaluation import ConfidenceRow
from reasoner.evaluation.metrics import in_tuning_part
from reasoner.ranking.confidence import ConfidenceModel, LogisticPart
from reasoner.ranking.confidence_fit import fit_logistic

__all__ = ["calibrated"]

_PENALTY = 1e-3


def calibrated(model: ConfidenceModel, rows: Sequence[ConfidenceRow]) -> ConfidenceModel:
    """The model with slope and offset of its parts.

    For whether the graph holds the disease, each disease counts once, however many of its patients were published; for
    what is right, given that it does, each patient.

    Args:
        model: as fitted on simulated patients.
        rows: of cases; those of the tuning part are read, no other.
    """
    tuning = [row for row in rows if in_tuning_part(row.truth)]
    used = [row for row in tuning if row.is_present]
    if not used:
        return model
    if len(used) < len(tuning):
        patients = Counter(row.truth for row in tuning)
        counts = [len(tuning) / len(patients) / patients[row.truth] for row in tuning]
        held, present = [model.standardised(row.features) for row in tuning], [row.is_present for row in tuning]
        model = replace(
            model,
            in_graph=_scaled(model.in_graph, held, present, counts),
            in_graph_unnamed=_scaled(model.in_graph_unnamed, held, present, counts),
        )
    values = [model.standardised(row.features) for row in used]
    return replace(
        model,
        leading=_scaled(model.leading, values, [row.leading_is_right for row in used]),
        entity=_scaled(model.entity, values, [row.entity_is_right for row in used]),
    )


def _scaled(
    part: LogisticPart, values: Sequence[Sequence[float]], truth: Sequence[bool], counts: Sequence[float] | None = None
) -> LogisticPart:
    plain = replace(part, slope=1.0, offset=0.0)
    log_odds = np.array([[plain.log_odds(value)] for value in values])
    right = np.array(truth, dtype=bool)
    weight = np.ones(len(right)) if counts is None else np.array(counts)
    fitted = fit_logistic(log_odds, right, penalty=_PENALTY, counts=weight)
    if fitted.weights[0] < 0.0:
        # That would turn the order around: the features say nothing here, only the share does.
        fitted = replace(fit_logistic(np.zeros_like(log_odds), right, counts=weight), weights=(0.0,))
    return replace(plain, slope=fitted.weights[0], offset=fitted.intercept)
