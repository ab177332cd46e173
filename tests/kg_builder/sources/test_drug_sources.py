"""Readers of the drug dictionary and of the interaction thesaurus."""

from __future__ import annotations

import bz2
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from kg_builder.catalogue import SOURCES
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources import drugs as drugs_module
from kg_builder.sources.ansm import read_ansm
from kg_builder.sources.drugs import read_drugs
from kg_builder.sources.table import read_table
from ontologies.errors import FileFormatError
from ontologies.releases import data_path
from ontologies.term_id import TermId

_DICTIONARY = {
    "drug_canonical_to_data": {
        "warfarin": {"name": "Warfarin", "drugbank_id": "DB00682"},
        "warfarin sodium": {"name": "Warfarin sodium", "drugbank_id": "DB00682"},
        "without id": {"name": "Without id"},
    },
    "drug_variant_to_canonical": {
        "coumadin": ["warfarin"],
        "warfarin": ["warfarin"],
        "jantoven": ["warfarin sodium"],
        "other": ["without id"],
    },
}
_INDEX = [
    {"substance": "warfarine", "drug_classes": ["antivitamines k"]},
    {"substance": "acide acétylsalicylique", "drug_classes": []},
]
_RULES = [
    {
        "main_drug": "ANTIVITAMINES K",
        "plus_drug": "ACIDE ACÉTYLSALICYLIQUE",
        "severity_levels": [
            {"level": "CONTRE-INDICATION", "info": "avec des doses\nanti-inflammatoires"},
            {"level": "Précaution d’emploi", "info": ""},
        ],
        "interaction_mechanism": "Majoration du risque  hémorragique.",
    }
]


def _dictionary(folder: Path, content: object) -> Path:
    path = folder / "drugs.pkl.bz2"
    path.write_bytes(bz2.compress(pickle.dumps(content)))
    return path


def _read(folder: Path, rules: Any = _RULES, index: Any = _INDEX) -> list[Node | Edge]:
    (folder / "rules.json").write_text(json.dumps(rules), "utf-8")
    (folder / "index.json").write_text(json.dumps(index), "utf-8")
    known = {"acide acetylsalicylique": TermId("DRUGBANK", "DB00945")}
    return list(read_ansm(folder / "rules.json", folder / "index.json", SOURCES["ansm"], known))


def test_names_of_one_drug_come_together(tmp_path: Path) -> None:
    (drug,) = read_drugs(_dictionary(tmp_path, _DICTIONARY))
    assert (str(drug.id), drug.name, drug.synonyms) == ("DRUGBANK:DB00682", "Warfarin", ("coumadin", "jantoven"))


@pytest.mark.parametrize("content", [{}, [], "text", None, {"drug_canonical_to_data": {}}, Path("code")])
def test_what_is_no_drug_dictionary_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(FileFormatError):
        list(read_drugs(_dictionary(tmp_path, content)))


@pytest.mark.parametrize("keep", [0, 3, 40, -5])
def test_a_cut_drug_dictionary_is_refused(tmp_path: Path, keep: int) -> None:
    path = _dictionary(tmp_path, _DICTIONARY)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FileFormatError):
        list(read_drugs(path))


@pytest.mark.parametrize("raw", [b"", b"no pickle", b"(", b"\x80\x04\x95", b"."])
def test_a_dictionary_that_is_no_pickle_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "drugs.pkl.bz2"
    path.write_bytes(bz2.compress(raw))
    with pytest.raises(FileFormatError):
        list(read_drugs(path))


def test_a_rule_gives_one_edge_for_each_level(tmp_path: Path) -> None:
    edges = [x for x in _read(tmp_path) if isinstance(x, Edge) and x.relation is Relation.INTERACTS_WITH]
    assert [e.property("level") for e in edges] == ["contraindicated", "precaution"]
    assert [e.property("condition") for e in edges] == ["avec des doses anti-inflammatoires", None]
    assert {e.property("mechanism") for e in edges} == {"Majoration du risque hémorragique."}
    assert {(str(e.subject), str(e.object)) for e in edges} == {("ANSM:class-antivitamines-k", "DRUGBANK:DB00945")}


