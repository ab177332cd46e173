"""Names of a snapshot's files, and the two keys that reader and writer share."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

__all__ = ["BLOCK_ROWS", "CURRENT", "DERIVED", "MANIFEST", "TOPOLOGY", "name_key", "split_levels"]

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
TOPOLOGY = "topology"
DERIVED = "derived"
# Rows of a Parquet row group: what one look-up reads.
BLOCK_ROWS = 2048


def name_key(name: str) -> np.uint64:
    """A 64-bit key of a case-folded name."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.casefold().encode(), digest_size=8).digest(), "big"))


def split_levels(stored: npt.NDArray[np.uint8], leaves: int) -> list[npt.NDArray[np.uint8]]:
    """Levels of a Merkle tree from their concatenation, leaves first."""
    levels, start, length = [], 0, leaves
    while True:
        levels.append(stored[start : start + length])
        start += length
        if length <= 1:
            return levels
        length = (length + 1) // 2
