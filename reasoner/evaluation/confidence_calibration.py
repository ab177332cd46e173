"""Calibrate on the tuning part of real cases how likely a leading disease is right that the graph holds."""

from __future__ import annotations

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
    """The model with slope and offset of both models of what is right, given that it is in the graph.

    Whether the disease is in the graph is left as simulation has it: both kinds of simulated patients have the same
    faults there, while how often the leading disease is right hangs on how hard the simulated patients are.

    Args:
        model: as fitted on simulated patients.
        rows: of cases; present ones of the tuning part are read, no other.
    """
    used = [row for row in rows if row.is_present and in_tuning_part(row.truth)]
    if not used:
        return model
    values = [model.standardised(row.features) for row in used]
    return replace(
        model,
        leading=_scaled(model.leading, values, [row.leading_is_right for row in used]),
        entity=_scaled(model.entity, values, [row.entity_is_right for row in used]),
    )


def _scaled(part: LogisticPart, values: Sequence[Sequence[float]], truth: Sequence[bool]) -> LogisticPart:
    plain = replace(part, slope=1.0, offset=0.0)
    log_odds = np.array([[plain.log_odds(value)] for value in values])
    right = np.array(truth, dtype=bool)
    fitted = fit_logistic(log_odds, right, penalty=_PENALTY)
    if fitted.weights[0] < 0.0:
        # That would turn the order around: the features say nothing here, only the share does.
        fitted = replace(fit_logistic(np.zeros_like(log_odds), right), weights=(0.0,))
    return replace(plain, slope=fitted.weights[0], offset=fitted.intercept)
