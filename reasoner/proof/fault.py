"""What is wrong with a certificate, as every check says it."""

from __future__ import annotations

from ontologies.issue import Issue, IssueLevel

__all__ = ["fault"]


def fault(category: str, message: str) -> Issue:
    """A reason not to rely on a certificate."""
    return Issue(IssueLevel.ERROR, category, message, "Do not rely on this certificate")
