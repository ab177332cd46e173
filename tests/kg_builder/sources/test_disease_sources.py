"""Mondo's hierarchy, the Disease Ontology, ORDO's codes, MeSH's names and Chinese categories: rows and broken input."""

from __future__ import annotations

import bz2
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg_builder.catalogue import SOURCES
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.disease_names import match_by_name, read_disease_names
from kg_builder.sources.doid import read_doid, read_doid_codes, read_doid_symptoms
from kg_builder.sources.icd10_cn import read_icd10_cn
from kg_builder.sources.mondo import read_mondo_hierarchy, read_mondo_labels
from kg_builder.sources.ordo import read_ordo_codes
from ontologies.errors import FileFormatError
from ontologies.readers.edge_list import read_edge_list
from ontologies.readers.xlsx import read_xlsx
from ontologies.term_id import TermId
from tests.kg_builder.graphs import id_of

_HUMAN_DO = """id	label	subClassOf
"DOID:14323"	"Marfan syndrome"	"connective tissue disease"
"DOID:65"	"connective tissue disease"	"musculoskeletal system disease"
"DOID:820"	"myocarditis"	"extrinsic cardiomyopathy"
"""
_XREFS = """id	label	xref
"DOID:14323"	"Marfan syndrome"	"GARD:6975"
"DOID:14323"	"Marfan syndrome"	"ICD10CM:Q87.4"
"DOID:820"	"myocarditis"	"MESH:D009205"
"""
_SYMPTOMS = """disease_id	disease_label	symptom_id	symptom_label
DOID:820	myocarditis	SYMP:0000061	inflammation
DOID:1205	allergic disease	SYMP:0000900	allergic reaction
"""
_SUBCLASSES = "subject\tobject\nMONDO:1\tMONDO:2\nMONDO:2\tMONDO:3\nMONDO:2\tMONDO:4\nMONDO:4\tMONDO:5\n"
_CATEGORIES = "code\tdisease\nA00\t霍乱\nA17+\t神经系统的结核\nD63*\t分类于他处的慢性疾病引起的贫血\n"
_SSSOM = """subject_id	subject_label	predicate_id	object_id	object_label	mapping_justification
MONDO:0007947	Marfan syndrome	skos:exactMatch	OMIM:154700	marfan syndrome	semapv:ManualMappingCuration
MONDO:0000462		skos:exactMatch	ICD10WHO:H02	Other disorders of eyelid	semapv:ManualMappingCuration
"""
_READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "diseases": (_HUMAN_DO, lambda path: list(read_doid(path, SOURCES["doid"]))),
    "xrefs": (_XREFS, lambda path: list(read_doid_codes(path, SOURCES["doid"]))),
    "symptoms": (_SYMPTOMS, lambda path: list(read_doid_symptoms(path, SOURCES["doid"], {}))),
    "subclasses": (_SUBCLASSES, lambda path: list(read_edge_list(path))),
    "categories": (_CATEGORIES, lambda path: list(read_icd10_cn(path))),
}
_MESH = {
    "disease_canonical_to_data": {
        "marfan syndrome": {"mesh_id": "D008382", "mesh_tree": ["C05.116", "C16.320"], "name": "Marfan Syndrome"},
        "bone diseases": {"mesh_id": "D001847", "mesh_tree": ["C05"], "name": "Bone Diseases"},
        "anthrax of cattle": {"mesh_id": "D000001", "mesh_tree": ["C22.1"], "name": "Anthrax of cattle"},
        "abdomen, acute": {"mesh_id": "D000006", "mesh_tree": ["C23.888.592"], "name": "Abdomen, Acute"},
    },
    "disease_variant_to_canonical": {
        "marfan's syndrome": ["marfan syndrome"],
        "marfan syndrome": ["marfan syndrome"],
        "acute abdomen": ["abdomen, acute"],
    },
}


def _file(folder: Path, text: str) -> Path:
    path = folder / "table.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def _split(items: list[Node | Edge]) -> tuple[dict[str, Node], list[Edge]]:
    return {str(x.id): x for x in items if isinstance(x, Node)}, [x for x in items if isinstance(x, Edge)]


def _workbook(folder: Path, rows: list[list[str]], *, shared: bool = False, declaration: str = "") -> Path:
    texts: list[str] = []

    def cell(column: int, row: int, text: str) -> str:
        reference = f'r="{chr(65 + column)}{row}"'
        if not shared:
            return f'<c {reference} t="inlineStr"><is><t>{text}</t></is></c>'
        texts.append(text)
        return f'<c {reference} t="s"><v>{len(texts) - 1}</v></c>'

    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    body = "".join(
        f"<row>{''.join(cell(column, number, text) for column, text in enumerate(row))}</row>"
        for number, row in enumerate(rows, start=1)
    )
    path = folder / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f"{declaration}<worksheet {space}>{body}</worksheet>")
        if shared:
            items = "".join(f"<si><t>{text}</t></si>" for text in texts)
            archive.writestr("xl/sharedStrings.xml", f"<sst {space}>{items}</sst>")
    return path


