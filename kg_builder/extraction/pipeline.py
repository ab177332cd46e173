"""A text to findings: names and values, each with assertion status, experiencer and span."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from kg_builder.extraction.assertion import Assertion, AssertionCues
from kg_builder.extraction.demographics import find_demographics
from kg_builder.extraction.dictionary import Match, NameMatcher
from kg_builder.extraction.phrases import flatten
from kg_builder.extraction.sections import NoteSections
from kg_builder.extraction.sentences import sentence_spans
from kg_builder.extraction.values import find_values
from ontologies.annotation import AssertionStatus
from ontologies.issue import Issue
from ontologies.term_id import TermId

__all__ = ["LANGUAGES", "Extraction", "Mention", "extract_findings"]

LANGUAGES = ("auto", "en", "zh")


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A finding at a place.

    Args:
        start: first code point.
        end: the code point after it.
        term: the HPO term.
        status: what the text says about it.
        experiencer: `patient` or `family`.
        text: the quote.
        extractor: who found it: `dictionary` or `value`.
    """

    start: int
    end: int
    term: TermId
    status: AssertionStatus
    experiencer: str
    text: str
    extractor: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a text says.

    Args:
        mentions: in the order of the text.
        sex: `MALE`, `FEMALE` or None.
        age_years: None where the text does not say.
        issues: what could not be judged.
    """

    mentions: tuple[Mention, ...]
    sex: str | None
    age_years: float | None
    issues: tuple[Issue, ...]


def extract_findings(text: str, matcher: NameMatcher, language: str = "auto") -> Extraction:
    """Find what a text says about a patient; `language` is `auto`, `en` or `zh`."""
    flat = flatten(text)
    person = find_demographics(text)
    values, issues = find_values(flat, sex=person.sex, age_years=person.age_years)
    found: list[tuple[Match, str]] = [(Match(value.start, value.end, value.term), "value") for value in values]
    taken = sorted({(value.start, value.end) for value in values})
    found += [(match, "dictionary") for match in matcher.find(text) if not _overlaps(match, taken)]
    mentions = tuple(sorted(_assessed(text, flat, sorted(found), AssertionCues(language))))
    return Extraction(mentions, person.sex, person.age_years, (*person.issues, *issues))


def _overlaps(match: Match, taken: list[tuple[int, int]]) -> bool:
    """Whether a name lies on a value; the values are sorted and disjoint."""
    before = bisect_left(taken, (match.end, 0)) - 1
    return before >= 0 and taken[before][1] > match.start


def _assessed(text: str, flat: str, found: list[tuple[Match, str]], assertions: AssertionCues) -> Iterator[Mention]:
    sections = NoteSections(text)
    cues = assertions.find(flat)
    for sentence, group in _by_sentence(sentence_spans(text), found):
        spans = [(match.start, match.end) for match, _ in group]
        section = sections.at(spans[0][0])
        start = max(sentence[0], sections.start_of(spans[0][0]))
        for (match, extractor), assertion in zip(
            group, assertions.assess(flat, (start, sentence[1]), spans, cues, section), strict=True
        ):
            yield _mention(text, match, extractor, assertion)


def _mention(text: str, match: Match, extractor: str, assertion: Assertion) -> Mention:
    quote = text[match.start : match.end]
    # A measured value is what it is; a cue before it belongs to the words around it.
    status = (
        AssertionStatus.PRESENT
        if extractor == "value" and assertion.status is AssertionStatus.ABSENT
        else assertion.status
    )
    return Mention(match.start, match.end, match.term, status, assertion.experiencer, quote, extractor)


def _by_sentence(
    sentences: list[tuple[int, int]], found: list[tuple[Match, str]]
) -> Iterator[tuple[tuple[int, int], list[tuple[Match, str]]]]:
    index = 0
    for sentence in sentences:
        group: list[tuple[Match, str]] = []
        while index < len(found) and found[index][0].start < sentence[1]:
            group.append(found[index])
            index += 1
        if group:
            yield sentence, group
