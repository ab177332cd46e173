"""Two spellings of one name fold to one form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.folded_names import fold_name, name_stems


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Anemia, sickle-cell", "Sickle cell anaemia"),
        ("Marfan\u2019s syndrome", "MARFAN SYNDROME"),
        ("Phenylketonuria [PKU]", "phenylketonuria"),
        ("Gilles de la Tourette's syndrome", "Gilles de la Tourette syndrome"),
        ("Ménière disease", "Meniere's disease"),
        ("Neoplasms of the pancreas", "Pancreas neoplasm"),
        ("Bipolar disorder", "Bipolar disease"),
    ],
)
def test_spellings_of_one_name(first: str, second: str) -> None:
    assert fold_name(first) == fold_name(second)


@pytest.mark.parametrize(
    ("first", "second"), [("Type 1 diabetes", "Type 2 diabetes"), ("Hypertension", "Hypotension"), ("Virus", "Viru")]
)
def test_names_that_differ(first: str, second: str) -> None:
    assert fold_name(first) != fold_name(second)


@given(st.lists(st.text("abcdefst", min_size=1, max_size=8), max_size=6), st.randoms())
def test_the_order_and_the_case_of_the_words_do_not_matter(words: list[str], random: Any) -> None:
    shuffled = random.sample(words, len(words))
    assert fold_name(" ".join(shuffled).upper()) == fold_name(" ".join(words))


@given(st.text("abc 12,;", max_size=30))
def test_stems_are_parts_of_the_name_and_never_the_whole(name: str) -> None:
    words = set(fold_name(name).split())
    stems = list(name_stems(name))
    assert all(set(stem.split()) <= words for stem in stems)
    assert fold_name(name) not in stems
    assert len(stems) == len(set(stems))
