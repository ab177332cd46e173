"""What a score is made of beside the likelihood ratios: the trained correction and the prior, each part by its name.

A ranker that has none of them simply lacks the attributes, and the certificate says zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

__all__ = ["correction_constant", "finding_correction", "learned_artefacts", "prior_terms", "ranker_name"]

UNNAMED_PRIOR = "prevalence"
"""The one prior of a ranker that does not name its terms."""

# Less than this is the rounding of single precision.
_NOTHING = 2e-4


def finding_correction(part: Any) -> float:
    """The trained correction of one finding and one disease, nats; `FindingLikelihood.correction`."""
    return float(getattr(part, "correction", 0.0))


def correction_constant(ranked: Any) -> float:
    """The trained correction of a disease whatever the findings, nats; `RankedDisease.correction_constant`."""
    return float(getattr(ranked, "correction_constant", 0.0))


def prior_terms(ranked: Any, correction: float = 0.0) -> dict[str, float]:
    """Parts of a disease's log prior by name, nats; `RankedDisease.priors`, else what the score holds beside evidence.

    Args:
        ranked: a place of the ranking.
        correction: the disease's whole trained correction, nats.
    """
    named: Mapping[str, float] | None = getattr(ranked, "priors", None)
    if named is not None:
        return {name: float(named[name]) for name in sorted(named)}
    rest = float(ranked.score) - float(ranked.log10_likelihood_ratio) * math.log(10) - correction
    return {UNNAMED_PRIOR: rest} if abs(rest) > _NOTHING else {}


def learned_artefacts(ranker: Any) -> dict[str, str]:
    """SHA-256 by name of what the ranker learned elsewhere, as the correction's vectors; `RankingIndex.artefacts`."""
    artefacts: Mapping[str, str] = getattr(ranker, "artefacts", {})
    return {name: str(artefacts[name]) for name in sorted(artefacts)}


def ranker_name(ranker: Any) -> str:
    """Which trained correction a ranker adds, `none` without one; `RankingIndex.ranker`."""
    return str(getattr(ranker, "ranker", "none"))
