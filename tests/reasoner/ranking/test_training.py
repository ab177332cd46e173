"""The fit: it beats the formula on patients kept apart, and gives the same vectors again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from reasoner.ranking.correction import Correction
from reasoner.ranking.patient_batches import PatientBatches
from reasoner.ranking.ranker_vectors import RankerVectors
from reasoner.ranking.reference_views import annotated_terms, reference_views
from reasoner.ranking.score_rows import ScoreRows
from reasoner.ranking.training import MEMBERS, TrainingGraph, fit_vectors
from tests.reasoner.ranking.learnable import learnable_graph


class Arrays:
    """What a correction needs of an index, straight from the arrays."""

    def __init__(self, graph: TrainingGraph) -> None:
        self._graph = graph

    def array(self, name: str) -> npt.NDArray[np.float64]:
        return self._graph.arrays[name]

    def ancestors(self, term: int) -> list[int]:
        starts = self._graph.profiles.starts
        return self._graph.profiles.ancestors[starts[term] : starts[term + 1]].tolist()


@pytest.fixture(scope="module")
def graph() -> TrainingGraph:
    return learnable_graph()


@pytest.fixture(scope="module")
def vectors(graph: TrainingGraph) -> RankerVectors:
    return fit_vectors(graph, batches=150, batch_size=64, rank=8)


def test_it_beats_the_formula_on_patients_kept_apart(graph: TrainingGraph, vectors: RankerVectors) -> None:
    rows, correction = ScoreRows(graph.arrays), Correction(vectors, Arrays(graph))
    views = reference_views(graph.profiles, graph.references)
    annotated = annotated_terms(graph.profiles.data)
    unseen = PatientBatches(graph.profiles, graph.arrays, annotated, views, view_share=0.0, seed=99).draw(1000)
    ends = np.append(unseen.starts[1:], len(unseen.terms))
    formula, corrected = 0.0, 0.0
    for start, end, truth in zip(unseen.starts, ends, unseen.diseases, strict=True):
        terms = unseen.terms[start:end].tolist()
        ratios = rows.total(terms)
        scores = ratios + correction.total(terms)
        formula += 1 / (ratios >= ratios[truth]).sum()
        corrected += 1 / (scores >= scores[truth]).sum()
    assert corrected > 1.03 * formula


def test_the_same_seed_gives_the_same_vectors(graph: TrainingGraph) -> None:
    first, again, other = (fit_vectors(graph, seed=seed, batches=10, batch_size=16, rank=4) for seed in (1, 1, 2))
    assert first.sha256 == again.sha256
    assert first.sha256 != other.sha256


def test_what_all_diseases_share_is_left_out(vectors: RankerVectors) -> None:
    assert np.abs(vectors.disease_vectors().mean(axis=0)).max() < 1e-2


def test_a_graph_without_views_is_fitted_on_whole_diseases(graph: TrainingGraph) -> None:
    alone = graph._replace(references=[frozenset({"OMIM:1"})] * len(graph.references))
    vectors = fit_vectors(alone, batches=5, batch_size=16, rank=4)
    assert len(vectors.diseases) == len(graph.profiles.data.diseases)
    assert np.isfinite(vectors.disease_vectors()).all()


def test_progress_is_told(graph: TrainingGraph) -> None:
    said: list[str] = []
    fit_vectors(graph, batches=2, batch_size=8, rank=2, progress=said.append)
    assert len(said) == len(MEMBERS)
