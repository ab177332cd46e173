"""Urgent diagnoses that the findings do not rule out, whatever their rank, and what would settle each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kg_builder.node import Node
from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.ranking.absent_findings import diseases_that_expect
from reasoner.ranking.case_ranking import CaseRanking, RankedDisease

__all__ = ["SettlingTest", "UrgentDiagnosis", "cannot_exclude"]

MAX_SHOWN = 5
SUPPORT_NATS = math.log(2.0)
"""A finding speaks for a disease when it is at least twice as likely with it."""


@dataclass(frozen=True, slots=True)
class SettlingTest:
    """A test or finding that confirms a disease or rules it out.

    Args:
        name: in English.
        name_zh: in Chinese.
        term: of its abnormal result; None where it is no HPO term.
    """

    name: str
    name_zh: str
    term: TermId | None


@dataclass(frozen=True, slots=True)
class UrgentDiagnosis:
    """An urgent disease that stays open.

    Args:
        place: its place in the whole ranking.
        node: the disease.
        supported_by: findings that speak for it, ascending.
        settled_by: what would settle it.
    """

    place: RankedDisease
    node: Node
    supported_by: tuple[int, ...]
    settled_by: tuple[SettlingTest, ...]


def cannot_exclude(snapshot: Snapshot, ranking: CaseRanking, excluded: Sequence[int] = ()) -> list[UrgentDiagnosis]:
    """Urgent diseases for which the findings speak on the whole, likeliest first.

    Args:
        snapshot: the graph.
        ranking: of the case.
        excluded: numbers of the terms that the patient was found not to have.
    """
    index = ranking.index
    refuted = {disease for term in excluded for disease in diseases_that_expect(index, term)}
    is_open = index.array("prior_urgent") & (ranking.scores > -np.inf) & (ranking.ratios > 0)
    numbers = np.nonzero(is_open)[0]
    numbers = numbers[np.argsort(-ranking.scores[numbers], kind="stable")]
    found = []
    for number in numbers.tolist():
        if number in refuted:
            continue
        support = tuple(term for term in ranking.terms if index.scores([term])[number] >= SUPPORT_NATS)
        if not support:
            continue
        rank = 1 + int((ranking.scores > ranking.scores[number]).sum())
        place = RankedDisease(ranking, number, rank)
        node = snapshot.node_at(place.node_index)
        found.append(UrgentDiagnosis(place, node, support, _tests(node)))
        if len(found) == MAX_SHOWN:
            break
    return found


def _tests(node: Node) -> tuple[SettlingTest, ...]:
    held = dict(node.properties)
    columns = [held.get(name) or () for name in ("settled_by", "settled_by_zh", "settled_by_terms")]
    rows = zip(*(column if isinstance(column, tuple) else (column,) for column in columns), strict=False)
    return tuple(SettlingTest(str(name), str(zh), TermId.parse(str(term)) if term else None) for name, zh, term in rows)
