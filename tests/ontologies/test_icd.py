"""The code systems: counts, hierarchy, notes, names, and how their readers take bad input."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from ontologies.errors import FileFormatError, InputError, UnknownTermError
from ontologies.icd import CodeKind, CodeSystem, IcdCode
from ontologies.readers.icd10cm import load_icd10cm
from ontologies.readers.icd10who import load_icd10who
from ontologies.readers.icd10zh import read_icd10zh
from ontologies.releases import data_path
from ontologies.term_id import TermId

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2026</version><chapter><name>19</name><desc>Injury</desc>
<section id="S00-S09"><desc>Head</desc><diag><name>S09</name><desc>Other injuries of head</desc>
<sevenChrDef><extension char="A">initial encounter</extension><note>active treatment</note>
<extension char="Z">none</extension></sevenChrDef>
<excludes1><note>birth trauma (P10-P15)</note></excludes1>
<diag><name>S09.0</name><desc>Injury of blood vessels</desc>
<inclusionTerm><note>Vessel injury</note></inclusionTerm></diag>
</diag></section>
<section id="T07"><desc>Multiple</desc><diag><name>T07</name><desc>Multiple injuries</desc></diag></section>
</chapter></ICD10CM.tabular>"""


def write_tabular(folder: Path, text: str = TABULAR, codes: str = "S09.0XXA title\nT07\n") -> Path:
    (folder / "code-list-x.txt").write_text(codes, encoding="utf-8")
    path = folder / "tabular.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_entries_of_icd10cm_are_there(icd10cm: CodeSystem) -> None:
    """Chapters, blocks, 46,881 categories and subcategories, and the 7th-character extensions that exist."""
    assert Counter(code.kind for code in icd10cm) == {
        CodeKind.CHAPTER: 22,
        CodeKind.BLOCK: 297,
        CodeKind.CATEGORY: 1_918,
        CodeKind.SUBCATEGORY: 44_963,
        CodeKind.EXTENSION: 51_305,
    }
    assert len(icd10cm) == 98_505


def test_the_entries_are_those_of_the_code_list(icd10cm: CodeSystem) -> None:
    listed = data_path("icd10cm-codes.txt").read_text(encoding="utf-8").split()
    assert len(listed) == len(icd10cm)
    # A block of one category is listed under that category's code.
    spellings = {
        code.code.replace(".", "").replace(f"{code.code[:3]}-{code.code[:3]}", code.code[:3]) for code in icd10cm
    }
    assert spellings == {code.replace(".", "") for code in listed}


def test_a_code_knows_what_is_above_it(icd10cm: CodeSystem) -> None:
    fracture = icd10cm.find("s72001a")
    assert fracture is not None
    assert fracture.title.endswith("initial encounter for closed fracture")
    assert [code.code for code in icd10cm.ancestors(fracture.id)] == [
        "S72.001",
        "S72.00",
        "S72.0",
        "S72",
        "S70-S79",
        "19",
    ]
    assert icd10cm.find("ICD10CM:S72.001A") == fracture
    assert icd10cm.find("no such code") is None


def test_type_2_diabetes_excludes_type_1(icd10cm: CodeSystem) -> None:
    notes = [note for _, note in icd10cm.inherited_excludes1(TermId("ICD10CM", "E11.9"))]
    assert any("type 1 diabetes" in note for note in notes)


def test_the_hierarchy_of_icd10cm_has_the_chapters_as_roots(icd10cm: CodeSystem) -> None:
    roots = icd10cm.hierarchy.ids_of(icd10cm.hierarchy.roots)
    assert {icd10cm.codes[root].kind for root in roots} == {CodeKind.CHAPTER}
    category = icd10cm.children(TermId("ICD10CM", "B99-B99"))
    assert [code.code for code in category] == ["B99"]


def test_an_unknown_code_is_refused(icd10cm: CodeSystem) -> None:
    with pytest.raises(UnknownTermError, match=r"CodeSystem\.find"):
        icd10cm.ancestors(TermId("ICD10CM", "E99.99"))


def test_seventh_characters_exist_only_where_listed(tmp_path: Path) -> None:
    system = load_icd10cm(write_tabular(tmp_path))
    assert [code.code for code in system] == ["19", "S00-S09", "S09", "S09.0", "S09.0XXA", "T07-T07", "T07"]
    vessel = system.find("S09.0XXA")
    assert vessel is not None
    assert vessel.title == "Injury of blood vessels, initial encounter / active treatment"
    assert system.codes[TermId("ICD10CM", "S09.0")].inclusion_terms == ("Vessel injury",)
    assert system.inherited_excludes1(vessel.id)[0][1] == "birth trauma (P10-P15)"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "line 1"),
        ("{}", "line 1"),
        ("<icd/>", "the element <icd>"),
        (TABULAR[:300], "line "),
        (TABULAR.replace("<name>S09</name>", ""), "a <diag> without <name> within S00-S09"),
        (TABULAR.replace('id="T07"', ""), "a <section> without id"),
        (TABULAR.replace("<name>T07</name>", "<name>S09</name>"), "a code occurs twice"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + TABULAR, "an entity declaration"),
        ("<a>" * 3000 + "</a>" * 3000, "nested"),
    ],
)
def test_a_bad_tabular_list_is_refused(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(FileFormatError, match=found) as caught:
        load_icd10cm(write_tabular(tmp_path, text))
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


def test_a_bad_code_list_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="line 2"):
        load_icd10cm(write_tabular(tmp_path, codes="T07\n<html>\n"))
    (tmp_path / "code-list-x.txt").unlink()
    with pytest.raises(FileFormatError, match="code list is missing"):
        load_icd10cm(tmp_path / "tabular.xml")


def test_all_entries_of_the_who_icd10_are_there() -> None:
    system = load_icd10who(data_path("icd10who.xml"))
    assert (len(system), system.version) == (12_542, "2019")
    cholera = system.find("A00.0")
    assert cholera is not None
    assert [code.code for code in system.ancestors(cholera.id)] == ["A00", "A00-A09", "I"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<x/>",
        "<icd_10_v1/>",
        '<icd_10_v1><item type="plant"><name>A</name><description>b</description></item></icd_10_v1>',
    ],
)
def test_a_bad_who_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "who.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFormatError) as caught:
        load_icd10who(path)
    assert caught.value.remedy


def test_chinese_names_are_simplified(tmp_path: Path) -> None:
    path = tmp_path / "names.db"
    with sqlite3.connect(path) as database:
        database.execute('CREATE TABLE icd_mapping ("ICD-10" TEXT, "ICD-10 Chinese" TEXT)')
        database.executemany(
            "INSERT INTO icd_mapping VALUES (?, ?)", [("A00.9", "霍亂"), ("A00.9", "霍亂"), ("B00", None), (None, "x")]
        )
    database.close()
    assert [(str(row.code), row.name, row.original) for row in read_icd10zh(path)] == [
        ("ICD10CM:A00.9", "霍乱", "霍亂")
    ]


@pytest.mark.parametrize("content", [b"", b"no database", bytes(range(256)) * 40])
def test_a_bad_names_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "names.db"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match="Chinese ICD names"):
        list(read_icd10zh(path))


def test_a_missing_names_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="Check the path"):
        list(read_icd10zh(tmp_path / "none.db"))


def test_a_child_before_its_parent_is_refused() -> None:
    with pytest.raises(InputError, match="before its parent"):
        CodeSystem("ICD10CM", "1", [IcdCode(TermId("ICD10CM", "A00"), CodeKind.CATEGORY, "x", TermId("ICD10CM", "1"))])
