"""An edge, its record and its id."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given

from kg_builder.canonical import canonical_json
from kg_builder.edge import Edge
from kg_builder.schema import Relation
from tests.kg_builder.graphs import edge, edges, marfan_edges


@given(edges())
def test_a_record_gives_its_edge_back(given_edge: Edge) -> None:
    assert Edge.from_record(dict(given_edge.record())) == given_edge


@given(edges())
def test_a_record_survives_json(given_edge: Edge) -> None:
    again = Edge.from_record(json.loads(canonical_json(given_edge.record())))
    assert again == given_edge
    assert again.id == given_edge.id


@given(edges())
def test_version_date_and_count_do_not_change_the_id(given_edge: Edge) -> None:
    evidence = replace(given_edge.evidence, source_version="another", as_of="2030-01-01")
    assert replace(given_edge, evidence=evidence, count=77).id == given_edge.id


def test_a_row_may_cite_several_references_or_none() -> None:
    evidence = marfan_edges()[0].evidence
    assert replace(evidence, reference="PMID:2;OMIM:1").references == ("PMID:2", "OMIM:1")
    assert replace(evidence, reference=None).references == ()


def test_what_is_asserted_by_whom_changes_the_id() -> None:
    first = marfan_edges()[0]
    others = [
        edge("OMIM:154700", Relation.LACKS_SYMPTOM, "HP:0001166", frequency_n=3, frequency_m=7),
        edge("OMIM:154700", Relation.HAS_SYMPTOM, "HP:0001166", frequency_n=4, frequency_m=7),
        replace(first, evidence=replace(first.evidence, reference="PMID:1")),
        replace(first, evidence=replace(first.evidence, source="core-pack")),
    ]
    assert len({first.id, *(other.id for other in others)}) == 5


def test_an_own_property_is_found_by_name() -> None:
    first = marfan_edges()[0]
    assert first.property("frequency_m") == 7
    assert first.property("onset") is None
