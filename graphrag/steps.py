"""Typed reasoning steps, each resting on edges, and the check that needs no model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from graphrag.subgraph import Direction, Polarity, Subgraph, polarity_of
from kg_builder.edge import Edge
from kg_builder.schema import Relation
from ontologies.term_id import TermId

__all__ = [
    "ABOUT_TREATMENT",
    "KINDS_BY_RELATION",
    "CaseTerms",
    "FindingStatus",
    "Step",
    "StepEdge",
    "StepKind",
    "presentation_kind",
    "step_edge",
    "steps_of_edge",
]


class StepKind(StrEnum):
    """What a step does in a chain of thought."""

    SUPPORTS = "supports"
    ARGUES_AGAINST = "argues_against"
    EXPLAINED_BY = "explained_by"
    TREATS = "treats"
    CONTRAINDICATED_BY = "contraindicated_by"
    INTERACTS_WITH = "interacts_with"
    MISSING = "missing"


ABOUT_TREATMENT = (StepKind.TREATS, StepKind.CONTRAINDICATED_BY, StepKind.INTERACTS_WITH)
"""Steps that say what to do about a disease: none of them is taken where no diagnosis is given."""


class FindingStatus(StrEnum):
    """What the case says about the finding of a step."""

    OBSERVED = "observed"
    EXCLUDED = "excluded"
    UNRECORDED = "unrecorded"


_R = Relation
_PRESENTATION_KINDS = frozenset({StepKind.SUPPORTS, StepKind.ARGUES_AGAINST})

KINDS_BY_RELATION: dict[Relation, frozenset[StepKind]] = {
    _R.HAS_SYMPTOM: _PRESENTATION_KINDS | {StepKind.MISSING},
    _R.LACKS_SYMPTOM: _PRESENTATION_KINDS,
    _R.TREATS: frozenset({StepKind.TREATS}),
    _R.PALLIATES: frozenset({StepKind.TREATS}),
    _R.NOT_INDICATED_FOR: frozenset({StepKind.TREATS}),
    _R.CONTRAINDICATED_IN: frozenset({StepKind.CONTRAINDICATED_BY}),
    _R.DOSE_LIMIT: frozenset({StepKind.CONTRAINDICATED_BY}),
    _R.INTERACTS_WITH: frozenset({StepKind.INTERACTS_WITH}),
    _R.ASSOCIATED_WITH: frozenset({StepKind.EXPLAINED_BY}),
    _R.CAUSES: frozenset({StepKind.EXPLAINED_BY}),
    _R.RAISES_RISK_OF: frozenset({StepKind.EXPLAINED_BY}),
}


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """The patient's own findings as node ids: observed and excluded."""

    observed: frozenset[TermId] = frozenset()
    excluded: frozenset[TermId] = frozenset()

    def items(self) -> list[tuple[TermId, FindingStatus]]:
        """Each finding with its status, sorted by id; a contradictory one twice."""
        pairs = [(term, FindingStatus.OBSERVED) for term in self.observed]
        pairs += [(term, FindingStatus.EXCLUDED) for term in self.excluded]
        return sorted(pairs, key=lambda pair: (str(pair[0]), pair[1]))


