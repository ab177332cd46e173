"""A diagnosis as the JSON of `aitia diagnose --format json`."""

from __future__ import annotations

import math
from typing import Any

from kg_builder.edge import Edge
from kg_builder.snapshot import Snapshot
from reasoner.diagnosis.diagnosis import Diagnosis, RankedNode
from reasoner.diagnosis.entities import Entity, Separator
from reasoner.diagnosis.look_alikes import Difference
from reasoner.diagnosis.next_findings import Answer, NextFinding
from reasoner.ranking.patient_genes import RankedGene

__all__ = ["DIAGNOSIS_SCHEMA", "brief_document", "diagnosis_document"]

DIAGNOSIS_SCHEMA = "aitia-diagnosis-2"

Json = dict[str, Any]


def diagnosis_document(diagnosis: Diagnosis) -> Json:
    """The whole diagnosis; numbers of evidence are powers of ten, six digits after the point."""
    writer = _Writer(diagnosis)
    return {
        "schema": DIAGNOSIS_SCHEMA,
        "build": diagnosis.build_id,
        "case_id": diagnosis.case.id,
        "sex": diagnosis.case.sex,
        "age_years": diagnosis.case.age_years,
        "findings": [finding.record() for finding in diagnosis.case.findings],
        "differential": [writer.place(place) for place in diagnosis.differential],
        "groups": [writer.entity(entity) for entity in diagnosis.entities],
        "cannot_exclude": [writer.urgent(number) for number in range(len(diagnosis.urgent))],
        "next_findings": [writer.question(question) for question in diagnosis.questions],
        "pair": writer.pair(),
        "genes": [writer.gene(gene) for gene in diagnosis.genes],
        "proposals": [writer.proposal(number) for number in range(len(diagnosis.proposals))],
        "impossible": {} if diagnosis.ranking is None else diagnosis.ranking.impossible,
        "confidence": _confidence(diagnosis),
        "abstained": _abstained(diagnosis),
        "missing_sources": list(diagnosis.missing_sources),
        "issues": [str(issue) for issue in diagnosis.issues],
    }


def brief_document(diagnosis: Diagnosis) -> Json:
    """The differential alone: what a line of a cohort holds."""
    return {
        "case_id": diagnosis.case.id,
        "n_findings": len(diagnosis.case.observed),
        "differential": [_brief(place) for place in diagnosis.differential],
        "confidence": _confidence(diagnosis),
        "abstained": _abstained(diagnosis),
        "issues": [str(issue) for issue in diagnosis.issues],
    }


