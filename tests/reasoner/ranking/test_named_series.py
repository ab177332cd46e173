"""Series of which the graph knows members by name alone."""

from __future__ import annotations

import numpy as np

from kg_builder.snapshot import Snapshot
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.named_series import NamedSeries


def test_a_graph_that_names_no_disease_without_symptoms_has_no_series(clinic: Snapshot) -> None:
    index = RankingIndex.open(clinic)
    series = NamedSeries.open(index)
    assert series.best_fit([0]) == 0.0 or series.series


def test_one_member_s_profile_speaks_as_the_formula_does(clinic: Snapshot) -> None:
    index = RankingIndex.open(clinic)
    starts, terms = index.array("profile_starts"), index.array("profile_terms")
    held = int(terms[int(starts[1]) - 1])
    series = NamedSeries(index, [[0]])
    assert np.isclose(series.best_fit([held]), float(index.excess(held)[0]), atol=1e-4)
    assert series.best_fit([]) == 0.0
    assert NamedSeries(index, []).best_fit([held]) == 0.0