def test_a_substance_that_the_graph_holds_is_not_made_anew(tmp_path: Path) -> None:
    nodes = {str(x.id): x.label for x in _read(tmp_path) if isinstance(x, Node)}
    assert nodes == {"ANSM:class-antivitamines-k": Label.DRUG_CLASS, "ANSM:warfarine": Label.DRUG}


def test_a_substance_belongs_to_its_class(tmp_path: Path) -> None:
    (edge,) = (x for x in _read(tmp_path) if isinstance(x, Edge) and x.relation is Relation.IS_A)
    assert (str(edge.subject), str(edge.object)) == ("ANSM:warfarine", "ANSM:class-antivitamines-k")


@pytest.mark.parametrize(
    "rules",
    [
        {},
        None,
        ["text"],
        [{"main_drug": "A"}],
        [{**_RULES[0], "severity_levels": None}],
        [{**_RULES[0], "severity_levels": [{"info": ""}]}],
        [{**_RULES[0], "severity_levels": ["CONTRE-INDICATION"]}],
    ],
)
def test_what_is_no_thesaurus_is_refused(tmp_path: Path, rules: object) -> None:
    with pytest.raises(FileFormatError):
        _read(tmp_path, rules=rules)


def test_a_cut_thesaurus_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_bytes(json.dumps(_RULES).encode()[:-9])
    with pytest.raises(FileFormatError, match="Fetch the pinned file"):
        list(read_ansm(tmp_path / "cut.json", tmp_path / "cut.json", SOURCES["ansm"], {}))


def test_a_substance_gets_its_own_id_and_keeps_the_other(tmp_path: Path) -> None:
    propranolol = {"name": "Propranolol", "drugbank_id": "DB03322"}
    content = {"drug_canonical_to_data": {"propranolol": propranolol}, "drug_variant_to_canonical": {}}
    (drug,) = read_drugs(_dictionary(tmp_path, content))
    assert (str(drug.id), [str(xref) for xref in drug.xrefs]) == ("DRUGBANK:DB00571", ["DRUGBANK:DB03322"])


def test_an_exception_does_not_touch_what_the_package_names_otherwise(tmp_path: Path) -> None:
    drugs = {"a": {"name": "Dexpropranolol", "drugbank_id": "DB03322"}}
    content = {"drug_canonical_to_data": drugs, "drug_variant_to_canonical": {}}
    (drug,) = read_drugs(_dictionary(tmp_path, content))
    assert (str(drug.id), drug.xrefs) == ("DRUGBANK:DB03322", ())


def test_every_exception_is_what_its_reason_cites(mirror: Path) -> None:
    folder = mirror / "indications-pharmacotherapydb"
    curated = read_table(folder / "indications.tsv", ("drugbank_id", "drug"), "indications")
    listed = read_table(folder / "indications-verbose.tsv", ("drugbank_id", "drugbank_name"), "indications")
    named = {(row["drugbank_id"], row["drug"]) for _, row in curated}
    named |= {(row["drugbank_id"], row["drugbank_name"]) for _, row in listed}
    path = Path(drugs_module.__file__).with_name("drug_id_exceptions.tsv")
    exceptions = [row for _, row in read_table(path, ("package_id", "id", "name", "reason"), "exceptions")]
    assert len(exceptions) >= 10
    assert [row["name"] for row in exceptions if (row["id"], row["name"]) not in named] == []


def test_every_exception_still_holds_in_the_package() -> None:
    drugs = {str(drug.id): drug for drug in read_drugs(data_path("drugs.pkl.bz2"))}
    path = Path(drugs_module.__file__).with_name("drug_id_exceptions.tsv")
    for _, row in read_table(path, ("package_id", "id", "name", "reason"), "exceptions"):
        assert drugs[f"DRUGBANK:{row['id']}"].name == row["name"]
