"""Resolution of merged, replaced and unknown identifiers."""

from __future__ import annotations

from ontologies.ontology import ObsoleteTerm, Ontology
from ontologies.term import Term
from ontologies.term_id import TermId
from tests.ontologies.strategies import term_id


def small_ontology() -> Ontology:
    return Ontology(
        "1",
        [Term(term_id(2), "two", alternative_ids=(term_id(3),)), Term(term_id(1), "one")],
        [(term_id(2), term_id(1)), (term_id(2), term_id(99))],
        obsolete=[
            ObsoleteTerm(term_id(4), "four", term_id(3)),
            ObsoleteTerm(term_id(5), "five", None, (term_id(1),)),
            ObsoleteTerm(term_id(6), "six", term_id(7)),
            ObsoleteTerm(term_id(7), "seven", term_id(6)),
        ],
    )


def test_identifiers_resolve_through_merging_and_replacement() -> None:
    ontology = small_ontology()
    resolved = {n: ontology.resolve(term_id(n)) for n in range(1, 9)}
    assert resolved == {1: term_id(1), 2: term_id(2), 3: term_id(2), 4: term_id(2), 5: None, 6: None, 7: None, 8: None}
    assert ontology.name(term_id(4)) == "two"
    assert ontology.name(term_id(8)) is None


def test_a_dangling_parent_is_an_issue() -> None:
    ontology = small_ontology()
    assert [issue.category for issue in ontology.issues] == ["dangling-is-a"]
    assert ontology.hierarchy.ancestor_ids(term_id(2)) == (term_id(1),)


def test_all_of_hpo_is_there(hpo: Ontology) -> None:
    assert len(hpo) == 19_034
    assert len(hpo.obsolete) == 450
    assert hpo.version.endswith("2025-01-16")
    assert hpo.issues == ()
    assert hpo.name(TermId.parse("HP:0001250")) == "Seizure"
    assert hpo.resolve(TermId.parse("HP:0000057")) == TermId.parse("HP:0008665")


def test_every_resolvable_identifier_resolves_to_a_primary_one(hpo: Ontology) -> None:
    alternatives = [other for term in hpo.terms.values() for other in term.alternative_ids]
    assert all(hpo.resolve(other) in hpo.terms for other in alternatives)
    replaced = [old for old in hpo.obsolete.values() if old.replaced_by]
    assert all(hpo.resolve(old.id) in hpo.terms for old in replaced)
