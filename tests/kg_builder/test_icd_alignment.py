"""ICD codes by name and from above: where from, how far, and never surer than said."""

from __future__ import annotations

from kg_builder.edge import Edge
from kg_builder.icd_alignment import align_codes, inherit_codes, match_codes_by_name, relate_by_name
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from tests.kg_builder.graphs import edge, id_of


def _disease(text: str, name: str, *synonyms: str) -> Node:
    return Node(id_of(text), Label.DISEASE, name, synonyms=synonyms)


def _code(text: str, title: str, *terms: str, kind: str = "subcategory") -> Node:
    return Node(id_of(text), Label.ICD_CODE, title, synonyms=terms, properties=(("kind", kind),))


_CODES = [
    _code("ICD10CM:D57", "Sickle-cell disorders", kind="category"),
    _code("ICD10CM:D57.1", "Sickle-cell disease without crisis", "Sickle-cell anaemia NOS"),
    _code("ICD10CM:I42.0", "Dilated cardiomyopathy"),
    _code("ICD10CM:Q87.4", "Marfan's syndrome", kind="category"),
    _code("ICD10CM:Q87.40", "Marfan syndrome, unspecified"),
    _code("ICD10CM:Q87.41", "Marfan's syndrome"),
    _code("ICD10CM:K22.0", "Achalasia of cardia"),
    _code("ICD10CM:P92.0", "Achalasia of cardia"),
    _code("ICD10CM:A00-B99", "Cardiofaciocutaneous syndrome", kind="block"),
]


def _by_name(*diseases: Node) -> dict[str, tuple[str, object]]:
    edges = match_codes_by_name([*diseases, *_CODES], set())
    return {str(e.subject): (str(e.object), e.property("matched_name")) for e in edges}


def test_spelling_word_order_and_numbering_do_not_hinder() -> None:
    found = _by_name(
        _disease("OMIM:603903", "Sickle cell anemia"),
        _disease("OMIM:115200", "Cardiomyopathy, dilated, 1A"),
        _disease("ORPHA:1", "Something else", "SICKLE CELL DISORDER"),
    )
    assert found == {
        "OMIM:603903": ("ICD10CM:D57.1", "Sickle cell anemia"),
        "OMIM:115200": ("ICD10CM:I42.0", "cardiomyopathy dilated"),
        "ORPHA:1": ("ICD10CM:D57", "SICKLE CELL DISORDER"),
    }


def test_a_title_of_several_codes_stands_for_the_one_above_them_or_for_none() -> None:
    assert _by_name(_disease("OMIM:154700", "Marfan syndrome"), _disease("OMIM:200400", "Achalasia of cardia")) == {
        "OMIM:154700": ("ICD10CM:Q87.4", "Marfan syndrome")
    }


def test_blocks_are_no_codes_of_a_disease_and_a_coded_disease_is_left_alone() -> None:
    assert _by_name(_disease("OMIM:115150", "Cardiofaciocutaneous syndrome")) == {}
    disease = _disease("OMIM:603903", "Sickle cell anemia")
    assert list(match_codes_by_name([disease, *_CODES], {(disease.id, "ICD10CM")})) == []


def test_a_code_by_name_is_of_the_lowest_tier() -> None:
    (found,) = match_codes_by_name([_disease("OMIM:603903", "Sickle cell anemia"), *_CODES], set())
    assert (found.evidence.tier, found.property("predicate")) == (Tier.UNREVIEWED, "lexical")


def test_the_stem_of_a_numbered_subtype_leads_to_mesh() -> None:
    nodes = [_disease("OMIM:209900", "Bardet-Biedl syndrome 1"), _disease("MESH:D020788", "Bardet-Biedl Syndrome")]
    (found,) = relate_by_name(nodes, ())
    assert (found.relation, str(found.object), found.property("predicate")) == (
        Relation.MAPPED_TO,
        "MESH:D020788",
        "lexical",
    )
    assert list(relate_by_name(nodes, {nodes[0].id})) == []


