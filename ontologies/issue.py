"""A problem found in data: collected, never raised, so that a policy can decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Issue", "IssueLevel"]

_FULL_STOPS = (".", "!", "?", "…", "。", "！", "？")


class IssueLevel(StrEnum):
    """How bad it is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One finding of a validator or a reader.

    Args:
        level: how bad it is.
        category: a short, stable key in lower case with hyphens, such as `obsolete-term`.
        message: what was found, with the offending value.
        remedy: what to do about it; empty where nothing needs to be done.
    """

    level: IssueLevel
    category: str
    message: str
    remedy: str = ""

    def record(self) -> dict[str, str]:
        """What a graph's manifest keeps of it."""
        return {"level": self.level.value, "category": self.category, "message": self.message}

    def __str__(self) -> str:
        said = f"{self.level}: {self.message}"
        if not self.remedy:
            return said
        stop = "" if self.message.endswith(_FULL_STOPS) else "."
        return f"{said}{stop} {self.remedy}"
