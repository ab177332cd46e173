"""What a disease's node repeats of its edges."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.disease_summary import estimated_share, summarise_diseases
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from tests.kg_builder.graphs import edge, id_of

_NODES = [
    Node(id_of("OMIM:1"), Label.DISEASE, "A disease", properties=(("urgent", True),)),
    Node(id_of("HP:0003623"), Label.COURSE, "Neonatal onset", properties=(("max_years", "0.077"), ("min_years", "0"))),
    Node(id_of("HP:0030674"), Label.COURSE, "Antenatal onset", properties=(("max_years", "0"),)),
    Node(id_of("HP:0003581"), Label.COURSE, "Adult onset", properties=(("min_years", "16"),)),
    Node(id_of("HP:0003674"), Label.COURSE, "Onset"),
]


def _summary(*edges: Edge) -> dict[str, Any]:
    return dict(next(iter(summarise_diseases(_NODES, edges))).properties)


def _onset(*terms: str) -> dict[str, Any]:
    return _summary(*(edge("OMIM:1", Relation.HAS_ONSET, term) for term in terms))


def _prevalence(place: str, kind: str, **own: str) -> Edge:
    return edge("OMIM:1", Relation.HAS_PREVALENCE, f"PLACE:{place}", kind=kind, **own)


def test_a_disease_without_such_edges_stays_as_it_is() -> None:
    assert list(summarise_diseases(_NODES, [])) == _NODES


def test_onset_holds_the_terms_and_the_years_that_cover_them() -> None:
    found = _onset("HP:0003623", "HP:0030674")
    assert (found["onset"], found["onset_min_years"], found["onset_max_years"]) == (
        ("HP:0003623", "HP:0030674"),
        "0",
        "0.077",
    )
    adult = _onset("HP:0003623", "HP:0003581")
    assert (adult["onset_min_years"], adult.get("onset_max_years")) == ("0", None)
    assert {name for name in _onset("HP:0003674", "HP:0003581") if name.startswith("onset")} == {"onset"}
    assert found["urgent"] is True


def test_inheritance_of_all_entries_comes_together() -> None:
    modes = [edge("OMIM:1", Relation.HAS_INHERITANCE, term) for term in ("HP:0000007", "HP:0000006", "HP:0000007")]
    assert _summary(*modes)["inheritance"] == ("HP:0000006", "HP:0000007")


def test_the_nearest_kind_and_the_widest_place_are_chosen_and_the_edge_named() -> None:
    chosen = _prevalence("worldwide", "point prevalence", per_person_low="0.00001", per_person_high="0.00009")
    found = _summary(
        _prevalence("worldwide", "annual incidence", per_person="0.9"),
        _prevalence("france", "point prevalence", per_person="0.5"),
        _prevalence("worldwide", "cases/families"),
        chosen,
    )
    assert (found["prevalence"], found["prevalence_edge"]) == ("0.00003", chosen.id)
    assert (found["prevalence_kind"], found["prevalence_place"]) == ("point prevalence", "PLACE:worldwide")


def test_of_several_the_one_in_the_middle_counts_whatever_their_order() -> None:
    edges = [_prevalence("europe", "point prevalence", per_person=share) for share in ("0.001", "0.01", "0.1")]
    assert {_summary(*order)["prevalence"] for order in (edges, edges[::-1])} == {"0.01"}


def test_published_cases_are_no_prevalence() -> None:
    assert "prevalence" not in _summary(_prevalence("worldwide", "cases/families", cases="12"))


@pytest.mark.parametrize(
    ("own", "share"),
    [
        ({"per_person": "0.0000091"}, 0.0000091),
        ({"per_person_low": "0.0001", "per_person_high": "0.0009"}, 0.0003),
        ({"per_person_high": "0.000001"}, 0.0000005),
        ({"per_person_low": "0.001"}, 0.001),
        ({}, None),
    ],
)
def test_one_number_of_every_form(own: dict[str, str], share: float | None) -> None:
    assert estimated_share(_prevalence("europe", "point prevalence", **own)) == pytest.approx(share)


@given(st.floats(1e-7, 0.5), st.floats(1, 100))
def test_an_estimate_lies_within_its_bounds(low: float, factor: float) -> None:
    high = min(1.0, low * factor)
    share = estimated_share(_prevalence("europe", "x", per_person_low=f"{low:.12f}", per_person_high=f"{high:.12f}"))
    assert share is not None
    assert low * 0.99 <= share <= high * 1.01
