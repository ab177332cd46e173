"""A code system of the ICD family: chapters, blocks, categories and codes, with their notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from ontologies.errors import InputError, UnknownTermError
from ontologies.hierarchy import Hierarchy
from ontologies.term_id import TermId

__all__ = ["CodeKind", "CodeSystem", "IcdCode"]


class CodeKind(StrEnum):
    """Level of an entry."""

    CHAPTER = "chapter"
    BLOCK = "block"
    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class IcdCode:
    """One entry of a code system.

    Args:
        id: `ICD10CM:E11.9`, `ICD10WHO:E11.9`; a block is `ICD10CM:E08-E13`, or, where it holds one category only and
            bears that category's code, `ICD10CM:B99-B99`; a chapter is `ICD10CM:4` or `ICD10WHO:IV`.
        kind: its level; an extension is a code with its 7th character.
        title: as the source writes it.
        parent: None for chapters.
        inclusion_terms: conditions for which the code is to be used.
        includes: content notes.
        excludes1: never coded together with this one.
        excludes2: not part of this one, but may be present as well.
    """

    id: TermId
    kind: CodeKind
    title: str
    parent: TermId | None = None
    inclusion_terms: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    excludes1: tuple[str, ...] = ()
    excludes2: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The code without its prefix, such as E11.9."""
        return self.id.local


class CodeSystem:
    """All entries of one release of a code system, in the order of the book.

    Args:
        prefix: of the identifiers, ICD10CM or ICD10WHO.
        version: the release, as the source writes it.
        codes: parents before their children.

    Raises:
        InputError: an identifier occurs twice, or a parent does not come before its child.
    """

    def __init__(self, prefix: str, version: str, codes: Iterable[IcdCode]) -> None:
        by_id: dict[TermId, IcdCode] = {}
        for code in codes:
            if code.id in by_id:
                raise InputError("a code occurs twice", value=code.id, remedy="Fetch the code system's file again")
            if code.parent is not None and code.parent not in by_id:
                raise InputError(
                    "a code comes before its parent", value=code.id, remedy="Fetch the code system's file again"
                )
            by_id[code.id] = code
        self.prefix = prefix
        self.version = version
        self.codes: Mapping[TermId, IcdCode] = MappingProxyType(by_id)
        self._id_by_spelling = {_spelling(term_id.local): term_id for term_id in by_id}

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[IcdCode]:
        return iter(self.codes.values())

    def __contains__(self, term_id: object) -> bool:
        return term_id in self.codes

    def find(self, text: str) -> IcdCode | None:
        """The entry of a code, with or without prefix, dot and blanks, in any case; None where there is none.

        >>> diabetes = IcdCode(TermId("ICD10CM", "E11.9"), CodeKind.SUBCATEGORY, "Type 2 diabetes mellitus")
        >>> CodeSystem("ICD10CM", "2026", [diabetes]).find("e119").code
        'E11.9'
        """
        term_id = self._id_by_spelling.get(_spelling(text.rpartition(":")[2]))
        return None if term_id is None else self.codes[term_id]

    def ancestors(self, term_id: TermId) -> tuple[IcdCode, ...]:
        """The entries above one, nearest first.

        Raises:
            UnknownTermError: the system does not hold the code.
        """
        above: list[IcdCode] = []
        parent = self._code(term_id).parent
        while parent is not None:
            above.append(self.codes[parent])
            parent = self.codes[parent].parent
        return tuple(above)

    def children(self, term_id: TermId) -> tuple[IcdCode, ...]:
        """The entries directly below one, sorted by code.

        Raises:
            UnknownTermError: the system does not hold the code.
        """
        self._code(term_id)
        return tuple(
            self.codes[i] for i in self.hierarchy.ids_of(self.hierarchy.children(self.hierarchy.index(term_id)))
        )

    def inherited_excludes1(self, term_id: TermId) -> tuple[tuple[IcdCode, str], ...]:
        """Excludes1 notes of a code and of everything above it, since they hold for all that is below them.

        Raises:
            UnknownTermError: the system does not hold the code.
        """
        chain = (self._code(term_id), *self.ancestors(term_id))
        return tuple((code, note) for code in chain for note in code.excludes1)

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The entries as an integer-indexed hierarchy."""
        return Hierarchy.from_edges(self.codes, ((c.id, c.parent) for c in self if c.parent is not None))

    def _code(self, term_id: TermId) -> IcdCode:
        try:
            return self.codes[term_id]
        except KeyError:
            raise UnknownTermError(
                f"{self.prefix} {self.version} does not hold this code",
                value=term_id,
                remedy="Look codes up with CodeSystem.find",
            ) from None


def _spelling(code: str) -> str:
    return "".join(code.split()).replace(".", "").upper()