_HEAD = ["ORDO ID", "Preferred Label", "ICD IDs", "icd10_exact_or_narrower_from_json"]
_ORDO = [
    _HEAD,
    ["http://www.orpha.net/ORDO/Orphanet_98896", "Duchenne muscular dystrophy", "['ICD-10:G71.0']", "[]"],
    ["http://www.orpha.net/ORDO/Orphanet_558", "Marfan syndrome", "['ICD-10:Q87.4']", "['Q874']"],
    ["http://www.orpha.net/ORDO/Orphanet_586", "Cystic fibrosis", "['ICD-10:E84.0', 'ICD-10:A18.1+']", "['E840']"],
]


def test_parents_are_found_by_their_labels(tmp_path: Path) -> None:
    nodes, edges = _split(list(read_doid(_file(tmp_path, _HUMAN_DO), SOURCES["doid"])))
    assert nodes["DOID:820"].name == "myocarditis"
    assert [(str(e.subject), e.relation, str(e.object)) for e in edges] == [("DOID:14323", Relation.IS_A, "DOID:65")]


def test_only_codes_of_icd_10_cm_are_taken_and_none_is_called_exact(tmp_path: Path) -> None:
    (edge,) = read_doid_codes(_file(tmp_path, _XREFS), SOURCES["doid"])
    assert (str(edge.subject), str(edge.object), edge.property("predicate")) == (
        "DOID:14323",
        "ICD10CM:Q87.4",
        "related",
    )


def test_a_symptom_counts_where_the_hpo_has_its_name(tmp_path: Path) -> None:
    path = _file(tmp_path, _SYMPTOMS)
    (edge,) = read_doid_symptoms(path, SOURCES["doid"], {"inflammation": id_of("HP:0012649")})
    assert (str(edge.subject), str(edge.object)) == ("DOID:820", "HP:0012649")
    assert (edge.evidence.reference, edge.evidence.record) == ("DOID:820", "DOID:820|SYMP:0000061")


def test_a_class_without_a_label_is_stepped_over_and_named(tmp_path: Path) -> None:
    pairs = read_edge_list(_file(tmp_path, _SUBCLASSES))
    labelled = {TermId("MONDO", number) for number in ("1", "3", "5")}
    edges = list(read_mondo_hierarchy(pairs, labelled, SOURCES["mondo-hierarchy"]))
    assert [(e.object.local, e.property("distance"), e.property("via")) for e in edges] == [
        ("3", 2, ("MONDO:2",)),
        ("5", 3, ("MONDO:2", "MONDO:4")),
    ]


def test_a_ring_in_the_hierarchy_ends(tmp_path: Path) -> None:
    pairs = read_edge_list(_file(tmp_path, "subject\tobject\nMONDO:1\tMONDO:2\nMONDO:2\tMONDO:1\n"))
    assert list(read_mondo_hierarchy(pairs, {TermId("MONDO", "1")}, SOURCES["mondo-hierarchy"])) == []


def test_every_labelled_class_is_a_disease(tmp_path: Path) -> None:
    (node,) = read_mondo_labels([_file(tmp_path, _SSSOM)])
    assert (str(node.id), node.label, node.name) == ("MONDO:0007947", Label.DISEASE, "Marfan syndrome")


@pytest.mark.parametrize("shared", [False, True])
def test_codes_of_ordo_and_what_the_table_says_of_them(tmp_path: Path, shared: bool) -> None:
    edges = list(read_ordo_codes(_workbook(tmp_path, _ORDO, shared=shared), SOURCES["ordo-icd10"]))
    assert [(str(e.subject), str(e.object), e.property("predicate")) for e in edges] == [
        ("ORPHA:98896", "ICD10WHO:G71.0", "broader"),
        ("ORPHA:558", "ICD10WHO:Q87.4", "related"),
        ("ORPHA:586", "ICD10WHO:A18.1", "broader"),
        ("ORPHA:586", "ICD10WHO:E84.0", "related"),
    ]


@pytest.mark.parametrize("rows", [[], [_HEAD], [_HEAD, ["Orphanet_558", "", "[]"]], [["a"], ["b"]]])
def test_another_workbook_is_refused(tmp_path: Path, rows: list[list[str]]) -> None:
    with pytest.raises(FileFormatError):
        list(read_ordo_codes(_workbook(tmp_path, rows), SOURCES["ordo-icd10"]))


