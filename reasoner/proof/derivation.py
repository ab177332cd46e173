"""From the graph's edges to the frequency of one symptom in one disease; nothing of the compiled index is read.

The frequency is the best of the disease's own entries, then by noisy-or what entries that share a gene lend, weighted
by the squared cosine of the profiles. What this gives is compared with what the ranker used before it is certified, so
the two implementations check each other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kg_builder.schema import Relation
from ontologies.term_id import TermId
from reasoner.proof.certified_edge import EdgeCertifier
from reasoner.proof.decimals import decimal_string
from reasoner.ranking.annotation_rows import is_annotation_row, patients
from reasoner.ranking.likelihood_ratio import EQUIVALENT_WEIGHT, shrunk_frequency

__all__ = ["FrequencyDeriver", "Neighbour", "Support", "entry_of", "weighted_mean"]

_CACHED = 4096
Profile = dict[int, float]


@dataclass(frozen=True, slots=True, order=True)
class Support:
    """Rows of one entry about one term, pooled.

    Args:
        value: frequency times weight, 0 to 1.
        entry: entry of a source that asserts them, as `OMIM:154700`.
        term: the term that they name.
        edges: their numbers, ascending.
        disease: node that the entry belongs to.
        weight: 1, or that of an entry of another vocabulary.
        frequency: shrunk, 0 to 1.
    """

    value: float
    entry: str
    term: TermId
    edges: tuple[int, ...]
    disease: TermId
    weight: float
    frequency: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entry that shares a gene with a disease.

    Args:
        entry: the entry.
        disease: node that it belongs to.
        similarity: squared cosine of the two profiles, above 0, as the certificate writes it.
        links: the gene's edges to the disease and to the entry.
    """

    entry: str
    disease: TermId
    similarity: str
    links: tuple[int, int]


