"""The typed query API: the same questions and the same answers, whatever store holds the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.paths import PathSearch, find_paths
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from kg_builder.stores.store import GraphStore
from ontologies.errors import InputError, TermIdError, UnknownTermError
from ontologies.term_id import TermId

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Direction", "KnowledgeGraph", "Neighbour"]

Direction = Literal["out", "in", "both"]

_MAX_SHOWN = 5
_FIRST_COLUMNS = ("id", "subject", "subject_name", "relation", "object", "object_name", "source", "tier", "reference")


class Neighbour(NamedTuple):
    """A node and the edge that leads to it."""

    node: Node
    edge: Edge


class KnowledgeGraph:
    """A graph to ask; a context manager that closes its connection, where it has one.

    Wherever an id is asked for, a `TermId`, its text or an exact name will do; for relations, their names.
    """

    def __init__(self, store: GraphStore) -> None:
        self.store = store

    def __repr__(self) -> str:
        return f"KnowledgeGraph({self.store!r})"

    @classmethod
    def open(cls, folder: Path | str) -> KnowledgeGraph:
        """The graph that `aitia build` made in a folder.

        Raises:
            GraphMissingError: nothing was built there.
            GraphDamagedError: a file is missing, truncated or of another version.
        """
        return cls(Snapshot.open(folder))

    @classmethod
    def connect(
        cls, uri: str, *, user: str | None = None, password: str | None = None, database: str | None = None
    ) -> KnowledgeGraph:
        """The graph that `aitia load` put into a database.

        Raises:
            InputError: wrong address, password or database.
            ServiceError: nobody listens there.
            GraphMissingError: the database is not loaded.
        """
        # The driver costs a tenth of a second to import, and a snapshot never needs it.
        from kg_builder.stores.bolt import BoltStore

        store = BoltStore.connect(uri, user=user, password=password, database=database)
        graph = cls(store)
        try:
            _ = store.build_id
        except BaseException:
            store.close()
            raise
        return graph

    def close(self) -> None:
        """Close the connection, where the store has one."""
        close = getattr(self.store, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> KnowledgeGraph:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    @property
    def build_id(self) -> str:
        """Which build this is, 64 hex digits."""
        return self.store.build_id

    def node(self, id_or_name: TermId | str) -> Node:
        """The node with that id, cross-reference or exact name (English or Chinese, whatever the case).

        Raises:
            UnknownTermError: no node has it.
            InputError: several nodes have the name.
        """
        term_id = _as_term_id(id_or_name)
        node = None if term_id is None else self.store.node(term_id)
        if node is not None:
            return node
        named = [] if isinstance(id_or_name, TermId) else self.store.nodes_named(id_or_name.strip())
        if not named:
            remedy = "Give an identifier such as OMIM:154700, or a name or synonym as the graph has it"
            raise UnknownTermError("the graph has no such node", value=str(id_or_name), remedy=remedy)
        if len(named) > 1:
            shown = ", ".join(f"{one.id} ({one.name})" for one in named[:_MAX_SHOWN])
            more = f" and {len(named) - _MAX_SHOWN} more" if len(named) > _MAX_SHOWN else ""
            raise InputError("several nodes have this name", value=id_or_name, remedy=f"Give one id of {shown}{more}")
        return named[0]

    def edges(
        self, id_or_name: TermId | str, *, relations: Collection[str] = (), direction: Direction = "out"
    ) -> list[Edge]:
        """Edges at a node: those that leave it, then those that reach it."""
        return self._edges(self.node(id_or_name).id, relations, direction)

    def neighbours(
        self, id_or_name: TermId | str, *, relations: Collection[str] = (), direction: Direction = "out"
    ) -> list[Neighbour]:
        """Nodes one edge away, once for each edge: parallel edges stay apart.

        Args:
            id_or_name: where to start.
            relations: only these; all where none is named.
            direction: along the edges, against them, or both (those that leave first).

        Raises:
            UnknownTermError: no such node.
            InputError: no such relation or direction.
        """
        start = self.node(id_or_name).id
        node_by_id: dict[TermId, Node] = {}
        found = []
        for edge in self._edges(start, relations, direction):
            other = edge.object if edge.subject == start else edge.subject
            if other not in node_by_id:
                node_by_id[other] = self.node(other)
            found.append(Neighbour(node_by_id[other], edge))
        return found

    def paths(
        self,
        start: TermId | str,
        end: TermId | str,
        *,
        max_hops: int = 3,
        relations: Collection[str] = (),
        limit: int = 100,
        max_edges: int = 50_000,
    ) -> PathSearch:
        """Paths between two nodes, shortest first, edges taken along or against their direction.

        Args:
            start: one end.
            end: the other.
            max_hops: most edges of a path.
            relations: only these; all where none is named.
            limit: most paths.
            max_edges: most edges that the search may read.

        Returns:
            The paths, and what cut them off, if anything did.

        Raises:
            UnknownTermError: no such node.
            InputError: a number below 1, or no such relation.
        """
        for name, value in (("max_hops", max_hops), ("limit", limit), ("max_edges", max_edges)):
            if value < 1:
                raise InputError(f"{name} is too small", value=value, remedy="Give 1 or more")
        first, last = self.node(start).id, self.node(end).id
        wanted = _as_relations(relations)
        return find_paths(
            self.store, first, last, max_hops=max_hops, relations=wanted, limit=limit, max_edges=max_edges
        )

    def to_networkx(self, ids: Iterable[TermId | str]) -> nx.MultiDiGraph:
        """The nodes and all edges among them; nodes are keyed by CURIE, edges by id, both carry their records."""
        import networkx as nx

        nodes = {node.id: node for node in (self.node(one) for one in ids)}
        graph = nx.MultiDiGraph(build_id=self.build_id)
        for term_id in sorted(nodes, key=str):
            graph.add_node(str(term_id), **nodes[term_id].record())
        for term_id in sorted(nodes, key=str):
            for edge in self.store.edges_from(term_id):
                if edge.object in nodes:
                    graph.add_edge(str(edge.subject), str(edge.object), key=edge.id, **edge.record())
        return graph

    def frame(self, edges: Iterable[Edge]) -> pl.DataFrame:
        """One row for each edge, in the order given, with the names of both ends; absent values are null."""
        names: dict[TermId, str] = {}
        rows = []
        for edge in edges:
            for end in (edge.subject, edge.object):
                if end not in names:
                    names[end] = self.node(end).name
            ends = {"subject_name": names[edge.subject], "object_name": names[edge.object]}
            rows.append({**edge.record(), **ends})
        columns = [*_FIRST_COLUMNS, *sorted({name for row in rows for name in row} - set(_FIRST_COLUMNS))]
        data = {column: [_cell(row.get(column)) for row in rows] for column in columns}
        series = [pl.Series(column, data[column], strict=False) for column in columns]
        # A column without any value is text that is absent, so that frames can be joined and written.
        return pl.DataFrame([one.cast(pl.String) if one.dtype == pl.Null else one for one in series])

    def _edges(self, term_id: TermId, relations: Collection[str], direction: Direction) -> list[Edge]:
        if direction not in ("out", "in", "both"):
            raise InputError("not a direction", value=direction, remedy="Give out, in or both")
        wanted = _as_relations(relations)
        edges = self.store.edges_from(term_id, relations=wanted) if direction != "in" else []
        if direction != "out":
            seen = {edge.id for edge in edges}
            edges += [edge for edge in self.store.edges_to(term_id, relations=wanted) if edge.id not in seen]
        return edges


def _cell(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _as_relations(relations: Collection[str]) -> tuple[Relation, ...]:
    """The relations, given by themselves or by name; one alone is no list of letters."""
    named = (relations,) if isinstance(relations, str) else tuple(relations)
    for name in named:
        if name not in list(Relation):
            raise InputError("no such relation", value=name, remedy=f"Write one of {', '.join(Relation)}")
    return tuple(map(Relation, named))


def _as_term_id(text: TermId | str) -> TermId | None:
    if isinstance(text, TermId):
        return text
    try:
        return TermId.parse(text)
    except TermIdError:
        return None
