"""Readers of tab-separated sources: genes, mappings, indications, Chinese labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg_builder.catalogue import SOURCES
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.genes import read_genes
from kg_builder.sources.hpo_zh import read_hpo_zh
from kg_builder.sources.mondo import read_mondo_codes, read_mondo_matches
from kg_builder.sources.pharmacotherapydb import read_pharmacotherapydb
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

_GENES = """ncbi_gene_id	gene_symbol	hpo_id	hpo_name	frequency	disease_id
2200	FBN1	HP:0001166	Arachnodactyly	3/7	OMIM:154700
2200	FBN1	HP:0001083	Ectopia lentis	-	OMIM:154700
2200	FBN1	HP:0001083	Ectopia lentis	HP:0040281	ORPHA:558
16	AARS1	HP:0002460	Distal muscle weakness	15/15	OMIM:613287
"""
_SSSOM = """# license: https://creativecommons.org/publicdomain/zero/1.0/
# mapping_set_version: 2026-08-04
subject_id	subject_label	predicate_id	object_id	object_label	mapping_justification
MONDO:0007947	Marfan syndrome	skos:exactMatch	OMIM:154700	marfan syndrome	semapv:ManualMappingCuration
MONDO:0007947	Marfan syndrome	skos:exactMatch	Orphanet:558	Marfan syndrome	semapv:ManualMappingCuration
"""
_CODES = """subject_id	subject_label	predicate_id	object_id	object_label	mapping_justification
MONDO:0004995	cardiovascular disorder	skos:broadMatch	ICD10CM:I00-I99	Circulatory	semapv:ManualMappingCuration
"""
_INDICATIONS = """doid_id	drugbank_id	disease	drug	category	n_curators	n_resources
DOID:10652	DB00843	Alzheimer's disease	Donepezil	DM	2	1
DOID:10652	DB00245	Alzheimer's disease	Benzatropine	SYM	3	1
DOID:10652	DB00001	Alzheimer's disease	Lepirudin	NOT	1	1
"""
_ZH = """source_language	translation_language	subject_id	predicate_id\
	source_value	translation_value	translation_status
