"""Pooled edges count the sources that assertions rest on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg_builder.pooling import pool_assertions
from kg_builder.schema import Relation, Tier
from tests.kg_builder.graphs import CURATED, UNREVIEWED, edge

_CITED = replace(UNREVIEWED, tier=Tier.CURATED, reference="hpoa|OMIM:154700 HP:0001166|0123456789abcdef")
_DOID = replace(CURATED, source="doid")
_DOID_CITED = replace(_CITED, reference="doid-symptom|DOID:820 SYMP:0000061|0123456789abcdef")


@pytest.mark.parametrize(
    ("evidences", "sources"),
    [
        ([CURATED], ("hpoa",)),
        ([CURATED, _CITED], ("hpoa",)),
        ([CURATED, _CITED, UNREVIEWED], ("hpoa",)),
        ([_CITED, UNREVIEWED], ("hpoa",)),
        ([UNREVIEWED], ("core-pack",)),
        ([CURATED, UNREVIEWED], ("core-pack", "hpoa")),
        ([CURATED, _DOID, _DOID_CITED], ("doid", "hpoa")),
    ],
)
def test_a_citing_row_is_no_further_source(evidences: list[object], sources: tuple[str, ...]) -> None:
    edges = [edge("OMIM:1", Relation.HAS_SYMPTOM, "HP:1", evidence) for evidence in evidences]  # type: ignore[arg-type]
    (pooled,) = pool_assertions(edges)
    assert (pooled.property("sources"), pooled.property("assertions")) == (sources, len(edges))


def test_treatments_are_pooled_from_the_disease() -> None:
    (pooled,) = pool_assertions([edge("DRUGBANK:DB1", Relation.TREATS, "OMIM:1")])
    assert (pooled.relation, str(pooled.subject), str(pooled.object)) == (Relation.TREATED_BY, "OMIM:1", "DRUGBANK:DB1")
