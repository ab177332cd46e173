"""Mondo: matches with other vocabularies, ICD codes with their predicate, labelled classes and their hierarchy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path

from kg_builder.canonical import PropertyValue
from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.readers.sssom import read_sssom
from ontologies.term_id import TermId

__all__ = ["read_mondo_codes", "read_mondo_hierarchy", "read_mondo_labels", "read_mondo_matches"]


def read_mondo_matches(path: Path) -> Iterator[tuple[TermId, TermId]]:
    """Pairs of one Mondo class and its exact match (or database cross-reference) in another vocabulary."""
    for mapping in read_sssom(path):
        yield mapping.subject, mapping.object


def read_mondo_labels(paths: Iterable[Path]) -> Iterator[Node]:
    """Every class that a mapping names, with its label, sorted by id."""
    labels: dict[TermId, str] = {}
    for path in paths:
        for mapping in read_sssom(path):
            if mapping.subject_label:
                labels.setdefault(mapping.subject, mapping.subject_label)
    for term in sorted(labels):
        yield Node(term, Label.DISEASE, labels[term])


def read_mondo_codes(path: Path, code_system: str, source: Source) -> Iterator[Edge]:
    """ICD codes of Mondo classes, with the mapping's predicate."""
    for mapping in read_sssom(path):
        own = (
            ("asserted_subject", str(mapping.subject)),
            ("code_system", code_system),
            ("mapping_justification", mapping.justification),
            ("predicate", mapping.predicate.value),
        )
        yield Edge(mapping.subject, Relation.CODED_AS, mapping.object, source.evidence(), own)


def read_mondo_hierarchy(
    pairs: Iterable[tuple[TermId, TermId]], labelled: Container[TermId], source: Source
) -> Iterator[Edge]:
    """Each labelled class and the nearest labelled classes above it.

    A class without a label has nothing to show, so it is stepped over: the edge names the classes between, and how many
    steps it stands for.

    Args:
        pairs: child and parent.
        labelled: classes that have a label.
        source: the hierarchy's entry in the catalogue.
    """
    parents: dict[TermId, list[TermId]] = defaultdict(list)
    for child, parent in pairs:
        parents[child].append(parent)
    evidence = source.evidence()
    for child in sorted(parents):
        if child in labelled:
            for ancestor, between in _nearest(child, parents, labelled).items():
                own: list[tuple[str, PropertyValue]] = [
                    ("asserted_object", str(ancestor)),
                    ("asserted_subject", str(child)),
                ]
                if between:
                    own += [("distance", len(between) + 1), ("via", tuple(str(term) for term in between))]
                yield Edge(child, Relation.IS_A, ancestor, evidence, tuple(own))


def _nearest(
    child: TermId, parents: Mapping[TermId, list[TermId]], labelled: Container[TermId]
) -> dict[TermId, tuple[TermId, ...]]:
    """The nearest labelled classes above one, each with the classes on a shortest way to it."""
    found: dict[TermId, tuple[TermId, ...]] = {}
    seen = {child}
    level: list[tuple[TermId, tuple[TermId, ...]]] = [(child, ())]
    while level:
        following: list[tuple[TermId, tuple[TermId, ...]]] = []
        for term, between in level:
            for parent in sorted(parents.get(term, ())):
                if parent in seen:
                    continue
                seen.add(parent)
                if parent in labelled:
                    found[parent] = between
                else:
                    following.append((parent, (*between, parent)))
        level = following
    return found
