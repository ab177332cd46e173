"""Writes a snapshot: built aside, synced to disk, and renamed to its name only when whole."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kg_builder.canonical import canonical_json
from kg_builder.edge import Edge
from kg_builder.file_lock import hold_lock, is_locked
from kg_builder.merkle import MerkleTree, build_id_of, leaf_hash
from kg_builder.node import Node
from kg_builder.schema import SCHEMA_VERSION, Relation
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_layout import BLOCK_ROWS, CURRENT, MANIFEST, TOPOLOGY, file_digest, name_key, stored_levels
from kg_builder.writable import try_writing
from ontologies.errors import AitiaError, InputError, LimitError

__all__ = ["check_folder", "write_snapshot"]

_RELATION_CODE = {relation: code for code, relation in enumerate(Relation)}
_BUILDING, _LOCK, _PUBLISHING = ".building-", ".lock", ".publishing"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_IN_WORDS = re.compile(rf"os error ({'|'.join(map(str, _FULL))})\b|\d+ requested and \d+ written")
# Records held in memory as dictionaries at one time.
_CHUNK = 50_000


def write_snapshot(
    folder: Path,
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    about: dict[str, Any],
    derive: Sequence[Callable[[Snapshot], None]] = (),
) -> Snapshot:
    """Write a build under `folder` and make it the current one.

    Args:
        folder: the graph's folder; it holds one sub-folder for each build and the name of the current one.
        nodes: all nodes, in any order.
        edges: all edges, in any order; their ends are among the nodes.
        about: further entries of the manifest, such as sources and contradictions.
        derive: what is compiled from the graph into the build's `derived` folder before it appears.

    Raises:
        LimitError: the disk is full; nothing is left behind and the former build stays current.
        InputError: the folder cannot be written.
    """
    with _staging(folder) as staging:
        nodes = sorted(nodes, key=lambda node: str(node.id))
        index = {node.id: number for number, node in enumerate(nodes)}
        ordered = sorted((index[e.subject], _RELATION_CODE[e.relation], index[e.object], e.id, e) for e in edges)
        (staging / TOPOLOGY).mkdir()
        node_tree = _write_records(staging, "nodes", nodes)
        edge_tree = _write_records(staging, "edges", [row[4] for row in ordered])
        _write_node_topology(staging, nodes)
        ends = np.array([row[:3] for row in ordered], dtype=np.int32).reshape(-1, 3)
        _write_edge_topology(staging, ends, [row[3] for row in ordered], len(nodes))
        manifest = {
            **about,
            "schema_version": SCHEMA_VERSION,
            "build_id": build_id_of(SCHEMA_VERSION, len(nodes), node_tree.root, len(ordered), edge_tree.root),
            "nodes": len(nodes),
            "edges": len(ordered),
            "node_counts": dict(sorted(Counter(node.label.value for node in nodes).items())),
            "edge_counts": dict(sorted(Counter(row[4].relation.value for row in ordered).items())),
        }
        for compile_artefact in derive:
            manifest["files"] = {}
            compile_artefact(Snapshot(staging, manifest))
        _check_arrays(staging)
        manifest["files"] = _file_table(staging)
        (staging / MANIFEST).write_text(
            json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
        )
        _sync(staging)
        target = _publish(staging, folder, str(manifest["build_id"])[:16])
    return Snapshot.open(target)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder to build in, aside; it is locked while the build lives, so that no other build clears it away."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_dead_builds(folder)
        lock = folder / f"{_BUILDING}{secrets.token_hex(8)}{_LOCK}"
        staging = lock.with_suffix("")
        with hold_lock(lock):
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except (OSError, pl.exceptions.ComputeError) as error:
        raise _unwritable(folder, error) from error


def check_folder(folder: Path) -> None:
    """Refuse a folder that no build can be written to; for before the work, and it leaves nothing.

    Raises:
        InputError: it cannot be written to.
    """
    try:
        try_writing(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: Exception) -> AitiaError:
    if _tells_of_full_disk(error):
        remedy = "Free about 1 GB or name another folder by --graph"
        return LimitError("the disk is full", value=folder, remedy=remedy)
    reason = getattr(error, "strerror", None) or error
    remedy = "Name another folder by --graph"
    return InputError(f"the graph cannot be written ({reason})", value=folder, remedy=remedy)


def _tells_of_full_disk(error: Exception) -> bool:
    """Whether the disk or a quota is full; numpy and polars say so in words, without the error's number."""
    number = getattr(error, "errno", None)
    return number in _FULL if number is not None else _FULL_IN_WORDS.search(str(error)) is not None


def _clear_dead_builds(folder: Path) -> None:
    for left in sorted(folder.glob(f"{_BUILDING}*")):
        lock = left if left.suffix == _LOCK else left.with_name(f"{left.name}{_LOCK}")
        if not is_locked(lock):
            shutil.rmtree(left, ignore_errors=True)
            lock.unlink(missing_ok=True)


