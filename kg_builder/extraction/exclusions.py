"""Phrases that hold the name of a finding and are none (hay fever, 发热门诊, Mr Pale), and words that deny one."""

from __future__ import annotations

import re
from functools import cache

from kg_builder.extraction.phrases import PhraseFinder
from kg_builder.extraction.tables import read_table
from ontologies.term_id import TermId

__all__ = ["denied_findings", "not_finding_spans", "person_spans", "serves_a_finding"]

_NO = "no "
_DENIED = re.compile(r"(?:\bnot|n't|\bnever|\bno longer|\bhardly) $")
_LONGEST_DENIAL = 11
_SERVICE = re.compile(
    r" (?:(?:(?:foot|eye|retinal) )?(?:clinics?|checks?|screen(?:ing)?)|nurses?|nurse specialist|team|unit|ward"
    r"|cent(?:er|re)|service|pathway|protocol|bundle|board|menu|diet|diary|chart|leaflet|booklet|helpline|charity"
    r"|support group|education|scale|questionnaire|inventory|mats?|alarm|curtains?|blinds?|remed(?:y|ies))(?![a-z])"
    r"|门诊|专科|病房|绿色通道|(?:筛查|评定|自评)?量表|筛查|问卷|三项|指数|健康教育|饮食指导|健康指导|宣教|教育|手册|知识|讲座|协会|人群"
    r"|(?:诊疗|救治|饮食)?(?:中心|饮食|指导)(?=[就门会随复预进转，。；、]|$)"
)
"""What a finding gives its name to: a place, people, an instrument, advice."""
_PERSON = re.compile(r"(?:Mrs?|Ms|Miss|Dr|Prof(?:essor)?)\.? [A-Z][\w'’-]*")


@cache
def _finder() -> PhraseFinder:
    return PhraseFinder(row["phrase"] for row in read_table("not_findings.tsv"))


def not_finding_spans(flat: str) -> list[tuple[int, int]]:
    """Where such phrases stand in a flattened text."""
    return [(start, end) for start, end, _ in _finder().find(flat)]


def serves_a_finding(flat: str, end: int) -> bool:
    """Whether the name of a finding that ends here is that of a service: stroke unit, 抑郁量表."""
    return _SERVICE.match(flat, end) is not None


def person_spans(text: str) -> list[tuple[int, int]]:
    """Where people with a title stand in a text with its capitals."""
    return [match.span() for match in _PERSON.finditer(text)]


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
