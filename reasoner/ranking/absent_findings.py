"""What it costs a disease that a finding which nearly all its patients have was looked for and is absent.

Published cases report absent findings selectively, so that the textbook weight of every absence ranks worse; only the
absence of what a disease hardly ever lacks is counted, and at less than its face value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from reasoner.ranking.index import RankingIndex
from reasoner.ranking.likelihood_ratio import FLOOR, SMOOTHING
from reasoner.ranking.score_term import ScoreTerm

__all__ = ["ABSENT_NATS", "EXPECTED_FREQUENCY", "absent_term", "diseases_that_expect"]

EXPECTED_FREQUENCY = 0.8
"""What an obligate finding comes to after shrinkage: 10.6 of 13."""
ABSENT_NATS = math.log(0.05)
"""Cost of each such absence: our estimate, one in twenty."""


def diseases_that_expect(index: RankingIndex, term: int) -> list[int]:
    """Numbers of the diseases that have a finding nearly always, ascending."""
    background = float(index.array("background")[term])
    # A row gives at most the frequency of the term itself or, through an ancestor, more: it never misses a disease.
    upper = (np.exp(index.excess(term) + FLOOR) - SMOOTHING) * background
    likely = np.nonzero(upper >= EXPECTED_FREQUENCY * 0.99)[0].tolist()
    return [disease for disease in likely if index.frequency(disease, term) >= EXPECTED_FREQUENCY]


def absent_term(index: RankingIndex, excluded: Iterable[int]) -> ScoreTerm | None:
    """What the absent findings take from every candidate; None where they take nothing.

    Args:
        index: the ranking.
        excluded: numbers of the terms that the patient was found not to have.
    """
    expecting = [diseases_that_expect(index, term) for term in sorted(set(excluded))]
    if not any(expecting):
        return None
    nats = np.zeros(len(index.array("diseases")), dtype=np.float32)
    for diseases in expecting:
        nats[diseases] += np.float32(ABSENT_NATS)
    return ScoreTerm("absent", nats)
