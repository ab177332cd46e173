"""Notes, phenopackets and lists of terms, in any encoding and any disorder."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.extraction.dictionary import NameMatcher
from ontologies.errors import AitiaError, FileFormatError, InputError, LimitError, UnknownTermError
from reasoner.intake.case import Case
from reasoner.intake.reading import MAXIMUM_BYTES, decode, document_reader, parse_terms, read_case, read_note
from tests.kg_builder.extraction.symptoms import DOMINANT, FORMER, MERGED, WITHDRAWN, small_vocabulary, symptom

VOCABULARY = small_vocabulary()
MATCHER = NameMatcher.build(VOCABULARY.names())
READER = document_reader(VOCABULARY, MATCHER)
NOTE = "男，45岁。发热、咳嗽3天，否认胸痛。其父有高血压。"


def read(data: bytes, language: str = "auto") -> Case:
    return read_note(data, name="note.txt", ontology_names=VOCABULARY, language=language, matcher=MATCHER)


def categories(case: Case) -> list[str]:
    return [issue.category for issue in case.issues]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312"]
)
def test_encodings_read_alike(encoding: str) -> None:
    case = read(NOTE.encode(encoding))

    assert case.observed == (symptom("fever"), symptom("cough"))
    assert case.excluded == (symptom("chest pain"),)
    assert (case.sex, case.age_years) == ("MALE", 45)
    assert case.document_sha256 == hashlib.sha256(NOTE.encode(encoding)).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "gb18030"])
def test_an_encoding_that_is_not_utf_8_is_said(encoding: str) -> None:
    assert "encoding" in categories(read(NOTE.encode(encoding)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_spans_point_into_the_decoded_text(encoding: str) -> None:
    text, case = READER(NOTE.encode(encoding))

    assert text == NOTE
    assert [text[each.start : each.end] for each in case.findings] == ["发热", "咳嗽", "胸痛", "高血压"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_english_note_with_windows_line_ends_reads(encoding: str) -> None:
    text, case = READER("A 40-year-old woman\r\nNo fever or chills\r\nCough\r\n".encode(encoding))

    assert (case.observed, len(case.excluded), case.sex) == ((symptom("cough"),), 2, "FEMALE")
    assert text.count("\r\n") == 3


def test_windows_1252_is_told_from_chinese() -> None:
    case = read("The patient, a naïve 40-year-old café owner, has fever – 38 °C – and no cough.".encode("cp1252"))

    assert case.excluded == (symptom("cough"),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \r\n\t ",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        random.Random(1).randbytes(5000),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(2).randbytes(4000),
        b"%PDF-1.7\n" + random.Random(3).randbytes(4000),
        b"PK\x03\x04" + random.Random(4).randbytes(4000),
        b"\x00" * 1000,
        "fever".encode("utf-16") + b"\x00",
    ],
    ids=["empty", "blank", "mark-8", "mark-16", "random", "png", "pdf", "zip", "zeros", "odd-16"],
)
def test_empty_and_binary_input_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(data)

    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_text_or_an_error_of_ours(data: bytes) -> None:
    try:
        outcome: object = decode(data, "x")[1]
    except AitiaError as error:
        outcome = error.remedy

    assert outcome


@given(st.text(min_size=1).filter(str.strip))
def test_utf_8_is_never_taken_for_another_encoding(text: str) -> None:
    try:
        encoding = decode(text.encode(), "x")[1]
    except InputError:
        encoding = "refused"

    assert encoding in {"utf-8", "utf-8-sig", "refused"} or not text.isprintable()


def test_a_note_longer_than_the_limit_is_refused() -> None:
    with pytest.raises(LimitError, match="longer than"):
        read(b"fever " * (MAXIMUM_BYTES // 6 + 1))


def test_the_limit_admits_ten_megabytes() -> None:
    assert MAXIMUM_BYTES >= 10_000_000
    assert decode(b"x" * 10_000_000, "x")[1] == "utf-8"


@pytest.mark.parametrize("text", ["A 300-year-old man with fever.", "年龄：999岁，发热", "Age: 150. Cough."])
def test_an_impossible_age_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="impossible age"):
        read(text.encode())


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="unknown language"):
        read(b"fever", "fr")


def test_a_note_without_findings_is_said() -> None:
    assert categories(read(b"A pleasant man.")) == ["no-finding"]


def test_contradictory_statements_of_a_note_are_said() -> None:
    assert "contradictory-findings" in categories(read(b"He has fever. No fever."))


def test_terms_with_a_minus_are_excluded() -> None:
    case = parse_terms("HP:0001945, -HP:0012735；HP:0002013".replace("；", "，"), VOCABULARY)

    assert case.observed == (symptom("fever"), symptom("vomiting"))
    assert case.excluded == (symptom("cough"),)


@pytest.mark.parametrize(("former", "name"), [(FORMER, "seizure"), (MERGED, "fever")])
def test_a_former_id_is_mapped_and_said(former: object, name: str) -> None:
    case = parse_terms(str(former), VOCABULARY)

    assert case.observed == (symptom(name),)
    assert categories(case) == ["obsolete-term"]
    assert str(former) in case.issues[0].message


@pytest.mark.parametrize("unknown", [str(WITHDRAWN), "HP:9999999", "MONDO:0000001"])
def test_an_unknown_id_is_refused(unknown: str) -> None:
    with pytest.raises(UnknownTermError, match=unknown):
        parse_terms(f"HP:0001945,{unknown}", VOCABULARY)


@pytest.mark.parametrize("text", ["", " , ,", "fever", "-", "HP:", "HP:0001945,cough"])
def test_what_is_no_list_of_terms_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_terms(text, VOCABULARY)


def test_a_mode_of_inheritance_is_left_out_and_said() -> None:
    case = parse_terms(f"HP:0001945,{DOMINANT}", VOCABULARY)

    assert case.observed == (symptom("fever"),)
    assert categories(case) == ["not-a-finding"]


@pytest.mark.parametrize("absent", ["HP:0001250", "HP:0002373"])
def test_a_present_term_with_itself_or_an_ancestor_absent_is_contradictory(absent: str) -> None:
    assert categories(parse_terms(f"HP:0002373,-{absent}", VOCABULARY)) == ["contradictory-findings"]


def test_a_present_term_with_a_descendant_absent_is_no_contradiction() -> None:
    assert parse_terms("HP:0001250,-HP:0002373", VOCABULARY).issues == ()


def packet(*identifiers: object) -> bytes:
    features = [{"type": {"id": str(each), "label": "x"}} for each in identifiers]
    return json.dumps({"id": "p", "subject": {"sex": "MALE"}, "phenotypicFeatures": features}).encode()


def test_a_phenopacket_is_read_by_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_bytes(packet(symptom("fever"), FORMER, WITHDRAWN))
    case = read_case(tmp_path / "p.json", ontology_names=VOCABULARY, matcher=MATCHER)

    assert case.observed == (symptom("seizure"), symptom("fever"))
    assert categories(case) == ["obsolete-term", "unknown-term"]


def test_a_text_file_is_read_as_a_note_and_named(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("No fever. Cough.", "utf-8")
    case = read_case(str(tmp_path / "n.txt"), ontology_names=VOCABULARY)

    assert (case.id, case.observed, case.excluded) == ("n.txt", (symptom("cough"),), (symptom("fever"),))


@pytest.mark.parametrize("name", ["missing.txt", "missing.json", ".", "nul\0l.txt", "x" * 5000])
def test_what_cannot_be_opened_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_case(f"{tmp_path}/{name}", ontology_names=VOCABULARY, matcher=MATCHER)


@pytest.mark.parametrize("data", [b"", b"not json", b"{}", b'{"genes": [], "subject": {}}'])
def test_a_json_file_that_is_no_phenopacket_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_bytes(data)

    with pytest.raises(FileFormatError):
        read_case(tmp_path / "p.json", ontology_names=VOCABULARY, matcher=MATCHER)


def test_the_document_reader_finds_what_reading_the_case_found(tmp_path: Path) -> None:
    json_text = packet(symptom("fever"), FORMER).decode()
    documents = [("n.txt", NOTE.encode("gb18030")), ("p.json", json_text.encode())]
    documents += [("p.json", json_text.encode("utf-8-sig")), ("p.json", json_text.encode("utf-16"))]
    for name, data in documents:
        (tmp_path / name).write_bytes(data)
        case = read_case(tmp_path / name, ontology_names=VOCABULARY, matcher=MATCHER)
        again = READER(data)[1]

        assert again.findings == case.findings, name
        assert (again.sex, again.age_years, again.document_sha256) == (case.sex, case.age_years, case.document_sha256)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_gives_a_case_whose_quotes_stand_in_it_or_an_error_of_ours(text: str) -> None:
    try:
        decoded, case = READER(text.encode())
    except AitiaError as error:
        assert error.remedy
        return

    assert all(decoded[each.start : each.end] == each.text for each in case.findings)
