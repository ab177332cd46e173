"""Small rankings drawn at random, and the scalar reference for what is compiled from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from reasoner.ranking.disease_profile import Profiles, RankingInput, Sparse
from reasoner.ranking.likelihood_ratio import observed_counts

__all__ = ["dense", "ranking_inputs", "without_rows"]


@st.composite
def ranking_inputs(draw: st.DrawFn) -> RankingInput:
    """A few terms below one root, diseases of one or two entries, rows with and without counts, genes in common."""
    terms = draw(st.integers(2, 9))
    parents = [draw(st.sets(st.integers(0, child - 1), min_size=1, max_size=2)) for child in range(1, terms)]
    is_a = [(child, parent) for child, above in enumerate(parents, 1) for parent in sorted(above)]
    twofold = draw(st.lists(st.booleans(), min_size=1, max_size=5))
    owners = [(f"OMIM:{number}", number) for number in range(len(twofold))]
    owners += [(f"ORPHA:{number}", number) for number, has_second in enumerate(twofold) if has_second]
    count = st.one_of(st.none(), st.integers(0, 12))
    row = st.tuples(st.integers(0, len(owners) - 1), st.integers(0, terms - 1), count, count)
    rows = sorted(draw(st.lists(row, min_size=1, max_size=14)), key=lambda one: one[:2])
    pair = st.tuples(st.integers(0, len(owners) - 1), st.integers(0, len(owners) - 1))
    linked = {(a, b) for a, b in draw(st.sets(pair, max_size=5)) if a != b}
    counts = np.array([observed_counts(n, m) for _, _, n, m in rows])
    return RankingInput(
        terms=("HP:0000118", *(f"HP:1{number:06}" for number in range(1, terms))),
        is_a=_numbers(sorted(is_a), 2),
        diseases=tuple(f"OMIM:{number}" for number in range(len(twofold))),
        entries=tuple(entry for entry, _ in owners),
        entry_disease=_numbers([disease for _, disease in owners]),
        row_entry=_numbers([entry for entry, *_ in rows]),
        row_term=_numbers([term for _, term, *_ in rows]),
        row_n=counts[:, 0],
        row_m=counts[:, 1],
        weights=np.ones(len(twofold)),
        links=_numbers(sorted(linked | {(b, a) for a, b in linked}), 2),
    )


def without_rows(data: RankingInput, gone: set[int]) -> RankingInput:
    """The same ranking as if some rows had never been read."""
    kept = np.array([row for row in range(len(data.row_term)) if row not in gone], dtype=np.int64)
    return replace(
        data,
        row_entry=data.row_entry[kept],
        row_term=data.row_term[kept],
        row_n=data.row_n[kept],
        row_m=data.row_m[kept],
    )


def dense(profiles: Profiles, rows: Sparse) -> npt.NDArray[np.float64]:
    """Sparse profiles as a matrix, diseases × terms."""
    matrix = np.zeros((len(rows.starts) - 1, len(profiles.data.terms)))
    for number in range(len(matrix)):
        columns, values = rows.row(number)
        matrix[number, columns] = values
    return matrix


def _numbers(values: Any, width: int | None = None) -> npt.NDArray[np.int64]:
    numbers = np.array(values, dtype=np.int64)
    return numbers if width is None else numbers.reshape(-1, width)
