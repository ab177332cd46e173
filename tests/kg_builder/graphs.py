"""A small graph and random records, for the tests of building."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import RELATION_SPECS, Label, Relation, Tier
from ontologies.term_id import TermId

__all__ = ["CURATED", "UNREVIEWED", "edge", "edges", "id_of", "marfan_edges", "marfan_nodes", "nodes"]

CURATED = Evidence("hpoa", "2025-01-16", "HPO licence", Tier.CURATED)
UNREVIEWED = Evidence("core-pack", "0.1.0", "Apache-2.0", Tier.UNREVIEWED)

_words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_ids = st.builds(TermId, st.sampled_from(["HP", "OMIM", "ORPHA"]), st.from_regex(r"[0-9]{1,7}", fullmatch=True))
_values = st.one_of(_words, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.lists(_words, max_size=3).map(tuple))


def id_of(text: str) -> TermId:
    return TermId.parse(text)


def edge(subject: str, relation: Relation, target: str, evidence: Evidence = CURATED, **own: Any) -> Edge:
    return Edge(id_of(subject), relation, id_of(target), evidence, tuple(sorted(own.items())))


def marfan_nodes() -> list[Node]:
    return [
        Node(
            id_of("OMIM:154700"),
            Label.DISEASE,
            "Marfan syndrome",
            name_zh="马凡综合征",
            name_zh_status="official",
            synonyms=("MFS1",),
            xrefs=(id_of("MONDO:0007947"), id_of("ORPHA:558")),
            properties=(("inheritance", ("HP:0000006",)),),
        ),
        Node(id_of("HP:0001166"), Label.SYMPTOM, "Arachnodactyly", synonyms=("Long slender fingers",)),
        Node(id_of("HP:0001083"), Label.SYMPTOM, "Ectopia lentis"),
        Node(id_of("HP:0001250"), Label.SYMPTOM, "Seizure", xrefs=(id_of("HP:0002279"),)),
        Node(id_of("NCBIGENE:2200"), Label.GENE, "FBN1"),
    ]


def marfan_edges() -> list[Edge]:
    return [
        edge("OMIM:154700", Relation.HAS_SYMPTOM, "HP:0001166", frequency_n=3, frequency_m=7),
        edge("OMIM:154700", Relation.HAS_SYMPTOM, "HP:0001166", UNREVIEWED),
        edge("OMIM:154700", Relation.HAS_SYMPTOM, "HP:0001083", frequency_percent="45.5"),
        edge("OMIM:154700", Relation.LACKS_SYMPTOM, "HP:0001250"),
        edge("NCBIGENE:2200", Relation.ASSOCIATED_WITH, "OMIM:154700", asserted_object="OMIM:154700"),
    ]


def nodes() -> st.SearchStrategy[Node]:
    names_zh = st.one_of(st.just((None, None)), st.tuples(_words, st.sampled_from(["official", "composed"])))
    own = st.dictionaries(st.sampled_from(["definition", "kind", "urgent", "onset"]), _values)

    def build(term: TermId, label: Label, name: str, zh: Any, synonyms: Any, xrefs: Any, properties: Any) -> Node:
        return Node(term, label, name, zh[0], zh[1], tuple(synonyms), tuple(xrefs), tuple(sorted(properties.items())))

    words, ids = st.lists(_words, max_size=3), st.lists(_ids, max_size=3)
    return st.builds(build, _ids, st.sampled_from(Label), _words, names_zh, words, ids, own)


def edges() -> st.SearchStrategy[Edge]:
    maybe = st.none() | _words
    evidence = st.builds(
        Evidence,
        _words,
        _words,
        _words,
        st.sampled_from(Tier),
        reference=maybe,
        as_of=maybe,
        record=maybe,
        quote=maybe,
        start=st.none() | st.integers(0, 10**6),
    )

    def of(relation: Relation) -> st.SearchStrategy[Edge]:
        names = sorted(RELATION_SPECS[relation].properties)
        own = st.dictionaries(st.sampled_from(names), _values) if names else st.just({})
        properties = own.map(lambda held: tuple(sorted(held.items())))
        premises = st.lists(st.from_regex(r"[0-9a-f]{32}", fullmatch=True), max_size=2).map(tuple)
        return st.builds(Edge, _ids, st.just(relation), _ids, evidence, properties, st.integers(1, 9), premises)

    return st.sampled_from(Relation).flatmap(of)
