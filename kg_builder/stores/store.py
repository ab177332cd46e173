"""What every store of a graph can do: eight primitives; everything else is a function over them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.term_id import TermId

__all__ = ["GraphStore"]


class GraphStore(Protocol):
    """A store of one build: a snapshot, an embedded server, a Neo4j.

    All lists are sorted, nodes by id, edges by subject, relation (in the schema's order), object and id, so that every
    store gives the same answer. An id among a node's xrefs stands for that node, except where it is itself a node's.
    """

    @property
    def build_id(self) -> str:
        """The build id of the graph that the store holds, 64 hex digits."""

    def node(self, term_id: TermId) -> Node | None:
        """The node with that id, or with that id among its xrefs."""

    def nodes_named(self, name: str, *, label: Label | None = None) -> list[Node]:
        """Nodes whose English or Chinese name or synonym is the given one, whatever the case."""

    def edges_from(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Edges that start at the node; all relations where none is named."""

    def edges_to(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Edges that end at the node; all relations where none is named."""

    def edge(self, edge_id: str) -> Edge | None:
        """The edge with that id."""

    def node_counts(self) -> Mapping[Label, int]:
        """How many nodes each label has; labels without nodes are left out."""

    def edge_counts(self) -> Mapping[Relation, int]:
        """How many edges each relation has; relations without edges are left out."""
