"""A made-up graph with enough structure to learn from: families of diseases that share most of their terms."""

from __future__ import annotations

import numpy as np

from reasoner.ranking.compiling import compile_arrays
from reasoner.ranking.disease_profile import Profiles, RankingInput
from reasoner.ranking.training import TrainingGraph

__all__ = ["learnable_graph", "learnable_input"]

GROUPS, LEAVES, FAMILIES, MEMBERS = 12, 6, 10, 5


def learnable_input(seed: int = 0) -> tuple[RankingInput, list[frozenset[str]]]:
    """Terms in twelve groups; fifty diseases in ten families, each described by two publications."""
    random = np.random.default_rng(seed)
    terms = ["HP:0000118", *(f"HP:1{number:06}" for number in range(GROUPS + GROUPS * LEAVES))]
    is_a = [(1 + group, 0) for group in range(GROUPS)]
    is_a += [(1 + GROUPS + leaf, 1 + leaf // LEAVES) for leaf in range(GROUPS * LEAVES)]
    rows: list[tuple[int, int, float, float, str]] = []
    for disease in range(FAMILIES * MEMBERS):
        family = np.random.default_rng(1000 + disease // MEMBERS)
        leaves = (
            1
            + GROUPS
            + np.concatenate(
                [family.choice(GROUPS * LEAVES, 6, replace=False), random.choice(GROUPS * LEAVES, 3, replace=False)]
            )
        )
        for publication in range(2):
            seen = random.random(len(leaves)) < 0.7
            seen[publication] = True
            rows += [
                (disease, int(leaf), float(random.integers(3, 10)), 10.0, f"PMID:{disease}{publication}")
                for leaf in np.unique(leaves[seen])
            ]
    rows.sort(key=lambda row: row[:2])
    names = tuple(f"OMIM:{100000 + disease}" for disease in range(FAMILIES * MEMBERS))
    numbers = np.arange(len(names), dtype=np.int64)
    data = RankingInput(
        terms=tuple(terms),
        is_a=np.array(sorted(is_a), dtype=np.int64),
        diseases=names,
        entries=names,
        entry_disease=numbers,
        row_entry=np.array([row[0] for row in rows], dtype=np.int64),
        row_term=np.array([row[1] for row in rows], dtype=np.int64),
        row_n=np.array([row[2] for row in rows]),
        row_m=np.array([row[3] for row in rows]),
        weights=np.ones(len(names)),
        links=np.empty((0, 2), dtype=np.int64),
    )
    return data, [frozenset({row[4]}) for row in rows]


def learnable_graph(seed: int = 0) -> TrainingGraph:
    """The same, compiled."""
    data, references = learnable_input(seed)
    profiles = Profiles(data)
    return TrainingGraph(profiles, compile_arrays(profiles), references)
