"""A term of an ontology: identifier, label, synonyms, definition, cross-references."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ontologies.term_id import TermId

__all__ = ["Synonym", "SynonymScope", "Term"]


class SynonymScope(StrEnum):
    """How the meaning of a synonym relates to the term's."""

    EXACT = "EXACT"
    BROAD = "BROAD"
    NARROW = "NARROW"
    RELATED = "RELATED"


@dataclass(frozen=True, slots=True, order=True)
class Synonym:
    """Another name of a term.

    Args:
        text: the name.
        scope: how its meaning relates to the term's.
        type: the source's own kind, such as `layperson`, `abbreviation`, `uk_spelling`; None where unstated.
    """

    text: str
    scope: SynonymScope = SynonymScope.RELATED
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A primary, non-obsolete term.

    Args:
        id: the primary identifier.
        name: the label.
        synonyms: in the source's order.
        definition: None where the source gives none.
        xrefs: identifiers of other vocabularies, in the source's order.
        alternative_ids: identifiers that were merged into this one.
    """

    id: TermId
    name: str
    synonyms: tuple[Synonym, ...] = ()
    definition: str | None = None
    xrefs: tuple[TermId, ...] = ()
    alternative_ids: tuple[TermId, ...] = ()
