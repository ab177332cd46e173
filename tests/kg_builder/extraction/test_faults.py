"""Whatever the text, every quote stands where it is said to stand."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.extraction.dictionary import NameMatcher
from kg_builder.extraction.pipeline import LANGUAGES, extract_findings
from kg_builder.extraction.statements import statements
from tests.kg_builder.extraction.symptoms import small_vocabulary

MATCHER = NameMatcher.build(small_vocabulary().names())
PIECES = [
    "fever",
    "Low-set ears",
    "ears are low-set",
    "No ",
    "denies ",
    "发热",
    "肝、脾大",
    "无",
    "否认",
    "K 6.2 mmol/L",
    "T 39.5℃",
]
PIECES += [
    "如",
    "if ",
    "Family history:",
    "家族史：",
    "\n",
    "\r\n",
    "\n- ",
    "：",
    ":",
    "；",
    ", ",
    "，",
    "。",
    ". ",
    "(-)",
    "（－）",
]
PIECES += [
    "\ud800",
    "\udfff",
    "\0",
    "\x1f",
    "\x1b[0m",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\u2028",
    "e\u0301",
    "İ",
    "ﬁ",
    "😀",
    "𠮷",
    "Ω",
]
PIECES += [
    "１２３",
    "²",
    "½",
    "٣",
    "999999999999999999",
    "1e9",
    "0.0.0",
    "-5 years old",
    "男，999岁",
    "\t",
    "\u00a0",
    "\u3000",
]


def check(text: str, language: str = "auto") -> None:
    found = extract_findings(text, MATCHER, language)

    assert all(text[each.start : each.end] == each.text for each in found.mentions)
    assert all(0 <= each.start < each.end <= len(text) for each in found.mentions)
    assert [each.start for each in found.mentions] == sorted(each.start for each in found.mentions)
    assert found.age_years is None or 0 <= found.age_years <= 130


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_code_points(text: str, language: str) -> None:
    check(text, language)


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["", " "]), st.sampled_from(LANGUAGES))
def test_any_mixture_of_words_and_strange_signs(pieces: list[str], joint: str, language: str) -> None:
    check(joint.join(pieces), language)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_statements_cover_the_text_without_gap_or_overlap(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = list(statements(text))

    assert "".join(text[each.start : each.end] for each in found) == text
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(each.start <= each.body <= each.end for each in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "latin-1"])
def test_text_of_one_encoding_read_as_another(encoding: str) -> None:
    note = "患者，男，45岁。发热3天，无咳嗽。Fever, no cough. T 39.5℃".encode("gb18030")
    check(note.decode(encoding, errors="replace"))
    check(note.decode(encoding, errors="surrogateescape" if encoding == "utf-8" else "ignore"))


@pytest.mark.parametrize(
    "piece",
    [
        "fever ",
        "发热",
        "a",
        "，",
        "no fever, ",
        "(",
        ": ",
        "\n\n",
        "\ud83d",
        "0",
        "if ",
        "-\n",
        "..",
        "!?",
        " \n",
        "\r",
        "#",
    ],
)
def test_a_huge_line_of_one_piece(piece: str) -> None:
    check(piece * (100_000 // len(piece)))


@pytest.mark.parametrize("piece", ["ht,", "身高、", "height 86 cm, ", "尿检蛋白(", "low, "])
def test_a_statement_that_repeats_a_measure_takes_no_quadratic_time(piece: str) -> None:
    text = "".join(f"{piece * (4_000 // len(piece))}{number}. X" for number in range(5))
    began = time.process_time()
    check(text)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("line", ["FHx\n", "PMH: asthma\n", "Mother: asthma\n", "既往肺炎；胃炎\n", "既往史：肺炎。\n"])
def test_many_headings_take_no_quadratic_time(line: str) -> None:
    began = time.process_time()
    check(line * (100_000 // len(line)))
    assert time.process_time() - began < 6


def test_random_bytes_as_text() -> None:
    draw = random.Random(7)
    for _ in range(20):
        check(draw.randbytes(3000).decode("gb18030", errors="replace"))
        check(draw.randbytes(3000).decode("latin-1"))
