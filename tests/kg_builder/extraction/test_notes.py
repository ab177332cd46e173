"""Whole notes, invented, with the names of the real ontology: what must be found, and what must not be present.

In a note's list `+` is present, `-` absent, `?` possible, `~` historical, `!` conditional, `f` a relative's, `o`
another one's. A term that stands there without `+` is a trap: it must not be read as present.
"""

from __future__ import annotations

import math
import re
import time
from pathlib import Path

import pytest

from kg_builder.extraction.dictionary import NameMatcher
from kg_builder.extraction.pipeline import MOST_MENTIONS, Extraction, extract_findings
from kg_builder.extraction.vocabulary import OntologyVocabulary
from ontologies.lexicon import LANGUAGES, load_lexicon
from ontologies.readers.obo import load_obo
from ontologies.releases import data_path

NOTES = sorted((Path(__file__).parent / "notes").glob("*.txt"))
SIGNS = {"present": "+", "absent": "-", "possible": "?", "historical": "~", "conditional": "!"}
EXPERIENCERS = {"patient": "", "family": "f", "other": "o"}


@pytest.fixture(scope="module")
def matcher() -> NameMatcher:
    words = [word for language in LANGUAGES for word in load_lexicon(language).words()]
    return NameMatcher.build(OntologyVocabulary(load_obo(data_path("hp.obo")), words).names())


def said(found: Extraction) -> set[str]:
    return {f"{EXPERIENCERS[each.experiencer]}{SIGNS[each.status.value]}{each.term}" for each in found.mentions}


def test_there_are_notes_of_both_languages() -> None:
    assert sum(path.name.startswith("en_") for path in NOTES) >= 6
    assert sum(path.name.startswith("zh_") for path in NOTES) >= 6


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_says_what_a_reader_finds_in_it(path: Path, matcher: NameMatcher) -> None:
    text, _, expected = path.read_text("utf-8").partition("=====\n")
    wanted = {line.split(" ")[0] for line in expected.splitlines() if re.match(r"[fo]?[-+?~!]HP:", line)}
    found = extract_findings(text, matcher)

    assert wanted - said(found) == set()
    traps = {f"+{each[each.index('HP:') :]}" for each in wanted if not each.startswith("+")}
    assert said(found) & (traps - wanted) == set()
    assert all(text[each.start : each.end] == each.text for each in found.mentions)


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_says_whose_it_is(path: Path, matcher: NameMatcher) -> None:
    text, _, expected = path.read_text("utf-8").partition("=====\n")
    sex, age = re.findall(r"^(?:sex|age) (\S+)$", expected, re.MULTILINE)
    found = extract_findings(text, matcher)

    assert found.sex == sex
    assert math.isclose(found.age_years or 0, float(age), rel_tol=0.01)


def test_notes_are_read_fast_and_again_with_the_same_result(matcher: NameMatcher) -> None:
    texts = [path.read_text("utf-8") for path in NOTES]
    first = [extract_findings(text, matcher) for text in texts]
    began = time.process_time()
    again = [extract_findings(text, matcher) for text in texts]

    assert again == first
    assert (time.process_time() - began) / len(texts) < 0.05


def test_a_dump_of_notes_is_read_in_bounded_time_and_lists_a_finding_a_hundred_times(matcher: NameMatcher) -> None:
    text = "The patient has fever and cough. No seizures. " * 20_000
    began = time.process_time()
    found = extract_findings(text, matcher)

    assert time.process_time() - began < 10
    assert len(found.mentions) == 3 * MOST_MENTIONS
    assert [issue.category for issue in found.issues] == ["repeated-mentions"]
