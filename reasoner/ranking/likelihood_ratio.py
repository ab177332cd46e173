"""How much one finding speaks for one disease: the scalar formula and its explanation.

    L[q, d] = max over ancestors a of q of log(P_d(a) / bg(a) + 0.1) - 0.5 * (IC(q) - IC(a))

The constants were tuned on a fifth of the diseases of published patients (phenopackets); `reasoner.ranking.compiling`
is the same formula over arrays, and a test compares the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ontologies.annotation import FREQUENCY_CLASSES
from ontologies.term_id import TermId

__all__ = [
    "CLASS_FREQUENCY",
    "CLASS_WEIGHT",
    "EQUIVALENT_WEIGHT",
    "FLOOR",
    "IMPRECISION_COST",
    "MISSING_FREQUENCY",
    "NEIGHBOUR_WEIGHT",
    "SMOOTHING",
    "FindingLikelihood",
    "MatchType",
    "information_content",
    "log_likelihood_ratio",
    "noisy_or",
    "observed_counts",
    "shrunk_frequency",
    "term_log_ratio",
]

SMOOTHING = 0.1
"""Added to the ratio: a finding that a disease is not known to have costs log 0.1, never everything."""
FLOOR = math.log(SMOOTHING)
IMPRECISION_COST = 0.5
"""Nats lost for each nat of information by which the matched ancestor is less precise than the finding."""
MISSING_FREQUENCY = 0.6
"""Patients, out of one, that a row without a frequency counts for."""
CLASS_WEIGHT = 10.0
"""Patients that a frequency class or a percentage counts for."""
EQUIVALENT_WEIGHT = 0.9
"""Weight of the profile of an exactly matching entry of another vocabulary."""
NEIGHBOUR_WEIGHT = 0.6
"""Weight of the mean profile of entries that share a gene."""
_PRIOR_PATIENTS = 3.0
_PRIOR_AFFECTED = 0.6

CLASS_FREQUENCY = {str(term): held.middle for term, held in FREQUENCY_CLASSES.items()}
"""Middle of each HPO frequency class: obligate, very frequent, frequent, occasional, very rare, excluded."""


class MatchType(StrEnum):
    """How a finding met a disease's profile."""

    EXACT = "exact"
    """The disease is annotated with the very term."""
    DESCENDANT = "descendant"
    """The disease is annotated with a more specific term."""
    ANCESTOR = "ancestor"
    """The best match is a less specific term that the finding implies."""
    EQUIVALENT_ENTRY = "equivalent_entry"
    """The frequency comes from an exactly matching entry of another vocabulary."""
    NEIGHBOUR = "neighbour"
    """Only entries that share a gene with the disease have the term."""
    ROOT = "root"
    """The two share nothing but being abnormal."""
    NO_MATCH = "no_match"
    """Nothing in the profile is worth more than not having the finding at all."""


@dataclass(frozen=True, slots=True)
class FindingLikelihood:
    """What one finding says about one disease.

    Args:
        finding: the finding's term.
        matched: the term that it met in the disease's profile; None without a match.
        match_type: how.
        log_likelihood_ratio: in nats.
        frequency: P of the matched term in the disease, 0 to 1.
        background: mean P of the matched term over diseases, 0 to 1.
        ic_finding: information content of the finding, nats.
        ic_matched: information content of the matched term, nats.
        edges: numbers of the snapshot's edges that the frequency rests on, ascending.
        correction: what was learned beside the formula, nats; 0 where the formula ranks alone.
    """

    finding: TermId
    matched: TermId | None
    match_type: MatchType
    log_likelihood_ratio: float
    frequency: float
    background: float
    ic_finding: float
    ic_matched: float
    edges: tuple[int, ...]
    correction: float = 0.0


def information_content(background: float) -> float:
    """Minus the natural logarithm of a background frequency, nats.

    >>> information_content(1.0)
    0.0
    """
    return -math.log(background) if background < 1.0 else 0.0


def observed_counts(
    n: float | None, m: float | None, frequency_class: str | None = None, percent: float | None = None
) -> tuple[float, float]:
    """Patients with the term and patients looked at, as one annotation counts them.

    >>> observed_counts(3, 7)
    (3.0, 7.0)
    >>> observed_counts(None, None)
    (0.6, 1.0)
    """
    if n is not None and m is not None and m > 0:
        return float(min(n, m)), float(m)
    if frequency_class is not None and frequency_class in CLASS_FREQUENCY:
        return CLASS_WEIGHT * CLASS_FREQUENCY[frequency_class], CLASS_WEIGHT
    if percent is not None:
        return CLASS_WEIGHT * min(max(percent, 0.0), 100.0) / 100.0, CLASS_WEIGHT
    return MISSING_FREQUENCY, 1.0


def shrunk_frequency(n: float, m: float) -> float:
    """Mean of the Beta posterior of a frequency: strictly between 0 and 1.

    >>> round(shrunk_frequency(0.6, 1.0), 6)
    0.3
    """
    return (n + _PRIOR_AFFECTED) / (m + _PRIOR_PATIENTS)


def noisy_or(own: float, neighbours: float) -> float:
    """Frequency from a disease's own profile or, with less weight, from its neighbours'.

    >>> noisy_or(0.5, 0.0)
    0.5
    """
    return 1.0 - (1.0 - own) * (1.0 - NEIGHBOUR_WEIGHT * neighbours)


def term_log_ratio(frequency: float, background: float, ic_finding: float, ic_matched: float) -> float:
    """What a finding is worth when it is matched at one term, nats."""
    return math.log(frequency / background + SMOOTHING) - IMPRECISION_COST * (ic_finding - ic_matched)


def log_likelihood_ratio(profile: Iterable[tuple[float, float]], ic_finding: float) -> float:
    """The formula for one finding and one disease, nats: the scalar reference.

    Args:
        profile: frequency in the disease and background of the finding's term and each of its ancestors.
        ic_finding: information content of the finding, nats.
    """
    return max(term_log_ratio(p, background, ic_finding, information_content(background)) for p, background in profile)
