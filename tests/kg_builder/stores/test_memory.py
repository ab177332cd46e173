"""The store in memory: what it refuses, and laws of every store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.schema import Relation
from kg_builder.stores.memory import MemoryStore
from ontologies.errors import InputError
from tests.kg_builder.stores.small_graph import EDGES, NODES, edge


def test_an_edge_into_nowhere_and_a_repeated_node_are_refused() -> None:
    with pytest.raises(InputError, match="HP:1"):
        MemoryStore(NODES, [edge("OMIM:9", Relation.HAS_SYMPTOM, "HP:1")])
    with pytest.raises(InputError, match="one id"):
        MemoryStore([*NODES, NODES[0]], [])


@given(st.permutations(NODES), st.permutations(EDGES))
def test_the_order_of_input_does_not_matter(nodes: list, edges: list) -> None:
    store, other = MemoryStore(nodes, edges), MemoryStore(NODES, EDGES)
    for node in NODES:
        assert store.edges_from(node.id) == other.edges_from(node.id)
        assert store.edges_to(node.id) == other.edges_to(node.id)
        assert store.nodes_named(node.name) == other.nodes_named(node.name)


def test_each_edge_leaves_one_node_and_reaches_one() -> None:
    store = MemoryStore(NODES, EDGES)
    leaving = [one.id for node in NODES for one in store.edges_from(node.id)]
    reaching = [one.id for node in NODES for one in store.edges_to(node.id)]
    assert sorted(leaving) == sorted(reaching) == sorted(one.id for one in EDGES)
