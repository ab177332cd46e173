"""An ontology: terms, their hierarchy, and where merged and obsolete identifiers went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ontologies.hierarchy import Hierarchy
from ontologies.issue import Issue, IssueLevel
from ontologies.term import Term
from ontologies.term_id import TermId

__all__ = ["ObsoleteTerm", "Ontology"]


class ObsoleteTerm(NamedTuple):
    """A term that its source has withdrawn.

    Args:
        id: the withdrawn identifier.
        name: its last label.
        replaced_by: the identifier to use instead; None where there is no single one.
        consider: identifiers that a person may choose from.
    """

    id: TermId
    name: str
    replaced_by: TermId | None = None
    consider: tuple[TermId, ...] = ()


class Ontology:
    """Terms of one release of an ontology.

    Args:
        version: the release, as the source writes it.
        terms: the non-obsolete terms; the last one of an identifier counts.
        is_a: (child, parent) pairs; a pair with an end that is not a term becomes an issue.
        obsolete: the withdrawn terms.
        issues: what the reader found already.

    Raises:
        InputError: the pairs form a cycle.
    """

    def __init__(
        self,
        version: str,
        terms: Iterable[Term],
        is_a: Iterable[tuple[TermId, TermId]] = (),
        *,
        obsolete: Iterable[ObsoleteTerm] = (),
        issues: Iterable[Issue] = (),
    ) -> None:
        by_id = {term.id: term for term in sorted(terms, key=lambda term: term.id)}
        pairs = list(is_a)
        dangling = [pair for pair in pairs if pair[0] not in by_id or pair[1] not in by_id]
        left_out = frozenset(dangling)
        self.version = version
        self.terms: Mapping[TermId, Term] = MappingProxyType(by_id)
        self.obsolete: Mapping[TermId, ObsoleteTerm] = MappingProxyType(
            {term.id: term for term in sorted(obsolete, key=lambda t: t.id)}
        )
        self.issues = (*issues, *map(_dangling_issue, dangling))
        self.hierarchy = Hierarchy.from_edges(by_id, (pair for pair in pairs if pair not in left_out))
        self._primary_by_alternative = {
            other: term.id for term in by_id.values() for other in term.alternative_ids if other not in by_id
        }

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, term_id: object) -> bool:
        return term_id in self.terms

    def resolve(self, term_id: TermId) -> TermId | None:
        """The primary identifier of a primary, merged or replaced one; None for any other."""
        seen: set[TermId] = set()
        current: TermId | None = term_id
        while current is not None and current not in seen:
            if current in self.terms:
                return current
            seen.add(current)
            withdrawn = self.obsolete.get(current)
            replacement = withdrawn.replaced_by if withdrawn else None
            current = replacement or self._primary_by_alternative.get(current)
        return None

    def name(self, term_id: TermId) -> str | None:
        """Label of the term that an identifier resolves to; None for one that does not."""
        primary = self.resolve(term_id)
        return None if primary is None else self.terms[primary].name


def _dangling_issue(pair: tuple[TermId, TermId]) -> Issue:
    return Issue(IssueLevel.WARNING, "dangling-is-a", f"{pair[0]} is a {pair[1]}, and one of them is no term: left out")
