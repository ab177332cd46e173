"""What intake needs to know about symptoms, as a protocol, and its fulfilment by an ontology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from ontologies.ontology import Ontology
from ontologies.term_id import TermId

__all__ = ["PHENOTYPIC_ABNORMALITY", "OntologyVocabulary", "SymptomVocabulary"]

PHENOTYPIC_ABNORMALITY = TermId("HP", "0000118")


class SymptomVocabulary(Protocol):
    """Names and hierarchy of the terms that a finding may have."""

    def names(self) -> Iterable[tuple[str, TermId]]:
        """All names of all symptoms, the preferred name of a term first; the first owner of a name wins."""

    def resolve(self, term: TermId) -> TermId | None:
        """The primary id of a primary, alternative or replaced id; None where nobody holds it."""

    def label(self, term: TermId) -> str:
        """The preferred name of a primary id."""

    def is_phenotypic_abnormality(self, term: TermId) -> bool:
        """Whether a primary id is a finding, and not a mode of inheritance, an onset or a modifier."""

    def ancestors(self, term: TermId) -> frozenset[TermId]:
        """All ancestors of a primary id, without itself."""


class OntologyVocabulary:
    """The protocol over a loaded ontology, with further names such as lay words.

    Args:
        ontology: the Human Phenotype Ontology.
        words: further names; they win over synonyms, not over labels.
    """

    def __init__(self, ontology: Ontology, words: Iterable[tuple[str, TermId]] = ()) -> None:
        self._ontology = ontology
        self._words = tuple(words)

    def names(self) -> Iterator[tuple[str, TermId]]:
        """Labels, then further names, then exact and last other synonyms."""
        terms = [term for _, term in sorted(self._ontology.terms.items()) if self.is_phenotypic_abnormality(term.id)]
        yield from ((term.name, term.id) for term in terms)
        yield from self._words
        synonyms = [
            (str(synonym.scope).upper() != "EXACT", synonym.text, term.id)
            for term in terms
            for synonym in term.synonyms
        ]
        yield from ((text, owner) for _, text, owner in sorted(synonyms))

    def resolve(self, term: TermId) -> TermId | None:
        """The primary id, or None."""
        return self._ontology.resolve(term)

    def label(self, term: TermId) -> str:
        """The label."""
        return self._ontology.terms[term].name

    def is_phenotypic_abnormality(self, term: TermId) -> bool:
        """Whether the term lies under `HP:0000118`."""
        return PHENOTYPIC_ABNORMALITY in self._ontology.hierarchy.ancestor_ids(term, include_self=True)

    def ancestors(self, term: TermId) -> frozenset[TermId]:
        """All ancestors."""
        return frozenset(self._ontology.hierarchy.ancestor_ids(term, include_self=False))
