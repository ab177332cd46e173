"""Every store gives the very same answers as the one in memory."""

from __future__ import annotations

import pytest

from kg_builder.knowledge_graph import KnowledgeGraph
from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from kg_builder.stores.memory import MemoryStore
from kg_builder.stores.store import GraphStore
from tests.kg_builder.stores.small_graph import EDGES, NODES, tid

_IDS = [str(node.id) for node in NODES] + ["ORPHA:558", "MONDO:0007500", "HP:1", "X:it's"]
_NAMES = [
    "marfan SYNDROME",
    "mfs",
    "马凡综合征",
    "ectopia lentis",
    "STRASSE DISEASE",
    "straße disease",
    "nobody",
    "",
    "' OR 1=1 //",
]


def test_build_id_is_the_one_loaded(store: GraphStore, snapshot: Snapshot) -> None:
    assert store.build_id == snapshot.build_id


@pytest.mark.parametrize("text", _IDS)
def test_nodes_and_edges_around_each_id(store: GraphStore, memory: MemoryStore, text: str) -> None:
    term_id = tid(text)
    assert store.node(term_id) == memory.node(term_id)
    assert store.edges_from(term_id) == memory.edges_from(term_id)
    assert store.edges_to(term_id) == memory.edges_to(term_id)


@pytest.mark.parametrize(
    "relations", [(), (Relation.HAS_SYMPTOM,), (Relation.LACKS_SYMPTOM, Relation.CODED_AS), tuple(Relation)]
)
def test_edges_of_some_relations(store: GraphStore, memory: MemoryStore, relations: tuple[Relation, ...]) -> None:
    marfan, finger = tid("OMIM:154700"), tid("HP:0001166")
    assert store.edges_from(marfan, relations=relations) == memory.edges_from(marfan, relations=relations)
    assert store.edges_to(finger, relations=relations) == memory.edges_to(finger, relations=relations)


@pytest.mark.parametrize("name", _NAMES)
def test_names(store: GraphStore, memory: MemoryStore, name: str) -> None:
    assert store.nodes_named(name) == memory.nodes_named(name)
    for label in (Label.DISEASE, Label.SYMPTOM, Label.PROCEDURE):
        assert store.nodes_named(name, label=label) == memory.nodes_named(name, label=label)


def test_edges_by_id_keep_their_whole_record(store: GraphStore) -> None:
    for edge in EDGES:
        held = store.edge(edge.id)
        assert held is not None
        assert (held, held.record()) == (edge, edge.record())
    assert store.edge("0" * 32) is None
    assert store.edge("no id") is None


def test_counts(store: GraphStore, memory: MemoryStore) -> None:
    assert dict(store.node_counts()) == dict(memory.node_counts())
    assert dict(store.edge_counts()) == dict(memory.edge_counts())


@pytest.mark.parametrize(
    ("start", "end"), [("HP:0000478", "AITIA:asthma-risk"), ("OMIM:129600", "HP:0001166"), ("ORPHA:558", "HP:9999999")]
)
@pytest.mark.parametrize("hops", [1, 2, 3, 4, 6])
def test_paths(store: GraphStore, memory: MemoryStore, start: str, end: str, hops: int) -> None:
    found = KnowledgeGraph(store).paths(start, end, max_hops=hops)
    assert found == KnowledgeGraph(memory).paths(start, end, max_hops=hops)


def test_neighbours_frames_and_networks(store: GraphStore, memory: MemoryStore) -> None:
    here, there = KnowledgeGraph(store), KnowledgeGraph(memory)
    assert here.neighbours("OMIM:154700", direction="both") == there.neighbours("OMIM:154700", direction="both")
    edges = here.edges("OMIM:154700", direction="both")
    assert here.frame(edges).equals(there.frame(edges))
    ids = [node.id for node in NODES]
    left, right = here.to_networkx(ids), there.to_networkx(ids)
    assert list(left.nodes(data=True)) == list(right.nodes(data=True))
    assert list(left.edges(keys=True, data=True)) == list(right.edges(keys=True, data=True))
