"""Cross-references: two identifiers of different vocabularies mean the same, or one a broader or narrower thing."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from ontologies.term_id import TermId

__all__ = ["CrossReference", "MappingPredicate", "exact_match_groups"]


class MappingPredicate(StrEnum):
    """What a cross-reference says: its object means the same, more, less, something near, or nobody says which."""

    EXACT = "exact"
    BROADER = "broader"
    NARROWER = "narrower"
    RELATED = "related"
    XREF = "xref"

    @property
    def inverse(self) -> MappingPredicate:
        """The predicate from object to subject."""
        return _INVERSE.get(self, self)


_INVERSE = {
    MappingPredicate.BROADER: MappingPredicate.NARROWER,
    MappingPredicate.NARROWER: MappingPredicate.BROADER,
}


class CrossReference(NamedTuple):
    """One row of a mapping source.

    Args:
        subject: an identifier.
        predicate: BROADER says that the object is broader than the subject.
        object: an identifier of another vocabulary.
        subject_label: the source's label; empty where it gives none.
        object_label: the same of the object.
        justification: how the mapping came about, such as semapv:ManualMappingCuration.
    """

    subject: TermId
    predicate: MappingPredicate
    object: TermId
    subject_label: str = ""
    object_label: str = ""
    justification: str = ""

    @property
    def inverse(self) -> CrossReference:
        """The same statement, turned round."""
        return CrossReference(
            self.object, self.predicate.inverse, self.subject, self.object_label, self.subject_label, self.justification
        )


def exact_match_groups(references: Iterable[CrossReference]) -> list[tuple[TermId, ...]]:
    """Identifiers joined by exact matches, directly or through others: each group sorted, the groups sorted."""
    leader: dict[TermId, TermId] = {}

    def find(term_id: TermId) -> TermId:
        while leader.setdefault(term_id, term_id) != term_id:
            leader[term_id] = leader[leader[term_id]]
            term_id = leader[term_id]
        return term_id

    for reference in references:
        if reference.predicate is MappingPredicate.EXACT:
            first, second = sorted((find(reference.subject), find(reference.object)))
            leader[second] = first
    groups: dict[TermId, list[TermId]] = {}
    for term_id in sorted(leader):
        groups.setdefault(find(term_id), []).append(term_id)
    return sorted(tuple(group) for group in groups.values())
