"""Paths between two nodes: a bidirectional search that keeps parallel relations apart and says when a budget cut it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice

from kg_builder.edge import Edge
from kg_builder.schema import Relation
from kg_builder.stores.store import GraphStore
from kg_builder.stores.store_order import edge_key
from ontologies.term_id import TermId

__all__ = ["Path", "PathSearch", "find_paths"]


@dataclass(frozen=True, slots=True)
class Path:
    """A walk without a repeated node; an edge may be taken against its direction.

    Args:
        nodes: ids from start to end, one more than the edges.
        edges: what joins them, in order.
    """

    nodes: tuple[TermId, ...]
    edges: tuple[Edge, ...]

    def __len__(self) -> int:
        return len(self.edges)


@dataclass(frozen=True, slots=True)
class PathSearch:
    """What a search found.

    Args:
        paths: shortest first, then in the order of their edges.
        cut: the budget that may have hidden further paths; None where these are all.
    """

    paths: tuple[Path, ...]
    cut: str | None = None


def find_paths(
    store: GraphStore,
    start: TermId,
    end: TermId,
    *,
    max_hops: int,
    relations: Collection[Relation],
    limit: int,
    max_edges: int,
) -> PathSearch:
    """All paths of at most `max_hops` edges, up to `limit`; no more than about `max_edges` edges are read."""
    if start == end:
        return PathSearch(())
    search = _Search(store, relations, max_edges)
    ahead, behind = _Ball({start: 0}), _Ball({end: 0})
    while ahead.radius + behind.radius < max_hops:
        ball = ahead if len(ahead.frontier()) <= len(behind.frontier()) else behind
        if not ball.frontier():
            break
        if not search.widen(ball):
            break
    found = list(islice(search.walks(start, end, behind, max_hops), limit + 1))
    if len(found) > limit:
        return PathSearch(tuple(found[:limit]), f"more than {limit} paths")
    return PathSearch(tuple(found), f"{max_edges} edges read" if search.exhausted else None)


@dataclass(slots=True)
class _Ball:
    """Nodes around one end, by distance; all up to `radius` are known."""

    distance: dict[TermId, int]
    radius: int = 0

    def frontier(self) -> list[TermId]:
        return sorted((one for one, far in self.distance.items() if far == self.radius), key=str)


@dataclass(slots=True)
class _Search:
    store: GraphStore
    relations: Collection[Relation]
    budget: int
    exhausted: bool = False
    edges: dict[TermId, dict[str, Edge]] = field(default_factory=lambda: defaultdict(dict))
    expanded: set[TermId] = field(default_factory=set)

    def widen(self, ball: _Ball) -> bool:
        """Move a ball's frontier one edge out; False where the budget ran out on the way."""
        for node in ball.frontier():
            if self.budget <= 0:
                self.exhausted = True
                return False
            self._expand(node)
            for edge in self.edges[node].values():
                ball.distance.setdefault(_other(edge, node), ball.radius + 1)
        ball.radius += 1
        return True

    def _expand(self, node: TermId) -> None:
        if node in self.expanded:
            return
        self.expanded.add(node)
        for edge in (
            *self.store.edges_from(node, relations=self.relations),
            *self.store.edges_to(node, relations=self.relations),
        ):
            self.budget -= 1
            self.edges[edge.subject][edge.id] = edge
            self.edges[edge.object][edge.id] = edge

    def walks(self, start: TermId, end: TermId, behind: _Ball, max_hops: int) -> Iterator[Path]:
        """Paths in the edges read, shortest first."""
        steps = {node: sorted(edges.values(), key=edge_key) for node, edges in self.edges.items()}
        for hops in range(1, max_hops + 1):
            yield from _walk(steps, Path((start,), ()), end, behind, hops)


def _walk(steps: dict[TermId, list[Edge]], path: Path, end: TermId, behind: _Ball, hops: int) -> Iterator[Path]:
    here = path.nodes[-1]
    if hops == 0:
        yield path
        return
    for edge in steps.get(here, ()):
        there = _other(edge, here)
        if there in path.nodes or (there == end) != (hops == 1):
            continue
        # A node outside the ball around the end is further from it than the ball's radius.
        if behind.distance.get(there, behind.radius + 1) <= hops - 1:
            yield from _walk(steps, Path((*path.nodes, there), (*path.edges, edge)), end, behind, hops - 1)


def _other(edge: Edge, node: TermId) -> TermId:
    return edge.object if edge.subject == node else edge.subject
