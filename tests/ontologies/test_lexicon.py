"""The word tables: every row checked against the installed ontology, and the reader's faults."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from ontologies import lexicon
from ontologies.errors import FileFormatError, InputError
from ontologies.lexicon import (
    LANGUAGES,
    NameStatus,
    WordKind,
    load_disease_names,
    load_lexicon,
    read_disease_names,
    read_lexicon,
)
from ontologies.ontology import Ontology
from ontologies.readers.obo import load_obo
from ontologies.releases import data_path
from ontologies.term import SynonymScope, Term
from ontologies.term_id import TermId

PHENOTYPIC_ABNORMALITY = TermId("HP", "0000118")
LEAST_TERMS = {"en": 540, "zh": 2500}
LEAST_WORDS = {"en": 2300, "zh": 6600}
KIND_ORDER = list(WordKind)
HEADER = "hpo_id\tlabel\tkind\tword\n"
DISEASE_HEADER = "disease_id\tlabel\tstatus\tword\n"
DISEASE_ROW = "OMIM:154700\tMarfan syndrome\tcommon name\t马方综合征\n"
ROW = "HP:0001945\tFever\tname\t发热\n"
# Words that are part of many others or of ordinary sentences, and so would be found where they are not meant.
TRAPS = {
    "热",
    "痛",
    "肿",
    "无力症",
    "异常",
    "疼痛",
    "不适",
    "升高",
    "降低",
    "pain",
    "weak",
    "sick",
    "hot",
    "cold",
    "swelling",
    "high",
    "low",
}


@pytest.fixture(scope="session")
def hpo() -> Ontology:
    return load_obo(data_path("hp.obo"))


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _table(folder: Path, text: str) -> Path:
    path = folder / "words.tsv"
    path.write_text(text, "utf-8")
    return path


def test_every_row_is_a_current_phenotypic_abnormality_with_its_label(language: str, hpo: Ontology) -> None:
    for entry in load_lexicon(language).entries:
        assert entry.term in hpo.terms, f"{entry.term} is not a primary identifier"
        assert hpo.terms[entry.term].name == entry.label
        assert PHENOTYPIC_ABNORMALITY in hpo.hierarchy.ancestor_ids(entry.term, include_self=False)


def test_there_are_as_many_terms_and_words_as_promised(language: str) -> None:
    entries = load_lexicon(language).entries
    assert len({entry.term for entry in entries}) >= LEAST_TERMS[language]
    assert len(entries) >= LEAST_WORDS[language]


def test_rows_are_sorted_by_identifier_and_kind(language: str) -> None:
    keys = [(entry.term, KIND_ORDER.index(entry.kind)) for entry in load_lexicon(language).entries]
    assert all(left <= right for left, right in pairwise(keys))


def test_no_word_belongs_to_two_terms(language: str) -> None:
    words = [entry.word.casefold() for entry in load_lexicon(language).entries]
    assert len(words) == len(set(words))


def test_no_word_is_a_trap(language: str) -> None:
    for entry in load_lexicon(language).entries:
        assert len(entry.word) >= 2
        assert entry.word.casefold() not in TRAPS
        assert entry.word == unicodedata.normalize("NFC", entry.word)


@pytest.mark.parametrize(
    "phrase",
    [
        "合并指征",
        "多指标分析",
        "小手术",
        "苯丙酮尿症",
        "血压低于",
        "第三磨牙",
        "水平足够",
        "无脾大",
        "视乳头凹陷",
        "双下肢痛觉",
        "小甲状腺",
        "扩大鼻内镜手术",
        "狭窄胸段",
        "肱二头肌长头肌腱",
        "降低体重",
        "无菌尿",
        "一口吃完",
        "昨夜惊",
        "有很多疑问",
        "蛋白甲基化",
        "早晚上感觉",
        "碰撞头部",
        "腹外斜肌",
        "伤口炎症",
        "嗜盐菌",
        "鼻血管",
        "泛酸激酶",
    ],
)
def test_an_ordinary_chinese_phrase_holds_no_word(phrase: str) -> None:
    assert [entry.word for entry in load_lexicon("zh").entries if entry.word in phrase] == []


@pytest.mark.parametrize(("text", "term"), [("12小时无尿，水肿", "HP:0100519"), ("自幼无汗，高热", "HP:0000970")])
def test_no_sweat_and_no_urine_are_findings_of_their_own(text: str, term: str) -> None:
    assert term in {str(entry.term) for entry in load_lexicon("zh").entries if entry.word in text}


def test_chinese_words_are_simplified_and_of_plain_signs() -> None:
    converter = OpenCC("t2s")
    for entry in load_lexicon("zh").entries:
        assert converter.convert(entry.word) == entry.word
        assert entry.word == unicodedata.normalize("NFKC", entry.word), "full-width or composed sign"
        assert not set(entry.word) & set("+%“”‘’"), "a sign that texts write in many ways"


@pytest.mark.parametrize(
    "phrase",
    [
        "low salt diet",
        "low sodium diet",
        "fits the criteria",
        "LAD stenosis",
        "runs of tachycardias",
        "bowel sounds are hyperactive",
        "depressed fontanelle",
        "aggressive treatment",
        "emphysematous bullae",
        "desaturated fat",
        "she has a temperature of 36.8",
        "lost interest",
        "SDH variant",
        "DIC panel",
        "no words of comfort",
        "floppy disk",
    ],
)
def test_an_ordinary_english_phrase_holds_no_word(phrase: str) -> None:
    padded = f" {phrase} "
    assert [entry.word for entry in load_lexicon("en").entries if f" {entry.word} " in padded] == []


def _exact_names(term: Term) -> set[str]:
    exact = {synonym.text.casefold() for synonym in term.synonyms if synonym.scope is SynonymScope.EXACT}
    return {term.name.casefold()} | exact


def test_no_word_is_another_terms_label_or_exact_synonym(language: str, hpo: Ontology) -> None:
    owners: dict[str, set[TermId]] = {}
    for term in hpo.terms.values():
        for name in _exact_names(term):
            owners.setdefault(name, set()).add(term.id)
    entries = load_lexicon(language).entries
    clashes = [entry for entry in entries if entry.term not in owners.get(entry.word.casefold(), {entry.term})]
    assert clashes == []


def test_no_english_word_repeats_a_name_that_the_ontology_has(hpo: Ontology) -> None:
    repeated = [
        entry for entry in load_lexicon("en").entries if entry.word.casefold() in _exact_names(hpo.terms[entry.term])
    ]
    assert repeated == []


def test_every_chinese_term_has_a_name_and_chinese_words() -> None:
    chinese = load_lexicon("zh")
    names = chinese.name_by_term()
    assert {entry.term for entry in chinese.entries} == set(names)
    plain = [entry for entry in chinese.entries if entry.kind is not WordKind.ABBREVIATION]
    assert all(any("一" <= letter <= "鿿" for letter in entry.word) for entry in plain)


@pytest.mark.parametrize(
    ("language", "word", "term"),
    [
        ("zh", "发热", "HP:0001945"),
        ("zh", "发烧", "HP:0001945"),
        ("zh", "拉肚子", "HP:0002014"),
        ("zh", "心慌", "HP:0001962"),
        ("zh", "双下肢凹陷性水肿", "HP:0010741"),
        ("zh", "心前区压榨样疼痛", "HP:0001681"),
        ("zh", "纳差", "HP:0004396"),
        ("zh", "里急后重", "HP:0012702"),
        ("zh", "移动性浊音阳性", "HP:0001541"),
        ("zh", "巴氏征阳性", "HP:0003487"),
        ("zh", "颈抵抗", "HP:0031179"),
        ("zh", "竖头不稳", "HP:0002421"),
        ("zh", "踮脚走", "HP:0030051"),
        ("en", "SOB", "HP:0002094"),
        ("en", "JVD", "HP:0030848"),
        ("en", "can't catch my breath", "HP:0002094"),
        ("en", "spoke no words", "HP:0001344"),
        ("en", "not yet walking at 2 years", "HP:0031936"),
        ("en", "failure to gain weight", "HP:0001508"),
        ("en", "lost milestones", "HP:0002376"),
        ("en", "threw up", "HP:0002013"),
        ("en", "tummy pain", "HP:0002027"),
        ("en", "passed out", "HP:0001279"),
        ("en", "BP high", "HP:0000822"),
    ],
)
def test_words_of_the_ward_mean_what_they_mean(language: str, word: str, term: str) -> None:
    assert dict(load_lexicon(language).words())[word] == TermId.parse(term)


def test_the_first_name_is_the_one_to_show() -> None:
    assert load_lexicon("zh").name_by_term()[TermId("HP", "0001945")] == "发热"


def test_an_unknown_language_is_an_input_error() -> None:
    with pytest.raises(InputError, match="no lexicon for this language: fr"):
        load_lexicon("fr")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "header"),
        ("id\tword\n", 1, "header"),
        (HEADER + ROW + "HP:0001945\tFever\tname\n", 3, "four filled cells"),
        (HEADER + "HP:0001945\tFever\tname\t 发热\n", 2, "spaces around"),
        (HEADER + "fever\tFever\tname\t发热\n", 2, "fever is not an identifier"),
        (HEADER + "HP:0001945\tFever\tslang\t发热\n", 2, "slang is not a kind"),
        (HEADER + ROW + "HP:0002014\tDiarrhea\tname\t发热\n", 3, "there already"),
    ],
)
def test_a_damaged_table_names_file_line_and_remedy(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(FileFormatError, match=message) as caught:
        read_lexicon(_table(tmp_path, text), "zh")
    assert str(caught.value.value).endswith(f"words.tsv, line {line}")
    assert caught.value.remedy


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes((HEADER + ROW).encode("gb18030"))
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_lexicon(path, "zh")


def test_every_named_disease_is_an_annotated_entry_with_its_label() -> None:
    rows = [line.split("\t") for line in data_path("phenotype.hpoa").read_text("utf-8").splitlines() if line[0] in "OD"]
    label_by_disease = {row[0]: row[1] for row in rows}
    for name in load_disease_names():
        assert label_by_disease[str(name.disease)] == name.label


def test_there_are_the_rare_diseases_that_are_best_known() -> None:
    names = load_disease_names()
    assert len({name.disease for name in names}) >= 450
    first: dict[TermId, str] = {}
    for name in names:
        first.setdefault(name.disease, name.word)
    assert first[TermId("OMIM", "154700")] == "马方综合征"
    assert first[TermId("ORPHA", "905")] == "肝豆状核变性"


def test_disease_names_are_sorted_simplified_and_composed_where_they_bear_a_number() -> None:
    names = load_disease_names()
    keys = [(name.disease.prefix, int(name.disease.local)) for name in names]
    assert keys == sorted(keys)
    converter = OpenCC("t2s")
    assert all(converter.convert(name.word) == name.word for name in names)
    assert all(name.word[-1] in "型组" for name in names if name.status is NameStatus.COMPOSED)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("id\tword\n", 1, "header"),
        (DISEASE_HEADER + DISEASE_ROW + DISEASE_ROW, 3, "there already"),
        (DISEASE_HEADER + DISEASE_ROW.replace("common name", "official"), 2, "official is not a status"),
        (DISEASE_HEADER + DISEASE_ROW.replace("OMIM:", "omim "), 2, "is not an identifier"),
        (DISEASE_HEADER + "OMIM:154700\tMarfan syndrome\tcommon name\n", 2, "four filled cells"),
    ],
)
def test_a_damaged_table_of_diseases_names_line_and_remedy(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(FileFormatError, match=message) as caught:
        read_disease_names(_table(tmp_path, text))
    assert str(caught.value.value).endswith(f"words.tsv, line {line}")


def test_one_name_may_stand_for_an_entry_of_omim_and_of_orphanet(tmp_path: Path) -> None:
    both = DISEASE_HEADER + DISEASE_ROW + DISEASE_ROW.replace("OMIM:154700", "ORPHA:558")
    assert [str(name.disease) for name in read_disease_names(_table(tmp_path, both))] == ["OMIM:154700", "ORPHA:558"]


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = _table(tmp_path_factory.getbasetemp(), HEADER + text.encode("utf-8", "ignore").decode("utf-8"))
    try:
        entries = read_lexicon(path, "zh").entries
    except FileFormatError as error:
        assert "\n" not in str(error)
    else:
        assert len(entries) <= len(text.splitlines())


def test_public_names_are_sorted_and_there() -> None:
    # Constants first, then classes, then functions, as the linter sorts.
    assert lexicon.__all__ == sorted(
        lexicon.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
    assert all(hasattr(lexicon, name) for name in lexicon.__all__)
