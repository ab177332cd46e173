"""What a line rests on, in one style: references for people, each once, and the sources where there are none."""

from __future__ import annotations

from reasoner.diagnosis.citing import citation
from reasoner.diagnosis.words import screen_words

WORDS = screen_words("en")


def test_keys_and_hashes_are_for_machines() -> None:
    assert citation(["hpoa|ORPHA:905 HP:0001|0011aa22bb33cc44", "PMID:1"], [], WORDS) == "[hpoa, PMID:1]"


def test_each_reference_is_shown_once_and_the_rest_are_counted() -> None:
    references = ["PMID:1", "PMID:2", "PMID:1", "PMID:3", "PMID:4", "PMID:5"]
    assert citation(references, ["hpoa 2025-01-16"], WORDS) == "[PMID:1, PMID:2, PMID:3 and 2 more]"


def test_without_references_the_sources_are_named_and_that_none_was_reviewed() -> None:
    assert citation([], ["core-pack 0.1.0"], WORDS, is_reviewed=False) == "[core-pack 0.1.0, unreviewed]"
    assert citation([], [], WORDS) == ""
