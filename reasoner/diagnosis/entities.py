"""The differential as a clinician reads it: entities first, then their subtypes and what tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kg_builder.edge import Edge
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.diagnosis.next_findings import expected_information_gain
from reasoner.ranking.case_ranking import CaseRanking, RankedDisease
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.index import RankingIndex

__all__ = ["Entity", "Separator", "leading_entities"]

LOOKED_AT = 60
"""Leading diseases whose entities compete."""
SEPARATED = 5
"""Leading members of an entity that are told apart."""
MIN_GAIN_BITS = 0.1
"""A finding that tells members less apart is not named."""


@dataclass(frozen=True, slots=True)
class Separator:
    """What tells the leading members of an entity apart.

    Args:
        genes: by member, the edges from the genes associated with it.
        term: number of the finding that tells most; None where none does.
        frequencies: of that finding in each of the members, 0 to 1, in their order.
    """

    genes: tuple[tuple[Edge, ...], ...]
    term: int | None
    frequencies: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A disease as it is named, with its subtypes.

    Args:
        rank: from 1.
        id: of the group, or of the one disease.
        name: in English.
        members: places of its members, best first.
        probability: of all members together, 0 to 1; not calibrated.
        distinguished_by: what tells the leading members apart; None for one disease.
    """

    rank: int
    id: str
    name: str
    members: tuple[RankedDisease, ...]
    probability: float
    distinguished_by: Separator | None


def leading_entities(
    snapshot: Snapshot,
    ranking: CaseRanking,
    grouping: Grouping,
    *,
    top: int,
    may_ask: Callable[[int], bool] = lambda term: True,
) -> list[Entity]:
    """The likeliest entities, by their members' summed probability, best first.

    Args:
        snapshot: the graph.
        ranking: of the case.
        grouping: which diseases are subtypes of one.
        top: how many.
        may_ask: whether a finding, by its number, may be what tells members apart.
    """
    held: dict[str, tuple[str, list[RankedDisease]]] = {}
    for place in ranking.leading(LOOKED_AT):
        group = grouping.group_of(str(place.id))
        if group is None:
            held[str(place.id)] = (snapshot.node_at(place.node_index).name, [place])
        elif group.id not in held:
            held[group.id] = (group.name, _members(ranking, group.members))
    ordered = sorted(((-sum(member.probability for member in members), key) for key, (_, members) in held.items()))[
        :top
    ]
    return [
        _entity(snapshot, ranking, rank, key, *held[key], -negative, may_ask)
        for rank, (negative, key) in enumerate(ordered, 1)
    ]


def _members(ranking: CaseRanking, ids: Sequence[str]) -> list[RankedDisease]:
    found = (ranking.index.disease_number(TermId.parse(key)) for key in ids)
    numbers = np.array([number for number in found if number is not None], dtype=np.int64)
    numbers = numbers[ranking.scores[numbers] > -np.inf]
    return ranking.places(numbers[np.argsort(-ranking.scores[numbers], kind="stable")])


def _entity(
    snapshot: Snapshot,
    ranking: CaseRanking,
    rank: int,
    key: str,
    name: str,
    members: list[RankedDisease],
    probability: float,
    may_ask: Callable[[int], bool],
) -> Entity:
    separator = _separator(snapshot, ranking, members[:SEPARATED], may_ask) if len(members) > 1 else None
    return Entity(rank, key, name, tuple(members), probability, separator)


def _separator(
    snapshot: Snapshot, ranking: CaseRanking, members: Sequence[RankedDisease], may_ask: Callable[[int], bool]
) -> Separator:
    genes = tuple(tuple(snapshot.edges_to(member.id, relations=(Relation.ASSOCIATED_WITH,))) for member in members)
    index = ranking.index
    terms = _open_terms(index, [member.number for member in members], ranking.terms)
    if not terms:
        return Separator(genes, None, ())
    frequency = np.array([[index.frequency(member.number, term) for term in terms] for member in members])
    gains = expected_information_gain(np.full(len(members), 1.0 / len(members)), frequency)
    telling = (place for place in np.argsort(-gains, kind="stable").tolist() if gains[place] >= MIN_GAIN_BITS)
    best = next((place for place in telling if may_ask(terms[place])), None)
    if best is None:
        return Separator(genes, None, ())
    return Separator(genes, terms[best], tuple(frequency[:, best].tolist()))


def _open_terms(index: RankingIndex, diseases: Sequence[int], observed: Sequence[int]) -> list[int]:
    starts, held = index.array("profile_starts"), index.array("profile_terms")
    known = {ancestor for term in observed for ancestor in index.ancestors(term)}
    found = {int(term) for number in diseases for term in held[int(starts[number]) : int(starts[number + 1])]}
    return sorted(found - known)
