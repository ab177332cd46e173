"""Hypothesis strategies for hierarchies and term sets."""

from __future__ import annotations

from hypothesis import strategies as st

from ontologies.hierarchy import Hierarchy
from ontologies.term_id import TermId


def term_id(number: int) -> TermId:
    return TermId("HP", f"{number:07d}")


@st.composite
def hierarchies(draw: st.DrawFn, *, max_size: int = 14) -> Hierarchy:
    """Directed acyclic graphs in which a child's number is not always larger than its parent's."""
    size = draw(st.integers(1, max_size))
    numbers = draw(st.permutations(range(size)))
    pairs = [
        (term_id(numbers[child]), term_id(numbers[parent]))
        for child in range(1, size)
        for parent in draw(st.sets(st.integers(0, child - 1), max_size=3))
    ]
    return Hierarchy.from_edges(map(term_id, range(size)), pairs)


@st.composite
def corpora(draw: st.DrawFn) -> tuple[Hierarchy, list[list[int]]]:
    """A hierarchy and the terms of some subjects."""
    hierarchy = draw(hierarchies())
    terms = st.lists(st.integers(0, len(hierarchy) - 1), min_size=1, max_size=6)
    return hierarchy, draw(st.lists(terms, min_size=1, max_size=8))
