"""Urgent diagnoses that the patient's own findings make worth excluding, and what would settle each.

A finding or two that many diseases share would put every urgent disease on the list and bury the reader. One is listed
whatever its place where the patient shows a fair part of its usual picture; among the first thirty where it explains
the findings nearly as well as the leading disease does; among the leading places for less. The picture is the sum of
how often each finding that a source names for the disease is there. A disease of another age of life has to be among
the leading places, and one that the record denies by its name has to lead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg_builder.node import Node
from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.diagnosis.look_alikes import Difference, difference
from reasoner.diagnosis.naming import disease_names, name_words
from reasoner.ranking.absent_findings import diseases_that_expect
from reasoner.ranking.case_ranking import CaseRanking, RankedDisease
from reasoner.ranking.index import RankingIndex

__all__ = ["SettlingTest", "UrgentDiagnosis", "cannot_exclude"]

MAX_SHOWN = 5
SUPPORT_NATS = math.log(2.0)
"""A finding speaks for a disease when it is at least twice as likely with it."""
LEADING_PLACES = 5
"""An urgent disease among these is listed for less, and an absent finding does not strike it off: a record may deny a
history of what it goes on to describe."""
# Chosen on 40 of 84 notes for which it was judged by hand which urgent diseases are worth excluding: there 79 % of what
# is listed is such, against 50 % without a threshold; in the other 44 notes 70 % against 44 %.
SHOWN_PICTURE = 0.28
"""Share of its usual picture that the patient has to show."""
SHOWN_PICTURE_OF_LEADING = 0.1
SHOWN_PICTURE_OF_EXPLAINING = 0.05
EXPLAINING_PLACES = 30
EXPLAINED = 0.8
"""A disease explains the findings nearly as well when they speak for it this share of what they do for the leader."""

Floats = npt.NDArray[np.float32]


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
        supported_by: findings that speak for it, strongest first.
        settled_by: what would settle it.
        told_apart: what tells it and the leading disease apart; None where it leads or no row says.
    """

    place: RankedDisease
    node: Node
    supported_by: tuple[int, ...]
    settled_by: tuple[SettlingTest, ...]
    told_apart: Difference | None = None


def cannot_exclude(
    snapshot: Snapshot, ranking: CaseRanking, excluded: Sequence[int] = (), *, age_years: float | None = None
) -> list[UrgentDiagnosis]:
    """Urgent diseases that the findings make worth excluding, likeliest first.

    Args:
        snapshot: the graph.
        ranking: of the case.
        excluded: numbers of the terms that the patient was found not to have.
        age_years: of the patient.
    """
    index = ranking.index
    is_open = index.array("prior_urgent") & (ranking.scores > -np.inf) & (ranking.ratios > 0)
    numbers = np.nonzero(is_open)[0]
    if not len(numbers):
        return []
    numbers = numbers[np.argsort(-ranking.scores[numbers], kind="stable")]
    denied = _denied_names(snapshot, index, ranking.terms, excluded)
    refuted = {disease for term in excluded for disease in diseases_that_expect(index, term)}
    ratios = np.stack([index.scores([term]) for term in ranking.terms])
    (leader,) = ranking.leading(1)
    leading = snapshot.node_at(leader.node_index)
    shown, explained = _shown_pictures(index, ranking.terms), _explained(ratios, leader.number)
    found: list[UrgentDiagnosis] = []
    for number in numbers.tolist():
        place = RankedDisease(ranking, number, 1 + int((ranking.scores > ranking.scores[number]).sum()))
        signs = place.rank, float(shown[number]), float(explained[number])
        if not _is_worth_excluding(*signs):
            continue
        node = snapshot.node_at(place.node_index)
        if place.rank > 1 and not denied.isdisjoint(disease_names(node)):
            continue
        is_unlikely = number in refuted or not _is_of_usual_age(node, age_years)
        if _is_worth_excluding(*signs, is_unlikely=is_unlikely):
            support = _support(ratios[:, number], ranking.terms)
            found.append(UrgentDiagnosis(place, node, support, _tests(node), difference(node, leading)))
        if len(found) == MAX_SHOWN:
            break
    return found


