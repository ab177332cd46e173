"""Putting the sources together: what is merged, what is counted, what is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kg_builder.assembly import Assembly, annotated_diseases, assemble, merge_exact_matches
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.term_id import TermId
from tests.kg_builder.graphs import UNREVIEWED, edge, id_of, marfan_edges, marfan_nodes

_OMIM = [TermId("OMIM", str(number)) for number in range(1, 5)]
_MONDO = [TermId("MONDO", str(number)) for number in range(1, 4)]
_ORPHA = [TermId("ORPHA", str(number)) for number in range(1, 4)]
_pairs = st.lists(st.tuples(st.sampled_from(_MONDO), st.sampled_from([*_OMIM, *_ORPHA])), max_size=12)
_annotated = st.sets(st.sampled_from([*_OMIM, *_ORPHA]))


def _assemble(nodes: Sequence[Node], edges: Sequence[Edge], **given: Any) -> Assembly:
    return assemble(nodes, edges, **{"matches": {}, "replaced": {}, "names_zh": {}, **given})


def _disease(text: str, name: str = "a disease", **more: Any) -> Node:
    return Node(id_of(text), Label.DISEASE, name, **more)


@given(_pairs, _annotated)
def test_two_annotated_omim_entries_never_share_a_node(
    pairs: list[tuple[TermId, TermId]], annotated: set[TermId]
) -> None:
    matches = merge_exact_matches(pairs, annotated)
    own = sorted(term for term in annotated if term.prefix == "OMIM")
    assert len({matches.get(term, term) for term in own}) == len(own)


@given(_pairs, _annotated, st.data())
def test_an_annotated_omim_entry_keeps_its_id_whatever_mappings_there_are(
    pairs: list[tuple[TermId, TermId]], annotated: set[TermId], data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(pairs))) if pairs else []
    matches = merge_exact_matches(some, annotated)
    assert all(matches.get(term, term) == term for term in annotated if term.prefix == "OMIM")


@given(_pairs, _annotated, st.randoms())
def test_the_order_of_the_matches_does_not_matter(
    pairs: list[tuple[TermId, TermId]], annotated: set[TermId], random: Any
) -> None:
    shuffled = random.sample(pairs, len(pairs))
    assert merge_exact_matches(shuffled, annotated) == merge_exact_matches(pairs, annotated)


def test_exact_matches_become_one_node_that_all_ids_name() -> None:
    pairs = [(id_of("MONDO:0007947"), id_of("OMIM:154700")), (id_of("MONDO:0007947"), id_of("ORPHA:558"))]
    matches = merge_exact_matches(pairs, [id_of("OMIM:154700"), id_of("ORPHA:558")])
    nodes = [_disease("OMIM:154700", "Marfan syndrome"), _disease("ORPHA:558", "MFS"), marfan_nodes()[1]]
    row = edge("ORPHA:558", Relation.HAS_SYMPTOM, "HP:0001166", asserted_subject="ORPHA:558")
    result = _assemble(nodes, [row], matches=matches)
    merged = next(node for node in result.nodes if node.label is Label.DISEASE)
    assert (merged.id, merged.name, merged.synonyms) == (id_of("OMIM:154700"), "Marfan syndrome", ("MFS",))
    assert merged.xrefs == (id_of("MONDO:0007947"), id_of("ORPHA:558"))
    asserted = next(e for e in result.edges if e.relation is Relation.HAS_SYMPTOM)
    assert (asserted.subject, asserted.property("asserted_subject")) == (merged.id, "ORPHA:558")


def test_identical_rows_are_counted() -> None:
    row = marfan_edges()[0]
    result = _assemble(marfan_nodes(), [row, row, replace(row, count=3)])
    assert [e.count for e in result.edges if e.relation is Relation.HAS_SYMPTOM] == [5]


def test_an_unknown_id_is_said_and_its_row_left_out() -> None:
    rows = [edge("OMIM:154700", Relation.HAS_SYMPTOM, f"HP:000000{n}") for n in (8, 9)]
    result = _assemble(marfan_nodes(), rows)
    assert result.edges == []
    assert [issue.category for issue in result.issues] == ["unknown-id"]
    assert result.issues[0].message.startswith("2 HAS_SYMPTOM rows of hpoa")


def test_a_former_id_is_replaced_before_it_counts_as_unknown() -> None:
    row = edge("OMIM:154700", Relation.HAS_SYMPTOM, "HP:0009999")
    result = _assemble(marfan_nodes(), [row], replaced={id_of("HP:0009999"): id_of("HP:0001166")})
    assert {e.object for e in result.edges} == {id_of("HP:0001166")}
    assert result.issues == []


def test_an_end_given_by_its_xref_is_found() -> None:
    result = _assemble(marfan_nodes(), [edge("ORPHA:558", Relation.HAS_SYMPTOM, "HP:0002279")])
    assert (result.edges[0].subject, result.edges[0].object) == (id_of("OMIM:154700"), id_of("HP:0001250"))


def test_a_contradiction_is_reported_and_both_sides_stay() -> None:
    denied = edge("OMIM:154700", Relation.LACKS_SYMPTOM, "HP:0001166")
    result = _assemble(marfan_nodes(), [marfan_edges()[0], denied])
    assert [issue.category for issue in result.issues] == ["contradiction"]
    kept = {e.relation for e in result.edges}
    assert kept == {Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM, Relation.PRESENTS_WITH}


def test_an_edge_against_the_schema_is_said_and_left_out() -> None:
    wrong = [
        edge("HP:0001166", Relation.HAS_SYMPTOM, "OMIM:154700"),
        edge("OMIM:154700", Relation.HAS_SYMPTOM, "HP:0001166", colour="red"),
    ]
    result = _assemble(marfan_nodes(), wrong)
    assert result.edges == []
    assert [issue.category for issue in result.issues] == ["schema", "schema"]


def test_the_pooled_edge_names_its_premises_and_has_the_weakest_tier() -> None:
    rows = marfan_edges()[:2]
    result = _assemble(marfan_nodes(), rows)
    pooled = next(e for e in result.edges if e.relation is Relation.PRESENTS_WITH)
    assert pooled.premises == tuple(sorted(row.id for row in rows))
    assert pooled.evidence.tier is UNREVIEWED.tier
    assert pooled.property("assertions") == 2
    assert pooled.property("sources") == ("core-pack", "hpoa")


def test_a_symmetric_edge_starts_at_the_smaller_id() -> None:
    drugs = [Node(id_of(f"DRUGBANK:DB0{n}"), Label.DRUG, f"drug {n}") for n in (1, 2)]
    rows = [
        edge("DRUGBANK:DB02", Relation.INTERACTS_WITH, "DRUGBANK:DB01"),
        edge("DRUGBANK:DB01", Relation.INTERACTS_WITH, "DRUGBANK:DB02"),
    ]
    result = _assemble(drugs, rows)
    assert [(str(e.subject), e.count) for e in result.edges] == [("DRUGBANK:DB01", 2)]


@given(st.randoms())
def test_the_order_of_the_inputs_does_not_matter(random: Any) -> None:
    row = marfan_edges()[0]
    dated = [replace(row, evidence=replace(row.evidence, as_of=day)) for day in ("2020-02-02", "2021-01-01")]
    nodes = [*marfan_nodes(), Node(id_of("HP:0001166"), Label.SYMPTOM, "Spider fingers"), _disease("ORPHA:90", "x")]
    nodes.append(_disease("ORPHA:91", "y", xrefs=(id_of("MESH:D1"),)))
    nodes[-2] = replace(nodes[-2], xrefs=(id_of("MESH:D1"),))
    rows = [*marfan_edges(), *dated, edge("MESH:D1", Relation.HAS_SYMPTOM, "HP:0001166")]
    rows += [edge("HP:0001166", relation, "OMIM:154700") for relation in (Relation.HAS_SYMPTOM, Relation.CODED_AS)]
    plain, mixed = (
        _assemble(n, e) for n, e in ((nodes, rows), (random.sample(nodes, len(nodes)), random.sample(rows, len(rows))))
    )
    assert sorted(plain.nodes, key=lambda n: n.id) == sorted(mixed.nodes, key=lambda n: n.id)
    assert sorted(plain.edges, key=lambda e: e.id) == sorted(mixed.edges, key=lambda e: e.id)
    assert plain.issues == mixed.issues


def test_only_rows_about_symptoms_make_an_entry_annotated() -> None:
    assert annotated_diseases(marfan_edges()) == {id_of("OMIM:154700")}
    assert annotated_diseases(marfan_edges()[4:]) == set()


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from(["OMIM", "ORPHA"])), max_size=20))
def test_two_annotated_entries_of_one_vocabulary_never_share_a_node(rows: list[tuple[int, int, str]]) -> None:
    pairs = [(TermId(prefix, str(entry)), TermId("MESH", str(hub))) for entry, hub, prefix in rows]
    annotated = {entry for entry, _ in pairs}
    heads = merge_exact_matches(pairs, annotated)
    for prefix in ("OMIM", "ORPHA"):
        owners = [heads[entry] for entry in sorted(annotated) if entry.prefix == prefix and entry in heads]
        assert len(owners) == len(set(owners))
