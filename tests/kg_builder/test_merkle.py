"""The tree over a build's records: exactly the tree that the certificate's readers expect."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.merkle import EMPTY_ROOT, MerkleTree, build_id_of, leaf_hash, verify_proof


def _reference_root(hashes: list[bytes]) -> bytes:
    """The tree written as plainly as it is described."""
    while len(hashes) > 1:
        pairs = [hashes[i : i + 2] for i in range(0, len(hashes), 2)]
        hashes = [hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return hashes[0]


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70))
def test_root_is_the_reference_root_and_every_proof_leads_to_it(records: list[bytes]) -> None:
    leaves = [leaf_hash(record) for record in records]
    tree = MerkleTree.from_leaves(leaves)
    assert tree.root == _reference_root(leaves)
    assert all(verify_proof(leaf, tree.proof(i), tree.root) for i, leaf in enumerate(leaves))


@given(st.integers(2, 60), st.data())
def test_a_proof_fails_for_another_leaf_and_for_an_altered_step(n: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(str(i).encode()) for i in range(n)]
    tree = MerkleTree.from_leaves(leaves)
    i = data.draw(st.integers(0, n - 1))
    proof = tree.proof(i)
    side, sibling = proof[0]
    assert not verify_proof(leaf_hash(b"other"), proof, tree.root)
    assert not verify_proof(leaves[i], proof[1:], tree.root)
    assert not verify_proof(leaves[i], [("left" if side == "right" else "right", sibling), *proof[1:]], tree.root)


@pytest.mark.parametrize("step", [("up", "00" * 32), ("left", "zz"), ("left", "00"), ("left",), ("left", 7)])
def test_a_malformed_step_is_no_proof(step: tuple[object, ...]) -> None:
    assert not verify_proof(leaf_hash(b"a"), [step], leaf_hash(b"a"))  # type: ignore[list-item]


def test_bytes_and_array_give_the_same_tree() -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(5)]
    array = np.frombuffer(b"".join(leaves), dtype=np.uint8).reshape(5, 32)
    assert MerkleTree.from_leaves(array).root == MerkleTree.from_leaves(leaves).root


def test_empty_tree_has_a_root_and_no_proofs() -> None:
    tree = MerkleTree.from_leaves([])
    assert tree.root == EMPTY_ROOT
    with pytest.raises(IndexError):
        tree.proof(0)


def test_build_id_names_schema_counts_and_roots() -> None:
    root = leaf_hash(b"a")
    ids = {
        build_id_of("1", 1, root, 1, root),
        build_id_of("2", 1, root, 1, root),
        build_id_of("1", 2, root, 1, root),
        build_id_of("1", 1, EMPTY_ROOT, 1, root),
        build_id_of("1", 1, root, 1, EMPTY_ROOT),
    }
    assert len(ids) == 5 and all(len(build) == 64 for build in ids)
