"""Laws of the is-a hierarchy."""

from __future__ import annotations

import pytest
from hypothesis import given

from ontologies.errors import InputError, UnknownTermError
from ontologies.hierarchy import Hierarchy
from ontologies.ontology import Ontology
from ontologies.term_id import TermId
from tests.ontologies.strategies import hierarchies, term_id


@given(hierarchies())
def test_ancestors_are_transitive_and_contain_parents(hierarchy: Hierarchy) -> None:
    for i in range(len(hierarchy)):
        above = set(hierarchy.ancestors(i).tolist())
        assert set(hierarchy.parents(i).tolist()) <= above
        assert i not in above
        for j in above:
            assert set(hierarchy.ancestors(j).tolist()) <= above


@given(hierarchies())
def test_descendants_mirror_ancestors(hierarchy: Hierarchy) -> None:
    pairs = range(len(hierarchy))
    up = {(i, int(j)) for i in pairs for j in hierarchy.ancestors(i, include_self=True)}
    down = {(int(i), j) for j in pairs for i in hierarchy.descendants(j, include_self=True)}
    assert up == down
    assert {(i, int(j)) for i in pairs for j in hierarchy.parents(i)} == {
        (int(i), j) for j in pairs for i in hierarchy.children(j)
    }


@given(hierarchies())
def test_parents_come_first_and_numbers_follow_identifiers(hierarchy: Hierarchy) -> None:
    position = {int(i): rank for rank, i in enumerate(hierarchy.parents_first)}
    assert sorted(position) == list(range(len(hierarchy)))
    assert all(position[int(parent)] < position[i] for i in position for parent in hierarchy.parents(i))
    assert list(hierarchy.ids) == sorted(hierarchy.ids)
    assert all(hierarchy.index(each) == i for i, each in enumerate(hierarchy.ids))


def test_a_cycle_is_refused() -> None:
    with pytest.raises(InputError, match="cycle"):
        Hierarchy.from_edges([term_id(1), term_id(2)], [(term_id(1), term_id(2)), (term_id(2), term_id(1))])


def test_an_unknown_end_is_refused() -> None:
    with pytest.raises(UnknownTermError, match="HP:0000009"):
        Hierarchy.from_edges([term_id(1)], [(term_id(1), term_id(9))])


def test_an_unknown_term_names_the_remedy() -> None:
    with pytest.raises(UnknownTermError, match=r"Ontology\.resolve"):
        Hierarchy.from_edges([term_id(1)], []).index(term_id(2))


def test_an_empty_hierarchy_has_no_roots() -> None:
    assert Hierarchy.from_edges([], []).roots.tolist() == []


def test_focal_seizure_is_below_seizure_in_hpo(hpo: Ontology) -> None:
    hierarchy = hpo.hierarchy
    above = hierarchy.ancestor_ids(TermId.parse("HP:0007359"))
    assert TermId.parse("HP:0001250") in above
    assert TermId.parse("HP:0000118") in above
    assert TermId.parse("HP:0007359") not in above
    assert TermId.parse("HP:0007359") in hierarchy.descendant_ids(TermId.parse("HP:0001250"))
    assert hierarchy.ids_of(hierarchy.roots) == (TermId.parse("HP:0000001"),)
