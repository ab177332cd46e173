"""Names of a snapshot's files, and what reader and writer share."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_builder.merkle import MerkleTree
from ontologies.errors import GraphDamagedError, GraphMissingError

__all__ = [
    "BLOCK_ROWS",
    "CURRENT",
    "DERIVED",
    "HASHED_BYTES",
    "MANIFEST",
    "REBUILD",
    "TOPOLOGY",
    "UNSTORED_LEVELS",
    "file_digest",
    "name_key",
    "open_array",
    "stored_levels",
    "stored_tree",
]

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
TOPOLOGY = "topology"
DERIVED = "derived"
REBUILD = "Run `aitia build` again"
# Up to this size a file's hash is compared whenever the graph is opened: all but the rows of scores, in 0.1 s.
HASHED_BYTES = 1 << 25
# Rows of a Parquet row group: what one look-up reads.
BLOCK_ROWS = 2048
# Levels of the Merkle trees, leaves first, that are hashed anew from the records whenever a proof needs them.
UNSTORED_LEVELS = 3


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_array(path: Path) -> npt.NDArray[Any]:
    """An array of a build, memory-mapped, read only.

    Raises:
        GraphMissingError: the build was removed.
        GraphDamagedError: the file is no array.
    """
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except FileNotFoundError as error:
        raise GraphMissingError("this build is gone", value=path, remedy="Open the graph again") from error
    except (ValueError, EOFError, SyntaxError, TokenError) as error:
        raise GraphDamagedError("a file of the graph was altered", value=path, remedy=REBUILD) from error


def name_key(name: str) -> np.uint64:
    """A 64-bit key of a case-folded name."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.casefold().encode(), digest_size=8).digest(), "big"))


def stored_levels(tree: MerkleTree) -> npt.NDArray[np.uint8]:
    """The levels of a Merkle tree that a build keeps, lowest first: the rest is most of it, and quick to redo."""
    return np.concatenate(tree.levels[UNSTORED_LEVELS:] or tree.levels[-1:])


def stored_tree(stored: npt.NDArray[np.uint8], leaves: int) -> MerkleTree:
    """The tree over the lowest stored level.

    Args:
        stored: what `stored_levels` gave.
        leaves: how many leaves the whole tree has.
    """
    lengths = [-(-leaves >> UNSTORED_LEVELS)]
    while lengths[-1] > 1:
        lengths.append((lengths[-1] + 1) // 2)
    # From the end: a file that begins with lower levels serves as well.
    ends = len(stored) - np.cumsum([0, *reversed(lengths)])[::-1]
    return MerkleTree([stored[start:end] for start, end in pairwise(ends.tolist())])
