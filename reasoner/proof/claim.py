"""One claim of a certificate: a disease, its numbers, and the edges from which each number follows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kg_builder.snapshot_layout import REBUILD
from ontologies.errors import GraphDamagedError
from ontologies.term_id import TermId
from reasoner.intake.case import Case
from reasoner.proof.certified_edge import EdgeCertifier, edge_index
from reasoner.proof.contrary import contrary_edges
from reasoner.proof.decimals import decimal_string
from reasoner.proof.derivation import FrequencyDeriver, Neighbour, Support
from reasoner.proof.derived_numbers import frequency_of, information_of, likelihood_of
from reasoner.proof.patient_terms import GeneShare, share_record
from reasoner.ranking.compiling import ABNORMALITY
from reasoner.ranking.likelihood_ratio import FindingLikelihood, MatchType

__all__ = ["FORMULA", "ClaimMaker"]

FORMULA = "ln(frequency / background + 0.1) - 0.5 * (ic_finding - ic_matched)"

_CLOSE = 1e-4
"""The derived frequency may miss the ranker's by the rounding of the neighbours' similarities."""


class ClaimMaker:
    """Makes the claims of one snapshot's certificates.

    Args:
        certifier: reads and proves edges.
    """

    def __init__(self, certifier: EdgeCertifier) -> None:
        self._certifier = certifier
        self._deriver = FrequencyDeriver(certifier)

    def claim(
        self, case: Case, entry: dict[str, Any], parts: Sequence[FindingLikelihood], genes: Sequence[GeneShare] = ()
    ) -> dict[str, Any]:
        """What is claimed about the disease of one place, with every edge that it rests on.

        Args:
            case: the patient.
            entry: the place, as the certificate writes it.
            parts: what each finding says about the disease.
            genes: what the patient's genes add to it.
        """
        disease = TermId.parse(entry["id"])
        gathered = _Gathered()
        neighbours = self._deriver.neighbours(disease)
        numbers = [self._number(disease, part, neighbours, gathered) for part in parts]
        lending = [neighbour for neighbour in neighbours if gathered.lent]
        gathered.links.update(number for neighbour in lending for number in neighbour.links)
        shares = [share_record(share) for share in genes]
        gathered.links.update(edge_index(self._certifier.snapshot, edge) for one in shares for edge in one["edges"])
        contrary = [
            {**self._certifier.certified(number), "finding": str(finding), "path": self._ids(path, gathered)}
            for number, finding, path in contrary_edges(self._certifier, disease, case)
        ]
        return {
            "disease": entry,
            "formula": FORMULA,
            "numbers": numbers,
            "neighbours": [self._neighbour(neighbour) for neighbour in lending],
            "genes": shares,
            "edges": [self._certifier.certified(number) for number in sorted(gathered.edges)],
            "links": [self._certifier.certified(number) for number in sorted(gathered.links)],
            "hierarchy": [self._certifier.certified(number) for number in sorted(gathered.hierarchy)],
            "contrary": contrary,
        }

    def _number(
        self, disease: TermId, part: FindingLikelihood, neighbours: Sequence[Neighbour], gathered: _Gathered
    ) -> dict[str, Any]:
        """All numbers of a finding, each computed from the strings of those under it and rounded again."""
        background_finding = decimal_string(math.exp(-part.ic_finding))
        # A finding that no disease has is as informative as the best of what it implies, matched or not.
        background = background_finding if part.matched is None else decimal_string(part.background)
        number = {
            "finding": str(part.finding),
            "matched": None if part.matched is None else str(part.matched),
            "match_type": part.match_type.value,
            **self._frequency(disease, part, neighbours, gathered),
            "background": background,
            "background_finding": background_finding,
            "ic_finding": information_of(background_finding),
            "ic_matched": information_of(background),
            "correction": decimal_string(part.correction),
            "path": self._path(part.finding, part.matched, gathered),
        }
        return {**number, "log_likelihood_ratio": likelihood_of(number)}

    def _frequency(
        self, disease: TermId, part: FindingLikelihood, neighbours: Sequence[Neighbour], gathered: _Gathered
    ) -> dict[str, Any]:
        """The frequency and the rows that it follows from.

        Raises:
            GraphDamagedError: the ranker used another.
        """
        if part.matched is None:
            return {"frequency": "0", "own": None, "lent": []}
        own = self._deriver.own(disease, part.matched)
        lent = [(one, support) for one in neighbours if (support := self._deriver.lent(one, part.matched)) is not None]
        own_json = None if own is None else self._support(own, part.matched, gathered)
        lent_json = [{"neighbour": one.entry, **self._support(held, part.matched, gathered)} for one, held in lent]
        gathered.lent = gathered.lent or bool(lent)
        frequency = frequency_of(own_json, lent_json, [self._neighbour(one) for one in neighbours])
        agrees = abs(float(frequency) - part.frequency) <= _CLOSE * part.frequency
        if not agrees or part.match_type is not match_type_of(part.finding, part.matched, own):
            differs = f"{part.finding} in {disease}: {part.frequency:.6g}, by the edges {frequency}"
            raise GraphDamagedError("the ranking does not follow from the edges", value=differs, remedy=REBUILD)
        return {"frequency": frequency, "own": own_json, "lent": lent_json}

    def _support(self, support: Support, matched: TermId, gathered: _Gathered) -> dict[str, Any]:
        gathered.edges.update(support.edges)
        return {
            "disease": str(support.disease),
            "entry": support.entry,
            "weight": decimal_string(support.weight),
            "term": str(support.term),
            "frequency": decimal_string(support.frequency),
            "edges": [self._certifier.edge_id(number) for number in support.edges],
            "path": self._path(support.term, matched, gathered),
        }

    def _neighbour(self, neighbour: Neighbour) -> dict[str, Any]:
        return {
            "disease": str(neighbour.disease),
            "entry": neighbour.entry,
            "similarity": neighbour.similarity,
            "links": [self._certifier.edge_id(number) for number in neighbour.links],
        }

    def _path(self, low: TermId, high: TermId | None, gathered: _Gathered) -> list[str]:
        return self._ids((self._certifier.chain(low, high) if high else None) or (), gathered)

    def _ids(self, path: Sequence[int], gathered: _Gathered) -> list[str]:
        gathered.hierarchy.update(path)
        return [self._certifier.edge_id(number) for number in path]


class _Gathered:
    """Numbers of the edges that a claim rests on."""

    def __init__(self) -> None:
        self.edges: set[int] = set()
        self.links: set[int] = set()
        self.hierarchy: set[int] = set()
        self.lent = False


def match_type_of(finding: TermId, matched: TermId | None, own: Support | None) -> MatchType:
    """How a finding met a profile, by the disease's own best rows."""
    if matched is None:
        return MatchType.NO_MATCH
    root = str(matched) == ABNORMALITY
    if own is None:
        return MatchType.ROOT if root else MatchType.NEIGHBOUR
    if matched != finding:
        return MatchType.ROOT if root else MatchType.ANCESTOR
    if own.weight != 1.0:
        return MatchType.EQUIVALENT_ENTRY
    return MatchType.EXACT if own.term == finding else MatchType.DESCENDANT
