"""Mapping predicates and groups of exact matches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ontologies.cross_reference import CrossReference, MappingPredicate, exact_match_groups
from tests.ontologies.strategies import term_id

references = st.lists(
    st.builds(
        CrossReference,
        st.integers(0, 9).map(term_id),
        st.sampled_from(MappingPredicate),
        st.integers(0, 9).map(term_id),
    )
)


@given(references)
def test_inverting_twice_gives_the_same(rows: list[CrossReference]) -> None:
    assert [row.inverse.inverse for row in rows] == rows


@given(references)
def test_groups_are_disjoint_join_every_exact_pair_and_ignore_order(rows: list[CrossReference]) -> None:
    groups = exact_match_groups(rows)
    members = [each for group in groups for each in group]
    assert len(members) == len(set(members))
    group_of = {each: group for group in groups for each in group}
    exact = [row for row in rows if row.predicate is MappingPredicate.EXACT]
    assert all(group_of[row.subject] is group_of[row.object] for row in exact)
    assert set(group_of) == {end for row in exact for end in (row.subject, row.object)}
    assert exact_match_groups([row.inverse for row in reversed(rows)]) == groups


def test_only_exact_matches_join() -> None:
    rows = [
        CrossReference(term_id(1), MappingPredicate.EXACT, term_id(2)),
        CrossReference(term_id(2), MappingPredicate.BROADER, term_id(3)),
    ]
    assert exact_match_groups(rows) == [(term_id(1), term_id(2))]
