"""Rings in the hierarchy are found, whole, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg_builder.rings import find_rings
from kg_builder.schema import Relation
from tests.kg_builder.graphs import UNREVIEWED, edge

_pairs = st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), max_size=14)


def _is_a(*pairs: tuple[int, int]) -> list[str]:
    edges = [edge(f"MONDO:{child}", Relation.IS_A, f"MONDO:{parent}") for child, parent in pairs]
    return [issue.message for issue in find_rings(edges)]


def test_a_ring_is_named_with_its_sources() -> None:
    edges = [edge("MONDO:1", Relation.IS_A, "MONDO:2"), edge("MONDO:2", Relation.IS_A, "MONDO:1", UNREVIEWED)]
    (issue,) = find_rings(edges)
    assert issue.message == "MONDO:1, MONDO:2 are each above the others, by core-pack, hpoa"


def test_two_rings_stay_two_even_where_one_leads_to_the_other() -> None:
    found = _is_a((1, 2), (2, 1), (2, 3), (3, 4), (4, 3), (4, 5))
    assert [text.partition(" are")[0] for text in found] == ["MONDO:1, MONDO:2", "MONDO:3, MONDO:4"]


@given(_pairs)
def test_what_only_leads_to_larger_numbers_has_no_ring(pairs: list[tuple[int, int]]) -> None:
    assert _is_a(*[(min(pair), max(pair)) for pair in pairs]) == []


@given(_pairs)
def test_the_order_of_the_edges_does_not_matter(pairs: list[tuple[int, int]]) -> None:
    assert _is_a(*sorted(pairs)) == _is_a(*pairs)
