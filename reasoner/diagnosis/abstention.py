"""Why no answer was given: one closed list of codes for every command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Abstention", "AbstentionCode"]


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
