"""A piece of the graph within a budget: typed edges, parallel relations kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import RELATION_SPECS, Relation
from ontologies.issue import Issue
from ontologies.term_id import TermId

__all__ = ["Direction", "Move", "Polarity", "Subgraph", "edge_sort_key", "polarity_of"]


class Direction(StrEnum):
    """Which way an edge is walked."""

    FORWARD = "forward"
    BACKWARD = "backward"


class Polarity(StrEnum):
    """Whether a relation states or denies."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


def polarity_of(relation: Relation) -> Polarity:
    """The polarity that the schema gives to a relation."""
    return Polarity.NEGATIVE if RELATION_SPECS[relation].negative else Polarity.POSITIVE


def edge_sort_key(edge: Edge) -> tuple[str, str, str, str]:
    """The order of every list of edges: subject, relation, object, id."""
    return str(edge.subject), edge.relation.value, str(edge.object), edge.id


@dataclass(frozen=True, slots=True)
class Move:
    """One hop: a relation walked in one direction, with every parallel assertion that allows it.

    Args:
        source: node that the hop leaves.
        relation: kind of the edges.
        direction: forward where `source` is their subject.
        target: node that the hop reaches.
        edge_ids: ids of the parallel assertions, sorted; never empty.
    """

    source: TermId
    relation: Relation
    direction: Direction
    target: TermId
    edge_ids: tuple[str, ...]

    @property
    def polarity(self) -> Polarity:
        """Whether the relation states or denies."""
        return polarity_of(self.relation)


@dataclass(frozen=True)
class Subgraph:
    """Nodes and edges around a centre.

    Args:
        build_id: build of the graph it was cut from.
        centre: id of the node it was retrieved for.
        node_by_id: every node that an edge touches, and the centre.
        edge_by_id: the edges, in the order of `edge_sort_key`.
        cuts: what a budget left out; empty where nothing was cut.
    """

    build_id: str
    centre: TermId
    node_by_id: Mapping[TermId, Node]
    edge_by_id: Mapping[str, Edge]
    cuts: tuple[Issue, ...] = ()

    @classmethod
    def of(
        cls,
        build_id: str,
        centre: TermId,
        nodes: Iterable[Node],
        edges: Iterable[Edge],
        *,
        cuts: tuple[Issue, ...] = (),
    ) -> Subgraph:
        """Gather nodes and edges, sorted."""
        node_by_id = {node.id: node for node in sorted(nodes, key=lambda node: str(node.id))}
        edge_by_id = {edge.id: edge for edge in sorted(edges, key=edge_sort_key)}
        return cls(build_id, centre, node_by_id, edge_by_id, cuts)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, sorted by subject, relation, object and id."""
        return tuple(self.edge_by_id.values())

    def moves(self, node_id: TermId) -> tuple[Move, ...]:
        """The hops that leave a node, forward ones first; empty for a node without edges."""
        return self._moves_by_node.get(node_id, ())

    @cached_property
    def _moves_by_node(self) -> dict[TermId, tuple[Move, ...]]:
        ids_by_hop: dict[tuple[TermId, Direction, Relation, TermId], list[str]] = defaultdict(list)
        for edge_id, edge in self.edge_by_id.items():
            ids_by_hop[edge.subject, Direction.FORWARD, edge.relation, edge.object].append(edge_id)
            ids_by_hop[edge.object, Direction.BACKWARD, edge.relation, edge.subject].append(edge_id)
        moves: dict[TermId, list[Move]] = defaultdict(list)
        for (source, direction, relation, target), ids in ids_by_hop.items():
            moves[source].append(Move(source, relation, direction, target, tuple(sorted(ids))))
        return {node: tuple(sorted(hops, key=_move_sort_key)) for node, hops in moves.items()}


def _move_sort_key(move: Move) -> tuple[bool, str, str]:
    return move.direction is Direction.BACKWARD, move.relation.value, str(move.target)
