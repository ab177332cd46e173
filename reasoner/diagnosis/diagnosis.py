"""From a case to a ranked, explained differential."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.diagnosis.abstention import Abstention, AbstentionCode
from reasoner.intake.case import Case
from reasoner.ranking.index import Candidates, RankedDisease, RankingIndex
from reasoner.ranking.likelihood_ratio import FindingLikelihood

__all__ = ["DIAGNOSIS_SCHEMA", "Diagnosis", "RankedNode", "abstention_of", "diagnose"]

DIAGNOSIS_SCHEMA = "aitia-diagnosis-1"


@dataclass(frozen=True, slots=True)
class RankedNode:
    """One place of the differential: the disease, its numbers, its explanation and its ICD codes."""

    node: Node
    ranked: RankedDisease
    explanation: tuple[FindingLikelihood, ...]
    codes: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a case comes to.

    Args:
        build_id: of the graph that was asked.
        case: the patient.
        differential: best first; filled also when abstaining, if there was anything to rank.
        abstained: code and reason, or None.
        missing_sources: sources that the graph was built without.
    """

    build_id: str
    case: Case
    differential: tuple[RankedNode, ...]
    abstained: Abstention | None
    missing_sources: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `aitia diagnose --format json`."""
        return {
            "schema": DIAGNOSIS_SCHEMA,
            "build": self.build_id,
            "case_id": self.case.id,
            "findings": [
                {
                    "id": str(finding.term),
                    "name": finding.name,
                    "status": finding.status.value,
                    "experiencer": finding.experiencer,
                    "start": finding.start,
                    "end": finding.end,
                    "text": finding.text,
                }
                for finding in self.case.findings
            ],
            "differential": [_place(place) for place in self.differential],
            "groups": [],
            "cannot_exclude": [],
            "next_findings": [],
            "abstained": None if self.abstained is None else _abstention_record(self.abstained),
            "missing_sources": list(self.missing_sources),
            "issues": [str(issue) for issue in self.case.issues],
        }


def diagnose(
    snapshot: Snapshot,
    index: RankingIndex,
    case: Case,
    *,
    top: int = 10,
    candidates: Candidates = "all",
    uniform_prior: bool = False,
) -> Diagnosis:
    """Rank all diseases of the graph for a case and explain the leading ones.

    Args:
        snapshot: the graph.
        index: its ranking index.
        case: the patient; present findings of the patient are ranked, others are shown.
        top: how many places, at least 1.
        candidates: `all`, or `omim` for OMIM entries only.
        uniform_prior: take all diseases to be equally frequent.
    """
    observed = [term for term in case.observed if snapshot.index_of(term) is not None]
    missing = tuple(sorted(entry["source"] for entry in snapshot.manifest.get("missing_sources", ())))
    abstained = _no_start(case, observed)
    places: Sequence[RankedDisease] = ()
    if observed:
        places = index.rank(observed, top=top, candidates=candidates, uniform_prior=uniform_prior)
        abstained = abstention_of(places)
    differential = tuple(
        RankedNode(
            snapshot.node_at(place.node_index),
            place,
            tuple(index.explain(place.id, observed)),
            tuple(snapshot.edges_from(place.id, relations=(Relation.CODED_AS,))),
        )
        for place in places
    )
    return Diagnosis(snapshot.build_id, case, differential, abstained, missing)


def abstention_of(places: Sequence[RankedDisease]) -> Abstention | None:
    """Why the leading place of a ranking is no answer; None where it is one."""
    if places and places[0].log10_likelihood_ratio <= 0:
        return Abstention(AbstentionCode.NOTHING_STANDS_OUT, "no disease explains the findings better than chance")
    return None


def _abstention_record(abstention: Abstention) -> dict[str, str]:
    return {"code": abstention.code.value, "reason": abstention.reason}


def _no_start(case: Case, observed: Sequence[TermId]) -> Abstention | None:
    if not case.observed:
        return Abstention(AbstentionCode.NO_FINDING, "no present finding of the patient was found in the input")
    if not observed:
        return Abstention(AbstentionCode.NO_LINK, "the graph holds none of the findings")
    return None


def _place(place: RankedNode) -> dict[str, Any]:
    return {
        "rank": place.ranked.rank,
        "id": str(place.node.id),
        "name": place.node.name,
        "name_zh": place.node.name_zh,
        "xrefs": [str(xref) for xref in place.node.xrefs],
        "icd": [
            {"code": edge.object.local, "system": edge.property("code_system"), "predicate": edge.property("predicate")}
            for edge in place.codes
        ],
        "group": None,
        "probability": round(place.ranked.probability, 6),
        "log10_likelihood_ratio": round(place.ranked.log10_likelihood_ratio, 6),
        "explanation": [
            {
                "finding": str(part.finding),
                "matched": str(part.matched),
                "match_type": str(part.match_type),
                "log10_likelihood_ratio": round(part.log_likelihood_ratio / math.log(10), 6),
                "correction": round(part.correction / math.log(10), 6),
                "edges": list(part.edges),
            }
            for part in place.explanation
        ],
    }
