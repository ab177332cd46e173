"""Entries of two vocabularies are one disease by name and gene, and not by less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.same_disease import match_by_name_and_gene, name_words
from kg_builder.schema import Label, Relation, Tier
from ontologies.term_id import TermId

_GENE = TermId.parse("NCBIGENE:2200")
_EVIDENCE = Evidence("hpo-genes", "1", "CC0", Tier.CURATED)


def _disease(term: str, name: str, *synonyms: str) -> Node:
    return Node(TermId.parse(term), Label.DISEASE, name, synonyms=synonyms)


def _linked(*terms: str, gene: TermId = _GENE) -> list[Edge]:
    return [Edge(gene, Relation.ASSOCIATED_WITH, TermId.parse(term), _EVIDENCE) for term in terms]


def _matches(nodes: list[Node], edges: list[Edge], *settled: str) -> list[tuple[str, str]]:
    found = match_by_name_and_gene(nodes, edges, [TermId.parse(term) for term in settled])
    return [(str(one), str(other)) for one, other in found]


@pytest.mark.parametrize(
    ("omim", "orpha"),
    [
        ("Marfan syndrome", "Marfan syndrome"),
        ("MYOPATHY, CONGENITAL, TYPE II", "Congenital myopathy type 2"),
        ("Sjogren-Larsson syndrome", "Sjögren-Larsson syndrome"),
    ],
)
def test_one_name_and_one_gene_are_one_disease(omim: str, orpha: str) -> None:
    nodes = [_disease("OMIM:1", omim), _disease("ORPHA:1", orpha)]
    assert _matches(nodes, _linked("OMIM:1", "ORPHA:1")) == [("ORPHA:1", "OMIM:1")]


def test_a_synonym_is_a_name() -> None:
    nodes = [_disease("OMIM:1", "Marfan syndrome"), _disease("ORPHA:1", "MFS", "Marfan syndrome")]
    assert _matches(nodes, _linked("OMIM:1", "ORPHA:1")) == [("ORPHA:1", "OMIM:1")]


def test_less_is_not_enough() -> None:
    pair = [_disease("OMIM:1", "Marfan syndrome"), _disease("ORPHA:1", "Marfan syndrome")]
    both = _linked("OMIM:1", "ORPHA:1")
    assert _matches(pair, []) == []
    assert _matches(pair, [*_linked("OMIM:1"), *_linked("ORPHA:1", gene=TermId.parse("NCBIGENE:1"))]) == []
    assert _matches([*pair, _disease("OMIM:2", "Marfan syndrome")], both) == []
    assert _matches([*pair, _disease("ORPHA:2", "Marfan disease")], both) == []
    assert _matches([pair[0], _disease("ORPHA:1", "Neonatal Marfan syndrome")], both) == []
    assert _matches([_disease("OMIM:1", "Syndrome"), _disease("ORPHA:1", "Disease")], both) == []


def test_a_mapping_source_decides() -> None:
    pair = [_disease("OMIM:1", "Marfan syndrome"), _disease("ORPHA:1", "Marfan syndrome")]
    assert _matches(pair, _linked("OMIM:1", "ORPHA:1"), "ORPHA:1") == []


def test_two_entries_that_want_one_both_stay() -> None:
    nodes = [
        _disease("OMIM:1", "Marfan syndrome", "MFS"),
        _disease("ORPHA:1", "Marfan syndrome"),
        _disease("ORPHA:2", "MFS"),
    ]
    assert _matches(nodes, _linked("OMIM:1", "ORPHA:1", "ORPHA:2")) == []


@given(st.permutations(["severe", "combined", "immunodeficiency", "type", "III"]))
def test_the_order_of_words_does_not_matter(words: list[str]) -> None:
    assert name_words(" ".join(words)) == ("3", "combined", "immunodeficiency", "severe")
