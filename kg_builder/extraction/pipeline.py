"""A text to findings: names and values, each with assertion status, experiencer and span."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kg_builder.extraction.assertion import NOTHING_CARRIED, Assertion, AssertionCues, Carried
from kg_builder.extraction.demographics import Demographics, find_demographics
from kg_builder.extraction.dictionary import Match, NameMatcher, is_negative_result
from kg_builder.extraction.directions import find_directions
from kg_builder.extraction.exclusions import denied_findings, not_finding_spans, person_spans, serves_a_finding
from kg_builder.extraction.growth import find_growth
from kg_builder.extraction.panels import find_panel_findings
from kg_builder.extraction.phrases import flatten
from kg_builder.extraction.simplified import simplify
from kg_builder.extraction.statements import Statement, statements
from kg_builder.extraction.values import find_values
from ontologies.annotation import AssertionStatus
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["LANGUAGES", "MOST_MENTIONS", "Extraction", "Mention", "extract_findings"]

LANGUAGES = ("auto", "en", "zh")

_Found = tuple[int, int, TermId, AssertionStatus, str, str]
"""Start and end within a statement, term, status, experiencer, extractor."""
MOST_MENTIONS = 100
"""Mentions that are listed of one finding with one status: more prove nothing, and a dump of notes has a million."""
_DENIAL = "denial"
_OF_THE_UNBORN = frozenset(
    TermId("HP", local) for local in ("0001511", "0001518", "0001558", "0001561", "0001562", "0001622", "0001787")
)
"""Growth restriction, small size, few movements, much or little amniotic fluid, birth too early or too late: what is
told of the pregnancy is the patient's, not the mother's."""
_PREGNANCY_REACH = 30
_PREGNANCY = re.compile(
    r"(?:孕期|孕\d|妊娠期|怀孕|产前|pregnan|prenatal|antenatal)(?:(?!sist|broth|sibl)[^姐妹兄弟哥])*$"
)
_REMEMBERED = 20_000
"""Statements whose findings are kept: notes repeat themselves."""


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A finding at a place.

    Args:
        start: first code point.
        end: the code point after it.
        term: the HPO term.
        status: what the text says about it.
        experiencer: `patient`, `family` or `other`.
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
    """Find what a text says about a patient; `language` is `auto`, `en` or `zh`.

    Traditional characters are read as simplified ones; quotes are those of the text.
    """
    original, text = text, simplify(text)
    person = find_demographics(text)
    reader = _StatementReader(matcher, AssertionCues.of(language), person)
    mentions: list[Mention] = []
    listed: Counter[tuple[TermId, AssertionStatus, str]] = Counter()
    for statement in statements(text):
        quote = text[statement.start : statement.end]
        for start, end, term, status, experiencer, extractor in reader.read(quote, statement):
            listed[term, status, experiencer] += 1
            if listed[term, status, experiencer] <= MOST_MENTIONS:
                place = start + statement.start, end + statement.start
                mentions.append(Mention(*place, term, status, experiencer, original[slice(*place)], extractor))
    issues = [*sorted(reader.issues, key=lambda issue: issue.message), *_left_out(listed.total() - len(mentions))]
    return Extraction(tuple(mentions), person.sex, person.age_years, (*person.issues, *issues))


def _left_out(count: int) -> Iterator[Issue]:
    if count:
        message = f"{count:,} further mentions of findings that are listed {MOST_MENTIONS} times were not listed"
        yield Issue(IssueLevel.INFO, "repeated-mentions", message)


class _StatementReader:
    """Reads statements one after the other; what was read once is not read again."""

    def __init__(self, matcher: NameMatcher, cues: AssertionCues, person: Demographics) -> None:
        self._matcher = matcher
        self._cues = cues
        self._person = person
        self._known: dict[tuple[str, int, str, Carried], tuple[list[_Found], Carried]] = {}
        self._carried = NOTHING_CARRIED
        self.issues: set[Issue] = set()

    def read(self, quote: str, statement: Statement) -> list[_Found]:
        """The findings of a statement, in order of place."""
        carried = self._carried if statement.is_item else NOTHING_CARRIED
        key = (quote, statement.body - statement.start, statement.section, carried)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._read(quote, statement, carried)
        found, handed_on = self._known[key]
        self._carried = handed_on if statement.opens_list else carried
        return found

    def _read(self, quote: str, statement: Statement, carried: Carried) -> tuple[list[_Found], Carried]:
        flat = flatten(quote)
        found = sorted(self._found(quote, flat))
        if not found and not statement.opens_list:
            return [], NOTHING_CARRIED
        # A cue in a heading is the heading's: the section says what it means.
        body = statement.body - statement.start
        cues = [cue for cue in self._cues.find(flat) if cue[1] > body]
        spans = _places(found)
        denied = {span for span, (_, extractor) in zip(spans, found, strict=True) if extractor == _DENIAL}
        assertions = self._cues.assess(flat, spans, cues, statement.section, carried, denied)
        findings = [
            _finding(match, extractor, assertion, flat)
            for (match, extractor), assertion in zip(found, assertions, strict=True)
        ]
        return findings, self._cues.handed_on(flat, cues) if statement.opens_list else NOTHING_CARRIED

    def _found(self, quote: str, flat: str) -> list[tuple[Match, str]]:
        """What is measured, denied by a word of its own, or named, each with its extractor: the earlier kind wins."""
        found = self._measured(flat)
        found += [(Match(*denied), _DENIAL) for denied in denied_findings(flat)]
        taken = _places(found) + not_finding_spans(flat) + person_spans(quote)
        for match in self._matcher.find(quote):
            if not _overlaps(match, taken) and not serves_a_finding(flat, match.end):
                found.append((match, _DENIAL if is_negative_result(quote, match) else "dictionary"))
        taken = _places(found) + taken
        said = (Match(*each) for each in find_directions(flat))
        return found + [(match, "dictionary") for match in said if not _overlaps(match, taken)]

    def _measured(self, flat: str) -> list[tuple[Match, str]]:
        """Results of panels, values that lie on none of them, and measures of growth."""
        values, issues = find_values(flat, sex=self._person.sex, age_years=self._person.age_years)
        self.issues.update(issues)
        panels = find_panel_findings(flat)
        found = [(Match(each.start, each.end, each.term), _DENIAL if each.denied else "value") for each in panels]
        taken = _places(found)
        single = (Match(value.start, value.end, value.term) for value in values)
        found += [(match, "value") for match in single if not _overlaps(match, taken)]
        return found + [(Match(*each), "value") for each in find_growth(flat)]


def _places(found: list[tuple[Match, str]]) -> list[tuple[int, int]]:
    return [(match.start, match.end) for match, _ in found]


def _overlaps(match: Match, taken: list[tuple[int, int]]) -> bool:
    """Whether a name lies on a value or in a phrase that is no finding."""
    return any(start < match.end and match.start < end for start, end in taken)


def _tells_of_pregnancy(flat: str, position: int) -> bool:
    return _PREGNANCY.search(flat[max(0, position - _PREGNANCY_REACH) : position]) is not None


def _finding(match: Match, extractor: str, assertion: Assertion, flat: str) -> _Found:
    status, experiencer = assertion.status, assertion.experiencer
    if experiencer == "family" and match.term in _OF_THE_UNBORN and _tells_of_pregnancy(flat, match.start):
        experiencer = "patient"
    if extractor == "value" and status in (AssertionStatus.ABSENT, AssertionStatus.POSSIBLE):
        # A measured value is what it is; a cue before it belongs to the words around it.
        status = AssertionStatus.PRESENT
    if extractor == _DENIAL:
        status = AssertionStatus.ABSENT if status is AssertionStatus.PRESENT else status
        extractor = "dictionary"
    return match.start, match.end, match.term, status, experiencer, extractor