def _denied_names(
    snapshot: Snapshot, index: RankingIndex, observed: Sequence[int], excluded: Sequence[int]
) -> set[frozenset[str]]:
    """Words of what the record denies by name, but for what it says elsewhere of the patient."""
    present = {ancestor for term in observed for ancestor in index.ancestors(term)}
    return {name_words(snapshot.name_of(index.term_id(term))) for term in excluded if term not in present}


def _is_worth_excluding(rank: int, shown: float, explained: float, *, is_unlikely: bool = False) -> bool:
    if rank == 1 or (rank <= LEADING_PLACES and shown >= SHOWN_PICTURE_OF_LEADING):
        return True
    explains = rank <= EXPLAINING_PLACES and explained >= EXPLAINED and shown >= SHOWN_PICTURE_OF_EXPLAINING
    return not is_unlikely and (shown >= SHOWN_PICTURE or explains)


def _shown_pictures(index: RankingIndex, observed: Sequence[int]) -> npt.NDArray[np.float64]:
    """By disease, the share of its usual picture that the patient shows, 0 to 1; 0 for all that are not urgent."""
    is_urgent, count = index.array("prior_urgent"), len(index.array("terms"))
    starts, terms, values = (index.array(f"profile_{name}") for name in ("starts", "terms", "values"))
    spans = [np.arange(starts[disease], starts[disease + 1]) for disease in np.nonzero(is_urgent)[0]]
    held = np.concatenate(spans)
    owner = np.repeat(np.nonzero(is_urgent)[0], [len(span) for span in spans])
    row_owner = index.array("entry_disease")[index.array("row_entry")].astype(np.int64)
    rows = np.nonzero(is_urgent[row_owner])[0]
    # The profile holds what is above a finding as well; the picture is what a source names.
    named = np.isin(owner * count + terms[held], row_owner[rows] * count + index.array("row_term")[rows])
    is_present = np.zeros(count, dtype=bool)
    is_present[[ancestor for term in observed for ancestor in index.ancestors(term)]] = True
    frequency = np.where(named, values[held].astype(np.float64), 0.0)
    whole = np.bincount(owner, frequency, len(is_urgent))
    met = np.bincount(owner, frequency * is_present[terms[held]], len(is_urgent))
    return np.asarray(np.divide(met, whole, out=np.zeros_like(met), where=whole > 0))


def _explained(ratios: Floats, leader: int) -> Floats:
    """By disease, how much the findings speak for it, as a share of how much they do for the leader."""
    support = np.maximum(ratios, 0.0).sum(axis=0)
    return np.asarray(support / max(float(support[leader]), np.finfo(np.float32).tiny))


def _support(ratios: Floats, terms: Sequence[int]) -> tuple[int, ...]:
    strongest = np.argsort(-ratios, kind="stable").tolist()
    return tuple(terms[position] for position in strongest if ratios[position] >= SUPPORT_NATS)


def _is_of_usual_age(node: Node, age_years: float | None) -> bool:
    """Whether the age in completed years is in the usual range, limits included; unknown counts as usual."""
    if age_years is None:
        return True
    held, years = dict(node.properties), math.floor(age_years)
    first, last = (held.get(name) for name in ("usual_age_from_years", "usual_age_to_years"))
    return not ((isinstance(first, int | float) and years < first) or (isinstance(last, int | float) and years > last))


def _tests(node: Node) -> tuple[SettlingTest, ...]:
    rows = node.rows("settled_by", "settled_by_zh", "settled_by_terms")
    return tuple(SettlingTest(str(name), str(zh), TermId.parse(str(term)) if term else None) for name, zh, term in rows)
