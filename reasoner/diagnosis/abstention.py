"""Why no answer was given: one closed list of codes for every command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reasoner.ranking.confidence import Confidence

__all__ = ["LEAST_CONFIDENCE", "Abstention", "AbstentionCode", "abstention_by_confidence"]

LEAST_CONFIDENCE = 0.01
"""Probability of the leading entity below which none is named. Of the published development cases that the graph has
never seen or whose disease it lacks, an eighth lies below, and in 6 of 1,000 of these the leading entity was right: to
name one would mislead nearly always."""


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


def abstention_by_confidence(confidence: Confidence | None) -> Abstention | None:
    """The abstention from a leading entity that is hardly ever right; None where it may be, or nothing is known."""
    if confidence is None or confidence.entity_is_right >= LEAST_CONFIDENCE:
        return None
    return Abstention(
        AbstentionCode.NOTHING_STANDS_OUT,
        f"the leading disease is right in fewer than {LEAST_CONFIDENCE:.0%} of such cases",
    )
