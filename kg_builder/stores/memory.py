"""A graph in memory: the double for tests, and the store for small graphs made on the spot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.stores.store_order import edge_key, folded_names, node_key
from ontologies.errors import InputError
from ontologies.term_id import TermId

__all__ = ["MemoryStore"]

_NO_BUILD = "0" * 64


class MemoryStore:
    """A `GraphStore` over nodes and edges given in any order.

    Args:
        nodes: each id once.
        edges: their ends are among the nodes.
        build_id: the build that they make up; zeros where they were never built.

    Raises:
        InputError: two nodes of one id, or an edge into nowhere.
    """

    def __init__(self, nodes: Iterable[Node], edges: Iterable[Edge], *, build_id: str = _NO_BUILD) -> None:
        self._build_id = build_id
        self._node_by_id: dict[TermId, Node] = {}
        self._id_by_xref: dict[TermId, TermId] = {}
        self._nodes_by_name: dict[str, list[Node]] = defaultdict(list)
        self._outgoing: dict[TermId, list[Edge]] = defaultdict(list)
        self._incoming: dict[TermId, list[Edge]] = defaultdict(list)
        for node in sorted(nodes, key=node_key):
            self._add_node(node)
        self._edge_by_id = {edge.id: edge for edge in sorted(edges, key=edge_key)}
        for edge in self._edge_by_id.values():
            self._add_edge(edge)

    def _add_node(self, node: Node) -> None:
        if node.id in self._node_by_id:
            raise InputError("two nodes have one id", value=node.id, remedy="Give each node once")
        self._node_by_id[node.id] = node
        for xref in node.xrefs:
            self._id_by_xref.setdefault(xref, node.id)
        for name in folded_names(node):
            self._nodes_by_name[name].append(node)

    def _add_edge(self, edge: Edge) -> None:
        for end in (edge.subject, edge.object):
            if end not in self._node_by_id:
                raise InputError("an edge ends in no node", value=end, remedy="Give the node too")
        self._outgoing[edge.subject].append(edge)
        self._incoming[edge.object].append(edge)

    @property
    def build_id(self) -> str:
        """The build id, 64 hex digits."""
        return self._build_id

    def node(self, term_id: TermId) -> Node | None:
        """The node with that id, or with that id among its xrefs."""
        return self._node_by_id.get(self._resolve(term_id))

    def nodes_named(self, name: str, *, label: Label | None = None) -> list[Node]:
        """Nodes whose English or Chinese name or synonym is the given one, whatever the case."""
        return [node for node in self._nodes_by_name.get(name.casefold(), []) if label in (None, node.label)]

    def edges_from(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Edges that start at the node; all relations where none is named."""
        return _chosen(self._outgoing.get(self._resolve(term_id), []), relations)

    def edges_to(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Edges that end at the node; all relations where none is named."""
        return _chosen(self._incoming.get(self._resolve(term_id), []), relations)

    def edge(self, edge_id: str) -> Edge | None:
        """The edge with that id."""
        return self._edge_by_id.get(edge_id)

    def node_counts(self) -> Mapping[Label, int]:
        """How many nodes each label has."""
        return dict(sorted(Counter(node.label for node in self._node_by_id.values()).items()))

    def edge_counts(self) -> Mapping[Relation, int]:
        """How many edges each relation has."""
        return dict(sorted(Counter(edge.relation for edge in self._edge_by_id.values()).items()))

    def _resolve(self, term_id: TermId) -> TermId:
        return term_id if term_id in self._node_by_id else self._id_by_xref.get(term_id, term_id)


def _chosen(edges: list[Edge], relations: Collection[Relation]) -> list[Edge]:
    return [edge for edge in edges if not relations or edge.relation in relations]
