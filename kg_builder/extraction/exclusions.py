"""Phrases that hold the name of a finding and are none: 低热量饮食, 发热门诊, a stroke unit, hay fever."""

from __future__ import annotations

from functools import cache

from kg_builder.extraction.phrases import PhraseFinder
from kg_builder.extraction.tables import read_table

__all__ = ["not_finding_spans"]


@cache
def _finder() -> PhraseFinder:
    return PhraseFinder(row["phrase"] for row in read_table("not_findings.tsv"))


def not_finding_spans(flat: str) -> list[tuple[int, int]]:
    """Where such phrases stand in a flattened text."""
    return [(start, end) for start, end, _ in _finder().find(flat)]
