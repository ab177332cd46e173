"""Notes of the ward, invented, read as `aitia diagnose` reads them: findings and traps exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_builder.extraction.dictionary import NameMatcher
from kg_builder.extraction.vocabulary import OntologyVocabulary
from ontologies.lexicon import LANGUAGES, load_lexicon
from ontologies.readers.obo import load_obo
from ontologies.releases import data_path
from reasoner.intake.case import Case
from reasoner.intake.reading import read_note
from tests.reasoner.notes.expectations import NOTES, read_expected


@pytest.fixture(scope="module")
def vocabulary() -> OntologyVocabulary:
    words = [word for language in LANGUAGES for word in load_lexicon(language).words()]
    return OntologyVocabulary(load_obo(data_path("hp.obo")), words)


@pytest.fixture(scope="module")
def matcher(vocabulary: OntologyVocabulary) -> NameMatcher:
    return NameMatcher.build(vocabulary.names())


def read(text: str, vocabulary: OntologyVocabulary, matcher: NameMatcher) -> Case:
    return read_note(text.encode(), name="note", ontology_names=vocabulary, matcher=matcher)


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_gives_what_is_the_patients_and_nothing_else(
    path: Path, vocabulary: OntologyVocabulary, matcher: NameMatcher
) -> None:
    expected = read_expected(path)
    case = read(expected.text, vocabulary, matcher)

    observed = {str(term) for term in case.observed}
    assert observed - expected.present == set()
    assert expected.present - observed == set()
    assert observed & expected.traps == set()
    assert expected.absent - {str(term) for term in case.excluded} == set()


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_says_whose_it_is(path: Path, vocabulary: OntologyVocabulary, matcher: NameMatcher) -> None:
    expected = read_expected(path)
    case = read(expected.text, vocabulary, matcher)

    assert case.sex == expected.sex
    assert (case.age_years or 0) == pytest.approx(expected.age_years or 0, rel=0.02)


def test_there_are_common_and_rare_diseases_of_both_languages() -> None:
    assert sum(path.name.startswith("en") for path in NOTES) == 12
    assert sum(path.name.startswith("zh") for path in NOTES) == 12
