"""What HPO, its annotations and the ICD become in the graph."""

from __future__ import annotations

import pytest

from kg_builder.catalogue import SOURCES
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.hpo import ONSET_TERMS, read_hpo
from kg_builder.sources.hpoa import read_hpoa_edges
from kg_builder.sources.icd import read_icd
from ontologies.annotation import Annotation, AssertionStatus, Frequency
from ontologies.icd import CodeKind, CodeSystem, IcdCode
from ontologies.ontology import ObsoleteTerm, Ontology
from ontologies.readers.obo import load_obo
from ontologies.releases import data_path
from ontologies.term import Synonym, Term
from ontologies.term_id import TermId
from tests.kg_builder.graphs import id_of

_MARFAN = id_of("OMIM:154700")


def _split(items: list[Node | Edge]) -> tuple[dict[str, Node], list[Edge]]:
    return {str(x.id): x for x in items if isinstance(x, Node)}, [x for x in items if isinstance(x, Edge)]


def _row(term: str, **more: object) -> Annotation:
    given = {"reference": "OMIM:154700", "evidence_code": "IEA", **more}
    return Annotation(_MARFAN, "Marfan syndrome", id_of(term), **given)  # type: ignore[arg-type]


def _hpo() -> Ontology:
    hp = [TermId("HP", number) for number in ("0000001", "0000118", "0000005", "0001250")]
    terms = [
        Term(hp[0], "All"),
        Term(hp[1], "Phenotypic abnormality"),
        Term(hp[2], "Mode of inheritance"),
        Term(hp[3], "Seizure", (Synonym("Fits"), Synonym("Seizure")), "An event.", (), (id_of("HP:0002279"),)),
    ]
    pairs = [(hp[1], hp[0]), (hp[2], hp[0]), (hp[3], hp[1])]
    return Ontology("2025-01-16", terms, pairs, obsolete=[ObsoleteTerm(id_of("HP:0009999"), "Old", hp[3])])


def test_only_what_is_below_phenotypic_abnormality_is_a_symptom() -> None:
    nodes, edges = _split(list(read_hpo(_hpo(), SOURCES["hpo"])))
    assert sorted(name for name, node in nodes.items() if node.label is Label.SYMPTOM) == ["HP:0000118", "HP:0001250"]
    assert nodes["HP:0000005"].label is Label.INHERITANCE
    assert [(str(e.subject), e.relation, str(e.object)) for e in edges] == [("HP:0001250", Relation.IS_A, "HP:0000118")]


def test_a_term_keeps_its_former_ids_and_names() -> None:
    nodes, _ = _split(list(read_hpo(_hpo(), SOURCES["hpo"])))
    seizure = nodes["HP:0001250"]
    assert [str(xref) for xref in seizure.xrefs] == ["HP:0002279", "HP:0009999"]
    assert (seizure.synonyms, dict(seizure.properties)) == (("Fits",), {"definition": "An event."})


def test_frequencies_keep_the_form_of_the_source() -> None:
    rows = [
        _row("HP:0000483", frequency=Frequency.parse("3/53"), reference="PMID:33436942", curated_on="2021-04-01"),
        _row("HP:0001083", frequency=Frequency.parse("45.5%"), sex="MALE"),
        _row("HP:0001166", frequency=Frequency.parse("HP:0040281")),
    ]
    _, edges = _split(list(read_hpoa_edges(rows, SOURCES["hpoa"])))
    counted, percent, classed = (e for e in edges if e.relation is Relation.HAS_SYMPTOM)
    assert (counted.property("frequency_n"), counted.property("frequency_m")) == (3, 53)
    assert (counted.evidence.reference, counted.evidence.as_of) == ("PMID:33436942", "2021-04-01")
    assert (percent.property("frequency_percent"), percent.property("sex")) == ("45.5", "MALE")
    assert classed.property("frequency_class") == "HP:0040281"
    assert {e.property("asserted_subject") for e in edges} == {"OMIM:154700"}


