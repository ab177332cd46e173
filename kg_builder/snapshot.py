"""A snapshot: one immutable build, opened in milliseconds, that answers graph queries by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kg_builder.canonical import canonical_json
from kg_builder.edge import Edge
from kg_builder.merkle import EMPTY_ROOT, MerkleTree, Proof, build_id_of, leaf_hash
from kg_builder.node import Node
from kg_builder.schema import SCHEMA_VERSION, Label, Relation
from kg_builder.snapshot_layout import (
    CURRENT,
    HASHED_BYTES,
    MANIFEST,
    REBUILD,
    TOPOLOGY,
    UNSTORED_LEVELS,
    file_digest,
    name_key,
    open_array,
    stored_tree,
)
from kg_builder.snapshot_records import SnapshotRecords
from ontologies.errors import GraphDamagedError, GraphMissingError, InputError, TermIdError
from ontologies.term_id import TermId

__all__ = ["Snapshot"]

_RELATIONS = tuple(Relation)
_RELATION_CODE = {relation: code for code, relation in enumerate(_RELATIONS)}
_ALTERED = "a file of the graph was altered"
_DAMAGED = "the graph's manifest is damaged"
_FIELDS = {"build_id": str, "edge_counts": dict, "edges": int, "files": dict, "node_counts": dict, "nodes": int}
# What an altered record raises: a field is missing, or holds what its field cannot.
_NO_RECORD = (KeyError, TypeError, ValueError, TermIdError)


class Snapshot:
    """One build on disk; a `GraphStore`.

    Nodes are numbered in the order of their ids, edges in the order (subject, relation, object, id).
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self._arrays: dict[str, npt.NDArray[Any]] = {}
        self._records = SnapshotRecords(folder)

    @classmethod
    def open(cls, folder: Path | str, *, check: bool = False) -> Snapshot:
        """Open the current build of a graph folder, or a build's own folder.

        Args:
            folder: the graph's folder.
            check: compare the hash of every file; else that of every file up to `HASHED_BYTES`, and all sizes.

        Raises:
            GraphMissingError: nothing was built there.
            GraphDamagedError: a file is missing, truncated, of another version or, where its hash is compared, altered.
            InputError: the folder's name is no text.
        """
        named = _readable(Path(folder))
        while True:
            build = _current(named)
            try:
                snapshot = cls(build, _read_manifest(build, check))
                snapshot._check_build_id()
                return snapshot
            except (GraphMissingError, GraphDamagedError):
                # A build that has just taken the place of this one removes it: look again.
                if _current(named) == build:
                    raise

    def __repr__(self) -> str:
        counts = f"{self.node_count:,} nodes, {self.edge_count:,} edges"
        return f"Snapshot({str(self.folder)!r}, build {self.build_id[:12]}, {counts})"

    def _check_build_id(self) -> None:
        """Refuse a manifest that names other nodes and edges than the build's trees do."""
        trees = (self._array("merkle_nodes"), self._array("merkle_edges"))
        roots = [tree[-1].tobytes() if len(tree) else EMPTY_ROOT for tree in trees]
        if build_id_of(SCHEMA_VERSION, self.node_count, roots[0], self.edge_count, roots[1]) != self.build_id:
            raise GraphDamagedError(_DAMAGED, value=self.folder, remedy=REBUILD)

    def _array(self, name: str) -> npt.NDArray[Any]:
        if name not in self._arrays:
            self._arrays[name] = open_array(self.folder / TOPOLOGY / f"{name}.npy")
        return self._arrays[name]

    @property
    def build_id(self) -> str:
        """Root of the Merkle tree over nodes and edges, 64 hex digits."""
        return str(self.manifest["build_id"])

    @property
    def node_count(self) -> int:
        """How many nodes."""
        return int(self.manifest["nodes"])

    @property
    def edge_count(self) -> int:
        """How many edges."""
        return int(self.manifest["edges"])

    @property
    def edge_subject(self) -> npt.NDArray[np.int32]:
        """Node index of each edge's subject."""
        return self._array("edge_subject")

    @property
    def edge_relation(self) -> npt.NDArray[np.uint8]:
        """Position of each edge's relation in `list(Relation)`."""
        return self._array("edge_relation")

    @property
    def edge_object(self) -> npt.NDArray[np.int32]:
        """Node index of each edge's object."""
        return self._array("edge_object")

    # Nodes

    def index_of(self, term_id: TermId) -> int | None:
        """Number of the node with that id, or with that id among its xrefs."""
        key = str(term_id).encode()
        found = _position(self._array("node_ids"), key)
        if found is not None:
            return found
        position = _position(self._array("xref_ids"), key)
        return None if position is None else int(self._array("xref_nodes")[position])

    def id_at(self, index: int) -> TermId:
        """Id of a node by its number."""
        return TermId.parse(self._array("node_ids")[index].decode())

    def node_at(self, index: int) -> Node:
        """A node by its number."""
        try:
            return Node.from_record(self._records.row("nodes", index))
        except _NO_RECORD as error:
            raise GraphDamagedError(_ALTERED, value=self.folder, remedy=REBUILD) from error

    def node(self, term_id: TermId) -> Node | None:
        """The node with that id, or with that id among its xrefs."""
        index = self.index_of(term_id)
        return None if index is None else self.node_at(index)

    def name_of(self, term_id: TermId) -> str:
        """Name of the node with that id; the id itself where there is none."""
        node = self.node(term_id)
        return str(term_id) if node is None else node.name

    def nodes_named(self, name: str, *, label: Label | None = None) -> list[Node]:
        """Nodes whose English or Chinese name or synonym is the given one, whatever the case."""
        key = name_key(name)
        keys = self._array("name_keys")
        start, end = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
        nodes = [self.node_at(int(index)) for index in sorted(set(self._array("name_nodes")[start:end].tolist()))]
        wanted = name.casefold()
        return [node for node in nodes if label in (None, node.label) and wanted in _names(node)]

    def node_counts(self) -> Mapping[Label, int]:
        """How many nodes each label has."""
        return {Label(label): count for label, count in self.manifest["node_counts"].items()}

    def node_table(self, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns of all nodes, with the node's number as `index`."""
        return self._records.table("nodes", columns)

    # Edges

    def outgoing(self, index: int) -> slice:
        """Numbers of the edges that start at a node: they are contiguous."""
        starts = self._array("subject_starts")
        return slice(int(starts[index]), int(starts[index + 1]))

    def incoming(self, index: int) -> npt.NDArray[np.int32]:
        """Numbers of the edges that end at a node, ascending."""
        starts = self._array("object_starts")
        return np.asarray(self._array("edges_by_object")[int(starts[index]) : int(starts[index + 1])])

    def edge_at(self, index: int) -> Edge:
        """An edge by its number."""
        try:
            return Edge.from_record(self._records.row("edges", index))
        except _NO_RECORD as error:
            raise GraphDamagedError(_ALTERED, value=self.folder, remedy=REBUILD) from error

    def edge_number(self, edge_id: str) -> int | None:
        """Number of the edge with that id."""
        return next((number for number, _ in self._edges_with(edge_id)), None)

    def edge(self, edge_id: str) -> Edge | None:
        """The edge with that id."""
        return next((edge for _, edge in self._edges_with(edge_id)), None)

    def _edges_with(self, edge_id: str) -> Iterator[tuple[int, Edge]]:
        try:
            key = np.uint64(int(edge_id[:16], 16))
        except (ValueError, OverflowError):
            return
        keys = self._array("edge_keys")
        for position in range(int(np.searchsorted(keys, key, "left")), int(np.searchsorted(keys, key, "right"))):
            number = int(self._array("edges_by_key")[position])
            edge = self.edge_at(number)
            if edge.id == edge_id:
                yield number, edge

    def edges_from(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Edges that start at the node; all relations where none is named."""
        index = self.index_of(term_id)
        if index is None:
            return []
        span = self.outgoing(index)
        return self._edges(np.arange(span.start, span.stop), relations)

    def edges_to(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Edges that end at the node; all relations where none is named."""
        index = self.index_of(term_id)
        return [] if index is None else self._edges(self.incoming(index), relations)

    def _edges(self, indices: npt.NDArray[Any], relations: Collection[Relation]) -> list[Edge]:
        if relations:
            codes = [_RELATION_CODE[relation] for relation in relations]
            indices = indices[np.isin(self.edge_relation[indices], codes)]
        return [self.edge_at(int(index)) for index in indices]

    def edge_counts(self) -> Mapping[Relation, int]:
        """How many edges each relation has."""
        return {Relation(relation): count for relation, count in self.manifest["edge_counts"].items()}

    def edge_table(self, columns: Sequence[str], relations: Collection[Relation] = ()) -> pl.DataFrame:
        """Some columns of the edges of some relations, with the edge's number as `index`."""
        return self._records.table("edges", columns, sorted(relation.value for relation in relations))

    # Proofs

    def node_proof(self, index: int) -> Proof:
        """Merkle inclusion proof of a node: (side, sibling's hash) from the leaf up."""
        return self._proof("nodes", index, self.node_count, lambda number: self.node_at(number).record())

    def edge_proof(self, index: int) -> Proof:
        """Merkle inclusion proof of an edge: (side, sibling's hash) from the leaf up."""
        return self._proof("edges", index, self.edge_count, lambda number: self.edge_at(number).record())

    def _proof(self, kind: str, index: int, count: int, record: Callable[[int], Mapping[str, Any]]) -> Proof:
        if not 0 <= index < count:
            raise IndexError(f"no number {index} among {count} {kind}")
        above = index >> UNSTORED_LEVELS
        beside = range(above << UNSTORED_LEVELS, min((above + 1) << UNSTORED_LEVELS, count))
        below = MerkleTree.from_leaves([leaf_hash(canonical_json(record(number))) for number in beside])
        return below.proof(index - beside.start) + stored_tree(self._array(f"merkle_{kind}"), count).proof(above)


def _read_manifest(folder: Path, check: bool) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise GraphMissingError(
            "no graph was built here", value=folder, remedy="Run `aitia build` first, or name another folder by --graph"
        ) from None
    except OSError as error:
        message = f"the graph cannot be read ({error.strerror})"
        raise GraphMissingError(message, value=folder, remedy="Check the folder") from error
    except (ValueError, RecursionError) as error:
        raise GraphDamagedError(_DAMAGED, value=folder, remedy=REBUILD) from error
    if not isinstance(manifest, dict) or manifest.get("schema_version") != SCHEMA_VERSION:
        raise GraphDamagedError("the graph is of another version", value=folder, remedy=REBUILD)
    if not all(isinstance(manifest.get(name), kind) for name, kind in _FIELDS.items()):
        raise GraphDamagedError(_DAMAGED, value=folder, remedy=REBUILD)
    try:
        files = {folder / name: (entry["bytes"], entry["sha256"]) for name, entry in manifest["files"].items()}
    except (KeyError, TypeError) as error:
        raise GraphDamagedError(_DAMAGED, value=folder, remedy=REBUILD) from error
    for path, (size, digest) in files.items():
        if _size(path) != size:
            raise GraphDamagedError("a file of the graph is missing or truncated", value=path, remedy=REBUILD)
        if (check or size <= HASHED_BYTES) and file_digest(path) != digest:
            raise GraphDamagedError(_ALTERED, value=path, remedy=REBUILD)
    return manifest


def _readable(folder: Path) -> Path:
    """The folder, where its name is text: readers of Parquet take no other."""
    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        remedy = "Rename it, or set the locale to one of UTF-8"
        raise InputError("the folder's name is no UTF-8", value=ascii(str(folder)), remedy=remedy) from error
    return folder


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _current(folder: Path) -> Path:
    """The build that a graph's folder points to; the folder itself where it points to none."""
    try:
        return folder / (folder / CURRENT).read_text("utf-8", errors="replace").strip()
    except OSError:
        return folder


def _position(sorted_keys: npt.NDArray[Any], key: bytes) -> int | None:
    position = int(np.searchsorted(sorted_keys, key))
    return position if position < len(sorted_keys) and sorted_keys[position] == key else None


def _names(node: Node) -> set[str]:
    names = (node.name, *node.synonyms, *([node.name_zh] if node.name_zh else []))
    return {name.casefold() for name in names}
