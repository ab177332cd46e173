"""What a build keeps of a Merkle tree is enough for every proof."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.merkle import MerkleTree, leaf_hash, verify_proof
from kg_builder.snapshot_layout import UNSTORED_LEVELS, stored_levels, stored_tree


@given(st.integers(1, 140))
def test_lower_levels_made_anew_and_the_stored_ones_give_the_whole_trees_proofs(n: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(n)]
    whole = MerkleTree.from_leaves(leaves)
    stored = stored_tree(stored_levels(whole), n)
    assert stored.root == whole.root
    width = 1 << UNSTORED_LEVELS
    for number, leaf in enumerate(leaves):
        below = MerkleTree.from_leaves(leaves[number // width * width :][:width])
        proof = below.proof(number % width) + stored.proof(number // width)
        assert proof == whole.proof(number)
        assert verify_proof(leaf, proof, whole.root)


@given(st.integers(0, 140))
def test_a_file_of_all_levels_serves_as_well(n: int) -> None:
    whole = MerkleTree.from_leaves([leaf_hash(str(number).encode()) for number in range(n)])
    all_levels = np.concatenate(whole.levels)
    assert stored_tree(all_levels, n).root == whole.root
    assert len(stored_levels(whole)) <= max(1, len(all_levels) // 4)