def _publish(staging: Path, folder: Path, name: str) -> Path:
    """Give the build its name, then point to it in one step: a reader sees the former build or this one, whole.

    The same build built again gets a name of its own, so that the one that readers use need not be moved.
    """
    with hold_lock(folder / _PUBLISHING):
        names = chain([name], (f"{name}-{number}" for number in count(1)))
        target = next(folder / free for free in names if not (folder / free).exists())
        staging.rename(target)
        pointer = folder / f"{_PUBLISHING}-{CURRENT}"
        pointer.write_text(target.name + "\n", "utf-8")
        _sync_path(pointer)
        pointer.replace(folder / CURRENT)
        _sync_path(folder)
        for other in sorted(folder.iterdir()):
            # A folder that is being built may have its manifest, too; it is its builder's.
            if other != target and (other / MANIFEST).is_file() and not other.name.startswith(_BUILDING):
                shutil.rmtree(other, ignore_errors=True)
    return target


def _write_records(staging: Path, kind: str, items: Sequence[Node] | Sequence[Edge]) -> MerkleTree:
    leaves: list[bytes] = []
    frames = []
    for start in range(0, len(items), _CHUNK):
        records = [item.record() for item in items[start : start + _CHUNK]]
        leaves += [leaf_hash(canonical_json(record)) for record in records]
        names = sorted({name for record in records for name in record})
        frames.append(pl.DataFrame([_column(name, [record.get(name) for record in records]) for name in names]))
    table = pl.concat(frames, how="diagonal") if frames else pl.DataFrame({"id": pl.Series([], dtype=pl.String)})
    # Through memory, as arrays are: of a full disk polars says only that the file is out of specification.
    buffer = io.BytesIO()
    table.select(sorted(table.columns)).write_parquet(
        buffer, compression="zstd", row_group_size=BLOCK_ROWS, statistics=False
    )
    (staging / f"{kind}.parquet").write_bytes(buffer.getbuffer())
    tree = MerkleTree.from_leaves(leaves)
    _save(staging, f"merkle_{kind}", stored_levels(tree))
    return tree


def _column(name: str, values: list[Any]) -> pl.Series:
    sample = next((value for value in values if value is not None), "")
    if isinstance(sample, bool):
        return pl.Series(name, values, dtype=pl.Boolean)
    if isinstance(sample, int):
        return pl.Series(name, values, dtype=pl.Int64)
    if isinstance(sample, str):
        return pl.Series(name, values, dtype=pl.String)
    return pl.Series(name, [None if value is None else list(value) for value in values], dtype=pl.List(pl.String))


def _write_node_topology(staging: Path, nodes: Sequence[Node]) -> None:
    _save(staging, "node_ids", np.array([str(node.id).encode() for node in nodes], dtype=np.bytes_))
    xrefs = sorted((str(xref).encode(), number) for number, node in enumerate(nodes) for xref in node.xrefs)
    _save(staging, "xref_ids", np.array([xref for xref, _ in xrefs] or [b""], dtype=np.bytes_))
    _save(staging, "xref_nodes", np.array([number for _, number in xrefs] or [0], dtype=np.int32))
    keyed = sorted(
        (int(name_key(name)), number)
        for number, node in enumerate(nodes)
        for name in (node.name, *node.synonyms, *([node.name_zh] if node.name_zh else []))
    )
    _save(staging, "name_keys", np.array([key for key, _ in keyed], dtype=np.uint64))
    _save(staging, "name_nodes", np.array([number for _, number in keyed], dtype=np.int32))


def _write_edge_topology(staging: Path, ends: npt.NDArray[np.int32], ids: Sequence[str], nodes: int) -> None:
    subject, relation, target = ends[:, 0], ends[:, 1].astype(np.uint8), ends[:, 2]
    for name, values in (("edge_subject", subject), ("edge_relation", relation), ("edge_object", target)):
        _save(staging, name, np.ascontiguousarray(values))
    _save(staging, "subject_starts", np.searchsorted(subject, np.arange(nodes + 1)).astype(np.int32))
    by_object = np.argsort(target, kind="stable").astype(np.int32)
    _save(staging, "edges_by_object", by_object)
    _save(staging, "object_starts", np.searchsorted(target[by_object], np.arange(nodes + 1)).astype(np.int32))
    keys = np.array([int(edge_id[:16], 16) for edge_id in ids], dtype=np.uint64)
    by_key = np.argsort(keys, kind="stable").astype(np.int32)
    _save(staging, "edge_keys", keys[by_key])
    _save(staging, "edges_by_key", by_key)


def _save(staging: Path, name: str, values: npt.NDArray[Any]) -> None:
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    # Written as bytes: numpy by itself may leave the end of a file out on a full disk and say nothing.
    (staging / TOPOLOGY / f"{name}.npy").write_bytes(buffer.getbuffer())


def _check_arrays(staging: Path) -> None:
    """Refuse arrays that were derived and cut short on a full disk.

    Raises:
        OSError: one holds less than its head says.
    """
    for path in sorted(staging.rglob("*.npy")):
        try:
            np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise OSError(errno.ENOSPC, "an array was cut short", str(path)) from error


def _file_table(staging: Path) -> dict[str, dict[str, Any]]:
    table = {}
    for path in sorted(staging.rglob("*")):
        if path.is_file():
            table[path.relative_to(staging).as_posix()] = {"bytes": path.stat().st_size, "sha256": file_digest(path)}
    return table


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync_path(path)
    _sync_path(folder)


def _sync_path(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
