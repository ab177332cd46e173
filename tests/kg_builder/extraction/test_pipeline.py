"""Annotated sentences: what is said of each symptom, and whose it is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.extraction.dictionary import NameMatcher
from kg_builder.extraction.pipeline import LANGUAGES, extract_findings
from tests.kg_builder.extraction.symptoms import small_vocabulary, symptom, symptom_names, symptoms_in_chinese

MATCHER = NameMatcher.build(small_vocabulary().names())

# What each sentence says: `+` present, `-` absent, `?` possible, `~` historical, `!` conditional; `f` the family's.
SENTENCES = [
    ("He has fever and chills.", "+fever +chills"),
    ("Severe headaches and vomiting for two days.", "+headache +vomiting"),
    ("No fever or chills.", "-fever -chills"),
    ("no fever, chills, or cough", "-fever -chills -cough"),
    ("The patient denies chest pain, cough and fever.", "-chest pain -cough -fever"),
    ("Denies headache but has vomiting.", "-headache +vomiting"),
    ("There is no evidence of splenomegaly.", "-splenomegaly"),
    ("Negative for fever, positive for cough.", "-fever +cough"),
    ("Patient without seizures.", "-seizure"),
    ("She never had seizures.", "-seizure"),
    ("Splenomegaly was not seen.", "-splenomegaly"),
    ("Fever: absent", "-fever"),
    ("No cough. Fever since Monday.", "-cough +fever"),
    ("Not only fever but also chills.", "+fever +chills"),
    ("Anaemia due to blood loss; no vomiting.", "+anemia -vomiting"),
    ("Mother has diabetes.", "f+diabetes"),
    ("His father had hypertension.", "f+hypertension"),
    ("Family history: diabetes, hypertension", "f+diabetes f+hypertension"),
    ("Family history of seizures.", "f+seizure"),
    ("No family history of diabetes.", "f-diabetes"),
    ("Her mother reports fever and cough.", "+fever +cough"),
    ("Mother denies vomiting.", "-vomiting"),
    ("Mother has diabetes; the patient has hypertension.", "f+diabetes +hypertension"),
    ("If chest pain recurs, return.", "!chest pain"),
    ("Return if fever or vomiting develops.", "!fever !vomiting"),
    ("Discharge instructions: call for fever, chills", "!fever !chills"),
    ("History of hypertension.", "~hypertension"),
    ("Past medical history: diabetes, anemia", "~diabetes ~anemia"),
    ("A 3-day history of fever.", "+fever"),
    ("Possible seizure.", "?seizure"),
    ("Suspected febrile seizure.", "?febrile seizure"),
    ("Hyperkalemia cannot be excluded.", "?hyperkalemia"),
    ("K 6.2 mmol/L", "+hyperkalemia"),
    ("Potassium was 2.9 mmol/L, sodium 121 mmol/L.", "+hypokalemia +hyponatremia"),
    ("K 4.1 mmol/L, Na 140 mmol/L.", ""),
    ("T 39.2 °C, no cough.", "+fever -cough"),
    ("患者发热、咳嗽3天。", "+fever +cough"),
    ("否认发热、咳嗽。", "-fever -cough"),
    ("无发热，有咳嗽。", "-fever +cough"),
    ("无胸痛、呕吐。", "-chest pain -vomiting"),
    ("未见脾大。", "-splenomegaly"),
    ("其父有高血压。", "f+hypertension"),
    ("母亲患糖尿病，患者有贫血。", "f+diabetes +anemia"),
    ("家族史：高血压、糖尿病", "f+hypertension f+diabetes"),
    ("家属代诉发热。", "+fever"),
    ("如出现胸痛，及时就诊。", "!chest pain"),
    ("若有发热、寒战，请复诊。", "!fever !chills"),
    ("既往有高血压。", "~hypertension"),
    ("既往史：糖尿病。", "~diabetes"),
    ("可疑癫痫发作。", "?seizure"),
    ("不排除贫血。", "?anemia"),
    ("无明显诱因出现头痛、呕吐。", "+headache +vomiting"),
    ("血钾6.2mmol/L。", "+hyperkalemia"),
    ("体温39.1℃，伴寒战。", "+fever +chills"),
    ("发热伴咳嗽，否认胸痛。", "+fever +cough -chest pain"),
    ("父母体健，否认家族中有高血压。", "f-hypertension"),
    ("妹妹有癫痫发作史。", "f~seizure"),
    ("母孕期有高血压。", "f+hypertension"),
    ("否认高血压、糖尿病病史。", "-hypertension -diabetes"),
    ("头痛、呕吐待查。", "?headache ?vomiting"),
    ("发热(-)，咳嗽(+)", "-fever +cough"),
    ("无高血压家族史，有发热。", "f-hypertension +fever"),
    ("无高血压家族史，无发热。", "f-hypertension -fever"),
    ("发热、有机酸血症已排除。", "-fever"),
    ("Considered: hypertension (excluded), anemia.", "-hypertension ?anemia"),
    ("Counsel re seizure, anemia.", "!seizure !anemia"),
    ("FH: mother has diabetes.\nO: T 39.2 °C", "f+diabetes +fever"),
    ("VS: T 39.2 °C, ddx anemia vs diabetes", "+fever ?anemia ?diabetes"),
    ("Hypertension - US: absent kidney", "+hypertension"),
    ("患者无发热，无咳嗽，有胸痛。", "-fever -cough +chest pain"),
    ("fever (-), cough (+)", "-fever +cough"),
    ("Anemia is unlikely.", "?anemia"),
    ("Unlikely to be anemia.", "?anemia"),
    ("His fever resolved.", "~fever"),
    ("Fever has not resolved.", "+fever"),
    ("Levetiracetam to prevent seizures.", "!seizure"),
    ("Patient's mother, who has diabetes, reports that he has fever.", "f+diabetes +fever"),
    ("Cough but no fever.", "+cough -fever"),
    ("Neither fever nor cough.", "-fever -cough"),
    ("He had seizures as a child.", "~seizure"),
    ("Take paracetamol in case of fever.", "!fever"),
]
ROWS = [line.split("\t") for line in (Path(__file__).parent / "sentences.tsv").read_text("utf-8").splitlines()[1:]]
SENTENCES += [(row[2].replace("\\n", "\n"), row[3]) for row in ROWS]
SIGNS = {"present": "+", "absent": "-", "possible": "?", "historical": "~", "conditional": "!"}
EXPERIENCERS = {"patient": "", "family": "f", "other": "o"}
NAMES = {symptom(name): name for name in symptom_names()}
CHINESE = symptoms_in_chinese()
WORDS = ["fever", "no", "发热", "否认", ",", "，", ". ", "\n", "mother", "K 6.2 mmol/L", "if", "其父"]
WORDS += ["İ", "ﬁ", "😀", "e\u0301", "\ud800", "\0", "  - ", "Family history:", "39.5 °C", "\u2028"]


def said(text: str, language: str = "auto") -> str:
    mentions = extract_findings(text, MATCHER, language).mentions
    return " ".join(
        f"{EXPERIENCERS[each.experiencer]}{SIGNS[each.status.value]}{NAMES[each.term]}" for each in mentions
    )


def in_english(expected: str) -> str:
    """The sentences of the table name Chinese symptoms in Chinese."""
    for chinese, english in CHINESE:
        expected = expected.replace(chinese, english)
    return expected


def test_the_table_holds_sentences_of_both_languages_on_every_trap() -> None:
    traps = {"plain", "negation", "possible", "conditional", "warning", "historical", "family", "other person"}

    for language in ("en", "zh"):
        own = [row[1] for row in ROWS if row[0] == language]
        assert len(own) >= 60
        assert traps <= set(own)


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
def test_says_of_each_symptom_what_the_sentence_says(sentence: str, expected: str) -> None:
    assert said(sentence) == in_english(expected)


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
def test_a_language_that_is_named_reads_as_well_as_one_that_is_found(sentence: str, expected: str) -> None:
    assert said(sentence, "en" if sentence.isascii() or "°" in sentence else "zh") == in_english(expected)


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join) | st.lists(st.sampled_from(WORDS)).map("".join))
def test_every_quote_stands_at_its_span(text: str) -> None:
    found = extract_findings(text, MATCHER)

    assert all(text[each.start : each.end] == each.text != "" for each in found.mentions)


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.sampled_from(LANGUAGES))
def test_mentions_are_in_order_and_apart(text: str, language: str) -> None:
    mentions = extract_findings(text, MATCHER, language).mentions

    assert all(one.end <= other.start for one, other in pairwise(mentions))


@given(st.text())
def test_reading_twice_gives_the_same(text: str) -> None:
    assert extract_findings(text, MATCHER) == extract_findings(text, MATCHER)


def test_adult_limits_are_not_used_for_a_child_and_it_is_said() -> None:
    found = extract_findings("A 3-month-old girl. Troponin T 60 ng/L. Heart rate 140 bpm.", MATCHER)

    assert not found.mentions
    assert {issue.category for issue in found.issues} == {"adult-limits-only"}


def test_spans_count_code_points_behind_wide_letters() -> None:
    text = "😀İ𠮷 no fever"
    (mention,) = extract_findings(text, MATCHER).mentions

    assert (mention.start, text[mention.start : mention.end]) == (text.index("fever"), "fever")
