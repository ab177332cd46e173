"""Why no answer was given: one closed list of codes for every command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reasoner.ranking.case_ranking import CaseRanking
from reasoner.ranking.confidence import Confidence

__all__ = ["LEAST_CONFIDENCE", "Abstention", "AbstentionCode", "abstention_of"]

LEAST_CONFIDENCE = 0.01
"""Probability of the leading entity below which none is named. Of the published development cases that the graph has
never seen or whose disease it lacks, 6 % lie below (full build), and in 2 of 100 of these the leading entity was
right: to name one would mislead nearly always."""


class AbstentionCode(StrEnum):
    """Reasons for giving no conclusion."""

    NO_FINDING = "no_finding"
    """The input holds no finding of the patient's own."""
    NO_LINK = "no_link"
    """Findings or names that the graph does not hold."""
    NO_PATH = "no_path"
    """Both ends are in the graph, nothing connects them."""
    NOTHING_STANDS_OUT = "nothing_stands_out"
    """The leading candidates are as likely as each other, or no likelier than before."""
    BUDGET_HIT = "budget_hit"
    """A limit of hops, rows or time cut the search."""
    CONTRADICTION = "contradiction"
    """A finding is said to be there and not to be there."""
    SOURCE_MISSING = "source_missing"
    """A source that the answer needs was not there when the graph was built."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """No conclusion, and why.

    Args:
        code: one of the closed list.
        reason: one line for a person, with the nearest miss where there is one.
    """

    code: AbstentionCode
    reason: str


def abstention_of(ranking: CaseRanking, confidence: Confidence | None) -> Abstention | None:
    """Why the leading place of a ranking is no answer; None where it is one.

    Args:
        ranking: of the case.
        confidence: in that ranking; None where nothing is calibrated.
    """
    places = ranking.leading(1)
    if not places:
        why = ", ".join(sorted(ranking.impossible)) or "the candidates"
        return Abstention(AbstentionCode.CONTRADICTION, f"no disease is possible: {why} rule out every one")
    if places[0].log10_likelihood_ratio <= 0:
        return _nothing_stands_out("no disease explains the findings better than chance")
    if confidence is not None and confidence.entity_is_right < LEAST_CONFIDENCE:
        return _nothing_stands_out(f"the leading disease is right in fewer than {LEAST_CONFIDENCE:.0%} of such cases")
    return None


def _nothing_stands_out(reason: str) -> Abstention:
    return Abstention(AbstentionCode.NOTHING_STANDS_OUT, reason)