class _Writer:
    def __init__(self, diagnosis: Diagnosis) -> None:
        self._diagnosis = diagnosis
        self._snapshot = diagnosis.snapshot

    def place(self, place: RankedNode) -> Json:
        return {
            **_brief(place),
            "name_zh": place.node.name_zh,
            "xrefs": [str(xref) for xref in place.node.xrefs],
            "icd": [_code(edge) for edge in place.codes],
            "group": place.group,
            "correction": _log10(place.ranked.correction),
            "priors": {name: _log10(nats) for name, nats in place.ranked.priors.items()},
            "explanation": [
                {
                    "finding": str(part.finding),
                    "matched": str(part.matched),
                    "match_type": str(part.match_type),
                    "log10_likelihood_ratio": _log10(part.log_likelihood_ratio),
                    "correction": _log10(part.correction),
                    "edges": list(part.edges),
                }
                for part in place.explanation
            ],
        }

    def entity(self, entity: Entity) -> Json:
        separator = entity.distinguished_by
        return {
            "rank": entity.rank,
            "id": entity.id,
            "name": entity.name,
            "members": [str(member.id) for member in entity.members],
            "probability": round(entity.probability, 6),
            "distinguished_by": None if separator is None else self._separator(entity, separator),
        }

    def _separator(self, entity: Entity, separator: Separator) -> Json:
        members = [str(member.id) for member in entity.members[: len(separator.genes)]]
        shares = [round(share, 3) for share in separator.frequencies]
        return {
            "genes": {
                member: sorted({self._snapshot.name_of(edge.subject) for edge in edges})
                for member, edges in zip(members, separator.genes, strict=True)
            },
            "finding": None
            if separator.term is None
            else {**self._term(separator.term), "frequencies": dict(zip(members, shares, strict=True))},
        }

    def urgent(self, number: int) -> Json:
        held = self._diagnosis.urgent[number]
        return {
            "rank": held.place.rank,
            "id": str(held.node.id),
            "name": held.node.name,
            "name_zh": held.node.name_zh,
            "log10_likelihood_ratio": round(held.place.log10_likelihood_ratio, 6),
            "supported_by": [self._term(term)["id"] for term in held.supported_by],
            "settled_by": [
                {"id": None if test.term is None else str(test.term), "name": test.name, "name_zh": test.name_zh}
                for test in held.settled_by
            ],
            "told_apart": None if held.told_apart is None else _difference(held.told_apart, self._snapshot),
        }

    def question(self, question: NextFinding) -> Json:
        return {
            **self._term(question.term),
            "gain_bits": round(question.gain_bits, 4),
            "if_present": self._answer(question.present),
            "if_absent": self._answer(question.absent),
        }

    def pair(self) -> Json | None:
        pair = self._diagnosis.pair
        if pair is None:
            return None
        return {
            "first": self._disease(pair.first),
            "second": self._disease(pair.second),
            "explained_by_first": [self._term(term)["id"] for term in pair.first_terms],
            "explained_by_second": [self._term(term)["id"] for term in pair.second_terms],
            "log10_gain": _log10(pair.gain),
        }

    def gene(self, gene: RankedGene) -> Json:
        match = gene.match
        return {
            "rank": gene.rank,
            "id": str(match.node.id),
            "symbol": match.node.name,
            "zygosity": match.gene.zygosity,
            "acmg_class": match.gene.acmg_class,
            "disease": None if gene.best is None else self._disease(gene.best),
            "edges": [held.edge.id for held in match.diseases if held.disease == gene.best],
        }

    def proposal(self, number: int) -> Json:
        held = self._diagnosis.proposals[number]
        return {
            "rank": held.proposal.rank,
            "proposed": held.proposal.text,
            "diseases": [self._disease(disease)["id"] for disease in held.diseases],
            "rejected": held.rejection,
        }

    def _answer(self, answer: Answer) -> Json:
        return {**self._disease(answer.disease), "probability": round(answer.probability, 4)}

    def _disease(self, number: int) -> Json:
        ranking = self._diagnosis.ranking
        if ranking is None:
            return {"id": None, "name": None}
        disease = ranking.index.disease_ids[number]
        return {"id": str(disease), "name": self._snapshot.name_of(disease)}

    def _term(self, number: int) -> Json:
        ranking = self._diagnosis.ranking
        if ranking is None:
            return {"id": None, "name": None}
        term = ranking.index.term_id(number)
        return {"id": str(term), "name": self._snapshot.name_of(term)}


def _difference(held: Difference, snapshot: Snapshot) -> Json:
    return {
        "finding": str(held.term),
        "name": snapshot.name_of(held.term),
        "speaks_for": str(held.speaks_for),
        "note": held.note,
        "note_zh": held.note_zh,
    }


def _brief(place: RankedNode) -> Json:
    return {
        "rank": place.ranked.rank,
        "id": str(place.node.id),
        "name": place.node.name,
        "probability": round(place.ranked.probability, 6),
        "log10_likelihood_ratio": round(place.ranked.log10_likelihood_ratio, 6),
    }


def _code(edge: Edge) -> Json:
    return {"code": edge.object.local, "system": edge.property("code_system"), "predicate": edge.property("predicate")}


def _confidence(diagnosis: Diagnosis) -> Json | None:
    """Probabilities from 0 to 1; None where none is calibrated."""
    held = diagnosis.confidence
    if held is None:
        return None
    return {
        "in_graph": round(held.in_graph, 4),
        "leading_is_right": round(held.leading_is_right, 4),
        "entity_is_right": round(held.entity_is_right, 4),
        "absent_share_assumed": held.absent_share,
        "features": {name: round(value, 4) for name, value in held.features._asdict().items()},
        "contributions": {name: round(value, 4) for name, value in held.contributions.items()},
    }


def _abstained(diagnosis: Diagnosis) -> Json | None:
    held = diagnosis.abstained
    return None if held is None else {"code": held.code.value, "reason": held.reason}


def _log10(nats: float) -> float | None:
    """None for what is impossible: JSON has no infinity."""
    return round(nats / math.log(10), 6) if math.isfinite(nats) else None
