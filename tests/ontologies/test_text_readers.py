"""The OBO, HPOA and SSSOM readers: real rows, bad input with its line, random input."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pronto
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.annotation import Annotation, AssertionStatus, Frequency
from ontologies.cross_reference import CrossReference, MappingPredicate
from ontologies.errors import FileFormatError
from ontologies.issue import Issue
from ontologies.ontology import Ontology
from ontologies.readers.hpoa import HPOA_COLUMNS, read_hpoa
from ontologies.readers.obo import load_obo
from ontologies.readers.sssom import read_sssom
from ontologies.releases import data_path
from ontologies.term import Synonym, SynonymScope
from ontologies.term_id import TermId

OBO = r"""format-version: 1.2
data-version: 7

[Term]
id: HP:0000001
name: All ! of it

[Term]
id: HP:0000002
name: two
alt_id: HP:0000009
def: "A \"quoted\" word." [PMID:1]
synonym: "zwei" EXACT layperson [PMID:2]
synonym: "dos" []
xref: UMLS:C1 "label"
xref: nonsense
is_a: HP:0000001 {source="x"} ! All

[Typedef]
id: part_of
is_a: HP:0000404

[Term]
id: HP:0000003
name: obsolete three
is_obsolete: true
replaced_by: HP:0000002
"""
HPOA = "#version: 2025-01-16\n" + "\t".join(HPOA_COLUMNS) + "\n"
ROW = "OMIM:619340\tX\tNOT\tHP:0011097\tPMID:31675180\tPCS\t\t1/2\tmale\t\tP\tHPO:a[2021-06-21];HPO:b[2020-01-01]"
SSSOM = "# license: CC0\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\n"


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "input.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_an_obo_term_is_read_whole(tmp_path: Path) -> None:
    ontology = load_obo(written(tmp_path, OBO))
    two = ontology.terms[TermId("HP", "0000002")]
    assert two.definition == 'A "quoted" word.'
    assert two.synonyms == (
        Synonym("zwei", SynonymScope.EXACT, "layperson"),
        Synonym("dos", SynonymScope.RELATED, None),
    )
    assert two.xrefs == (TermId("UMLS", "C1"),)
    assert [issue.category for issue in ontology.issues] == ["unreadable-xref"]
    assert (ontology.version, len(ontology)) == ("7", 2)
    assert ontology.resolve(TermId("HP", "0000009")) == two.id == ontology.resolve(TermId("HP", "0000003"))
    assert ontology.hierarchy.ancestor_ids(two.id) == (TermId("HP", "0000001"),)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no .Term. stanza"),
        (OBO.replace("id: HP:0000002", "id: two"), "line 9: not OBO"),
        (OBO.replace("id: HP:0000002\n", ""), "line 8: not OBO"),
        (OBO.replace("id: HP:0000003", "id: HP:0000002"), "second stanza"),
        (OBO.replace('"zwei" EXACT', "zwei"), "double quotes"),
        (OBO.replace("name: two", "name two"), "line 10: not OBO"),
        (OBO.replace("name: All", "is_a: HP:0000002\nname: All"), "cycle"),
        (b"\x00\x01", "line 1"),
        (OBO.encode("utf-16"), "not UTF-8"),
    ],
)
def test_bad_obo_is_refused(tmp_path: Path, content: str | bytes, found: str) -> None:
    with pytest.raises(FileFormatError, match=found) as caught:
        load_obo(written(tmp_path, content))
    assert caught.value.remedy


def test_pronto_reads_the_same(hpo: Ontology) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = pronto.Ontology(str(data_path("hp.obo")), threads=1)
    terms = {term.id: term for term in reference.terms() if not term.obsolete}
    assert sorted(terms) == [str(term_id) for term_id in hpo.terms]
    for term in hpo.terms.values():
        other = terms[str(term.id)]
        assert (term.name, term.definition) == (
            other.name,
            str(other.definition) if other.definition is not None else None,
        )
        assert {(s.text, s.scope.value) for s in term.synonyms} == {(s.description, s.scope) for s in other.synonyms}
        assert {str(i) for i in term.alternative_ids} == set(other.alternate_ids)
        parents = {str(i) for i in hpo.hierarchy.ids_of(hpo.hierarchy.parents(hpo.hierarchy.index(term.id)))}
        assert parents == {parent.id for parent in other.superclasses(distance=1, with_self=False)}


@pytest.mark.parametrize(
    ("written_name", "name"),
    [
        ("#606574 ALBINISM, OCULOCUTANEOUS; OCA4;;OCULOCUTANEOUS ALBINISM", "ALBINISM, OCULOCUTANEOUS"),
        ("%106995 ANONYCHIA", "ANONYCHIA"),
        ("46,XY sex reversal 3", "46,XY sex reversal 3"),
        ("3-M syndrome 1", "3-M syndrome 1"),
        ("; ABC", "; ABC"),
    ],
)
def test_of_all_titles_of_an_entry_the_preferred_one_is_its_name(tmp_path: Path, written_name: str, name: str) -> None:
    (row,) = read_hpoa(written(tmp_path, HPOA + ROW.replace("\tX\t", f"\t{written_name}\t", 1) + "\n"))
    assert row.subject_name == name


def test_an_annotation_row_is_read_whole(tmp_path: Path) -> None:
    path = written(tmp_path, HPOA + ROW + "\n")
    assert list(read_hpoa(path)) == [
        Annotation(
            TermId("OMIM", "619340"),
            "X",
            TermId("HP", "0011097"),
            AssertionStatus.ABSENT,
            "PMID:31675180",
            "PCS",
            None,
            Frequency(1, 2),
            "MALE",
            None,
            "P",
            "2021-06-21",
        )
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1/2", "2/1"),
        ("NOT", "MAYBE"),
        ("male", "both"),
        ("HP:0011097", "eleven"),
        ("\tP\t", "\tQ\t"),
        ("PMID:31675180", ""),
        ("\tX\t", "\t"),
    ],
)
def test_a_bad_annotation_row_is_refused_or_collected(tmp_path: Path, old: str, new: str) -> None:
    path = written(tmp_path, HPOA + ROW.replace(old, new) + "\n" + ROW + "\n")
    with pytest.raises(FileFormatError, match="line 3") as caught:
        list(read_hpoa(path))
    assert caught.value.remedy
    issues: list[Issue] = []
    assert len(list(read_hpoa(path, issues=issues))) == 1
    assert [issue.category for issue in issues] == ["unreadable-row"]


def test_all_annotated_entries_are_there(annotations: list[Annotation], hpo: Ontology) -> None:
    assert len(annotations) == 271_702
    assert len({row.subject for row in annotations}) == 12_687
    assert all(hpo.resolve(row.term) for row in annotations)
    assert len({(row.subject, row.term) for row in annotations if row.is_positive and row.aspect == "P"}) > 250_000


def test_mappings_are_read(tmp_path: Path) -> None:
    rows = "MONDO:1\tskos:broadMatch\tICD10CM:E11\tsemapv:Manual\nMONDO:2\tskos:exactMatch\tOrphanet:5\t\n"
    path = written(tmp_path, SSSOM + rows)
    assert list(read_sssom(path)) == [
        CrossReference(
            TermId("MONDO", "1"), MappingPredicate.BROADER, TermId("ICD10CM", "E11"), justification="semapv:Manual"
        ),
        CrossReference(TermId("MONDO", "2"), MappingPredicate.EXACT, TermId("ORPHA", "5")),
    ]


def test_a_denied_mapping_is_passed_over(tmp_path: Path) -> None:
    head = "subject_id\tpredicate_modifier\tpredicate_id\tobject_id\n"
    assert list(read_sssom(written(tmp_path, head + "A:1\tNot\tskos:exactMatch\tB:2\n"))) == []


@pytest.mark.parametrize("row", ["MONDO:1\tskos:exactMatch\tnothing\t", "MONDO:1\tlike\tA:1\t", "a\tb\tc\td\te", "x"])
def test_a_bad_mapping_is_refused_or_collected(tmp_path: Path, row: str) -> None:
    path = written(tmp_path, SSSOM + row + "\n")
    with pytest.raises(FileFormatError, match="line 3"):
        list(read_sssom(path))
    issues: list[Issue] = []
    assert (list(read_sssom(path, issues=issues)), len(issues)) == ([], 1)


def test_mondo_is_read_whole(mirror: Path) -> None:
    rows = list(read_sssom(mirror / "mondo" / "mondo_exactmatch_omim.sssom.tsv"))
    assert len(rows) == 10_045
    assert {row.predicate for row in rows} == {MappingPredicate.EXACT}


READERS: list[Callable[[Path], object]] = [
    load_obo,
    lambda path: list(read_hpoa(path)),
    lambda path: list(read_sssom(path)),
]


@pytest.mark.parametrize("read", READERS)
def test_a_missing_file_is_a_format_error(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(FileFormatError, match="cannot be read"):
        read(tmp_path / "none")


@given(
    content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    head=st.sampled_from(["", OBO, HPOA, SSSOM]),
)
def test_random_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, head: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.txt"
    path.write_bytes(head.encode() + content)
    for read in READERS:
        try:
            assert read(path) is not None
        except FileFormatError as error:
            assert error.remedy
            assert "\n" not in str(error)


@given(st.lists(st.sampled_from([*ROW.split("\t"), "", "HP:1", "-", "\x85", "9/0", "²%"]), min_size=10, max_size=13))
def test_shuffled_cells_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "cells.txt"
    path.write_text(HPOA + "\t".join(cells) + "\n", encoding="utf-8")
    issues: list[Issue] = []
    assert len(list(read_hpoa(path, issues=issues))) + len(issues) == 1
