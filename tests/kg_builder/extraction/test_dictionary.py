"""Names in texts: spellings, boundaries, and what is kept on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.extraction.dictionary import NameMatcher, is_negative_result
from kg_builder.extraction.directions import find_directions
from kg_builder.extraction.normalisation import normalise, stem
from kg_builder.extraction.sections import NoteSections
from kg_builder.extraction.sentences import sentence_spans
from kg_builder.extraction.thresholds import load_thresholds
from kg_builder.extraction.values import find_values
from ontologies.errors import GraphDamagedError
from ontologies.term_id import TermId
from tests.kg_builder.extraction.symptoms import small_vocabulary, symptom

MATCHER = NameMatcher.build(small_vocabulary().names())
ALL, RASH = TermId("HP", "1"), TermId("HP", "2")


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("HEADACHES", ["HEADACHES"]),
        ("anaemia", ["anaemia"]),
        ("chest\npain", ["chest\npain"]),
        ("chest, pain", []),
        ("feverish", []),
        ("feverish today", []),
        ("coughs", ["coughs"]),
        ("cough.", ["cough"]),
        ("febrile seizure", ["febrile seizure"]),
        ("患者发热咳嗽", ["发热", "咳嗽"]),
    ],
)
def test_finds_the_longest_whole_names(text: str, quotes: list[str]) -> None:
    assert [text[match.start : match.end] for match in MATCHER.find(text)] == quotes


def test_an_acronym_needs_its_capitals() -> None:
    matcher = NameMatcher.build([("ALL", ALL), ("Rash", RASH)])

    assert [match.term for match in matcher.find("all over rash")] == [RASH]
    assert [match.term for match in matcher.find("ALL with rash")] == [ALL, RASH]


def test_the_first_owner_of_a_name_keeps_it() -> None:
    assert [match.term for match in NameMatcher.build([("Rash", RASH), ("rashes", ALL)]).find("rash")] == [RASH]


def test_a_name_with_a_comma_is_found_the_other_way_round() -> None:
    assert [match.term for match in NameMatcher.build([("Rash, mild", RASH)]).find("a mild rash")] == [RASH]


def test_what_was_saved_finds_the_same(tmp_path: Path) -> None:
    MATCHER.save(tmp_path)
    text = "Headaches, no fever. 发热"

    assert NameMatcher.load(tmp_path).find(text) == MATCHER.find(text) != []


@pytest.mark.parametrize("content", [b"fever\tHP:1", b"fever\n", b"\xff\n"])
def test_a_damaged_table_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_bytes(content)

    with pytest.raises(GraphDamagedError):
        NameMatcher.load(tmp_path)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphDamagedError, match="aitia build"):
        NameMatcher.load(tmp_path)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("headaches", "headache"), ("patches", "patch"), ("rashes", "rash"), ("biopsies", "biopsy"), ("palsies", "palsy")],
)
def test_a_plural_has_the_stem_of_its_singular(plural: str, singular: str) -> None:
    assert stem(plural) == stem(singular)


@given(st.text())
def test_tokens_stand_in_order_within_the_text(text: str) -> None:
    normal = normalise(text)

    assert list(normal.original_starts) == sorted(normal.original_starts)
    assert all(0 <= a < b <= len(text) for a, b in zip(normal.original_starts, normal.original_ends, strict=True))


@given(st.text(alphabet="ab.!?;。；\n A1"))
def test_sentences_cover_the_text_without_gap_or_overlap(text: str) -> None:
    assert "".join(text[start:end] for start, end in sentence_spans(text)) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [("Dr. Smith saw him.", 1), ("K 6.2 today. Na 140.", 2), ("发热。咳嗽。", 2), ("one\ngoes on", 1), ("One\nTwo", 2)],
)
def test_sentences_end_where_they_end(text: str, count: int) -> None:
    assert len(sentence_spans(text)) == count


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("Family History:\nx", "family"),
        ("家族史：x", "family"),
        ("既往史：x", "past"),
        ("PMH: x", "past"),
        ("x", "untitled"),
    ],
)
def test_sections_start_at_their_headings(text: str, section: str) -> None:
    assert NoteSections(text).at(text.index("x")) == section


@pytest.mark.parametrize(
    ("flat", "names"),
    [
        ("k 6.2 mmol/l", ["hyperkalemia"]),
        ("k+ 6.2", ["hyperkalemia"]),
        ("potassium of 2.8 meq/l", ["hypokalemia"]),
        ("k 4.5 mmol/l", []),
        ("ca2+ 2.35 mmol/l", []),
        ("csf: wbc 1, protein 0.3, glucose 3.5", []),
        ("born at 38 weeks", []),
        ("lost 500 ml of blood", []),
        ("hair went grey at 62", []),
        ("iq 104", []),
        ("k 6.2 kg", []),
        ("vitamin k 10 mg", []),
        ("na: 120 mmol/l", ["hyponatremia"]),
        ("t 38.0 °c", ["fever"]),
        ("t 37.9 °c", []),
        ("temp 101 f", ["fever"]),
        ("体温 39℃", ["fever"]),
        ("血钠120mmol/l", ["hyponatremia"]),
    ],
)
def test_values_are_judged_by_their_limits(flat: str, names: list[str]) -> None:
    findings, _ = find_values(flat, sex=None, age_years=40)

    assert [finding.term for finding in findings] == [symptom(name) for name in names]


@pytest.mark.parametrize(
    ("flat", "years", "names"),
    [
        ("k 5.5 mmol/l", 0.5, []),
        ("k 6.5 mmol/l", 0.5, ["hyperkalemia"]),
        ("na 120 mmol/l", 3, ["hyponatremia"]),
        ("hb 10 g/dl", 0.3, []),
        ("hb 10 g/dl", 1, ["anemia"]),
        ("hb 8.1 g/dl", 3, ["anemia"]),
        ("hb 10 g/dl", 40, ["anemia"]),
        ("hb 12.5 g/dl", None, []),
        ("bp 120/95 mmhg", 3, []),
        ("bp 60/40 mmhg", 0.05, []),
        ("na 131 mmol/l", 3.2, ["hyponatremia"]),
    ],
)
def test_children_have_limits_of_their_own(flat: str, years: float | None, names: list[str]) -> None:
    findings, _ = find_values(flat, sex="FEMALE", age_years=years)

    assert [finding.term for finding in findings] == [symptom(name) for name in names]


@pytest.mark.parametrize(
    ("flat", "years", "labels"),
    [
        ("alt 48 u/l (0-40)", 40, ["HP:0031964"]),
        ("alt 48 u/l (0-60)", 40, []),
        ("ca 1.82mmol/l（2.11-2.52）", 40, ["HP:0002901"]),
        ("igg 4.2 g/l (参考值 5.0-10.6)", 5, ["HP:0004315"]),
        ("prolactin 3500 miu/l (86-324)", 40, ["HP:0000870"]),
        ("prolactin 3500 miu/l", 40, []),
        ("creatinine 0.9 mg/dl (<1.2)", 40, []),
        ("alp 300 u/l (3 days ago)", 40, ["HP:0003155"]),
        ("hr 118 (110-130)", 40, ["HP:0001649"]),
        ("尿酸 612μmol/l↑", 3, ["HP:0002149"]),
        ("24h尿钙 0.4mmol（降低）", 24, ["HP:0003127"]),
        ("血糖1.2～1.9mmol/l", 2, ["HP:0001943"]),
        ("k 3.1-4.2 mmol/l", 40, []),
        ("wbc 2-3/hp", 40, []),
        ("wbc 3/hpf", 40, []),
        ("wcc 9.4 (86% neutrophils)", 40, ["HP:0011897"]),
        ("na      133       135-145      l", 2, ["HP:0002902"]),
        ("| na | 139 | 135-145 |  |", 40, []),
        ("alp     1410      <350         h", 2, ["HP:0003155"]),
        ("acth 190 (h)   k 4.1", 2, ["HP:0003154"]),
        ("ck 48,000", 28, ["HP:0030234"]),
        ("tsh <0.01", 28, ["HP:0031098"]),
        ("csf: wcc 1, glucose 2.1", 28, []),
    ],
)
def test_limits_and_flags_behind_a_value_decide(flat: str, years: float, labels: list[str]) -> None:
    findings, _ = find_values(flat, sex=None, age_years=years)

    assert [str(finding.term) for finding in findings] == labels


@pytest.mark.parametrize(
    ("flat", "terms"),
    [
        ("low igg and iga", ["HP:0004315", "HP:0002720"]),
        ("肾素、醛固酮升高", ["HP:0000848", "HP:0000859"]),
        ("tsh markedly elevated, ft4 low", ["HP:0002925", "HP:0033078"]),
        ("ck↑", ["HP:0003236"]),
        ("ck未升高", []),
        ("low na 140", []),
        ("pt high risk", []),
        ("high potassium diet", []),
        ("血压升高", []),
    ],
)
def test_a_measurement_without_a_number_says_which_way_it_is_off(flat: str, terms: list[str]) -> None:
    assert [str(term) for _, _, term in find_directions(flat)] == terms


@pytest.mark.parametrize("flat", ["p53 (+)", "15p15.5", "t12", "ki-67 30", "k12"])
def test_a_letter_with_a_number_on_it_is_no_measurement(flat: str) -> None:
    assert find_values(flat, sex=None, age_years=40)[0] == []


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("ears are low-set", ["ears are low-set"]),
        ("low and posteriorly set ears", ["low and posteriorly set ears"]),
        ("hearing is impaired", ["hearing is impaired"]),
        ("ears, low-set neck", []),
        ("the chest is clear, no pain", []),
        ("ears not low set", []),
        ("headache and chest and abdominal pain", ["headache", "chest and abdominal pain", "abdominal pain"]),
        ("pain of the chest and abdomen", ["pain of the chest", "pain of the chest and abdomen"]),
        ("chest wall and abdominal pain", ["abdominal pain"]),
        ("肝、脾大", ["肝、脾大", "脾大"]),
        ("肝和脾不大", []),
    ],
)
def test_loose_readings(text: str, quotes: list[str]) -> None:
    assert [text[match.start : match.end] for match in MATCHER.find(text) if not match.denied] == quotes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("small, widely spaced teeth", 2),
        ("teeth small", 1),
        ("small hands and widely spaced teeth", 1),
        ("small pale teeth", 0),
    ],
)
def test_adjectives_share_their_noun(text: str, count: int) -> None:
    matcher = NameMatcher.build([("Small teeth", RASH), ("Widely spaced teeth", ALL)])
    assert len(matcher.find(text)) == count


@pytest.mark.parametrize("text", ["splenome-\ngaly", "low-\nset ears", "low-set\nears"])
def test_a_word_that_a_line_break_parts_is_read(text: str) -> None:
    matcher = NameMatcher.build([("Splenomegaly", RASH), ("Low-set ears", ALL)])
    assert [text[match.start : match.end] for match in matcher.find(text)] == [text]


def test_every_limit_can_be_met_and_is_said_in_words() -> None:
    for row in load_thresholds():
        assert row.limits
        assert row.low_term or row.high_term
        assert row.low_term or row.low is None
        assert row.high_term or row.high is None
        assert row.low is None or row.high is None or row.low < row.high, row
        assert row.plausible[0] < row.plausible[1]


@pytest.mark.parametrize("sign", ["(+)", "（++）", "：+++", " 2+", "阳性", "(-)", "阴性"])
def test_the_sign_of_a_result_is_part_of_the_name(sign: str) -> None:
    text = f"患者尿蛋白{sign}。"
    [match] = NameMatcher.build([("尿蛋白阳性", RASH)]).find(text)

    assert text[match.start : match.end] == f"尿蛋白{sign}"
    assert is_negative_result(text, match) == (sign in ("(-)", "阴性"))


def test_a_grade_inside_a_name_is_passed_over() -> None:
    text = "甲状腺Ⅱ度肿大"
    assert [text[match.start : match.end] for match in NameMatcher.build([("甲状腺肿大", RASH)]).find(text)] == [text]


def test_a_name_of_two_findings_is_read_as_both() -> None:
    matcher = NameMatcher.build([("Rash and itch", RASH), ("Rash", RASH), ("Itch", ALL)])
    assert [match.term for match in matcher.find("rash and itch")] == [RASH, ALL]


def test_every_limit_is_of_a_unit_that_can_be_written() -> None:
    assert [threshold.analyte for threshold in load_thresholds() if not all(threshold.units)] == []
