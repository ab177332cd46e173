"""Rings in the hierarchies: things that the sources, taken together, place above each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg_builder.edge import Edge
from kg_builder.schema import Relation
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["find_rings"]


def find_rings(edges: Iterable[Edge]) -> list[Issue]:
    """An issue for each set of nodes that IS_A edges lead from and back to; the edges stay."""
    above: dict[TermId, set[TermId]] = defaultdict(set)
    sources: dict[tuple[TermId, TermId], set[str]] = defaultdict(set)
    for edge in edges:
        if edge.relation is Relation.IS_A and edge.subject != edge.object:
            above[edge.subject].add(edge.object)
            sources[edge.subject, edge.object].add(edge.evidence.source)
    core = _without_ends(above)
    reached = {term: _reachable(term, core) for term in core}
    rings = {frozenset(other for other in reached[term] if term in reached[other]) for term in core}
    issues = []
    for ring in sorted(sorted(ring) for ring in rings if ring):
        said = sorted({name for pair, names in sources.items() if {*pair} <= {*ring} for name in names})
        text = f"{', '.join(map(str, ring))} are each above the others, by {', '.join(said)}"
        issues.append(Issue(IssueLevel.WARNING, "contradiction", text))
    return issues


def _without_ends(above: Mapping[TermId, set[TermId]]) -> dict[TermId, set[TermId]]:
    """What is left when whatever has nothing above it, or nothing below it, is taken away until nothing more can be."""
    rest = {term: set(parents) for term, parents in above.items()}
    while True:
        below = {parent for parents in rest.values() for parent in parents}
        kept = {term: parents & rest.keys() for term, parents in rest.items() if term in below}
        kept = {term: parents for term, parents in kept.items() if parents}
        if kept == rest:
            return rest
        rest = kept


def _reachable(start: TermId, above: Mapping[TermId, set[TermId]]) -> set[TermId]:
    found: set[TermId] = set()
    stack = [start]
    while stack:
        for parent in above.get(stack.pop(), ()):
            if parent not in found:
                found.add(parent)
                stack.append(parent)
    return found
