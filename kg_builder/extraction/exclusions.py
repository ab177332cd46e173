"""Phrases that hold the name of a finding and are none (发热门诊, hay fever), and words that deny one (afebrile)."""

from __future__ import annotations

import re
from functools import cache

from kg_builder.extraction.phrases import PhraseFinder
from kg_builder.extraction.tables import read_table
from ontologies.term_id import TermId

__all__ = ["denied_findings", "not_finding_spans"]

_NO = "no "
_DENIED = re.compile(r"(?:\bnot|n't|\bnever|\bno longer|\bhardly) $")
_LONGEST_DENIAL = 11


@cache
def _finder() -> PhraseFinder:
    return PhraseFinder(row["phrase"] for row in read_table("not_findings.tsv"))


def not_finding_spans(flat: str) -> list[tuple[int, int]]:
    """Where such phrases stand in a flattened text."""
    return [(start, end) for start, end, _ in _finder().find(flat)]


@cache
def _term_by_denying_word() -> dict[str, TermId]:
    return {row["word"]: TermId.parse(row["term"]) for row in read_table("denying_words.tsv")}


@cache
def _denying_finder() -> PhraseFinder:
    return PhraseFinder(_term_by_denying_word())


def denied_findings(flat: str) -> list[tuple[int, int, TermId]]:
    """Words that say by themselves that a finding is absent, in a flattened text.

    A `no` before them is left out: it goes on to what follows, `no nodes or rash`. `not sleeping well` denies nothing.
    """
    return [
        (start + len(_NO) if word.startswith(_NO) else start, end, _term_by_denying_word()[word])
        for start, end, word in _denying_finder().find(flat)
        if not _DENIED.search(flat, max(0, start - _LONGEST_DENIAL), start)
    ]
