"""Merkle tree over the records of a build: one root for all, a short proof for each.

A leaf is SHA-256 of a zero byte and the canonical record, an inner node SHA-256 of a one byte and its two children; the
last node of an odd level moves up unchanged. The two first bytes keep a leaf from passing as an inner node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kg_builder.canonical import canonical_json

__all__ = ["EMPTY_ROOT", "HASH_BYTES", "MerkleTree", "Proof", "build_id_of", "leaf_hash", "root_of", "verify_proof"]

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Proof = list[tuple[str, str]]
"""From the leaf up: on which side the sibling stands (`left` or `right`) and its hash in hex."""

_LEAF = b"\x00"
_INNER = b"\x01"


def leaf_hash(record: bytes) -> bytes:
    """The leaf of one record's canonical bytes.

    >>> leaf_hash(b"{}").hex()[:16]
    '28a3a18f6cd6406b'
    """
    return hashlib.sha256(_LEAF + record).digest()


def verify_proof(leaf: bytes, proof: Iterable[Sequence[str]], root: bytes) -> bool:
    """Whether the proof leads from the leaf to the root; a malformed proof does not."""
    steps = list(proof)
    return all(_sibling(step) is not None for step in steps) and root_of(leaf, steps) == root


def root_of(leaf: bytes, proof: Iterable[Sequence[str]]) -> bytes:
    """The root to which a well-formed proof leads."""
    current = leaf
    for side, sibling in proof:
        pair = bytes.fromhex(sibling) + current if side == "left" else current + bytes.fromhex(sibling)
        current = hashlib.sha256(_INNER + pair).digest()
    return current


def build_id_of(schema_version: str, nodes: int, nodes_root: bytes, edges: int, edges_root: bytes) -> str:
    """The build id, 64 hex digits, that names exactly these nodes and edges under that schema."""
    parts = ["aitia-build", schema_version, nodes, nodes_root.hex(), edges, edges_root.hex()]
    return hashlib.sha256(canonical_json(parts)).hexdigest()


class MerkleTree:
    """All levels of a tree, leaves first, each an array of uint8 of shape [n, 32]."""

    def __init__(self, levels: Sequence[NDArray[np.uint8]]) -> None:
        self.levels = tuple(levels)

    @classmethod
    def from_leaves(cls, hashes: NDArray[np.uint8] | Sequence[bytes]) -> Self:
        """Build the tree over leaf hashes, given as uint8 [n, 32] or as bytes.

        >>> leaves = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")]
        >>> tree = MerkleTree.from_leaves(leaves)
        >>> [verify_proof(leaves[2], tree.proof(i), tree.root) for i in range(3)]
        [False, False, True]
        """
        levels = [_as_level(hashes)]
        while len(levels[-1]) > 1:
            levels.append(_next_level(levels[-1]))
        return cls(levels)

    def __len__(self) -> int:
        return len(self.levels[0])

    @property
    def root(self) -> bytes:
        """The hash of the whole, 32 bytes."""
        return self.levels[-1][0].tobytes() if len(self) else EMPTY_ROOT

    def proof(self, index: int) -> Proof:
        """The siblings on the way from a leaf to the root.

        Raises:
            IndexError: there is no such leaf.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"no leaf {index} in a tree of {len(self)}")
        proof: Proof = []
        for level in self.levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                proof.append(("left" if sibling < index else "right", level[sibling].tobytes().hex()))
            index //= 2
        return proof


def _as_level(hashes: NDArray[np.uint8] | Sequence[bytes]) -> NDArray[np.uint8]:
    if isinstance(hashes, np.ndarray):
        return hashes.reshape(-1, HASH_BYTES)
    return np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(-1, HASH_BYTES)


def _next_level(level: NDArray[np.uint8]) -> NDArray[np.uint8]:
    pairs = len(level) // 2
    width = 1 + 2 * HASH_BYTES
    block = np.empty((pairs, width), dtype=np.uint8)
    block[:, 0] = _INNER[0]
    block[:, 1:] = level[: 2 * pairs].reshape(pairs, 2 * HASH_BYTES)
    view = memoryview(block.tobytes())
    sha256 = hashlib.sha256
    digests = [sha256(view[start : start + width]).digest() for start in range(0, pairs * width, width)]
    if len(level) % 2:
        digests.append(level[-1].tobytes())
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, HASH_BYTES)


def _sibling(step: Sequence[str]) -> bytes | None:
    if len(step) != 2 or step[0] not in ("left", "right") or not isinstance(step[1], str):
        return None
    try:
        sibling = bytes.fromhex(step[1])
    except ValueError:
        return None
    return sibling if len(sibling) == HASH_BYTES else None
