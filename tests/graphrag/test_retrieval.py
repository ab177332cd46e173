"""Retrieval within budgets."""

from __future__ import annotations

import pytest

from graphrag.retrieval import is_a_chains, retrieve_subgraph
from graphrag.subgraph import Direction, Polarity, Subgraph
from kg_builder.schema import Relation
from kg_builder.stores.memory import MemoryStore
from ontologies.errors import InputError, UnknownTermError
from ontologies.term_id import TermId

MARFAN = TermId("OMIM", "154700")


def test_subgraph_joins_findings_through_the_hierarchy(subgraph: Subgraph) -> None:
    triples = {(str(e.subject), e.relation, str(e.object)) for e in subgraph.edges}
    assert ("HP:0001166", Relation.IS_A, "HP:0001238") in triples
    assert ("HP:0001238", Relation.IS_A, "HP:0000118") not in triples
    assert not subgraph.cuts


def test_parallel_relations_stay_apart(subgraph: Subgraph) -> None:
    propranolol = TermId("DRUGBANK", "DB00571")
    moves = [m for m in subgraph.moves(propranolol) if m.target == MARFAN]
    assert [(m.relation, m.polarity) for m in moves] == [
        (Relation.NOT_INDICATED_FOR, Polarity.NEGATIVE),
        (Relation.TREATS, Polarity.POSITIVE),
    ]
    arachnodactyly = [m for m in subgraph.moves(MARFAN) if m.target == TermId("HP", "0001166")]
    assert len(arachnodactyly) == 1
    assert len(arachnodactyly[0].edge_ids) == 2


def test_every_move_is_walked_back(subgraph: Subgraph) -> None:
    for node in subgraph.node_by_id:
        for move in subgraph.moves(node):
            back = [m for m in subgraph.moves(move.target) if m.edge_ids == move.edge_ids]
            assert [m.target for m in back] == [node]
            assert (back[0].direction is Direction.FORWARD) != (move.direction is Direction.FORWARD)


def test_a_budget_that_cuts_says_so(graph: MemoryStore) -> None:
    small = retrieve_subgraph(graph, MARFAN, max_edges=3)
    assert len(small.edges) == 3
    assert [issue.category for issue in small.cuts] == ["budget-cut"] * len(small.cuts)
    assert small.cuts


def test_edges_to_findings_come_first(graph: MemoryStore) -> None:
    small = retrieve_subgraph(graph, MARFAN, [TermId("HP", "0000545")], max_edges=2)
    assert {e.relation for e in small.edges} == {Relation.HAS_SYMPTOM, Relation.IS_A}


def test_one_hop_stays_at_the_centre(graph: MemoryStore) -> None:
    near = retrieve_subgraph(graph, MARFAN, max_hops=1)
    assert all(MARFAN in (e.subject, e.object) for e in near.edges)


def test_an_xref_resolves(graph: MemoryStore) -> None:
    assert retrieve_subgraph(graph, TermId("ORPHA", "558")).centre == MARFAN


def test_an_unknown_finding_is_said(graph: MemoryStore) -> None:
    cuts = retrieve_subgraph(graph, MARFAN, [TermId("HP", "9999999")]).cuts
    assert [issue.category for issue in cuts] == ["unknown-finding"]


def test_bad_input_is_refused(graph: MemoryStore) -> None:
    with pytest.raises(UnknownTermError):
        retrieve_subgraph(graph, TermId("OMIM", "1"))
    with pytest.raises(InputError):
        retrieve_subgraph(graph, MARFAN, max_edges=0)


def test_chains_lead_up_to_every_ancestor(graph: MemoryStore) -> None:
    chains = is_a_chains(graph, TermId("HP", "0001166"))
    assert [len(chains[t]) for t in sorted(chains)] == [2, 0, 1]
