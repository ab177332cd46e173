"""Citations: their form, and that they resolve to the record they hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.citation import CITED_SOURCES, Citation, cite_record, resolve_citation
from ontologies.errors import FileFormatError, SourceError, VerificationError

_SYMPTOMS = "disease_id\tdisease_label\tsymptom_id\tsymptom_label\nDOID:552\tpneumonia\tSYMP:0000614\tcough\n"


@pytest.fixture
def small_mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "doid"
    folder.mkdir()
    (folder / "disease-symptom.tsv").write_text(_SYMPTOMS, encoding="utf-8")
    return tmp_path


@given(
    st.sampled_from(sorted(CITED_SOURCES)),
    st.from_regex(r"[A-Z]{1,8}:[0-9]{1,7}( [A-Z]{1,8}:[0-9]{1,7})?", fullmatch=True),
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
)
def test_parsing_what_was_written_gives_the_same(source: str, record_id: str, digits: str) -> None:
    citation = Citation(source, record_id, digits)
    assert Citation.parse(str(citation)) == citation


@pytest.mark.parametrize(
    "text",
    [
        "",
        "icd10cm",
        "icd10cm|J18.9",
        "icd10cm|J18.9|123",
        "icd10cm||0123456789abcdef",
        "icd10cm|J18.9|0123456789ABCDEF",
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(FileFormatError, match="not a citation"):
        Citation.parse(text)


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(FileFormatError, match="unknown source"):
        Citation.parse("textbook|chapter 3|0123456789abcdef")


def test_a_record_resolves_to_its_row(small_mirror: Path) -> None:
    row = "DOID:552\tpneumonia\tSYMP:0000614\tcough"
    citation = cite_record("doid-symptom", "DOID:552 SYMP:0000614", small_mirror)
    assert citation is not None
    assert citation.sha256_prefix == hashlib.sha256(row.encode()).hexdigest()[:16]
    assert resolve_citation(citation, small_mirror) == row


def test_a_changed_record_is_noticed(small_mirror: Path) -> None:
    with pytest.raises(VerificationError, match="changed"):
        resolve_citation(Citation("doid-symptom", "DOID:552 SYMP:0000614", "0" * 16), small_mirror)


def test_a_missing_record_is_noticed(small_mirror: Path) -> None:
    with pytest.raises(VerificationError, match="not in its source"):
        resolve_citation(Citation("doid-symptom", "DOID:552 SYMP:1", "0" * 16), small_mirror)
    assert cite_record("doid-symptom", "DOID:552 SYMP:1", small_mirror) is None


def test_a_source_that_is_not_at_hand_gives_none(small_mirror: Path) -> None:
    citation = Citation("pharmacotherapydb", "DOID:10652 DB00843", "0" * 16)
    assert resolve_citation(citation, None) is None
    assert resolve_citation(citation, small_mirror) is None


def test_a_damaged_source_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "doid").mkdir()
    (tmp_path / "doid" / "disease-symptom.tsv").write_bytes(b"\xff\xfe\x00binary\n")
    with pytest.raises(SourceError, match="cannot read"):
        cite_record("doid-symptom", "DOID:552 SYMP:0000614", tmp_path)


@pytest.mark.parametrize(
    ("source", "record_id", "words"),
    [
        ("hpo", "HP:0012735", "Cough"),
        ("icd10cm", "I50.9", "Congestive heart failure NOS"),
        ("icd10who", "J18.9", "Pneumonia, unspecified"),
        ("hpoa", "OMIM:154700 HP:0001166", "Marfan"),
    ],
)
def test_installed_sources_resolve_without_a_mirror(source: str, record_id: str, words: str) -> None:
    citation = cite_record(source, record_id, None)
    assert citation is not None
    assert words.lower() in str(resolve_citation(citation, None)).lower()


def test_every_mirrored_source_is_there(mirror: Path) -> None:
    missing = [
        name for name, (packaged, path, _) in CITED_SOURCES.items() if not packaged and not (mirror / path).is_file()
    ]
    assert missing == []
