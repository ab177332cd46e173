"""The cases of an evaluation: those that can be read, and what is wrong with the others."""

from __future__ import annotations

from pathlib import Path

from ontologies.errors import FileFormatError
from ontologies.issue import Issue
from reasoner.intake.case import Case
from reasoner.intake.phenopacket import read_phenopackets

__all__ = ["read_cases"]


def read_cases(path: Path) -> tuple[list[Case], list[Issue]]:
    """Read a folder, `.tar.xz`, `.jsonl` or `.json` of cases; each broken case is an issue and left out.

    Raises:
        InputError: nothing is there, or no case can be read.
    """
    issues: list[Issue] = []
    cases = list(read_phenopackets(path, issues=issues))
    if issues and not cases:
        first = issues[0]
        raise FileFormatError(
            f"none of {len(issues)} cases can be read; the first: {first.message}", value=path, remedy=first.remedy
        )
    return cases, issues