def test_a_negated_row_is_kept_as_such() -> None:
    row = _row("HP:0001250", status=AssertionStatus.ABSENT)
    _, edges = _split(list(read_hpoa_edges([row], SOURCES["hpoa"])))
    assert [e.relation for e in edges] == [Relation.LACKS_SYMPTOM]


@pytest.mark.parametrize("frequency", ["0/5", "0%", "HP:0040285"])
def test_what_no_patient_had_is_lacking_with_its_count(frequency: str) -> None:
    row = _row("HP:0001250", frequency=Frequency.parse(frequency))
    _, edges = _split(list(read_hpoa_edges([row], SOURCES["hpoa"])))
    assert [e.relation for e in edges] == [Relation.LACKS_SYMPTOM]
    names = ("frequency_n", "frequency_m", "frequency_percent", "frequency_class")
    said = {name: value for name in names if (value := edges[0].property(name)) is not None}
    assert said in (
        {"frequency_n": 0, "frequency_m": 5},
        {"frequency_percent": "0"},
        {"frequency_class": "HP:0040285"},
    )


def test_inheritance_onset_course_and_publications() -> None:
    rows = [
        _row("HP:0000006", aspect="I"),
        _row("HP:0003577", aspect="C", frequency=Frequency.parse("3/4")),
        _row("HP:0003676", aspect="C"),
        _row("HP:0001377", reference="PMID:28050285;PMID:33436942"),
        _row("HP:0012823", aspect="M"),
    ]
    nodes, edges = _split(list(read_hpoa_edges(rows, SOURCES["hpoa"])))
    said = {e.relation: e for e in edges}
    assert str(said[Relation.HAS_INHERITANCE].object) == "HP:0000006"
    assert (str(said[Relation.HAS_ONSET].object), said[Relation.HAS_ONSET].property("frequency_m")) == ("HP:0003577", 4)
    assert str(said[Relation.HAS_COURSE].object) == "HP:0003676"
    assert said[Relation.HAS_ONSET].evidence.reference == "OMIM:154700"
    assert {name for name, node in nodes.items() if node.label is Label.PUBLICATION} == {
        "PMID:28050285",
        "PMID:33436942",
    }
    assert [e.relation for e in edges].count(Relation.CITES) == 2
    assert "HP:0012823" not in {str(e.object) for e in edges}


def test_the_onset_terms_are_those_below_onset_in_the_release() -> None:
    ontology = load_obo(data_path("hp.obo"))
    hierarchy = ontology.hierarchy
    below = hierarchy.ids_of(hierarchy.descendants(hierarchy.index(id_of("HP:0003674"))))
    assert ONSET_TERMS == {id_of("HP:0003674"), *below}


def test_codes_with_notes_chinese_titles_and_parents() -> None:
    chapter, code = id_of("ICD10CM:4"), id_of("ICD10CM:E11")
    codes = [
        IcdCode(chapter, CodeKind.CHAPTER, "Endocrine, nutritional and metabolic diseases"),
        IcdCode(code, CodeKind.CATEGORY, "Type 2 diabetes mellitus", chapter, ("diabetes NOS",), (), ("type 1 (E10)",)),
    ]
    system = CodeSystem("ICD10CM", "2026-04-01", codes)
    nodes, edges = _split(list(read_icd(system, SOURCES["icd10cm"], {code: "2型糖尿病"})))
    diabetes = nodes["ICD10CM:E11"]
    assert (diabetes.name_zh, diabetes.name_zh_status) == ("2型糖尿病", "code title")
    assert dict(diabetes.properties) == {"excludes1": ("type 1 (E10)",), "kind": "category"}
    assert diabetes.synonyms == ("diabetes NOS",)
    assert [(e.subject, e.relation, e.object) for e in edges] == [(code, Relation.IS_A, chapter)]