class FrequencyDeriver:
    """Derives frequencies from the edges of one snapshot.

    Args:
        certifier: reads the edges.
    """

    def __init__(self, certifier: EdgeCertifier) -> None:
        self._certifier, self._snapshot = certifier, certifier.snapshot
        self.neighbours = lru_cache(_CACHED)(self._neighbours)
        self._pooled = lru_cache(_CACHED)(self._read_pooled)
        self._profile = lru_cache(_CACHED)(self._read_profile)

    def own(self, disease: TermId, matched: TermId) -> Support | None:
        """The best rows of the disease at or below a term; None where there are none."""
        return self._best(disease, matched, None)

    def lent(self, neighbour: Neighbour, matched: TermId) -> Support | None:
        """The best rows that a neighbour lends for a term; None where there are none."""
        return self._best(neighbour.disease, matched, _lent_part(neighbour.disease, neighbour.entry))

    def _best(self, disease: TermId, matched: TermId, entry: str | None) -> Support | None:
        goal = self._certifier.index_of(matched)
        supports: dict[str, Support] = {}
        for support in self._pooled(disease):
            if entry not in (None, support.entry) or goal not in self._above(support.term):
                continue
            held = supports.get(support.entry)
            # Among equals the term itself, then the first by id: the ranker's order.
            key = support.frequency, support.term == matched
            if held is None or key > (held.frequency, held.term == matched):
                supports[support.entry] = support
        if entry is not None:
            found = supports.get(entry)
            return None if found is None else _unweighted(found)
        return max(supports.values(), default=None)

    def _above(self, term: TermId) -> frozenset[int]:
        index = self._certifier.index_of(term)
        return frozenset() if index is None else self._certifier.ancestors(index)

    def _read_pooled(self, disease: TermId) -> tuple[Support, ...]:
        """Rows of a disease by entry and term, ascending by term."""
        node = self._certifier.index_of(disease)
        span = range(0) if node is None else range(*self._snapshot.outgoing(node).indices(self._snapshot.edge_count))
        held: dict[tuple[TermId, str], list[int]] = defaultdict(list)
        for number in span:
            record = self._certifier.record(number)
            if is_annotation_row(record):
                held[TermId.parse(record["object"]), entry_of(record, "subject")].append(number)
        entries = {entry for _, entry in held}
        supports = []
        for (term, entry), numbers in sorted(held.items(), key=lambda item: (str(item[0][0]), item[0][1])):
            counts = [patients(self._certifier.record(number)) for number in numbers]
            frequency = shrunk_frequency(sum(n for n, _ in counts), sum(m for _, m in counts))
            weight = 1.0 if len(entries) == 1 or entry == str(disease) else EQUIVALENT_WEIGHT
            supports.append(Support(frequency * weight, entry, term, tuple(numbers), disease, weight, frequency))
        return tuple(supports)

    def _read_profile(self, disease: TermId, entry: str | None) -> Profile:
        """Largest frequency of each term and its ancestors: of the whole disease, or of one entry unweighted."""
        profile: Profile = {}
        for support in self._pooled(disease):
            if entry not in (None, support.entry):
                continue
            value = support.value if entry is None else support.frequency
            for node in self._above(support.term):
                profile[node] = max(profile.get(node, 0.0), value)
        return profile

    def _neighbours(self, disease: TermId) -> tuple[Neighbour, ...]:
        if str(disease) not in {support.entry for support in self._pooled(disease)}:
            return ()
        links: dict[str, tuple[int, int, TermId]] = {}
        for own in self._gene_edges(disease):
            gene = self._certifier.index_of(TermId.parse(self._certifier.record(own)["subject"]))
            for number in range(*self._snapshot.outgoing(gene or 0).indices(self._snapshot.edge_count)):
                record = self._certifier.record(number)
                entry = entry_of(record, "object")
                if record["relation"] == Relation.ASSOCIATED_WITH and entry != str(disease):
                    links.setdefault(entry, (own, number, TermId.parse(record["object"])))
        found = []
        for entry, (own, number, node) in sorted(links.items()):
            # A node may bear the id of an entry that asserts nothing: it lends nothing either.
            if entry not in {support.entry for support in self._pooled(node)}:
                continue
            similarity = _squared_cosine(self._profile(disease, None), self._profile(node, _lent_part(node, entry)))
            if similarity:
                found.append(Neighbour(entry, node, decimal_string(similarity), (own, number)))
        return tuple(found)

    def _gene_edges(self, disease: TermId) -> list[int]:
        node = self._certifier.index_of(disease)
        numbers = [] if node is None else [int(number) for number in self._snapshot.incoming(node)]
        records = ((number, self._certifier.record(number)) for number in numbers)
        return [
            number
            for number, record in records
            if record["relation"] == Relation.ASSOCIATED_WITH and entry_of(record, "object") == str(disease)
        ]


def entry_of(record: Mapping[str, Any], end: str) -> str:
    """The source's own id at one end of an edge, `subject` or `object`."""
    return str(record.get(f"asserted_{end}") or record[end])


def weighted_mean(pairs: list[tuple[float, float]]) -> float:
    """Mean of (weight, value) pairs; 0 without any weight."""
    total = math.fsum(weight for weight, _ in pairs)
    return math.fsum(weight * value for weight, value in pairs) / total if total else 0.0


def _lent_part(disease: TermId, entry: str) -> str | None:
    """What a neighbour lends: the whole disease's profile for its primary entry, else the entry's own."""
    return None if entry == str(disease) else entry


def _unweighted(support: Support) -> Support:
    return Support(
        support.frequency, support.entry, support.term, support.edges, support.disease, 1.0, support.frequency
    )


def _squared_cosine(one: Profile, other: Profile) -> float:
    length = math.fsum(value * value for value in one.values()) * math.fsum(value * value for value in other.values())
    return math.fsum(value * other[node] for node, value in one.items() if node in other) ** 2 / length if length else 0