@dataclass(frozen=True, slots=True)
class StepEdge:
    """An edge as a step walks it.

    Args:
        edge_id: id of the edge in the graph.
        subject: node that the edge starts from.
        relation: its kind.
        object: node that the edge ends in.
        direction: forward where it is walked from subject to object.
        polarity: whether the relation states or denies.
    """

    edge_id: str
    subject: TermId
    relation: Relation
    object: TermId
    direction: Direction
    polarity: Polarity

    @property
    def source(self) -> TermId:
        """Node that the walk leaves."""
        return self.subject if self.direction is Direction.FORWARD else self.object

    @property
    def target(self) -> TermId:
        """Node that the walk reaches."""
        return self.object if self.direction is Direction.FORWARD else self.subject


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an assertion, and the hierarchy between its symptom and the finding where they differ.

    Args:
        kind: what the step does.
        subject: where the walk starts: the diagnosis, the drug, or what is explained.
        object: where it ends: the finding, what is treated, the other drug, or the explanation.
        edges: the assertion, then IS_A edges, each leaving the node that the one before reached.
        polarity: that of the assertion.
        status: what the case says about the object; None for a step that is not about a finding.
        also: ids of parallel assertions of the same subject, relation and object, sorted.
    """

    kind: StepKind
    subject: TermId
    object: TermId
    edges: tuple[StepEdge, ...]
    polarity: Polarity
    status: FindingStatus | None = None
    also: tuple[str, ...] = ()

    @property
    def relation(self) -> Relation:
        """The relation of the assertion."""
        return self.edges[0].relation


def step_edge(edge: Edge, direction: Direction = Direction.FORWARD) -> StepEdge:
    """An edge of the graph, walked one way."""
    return StepEdge(edge.id, edge.subject, edge.relation, edge.object, direction, polarity_of(edge.relation))


def steps_of_edge(edge: Edge, subgraph: Subgraph, case: CaseTerms) -> list[Step]:
    """The steps that an assertion allows for a case; empty for a relation that takes part in no step.

    A disease that has a symptom has every ancestor of it; one that lacks a symptom lacks every descendant of it; so
    it is with the patient's findings. A step argues against only where that makes a contradiction. What forbids or
    limits a drug is a step only where it is the diagnosis or a finding that the patient has.
    """
    if edge.relation in (Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM):
        return _presentation_steps(edge, subgraph, case)
    kinds = KINDS_BY_RELATION.get(edge.relation)
    if kinds is None:
        return []
    (kind,) = kinds
    walked = step_edge(edge, Direction.BACKWARD if kind is StepKind.EXPLAINED_BY else Direction.FORWARD)
    if kind is StepKind.CONTRAINDICATED_BY and walked.target not in case.observed | {subgraph.centre}:
        return []
    return [Step(kind, walked.source, walked.target, (walked,), walked.polarity)]


def presentation_kind(relation: Relation, status: FindingStatus | None, chain: Iterable[StepEdge]) -> StepKind | None:
    """What an assertion about a symptom means for a finding; None where it means nothing.

    Args:
        relation: HAS_SYMPTOM or LACKS_SYMPTOM.
        status: observed or excluded.
        chain: IS_A edges from the symptom to the finding; forward up to a more general finding, backward down to a
        specific one.
    """
    directions = {walked.direction for walked in chain}
    if (relation is Relation.HAS_SYMPTOM) == (status is FindingStatus.OBSERVED):
        return StepKind.SUPPORTS
    clashing = Direction.FORWARD if relation is Relation.HAS_SYMPTOM else Direction.BACKWARD
    return StepKind.ARGUES_AGAINST if directions <= {clashing} else None


def _presentation_steps(edge: Edge, subgraph: Subgraph, case: CaseTerms) -> list[Step]:
    head = step_edge(edge)
    steps: list[Step] = []
    related = False
    for finding, status in case.items():
        chain = _chain(subgraph, edge.object, finding)
        if chain is None:
            continue
        related = True
        kind = presentation_kind(edge.relation, status, chain)
        if kind is not None:
            steps.append(Step(kind, edge.subject, finding, (head, *chain), head.polarity, status))
    if not related and edge.relation is Relation.HAS_SYMPTOM:
        steps.append(
            Step(StepKind.MISSING, edge.subject, edge.object, (head,), head.polarity, FindingStatus.UNRECORDED)
        )
    return steps


def _chain(subgraph: Subgraph, symptom: TermId, finding: TermId) -> tuple[StepEdge, ...] | None:
    """IS_A edges of the subgraph from a symptom to a finding, all up or all down; None where there is no such chain."""
    up = _climb(subgraph, symptom, finding)
    if up is not None:
        return tuple(step_edge(edge) for edge in up)
    down = _climb(subgraph, finding, symptom)
    return None if down is None else tuple(step_edge(edge, Direction.BACKWARD) for edge in reversed(down))


def _climb(subgraph: Subgraph, low: TermId, high: TermId) -> tuple[Edge, ...] | None:
    chain_by_node: dict[TermId, tuple[Edge, ...]] = {low: ()}
    level = [low]
    while level and high not in chain_by_node:
        above: list[TermId] = []
        for node_id in level:
            for move in subgraph.moves(node_id):
                upward = move.relation is Relation.IS_A and move.direction is Direction.FORWARD
                if upward and move.target not in chain_by_node:
                    chain_by_node[move.target] = (*chain_by_node[node_id], subgraph.edge_by_id[move.edge_ids[0]])
                    above.append(move.target)
        level = above
    return chain_by_node.get(high)