en	zh	HP:0000002	rdfs:label	Abnormality of body height	身高异常	OFFICIAL
en	zh	HP:0001250	rdfs:label	Seizure	癫痫发作	OFFICIAL
en	zh	HP:0001251	rdfs:label	Ataxia	共济失调	CANDIDATE
en	zh	HP:0001251	IAO:0000115	A lack of order	缺乏秩序	OFFICIAL
en	zh	HP:0001252	rdfs:label	Hypotonia		OFFICIAL
"""

_READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "genes": (_GENES, lambda path: list(read_genes(path, SOURCES["hpo-genes"]))),
    "matches": (_SSSOM, lambda path: list(read_mondo_matches(path))),
    "codes": (_CODES, lambda path: list(read_mondo_codes(path, "ICD-10-CM", SOURCES["mondo"]))),
    "indications": (_INDICATIONS, lambda path: list(read_pharmacotherapydb(path, SOURCES["pharmacotherapydb"]))),
    "zh": (_ZH, lambda path: list(read_hpo_zh(path))),
}


def _file(folder: Path, text: str) -> Path:
    path = folder / "table.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def _split(items: list[Node | Edge]) -> tuple[list[Node], list[Edge]]:
    return [x for x in items if isinstance(x, Node)], [x for x in items if isinstance(x, Edge)]


def test_each_gene_and_each_pair_once(tmp_path: Path) -> None:
    nodes, edges = _split(list(read_genes(_file(tmp_path, _GENES), SOURCES["hpo-genes"])))
    assert [(str(n.id), n.name, n.label) for n in nodes] == [
        ("NCBIGENE:16", "AARS1", Label.GENE),
        ("NCBIGENE:2200", "FBN1", Label.GENE),
    ]
    assert [(str(e.subject), str(e.object)) for e in edges] == [
        ("NCBIGENE:16", "OMIM:613287"),
        ("NCBIGENE:2200", "OMIM:154700"),
        ("NCBIGENE:2200", "ORPHA:558"),
    ]


def test_matches_are_pairs_with_one_spelling(tmp_path: Path) -> None:
    pairs = list(read_mondo_matches(_file(tmp_path, _SSSOM)))
    mondo = TermId("MONDO", "0007947")
    assert pairs == [(mondo, TermId("OMIM", "154700")), (mondo, TermId("ORPHA", "558"))]


def test_a_code_keeps_the_predicate_and_the_row_it_comes_from(tmp_path: Path) -> None:
    (edge,) = read_mondo_codes(_file(tmp_path, _CODES), "ICD-10-CM", SOURCES["mondo"])
    assert (edge.relation, str(edge.object)) == (Relation.CODED_AS, "ICD10CM:I00-I99")
    assert edge.property("asserted_subject") == "MONDO:0004995"
    assert edge.property("predicate") not in (None, "exact")
    assert edge.evidence.licence == "CC-BY-4.0"


def test_the_three_kinds_of_indication(tmp_path: Path) -> None:
    path = _file(tmp_path, _INDICATIONS)
    nodes, edges = _split(list(read_pharmacotherapydb(path, SOURCES["pharmacotherapydb"])))
    assert [e.relation for e in edges] == [Relation.TREATS, Relation.PALLIATES, Relation.NOT_INDICATED_FOR]
    assert {str(n.id) for n in nodes} >= {"DOID:10652", "DRUGBANK:DB00843"}
    assert edges[0].evidence.record == "DRUGBANK:DB00843|DOID:10652"


def test_only_official_labels_are_taken(tmp_path: Path) -> None:
    assert dict(read_hpo_zh(_file(tmp_path, _ZH))) == {
        TermId("HP", "0000002"): "身高异常",
        TermId("HP", "0001250"): "癫痫发作",
    }


@pytest.mark.parametrize("name", sorted(_READERS))
def test_an_empty_table_without_a_header_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileFormatError):
        _READERS[name][1](_file(tmp_path, ""))


@pytest.mark.parametrize("name", sorted(_READERS))
def test_a_header_alone_gives_nothing(tmp_path: Path, name: str) -> None:
    text, read = _READERS[name]
    header = next(line for line in text.splitlines() if not line.startswith("#"))
    assert read(_file(tmp_path, header + "\n")) == []


@pytest.mark.parametrize("name", sorted(_READERS))
def test_another_table_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileFormatError):
        _READERS[name][1](_file(tmp_path, "a\tb\n1\t2\n"))


@pytest.mark.parametrize("name", sorted(_READERS))
def test_a_file_cut_in_a_row_is_refused(tmp_path: Path, name: str) -> None:
    text, read = _READERS[name]
    cut = text.rstrip("\n").rsplit("\n", 1)[0] + "\nen\tzh"
    with pytest.raises(FileFormatError):
        read(_file(tmp_path, cut))


@pytest.mark.parametrize("name", sorted(_READERS))
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, name: str) -> None:
    text, read = _READERS[name]
    path = tmp_path / "table.tsv"
    path.write_bytes(text.encode() + b"\xff\xfe\x00\n")
    with pytest.raises(FileFormatError):
        read(path)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("genes", "2200\tFBN1\tHP:0001166", "FBN1\t2200\tHP:0001166"),
        ("genes", "OMIM:613287", "613287"),
        ("matches", "skos:exactMatch", "skos:sortOfMatch"),
        ("codes", "ICD10CM:I00-I99", "I00-I99"),
        ("indications", "\tSYM\t", "\tMAYBE\t"),
        ("indications", "DOID:10652\tDB00843", "10652\tDB00843"),
        ("zh", "HP:0001250", "seizure"),
    ],
)
def test_a_broken_cell_is_refused(tmp_path: Path, name: str, right: str, wrong: str) -> None:
    text, read = _READERS[name]
    assert right in text
    with pytest.raises(FileFormatError):
        read(_file(tmp_path, text.replace(right, wrong)))
