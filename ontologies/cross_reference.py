"""Cross-references: two identifiers of different vocabularies mean the same, or one a broader or narrower thing."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ontologies.term_id import TermId

__all__ = ["CrossReference", "MappingPredicate"]


class MappingPredicate(StrEnum):
    """What a cross-reference says: its object means the same, more, less, something near, or nobody says which."""

    EXACT = "exact"
    BROADER = "broader"
    NARROWER = "narrower"
    RELATED = "related"
    XREF = "xref"


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