@pytest.mark.parametrize("keep", [0, 30, -20])
def test_a_cut_workbook_is_refused(tmp_path: Path, keep: int) -> None:
    path = _workbook(tmp_path, _ORDO)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FileFormatError, match="Fetch the workbook again"):
        list(read_xlsx(path))


def test_a_workbook_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, _ORDO, declaration='<!DOCTYPE x [<!ENTITY a "b">]>')
    with pytest.raises(FileFormatError, match="not a workbook"):
        list(read_xlsx(path))


def test_a_dagger_is_no_part_of_a_code(tmp_path: Path) -> None:
    titles = dict(read_icd10_cn(_file(tmp_path, _CATEGORIES)))
    assert titles[id_of("ICD10WHO:A17")] == "神经系统的结核"
    assert sorted(code.local for code in titles) == ["A00", "A17", "D63"]


def _mesh(folder: Path, content: object) -> Path:
    path = folder / "diseases.pkl.bz2"
    path.write_bytes(bz2.compress(pickle.dumps(content)))
    return path


def test_diseases_of_people_with_their_names_and_their_place_in_the_tree(tmp_path: Path) -> None:
    nodes, edges = _split(list(read_disease_names(_mesh(tmp_path, _MESH), SOURCES["disease-names"])))
    assert sorted(nodes) == ["MESH:D001847", "MESH:D008382"]
    assert nodes["MESH:D008382"].synonyms == ("marfan's syndrome",)
    assert [(str(e.subject), str(e.object)) for e in edges] == [("MESH:D008382", "MESH:D001847")]


@pytest.mark.parametrize("content", [None, {}, "text", {**_MESH, "disease_canonical_to_data": {"a": {}}}, Path("code")])
def test_what_is_no_disease_dictionary_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(FileFormatError, match="Install the pinned package"):
        list(read_disease_names(_mesh(tmp_path, content), SOURCES["disease-names"]))


def _disease(text: str, name: str) -> Node:
    return Node(id_of(text), Label.DISEASE, name)


def test_a_name_matches_one_entry_where_no_mapping_decides() -> None:
    nodes = [
        _disease("MESH:D1", "Marfan Syndrome"),
        _disease("OMIM:154700", "Marfan syndrome"),
        _disease("ORPHA:558", "Marfan syndrome"),
        _disease("MESH:D2", "Achalasia"),
        _disease("OMIM:1", "achalasia"),
        _disease("OMIM:2", "Achalasia"),
    ]
    assert list(match_by_name(nodes, ())) == [(id_of("MESH:D1"), id_of("ORPHA:558"))]
    assert list(match_by_name(nodes, [id_of("MESH:D1")])) == []


def test_two_diseases_never_meet_in_one_descriptor() -> None:
    nodes = [
        _disease("MESH:D1", "Angelman syndrome"),
        _disease("MESH:D1", "Prader-Willi syndrome"),
        _disease("ORPHA:72", "Angelman syndrome"),
        _disease("ORPHA:739", "Prader-Willi syndrome"),
    ]
    assert list(match_by_name(nodes, ())) == []


def test_an_id_that_the_dictionary_gives_to_several_diseases_is_left_out(tmp_path: Path) -> None:
    diseases = {
        name: {"mesh_id": "D008607", "mesh_tree": ["C10.1"], "name": name}
        for name in ("Angelman Syndrome", "Rett Syndrome")
    }
    content = {"disease_canonical_to_data": diseases, "disease_variant_to_canonical": {}}
    assert list(read_disease_names(_mesh(tmp_path, content), SOURCES["disease-names"])) == []


@pytest.mark.parametrize("name", sorted(_READERS))
@pytest.mark.parametrize("damage", ["empty", "another", "cut", "bytes"])
def test_broken_tables_are_refused(tmp_path: Path, name: str, damage: str) -> None:
    text, read = _READERS[name]
    path = tmp_path / "table.tsv"
    path.write_bytes(
        {
            "empty": b"",
            "another": b"a\tb\n1\t2\n",
            "cut": text.rstrip("\n").rsplit("\n", 1)[0].encode() + b"\nMONDO",
            "bytes": text.encode() + b"\xff\xfe\x00\n",
        }[damage]
    )
    with pytest.raises(FileFormatError):
        read(path)


def test_the_pinned_files_as_a_whole(mirror: Path) -> None:
    edges = list(read_ordo_codes(next((mirror / "ordo-icd10").glob("*.xlsx")), SOURCES["ordo-icd10"]))
    assert (len(edges), len({e.subject for e in edges})) == (4791, 4064)
    assert len(list(read_icd10_cn(mirror / "icd10-cn" / "disease.csv"))) == 1586
    assert len(list(read_edge_list(mirror / "mondo" / "mondo_subclass_edges_full.tsv"))) == 40_003
    assert len(list(read_doid_codes(mirror / "doid" / "allXREFinDO.tsv", SOURCES["doid"]))) == 3687
