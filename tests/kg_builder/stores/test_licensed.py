"""A view by licence: what is shown, and that all licences show everything."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg_builder.knowledge_graph import KnowledgeGraph
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from kg_builder.stores.licensed import LicensedView
from ontologies.errors import InputError
from tests.kg_builder.stores.small_graph import EDGES, NODES, tid

LICENCES = sorted({edge.evidence.licence for edge in EDGES})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_snapshot(tmp_path_factory.mktemp("licensed"), NODES, EDGES, about={})


def test_all_licences_show_the_whole_graph(built: Snapshot) -> None:
    view = LicensedView(built, LICENCES)
    for node in NODES:
        assert view.edges_from(node.id) == built.edges_from(node.id)
        assert view.edges_to(node.id) == built.edges_to(node.id)
    assert dict(view.edge_counts()) == dict(built.edge_counts())
    assert (view.build_id, dict(view.node_counts())) == (built.build_id, dict(built.node_counts()))


@pytest.mark.parametrize("licence", LICENCES)
def test_counts_are_those_of_the_edges_that_are_shown(built: Snapshot, licence: str) -> None:
    view = LicensedView(built, [licence])
    shown = [edge for node in NODES for edge in view.edges_from(node.id)]
    assert dict(view.edge_counts()) == dict(Counter(edge.relation for edge in shown))
    assert all(edge.premises or edge.evidence.licence == licence for edge in shown)
    assert [view.edge(edge.id) for edge in EDGES] == [edge if edge in shown else None for edge in EDGES]


def test_a_derived_edge_is_shown_where_its_premises_are(built: Snapshot) -> None:
    # The derived edge has a licence of its own, but rests on an edge of the other one.
    marfan, derived = tid("OMIM:154700"), [Relation.PRESENTS_WITH]
    assert len(LicensedView(built, ["HPO"]).edges_from(marfan, relations=derived)) == 1
    assert LicensedView(built, ["CC0-1.0"]).edges_from(marfan, relations=derived) == []


def test_a_graph_can_be_asked_through_it(built: Snapshot) -> None:
    graph = KnowledgeGraph(LicensedView(built, ["HPO"]))
    assert {neighbour.edge.evidence.licence for neighbour in graph.neighbours("Marfan syndrome")} >= {"HPO"}


def test_a_licence_that_no_edge_has_is_bad_input(built: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no edge has this licence: MIT"):
        LicensedView(built, ["MIT"])
    with pytest.raises(InputError, match="no edge"):
        LicensedView(write_snapshot(tmp_path, NODES, [], about={}), ["HPO"])
