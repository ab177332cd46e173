"""A small build, a plainly written ranker over it, and a case read from a note: what certificate tests start from."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.annotation import AssertionStatus
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding

__all__ = ["NOTE", "PlainRanker", "read_note", "small_case", "small_snapshot"]

NOTE = "Finger long. Lens dislocated. No seizure. 高个子。"
DISEASES = 14
ROOT = TermId("HP", "0000118")
_MARKS = {"Finger long": (1, True), "Lens dislocated": (2, True), "seizure": (3, False), "高个子": (5, True)}


def term(number: int) -> TermId:
    return TermId("HP", f"{number:07d}")


def disease(number: int) -> TermId:
    return TermId("OMIM", f"{100000 + number}")


def _edge(subject: TermId, relation: Relation, target: TermId, **properties: Any) -> Edge:
    evidence = Evidence("made-up", "1", "CC0-1.0", Tier.UNREVIEWED, reference=f"{subject}")
    return Edge(subject, relation, target, evidence, tuple(sorted(properties.items())))


def small_snapshot(folder: Path) -> Snapshot:
    symptoms = [term(number) for number in range(1, 7)]
    nodes = [Node(id, Label.SYMPTOM, f"symptom {id.local}") for id in [*symptoms, ROOT]]
    nodes += [
        Node(disease(n), Label.DISEASE, f"disease {n}", name_zh="病", name_zh_status="composed")
        for n in range(DISEASES)
    ]
    parents = [(1, 6), (2, 118), (3, 118), (4, 3), (5, 118), (6, 118)]
    edges = [_edge(term(child), Relation.IS_A, term(parent)) for child, parent in parents]
    for n in range(DISEASES):
        for position, symptom in enumerate(symptoms):
            if (n * 7 + position * 3) % 5 < 3:
                edges.append(_edge(disease(n), Relation.HAS_SYMPTOM, symptom, frequency_n=1 + n % 4, frequency_m=5))
        edges.append(_edge(disease(n), Relation.LACKS_SYMPTOM, term(6 if n % 2 else 2)))
    return write_snapshot(folder, nodes, edges, about={"missing_sources": []}, derive=[_derive])


def _derive(snapshot: Snapshot) -> None:
    (snapshot.folder / "derived").mkdir()
    (snapshot.folder / "derived" / "ranking.txt").write_text(snapshot.build_id)


def small_case() -> Case:
    return read_note(NOTE.encode())[1]


def read_note(document: bytes) -> tuple[str, Case]:
    text = document.decode()
    findings = []
    for quote, (number, present) in _MARKS.items():
        start = text.index(quote)
        status = AssertionStatus.PRESENT if present else AssertionStatus.ABSENT
        findings.append(Finding(term(number), f"symptom {number}", status, "patient", start, start + len(quote), quote))
    digest = hashlib.sha256(document).hexdigest()
    return text, Case("note", tuple(findings), sex="MALE", age_years=19.0, document_sha256=digest)


class Match(StrEnum):
    EXACT = "exact"
    ANCESTOR = "ancestor"


@dataclass(frozen=True)
class Ranked:
    id: TermId
    node_index: int
    rank: int
    score: float
    probability: float
    log10_likelihood_ratio: float


@dataclass(frozen=True)
class Likelihood:
    finding: TermId
    matched: TermId
    match_type: Match
    log_likelihood_ratio: float
    frequency: float
    background: float
    ic_finding: float
    ic_matched: float
    edges: tuple[int, ...]


class PlainRanker:
    """The formula over a small snapshot, without priors."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.ids = [disease(n) for n in range(DISEASES)]
        self.terms = [term(n) for n in (1, 2, 3, 4, 5, 6, 118)]
        self.edges: dict[tuple[TermId, TermId], list[int]] = {}
        for number in range(snapshot.edge_count):
            edge = snapshot.edge_at(number)
            if edge.relation is Relation.HAS_SYMPTOM:
                for ancestor in self.ancestors(edge.object):
                    self.edges.setdefault((edge.subject, ancestor), []).append(number)
        self.frequency = {(d, t): self._frequency(d, t) for d in self.ids for t in self.terms}
        self.background = {t: sum(self.frequency[d, t] for d in self.ids) / len(self.ids) for t in self.terms}

    def ancestors(self, start: TermId) -> list[TermId]:
        parents = [edge.object for edge in self.snapshot.edges_from(start, relations=[Relation.IS_A])]
        return [start, *(ancestor for parent in parents for ancestor in self.ancestors(parent))]

    def _frequency(self, d: TermId, t: TermId) -> float:
        edges = [self.snapshot.edge_at(number) for number in self.edges.get((d, t), [])]
        return max([(int(str(e.property("frequency_n"))) + 0.6) / 8 for e in edges], default=0.0)

    def explain(self, disease: TermId, observed: Sequence[TermId]) -> list[Likelihood]:
        known = [q for q in observed if q in self.terms]
        return [max((self._likelihood(disease, q, a) for a in self.ancestors(q)), key=self._size) for q in known]

    @staticmethod
    def _size(part: Likelihood) -> float:
        return part.log_likelihood_ratio

    def _likelihood(self, d: TermId, q: TermId, a: TermId) -> Likelihood:
        p, bg, ic_q = self.frequency[d, a], self.background[a], -math.log(self.background[q])
        ratio = math.log(p / bg + 0.1) - 0.5 * (ic_q + math.log(bg))
        kind = Match.EXACT if q == a else Match.ANCESTOR
        edges = tuple(n for n in self.edges.get((d, a), []) if math.isclose(self._one(n), p))
        return Likelihood(q, a, kind, ratio, p, bg, ic_q, -math.log(bg), edges)

    def _one(self, number: int) -> float:
        return (int(str(self.snapshot.edge_at(number).property("frequency_n"))) + 0.6) / 8

    def rank(
        self, observed: Sequence[TermId], *, top: int = 10, candidates: Any = "all", uniform_prior: bool = False
    ) -> list[Ranked]:
        scores = {d: sum(part.log_likelihood_ratio for part in self.explain(d, observed)) for d in self.ids}
        total = float(np.sum(np.exp(list(scores.values()))))
        order = sorted(self.ids, key=lambda d: (-scores[d], d))[:top]
        return [
            Ranked(
                d, self.snapshot.index_of(d) or 0, n, scores[d], math.exp(scores[d]) / total, scores[d] / math.log(10)
            )
            for n, d in enumerate(order, 1)
        ]
