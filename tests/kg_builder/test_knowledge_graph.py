"""The query API, on a graph in memory; the stores' own tests show that the others answer alike."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import networkx as nx
import pytest

from kg_builder.knowledge_graph import KnowledgeGraph
from kg_builder.paths import PathSearch
from kg_builder.schema import Relation
from kg_builder.snapshot_writer import write_snapshot
from kg_builder.stores.memory import MemoryStore
from ontologies.errors import GraphMissingError, InputError, ServiceError, UnknownTermError
from tests.kg_builder.stores.neo4j_server import free_port
from tests.kg_builder.stores.small_graph import EDGES, NODES, tid


@pytest.fixture
def graph() -> KnowledgeGraph:
    return KnowledgeGraph(MemoryStore(NODES, EDGES))


@pytest.mark.parametrize("text", ["OMIM:154700", "Orphanet:558", "MONDO:0007947", "marfan syndrome", " 马凡综合征 "])
def test_a_node_by_id_reference_or_name(graph: KnowledgeGraph, text: str) -> None:
    assert graph.node(text) == NODES[0]


def test_nodes_that_cannot_be_told(graph: KnowledgeGraph) -> None:
    with pytest.raises(InputError, match=r"OMIM:154700 .*OMIM:9"):
        graph.node("MFS")
    for text in ("nothing", "HP:1", ""):
        with pytest.raises(UnknownTermError, match="no such node"):
            graph.node(text)


def test_neighbours_keep_parallel_edges_and_direction(graph: KnowledgeGraph) -> None:
    fingers = [one for one in graph.neighbours("OMIM:154700") if one.node.name == "Arachnodactyly"]
    assert [one.edge.relation for one in fingers] == [
        Relation.HAS_SYMPTOM,
        Relation.HAS_SYMPTOM,
        Relation.LACKS_SYMPTOM,
        Relation.PRESENTS_WITH,
    ]
    into = graph.neighbours("OMIM:154700", direction="in", relations=[Relation.TREATS])
    assert [one.node.name for one in into] == ["Metoprolol"]
    both = graph.neighbours("OMIM:154700", direction="both")
    assert len(both) == len(graph.neighbours("OMIM:154700")) + len(graph.neighbours("OMIM:154700", direction="in"))
    with pytest.raises(InputError, match="direction"):
        graph.neighbours("OMIM:154700", direction="up")  # type: ignore[arg-type]


def test_relations_go_by_their_names(graph: KnowledgeGraph) -> None:
    treated = graph.neighbours("OMIM:154700", direction="in", relations=[Relation.TREATS])
    assert treated
    assert graph.neighbours("OMIM:154700", direction="in", relations=["TREATS"]) == treated
    assert graph.neighbours("OMIM:154700", direction="in", relations="TREATS") == treated
    for ask in (graph.neighbours, graph.edges):
        with pytest.raises(InputError, match=r"no such relation: TREAT\. Write one of HAS_SYMPTOM"):
            ask("OMIM:154700", relations=["TREAT"])


def test_a_graph_says_what_it_holds(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "graph", NODES, EDGES, about={})
    shown = repr(KnowledgeGraph(snapshot))
    assert shown == (
        f"KnowledgeGraph(Snapshot({str(snapshot.folder)!r}, build {snapshot.build_id[:12]}, "
        f"{len(NODES)} nodes, {len(EDGES)} edges))"
    )


def test_paths_are_all_simple_paths(graph: KnowledgeGraph) -> None:
    undirected = nx.MultiGraph()
    undirected.add_edges_from((one.subject, one.object, one.id) for one in EDGES)
    undirected.add_node(tid("HP:9999999"))
    ends = [node.id for node in NODES if node.id in undirected]
    for start, end in permutations(ends, 2):
        for hops in (1, 2, 3, 5):
            found = graph.paths(start, end, max_hops=hops, limit=1000)
            wanted = {tuple(key for *_, key in path) for path in nx.all_simple_edge_paths(undirected, start, end, hops)}
            assert found.cut is None
            assert sorted(tuple(one.id for one in path.edges) for path in found.paths) == sorted(wanted)
            assert [len(path) for path in found.paths] == sorted(len(path) for path in found.paths)
            assert all(len(path.nodes) == len(path) + 1 for path in found.paths)


def test_a_budget_that_cuts_is_said(graph: KnowledgeGraph) -> None:
    every = graph.paths("OMIM:129600", "HP:0001166", max_hops=4)
    two = graph.paths("OMIM:129600", "HP:0001166", max_hops=4, limit=2)
    assert (two.paths, two.cut) == (every.paths[:2], "more than 2 paths")
    few = graph.paths("OMIM:129600", "HP:0001166", max_hops=4, max_edges=1)
    assert few.cut == "1 edges read"
    assert set(few.paths) <= set(every.paths)
    assert graph.paths("OMIM:9", "OMIM:9") == PathSearch(())
    with pytest.raises(InputError, match="max_hops"):
        graph.paths("OMIM:9", "OMIM:154700", max_hops=0)


def test_relations_limit_paths(graph: KnowledgeGraph) -> None:
    found = graph.paths("DRUGBANK:DB00264", "HP:0001083", relations=[Relation.TREATS, Relation.HAS_SYMPTOM])
    assert [[one.relation.value for one in path.edges] for path in found.paths] == [["TREATS", "HAS_SYMPTOM"]]


def test_a_network_keeps_parallel_edges(graph: KnowledgeGraph) -> None:
    network = graph.to_networkx(["ORPHA:558", "HP:0001166"])
    assert isinstance(network, nx.MultiDiGraph)
    assert network.number_of_edges("OMIM:154700", "HP:0001166") == 4
    assert network.nodes["OMIM:154700"]["name_zh"] == "马凡综合征"


def test_a_frame_has_names_and_nulls(graph: KnowledgeGraph) -> None:
    frame = graph.frame(graph.edges("OMIM:154700"))
    assert frame["subject_name"].unique().to_list() == ["Marfan syndrome"]
    assert frame["frequency_n"].drop_nulls().to_list() == [5]
    empty = graph.frame([])
    assert (empty.height, empty.columns[:3]) == (0, ["id", "subject", "subject_name"])


def test_no_graph_and_no_server(tmp_path: Path) -> None:
    with pytest.raises(GraphMissingError):
        KnowledgeGraph.open(tmp_path)
    with pytest.raises(ServiceError):
        KnowledgeGraph.connect(f"bolt://127.0.0.1:{free_port()}")
