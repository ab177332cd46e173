"""What is wrong with a certificate, as every check says it."""

from __future__ import annotations

from ontologies.issue import Issue, IssueLevel

__all__ = ["fault"]


def fault(category: str, message: str, remedy: str = "Do not rely on this certificate") -> Issue:
    """A reason not to rely on a certificate, or not to judge it by what is at hand."""
    return Issue(IssueLevel.ERROR, category, message, remedy)
