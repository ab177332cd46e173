"""Edges as a certificate holds them: the record and its inclusion proof, each worked out once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from kg_builder.canonical import canonical_json
from kg_builder.merkle import EMPTY_ROOT, leaf_hash, root_of
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from ontologies.term_id import TermId

__all__ = ["EdgeCertifier", "edge_index"]

_CACHED_EDGES = 20_000
_CODE = {relation: code for code, relation in enumerate(Relation)}


class EdgeCertifier:
    """Records, proofs and the symptom hierarchy of one snapshot.

    Args:
        snapshot: the build.

    Attributes:
        record: of the edge with a number; not to be altered.
        index_of: number of the node with an id; None where there is none.
        ancestors: numbers of a symptom's node and of all nodes above it, by the node's number.
        chain: numbers of the IS_A edges of one shortest way from a term up to another, lowest first; empty from a term
            to itself, None where there is no way.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.record = lru_cache(_CACHED_EDGES)(self._record)
        self._proof = lru_cache(_CACHED_EDGES)(self._read_proof)
        self._parents = lru_cache(_CACHED_EDGES)(self._read_parents)
        self.ancestors = lru_cache(_CACHED_EDGES)(self._read_ancestors)
        self.index_of = lru_cache(_CACHED_EDGES)(snapshot.index_of)
        self.chain = lru_cache(_CACHED_EDGES)(self._find_chain)

    def certified(self, number: int) -> dict[str, Any]:
        """The edge with that number as `{"record": …, "proof": …}`."""
        record = {key: list(value) if isinstance(value, list) else value for key, value in self.record(number).items()}
        return {"record": record, "proof": [list(step) for step in self._proof(number)]}

    def certified_node(self, term: TermId) -> dict[str, Any] | None:
        """The node with that id as `{"record": …, "proof": …}`; None where the graph has none."""
        index = self.index_of(term)
        if index is None:
            return None
        record = self.snapshot.node_at(index).record()
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in sorted(record.items())}
        return {"record": plain, "proof": [list(step) for step in self.snapshot.node_proof(index)]}

    def edge_id(self, number: int) -> str:
        """Id of the edge with that number."""
        return str(self.record(number)["id"])

    def build(self) -> dict[str, Any]:
        """What the build id is made of."""
        snapshot = self.snapshot
        return {
            "id": snapshot.build_id,
            "schema_version": snapshot.manifest["schema_version"],
            "nodes": snapshot.node_count,
            "nodes_root": self._nodes_root().hex(),
            "edges": snapshot.edge_count,
            "edges_root": self._edges_root().hex(),
        }

    def _find_chain(self, low: TermId, high: TermId) -> tuple[int, ...] | None:
        start, goal = self.index_of(low), self.index_of(high)
        if start is None or goal is None:
            return None
        chain_by_node: dict[int, tuple[int, ...]] = {start: ()}
        level = [start]
        while level and goal not in chain_by_node:
            above = []
            for child in sorted(level):
                for number, parent in self._parents(child):
                    if parent not in chain_by_node:
                        chain_by_node[parent] = (*chain_by_node[child], number)
                        above.append(parent)
            level = above
        return chain_by_node.get(goal)

    def _read_ancestors(self, node: int) -> frozenset[int]:
        found: set[int] = set()
        waiting = [node]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(parent for _, parent in self._parents(current))
        return frozenset(found)

    def _nodes_root(self) -> bytes:
        if not self.snapshot.node_count:
            return EMPTY_ROOT
        leaf = leaf_hash(canonical_json(self.snapshot.node_at(0).record()))
        return root_of(leaf, self.snapshot.node_proof(0))

    def _edges_root(self) -> bytes:
        if not self.snapshot.edge_count:
            return EMPTY_ROOT
        return root_of(leaf_hash(canonical_json(self.snapshot.edge_at(0).record())), self.snapshot.edge_proof(0))

    def _record(self, number: int) -> dict[str, Any]:
        record = self.snapshot.edge_at(number).record()
        return {key: list(value) if isinstance(value, tuple) else value for key, value in sorted(record.items())}

    def _read_proof(self, number: int) -> tuple[tuple[str, str], ...]:
        return tuple(self.snapshot.edge_proof(number))

    def _read_parents(self, node: int) -> tuple[tuple[int, int], ...]:
        span = self.snapshot.outgoing(node)
        found = np.flatnonzero(np.asarray(self.snapshot.edge_relation[span]) == _CODE[Relation.IS_A]) + span.start
        return tuple((int(number), int(self.snapshot.edge_object[number])) for number in found)


def edge_index(snapshot: Snapshot, edge_id: str) -> int:
    """Number of the edge with that id.

    Raises:
        InputError: the snapshot has no such edge.
    """
    number = snapshot.edge_number(edge_id)
    if number is None:
        raise InputError("no edge of the graph has this id", value=edge_id, remedy="Take steps from this build only")
    return number
