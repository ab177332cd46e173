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


@pytest.mark.parametrize(
    "phrase",
    [
        "肝脏大小形态正常",
        "脾大小正常",
        "前囟大小2×2cm",
        "头大小正常",
        "双耳大小正常",
        "睾丸大小正常",
        "宫颈短",
        "无汗出",
        "手小指",
        "支气管扩张剂",
        "甘露醇脱水降颅压",
        "体温波动于38.9～40.3℃",
        "咽反射减弱",
        "Mr Pale was seen by Dr Stroke",
        "Attends the diabetic foot clinic",
        "Blackout blinds were fitted",
        "No speech therapy today",
        "Reflexes 2+ and symmetric",
        "The mask fits well",
        "糖尿病饮食指导已向母亲交代",
        "Facial hair shaved for the mask",
        "Cultures not growing on day 5",
        "No speech and language therapist",
        "No periods away from school",
        "抑郁自评量表53分",
        "自闭症筛查量表（ABC）",
        "饮水多少不详",
        "高血压健康教育一次",
        "体重增长良好",
        "血尿淀粉酶正常",
    ],
)
def test_an_ordinary_phrase_holds_no_finding(phrase: str, matcher: NameMatcher) -> None:
    found = [each for each in extract_findings(phrase, matcher).mentions if each.extractor == "dictionary"]
    assert [each.text for each in found] == []


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("近2小时无尿。", "HP:0100519"),
        ("少尿3天，无尿1天", "HP:0100519"),
        ("高热，无汗，烦躁", "HP:0000970"),
        ("头大，颈短", "HP:0000256"),
        ("颈短，后发际低", "HP:0000470"),
        ("Ⅲ度房室传导阻滞", "HP:0001709"),
        ("咳铁锈色痰", "HP:0031245"),
        ("Fits twice a week", "HP:0001250"),
        ("Born at 29+4 weeks", "HP:0001622"),
        ("He lost 11 kg over the winter", "HP:0001824"),
        ("Hair went grey at 24", "HP:0002216"),
        ("Full scale IQ 61", "HP:0001249"),
        ("Reflexes 3+ in the legs", "HP:0001347"),
        ("Aged 4 with no speech, smiles", "HP:0001344"),
    ],
)
def test_short_words_are_findings_where_their_clause_ends(text: str, term: str, matcher: NameMatcher) -> None:
    assert f"+{term}" in said(extract_findings(text, matcher))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("脊柱轻度侧弯，四肢肌张力稍低。", "+HP:0002650 +HP:0001252"),
        ("心包少量积液，主动脉瓣重度关闭不全。", "+HP:0001698 +HP:0001659"),
        ("右侧胸部隐痛。", "+HP:0100749"),
        ("视乳头无明显水肿，肝和脾不大。", "-HP:0001085 -HP:0001744"),
        ("皮肤无黄染、皮疹、出血点。", "-HP:0000952 -HP:0000988 -HP:0000967"),
        ("肝脾肋下未触及、双下肢水肿。", "-HP:0001433 +HP:0010741"),
        ("无咳嗽咳痰。", "-HP:0012735 -HP:0031245"),
        ("尿常规：蛋白(++)，潜血(-)，白细胞 30/HP。", "+HP:0000093 -HP:0000790 +HP:0012085"),
        ("脑脊液：白细胞 360×10^6/L，蛋白 2.8g/L↑，糖 1.1mmol/L↓。", "+HP:0002922 +HP:0011972"),
        ("身高、体重均<P3，头围 41cm（-3.2SD）。", "+HP:0004322 +HP:0004325 +HP:0000252"),
        ("身高105cm（P3），体重12kg（P50）。", ""),
        ("ANA(-)，RF（+）。", "-HP:0003493 +HP:0002923"),
        ("血钙２．９８ｍｍｏｌ／Ｌ。", "+HP:0003072"),
        ("曾晕厥2次，曾患肺炎。", "+HP:0001279 ~HP:0002090"),
        ("母孕期羊水过多，姐姐早产。", "+HP:0001561 f+HP:0001622"),
        ("会叫“爸爸、妈妈”，步态不稳。", "+HP:0002317"),
        ("诊断：急性肾损伤、肺炎？", "+HP:0001919 ?HP:0002090"),
        ("激素副作用：高血压、感染、生长迟缓。", "!HP:0000822 !HP:0001510"),
        ("既往贫血8年，服铁剂；4年前因癫痫发作住院。", "~HP:0001903 ~HP:0001250"),
        ("患肺炎，已痊愈。", "~HP:0002090"),
        ("心悸否认。皮疹已退。", "-HP:0001962 ~HP:0000988"),
        ("皮疹中心可见水疱。", "+HP:0000988 +HP:0008066"),
    ],
)
def test_a_chinese_statement_says(text: str, wanted: str, matcher: NameMatcher) -> None:
    found = said(extract_findings(text, matcher))
    assert set(wanted.split()) <= found
    assert {each for each in found if each.startswith("+")} <= {*wanted.split(), "+HP:0012229"}


def test_a_name_that_begins_with_a_denial_leaves_a_longer_one_denied(matcher: NameMatcher) -> None:
    words = [word for word, _ in load_lexicon("zh").words()]
    denying = [word for word in words if word[0] == "无" and word != "无先兆偏头痛"]
    longer = sorted({other for word in denying for other in words if other != word and other.startswith(word[1:])})
    present = {
        other
        for other in longer
        for each in extract_findings(f"无{other}。", matcher).mentions
        if each.status.value == "present"
    }
    assert len(longer) > 50
    assert present == set()


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