def _inherited(*edges: Edge) -> list[tuple[str, str, object]]:
    ends = {end for e in edges for end in (e.subject, e.object)}
    found = inherit_codes(sorted(ends), edges)
    return [(str(e.subject), str(e.object), e.property("distance")) for e in found]


def test_the_nearest_coded_ancestor_counts_and_premises_are_named() -> None:
    steps = [edge("OMIM:1", Relation.IS_A, "MONDO:1"), edge("MONDO:1", Relation.IS_A, "MONDO:2")]
    far = edge("MONDO:2", Relation.CODED_AS, "ICD10CM:E70", predicate="exact")
    near = edge("MONDO:1", Relation.CODED_AS, "ICD10CM:E70.1", predicate="exact")
    assert _inherited(*steps, far) == [("OMIM:1", "ICD10CM:E70", 2)]
    assert _inherited(*steps, far, near) == [("OMIM:1", "ICD10CM:E70.1", 1)]
    (found,) = inherit_codes([id_of("OMIM:1")], [*steps, far])
    assert found.premises == tuple(sorted((steps[0].id, steps[1].id, far.id)))
    assert (found.property("predicate"), found.evidence.evidence_code) == ("inherited", "derived")


def test_an_inherited_code_is_never_surer_than_its_premises() -> None:
    step = edge("OMIM:1", Relation.IS_A, "MONDO:1")
    codes = match_codes_by_name([_disease("MESH:D1", "Sickle cell anemia"), *_CODES], set())
    lift = edge("MONDO:1", Relation.MAPPED_TO, "MESH:D1", predicate="broader")
    (found,) = inherit_codes([id_of("OMIM:1")], [step, lift, *codes])
    assert found.evidence.tier is Tier.UNREVIEWED


def test_a_code_of_a_part_is_not_inherited_and_a_direct_code_stays_alone() -> None:
    step = edge("OMIM:1", Relation.IS_A, "MONDO:1")
    part = edge("MONDO:1", Relation.CODED_AS, "ICD10CM:E70.1", predicate="narrower")
    assert _inherited(step, part) == []
    own = edge("OMIM:1", Relation.CODED_AS, "ICD10CM:E70.0", predicate="broader")
    assert _inherited(step, own, edge("MONDO:1", Relation.CODED_AS, "ICD10CM:E70", predicate="exact")) == []


def test_a_broader_mapping_leads_up_from_either_side_and_rings_end() -> None:
    code = edge("ORPHA:9", Relation.CODED_AS, "ICD10WHO:E70", predicate="exact")
    assert _inherited(edge("ORPHA:9", Relation.MAPPED_TO, "OMIM:1", predicate="narrower"), code) == [
        ("OMIM:1", "ICD10WHO:E70", 1)
    ]
    assert _inherited(edge("OMIM:1", Relation.MAPPED_TO, "ORPHA:9", predicate="broader"), code) == [
        ("OMIM:1", "ICD10WHO:E70", 1)
    ]
    assert _inherited(edge("OMIM:1", Relation.MAPPED_TO, "ORPHA:9", predicate="exact"), code) == []
    ring = [edge("OMIM:1", Relation.IS_A, "OMIM:2"), edge("OMIM:2", Relation.IS_A, "OMIM:1")]
    assert _inherited(*ring) == []


def test_names_first_then_what_is_above() -> None:
    nodes = [_disease("OMIM:603903", "Sickle cell anemia"), _disease("OMIM:7", "A rare kind"), *_CODES]
    edges = [edge("OMIM:7", Relation.IS_A, "OMIM:603903")]
    found = align_codes(nodes, edges)
    assert [(str(e.subject), str(e.object), e.property("predicate")) for e in found] == [
        ("OMIM:603903", "ICD10CM:D57.1", "lexical"),
        ("OMIM:7", "ICD10CM:D57.1", "inherited"),
    ]
