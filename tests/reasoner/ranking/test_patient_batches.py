"""Batches: whose patients they are, what is known of them, and how often each disease comes."""

from __future__ import annotations

import numpy as np
import pytest

from reasoner.ranking.patient_batches import PatientBatches
from reasoner.ranking.reference_views import annotated_terms, reference_views
from tests.reasoner.ranking.learnable import learnable_graph


def batches(view_share: float, seed: int = 0) -> PatientBatches:
    graph = learnable_graph()
    views = reference_views(graph.profiles, graph.references)
    annotated = annotated_terms(graph.profiles.data)
    return PatientBatches(graph.profiles, graph.arrays, annotated, views, view_share=view_share, seed=seed)


def test_a_batch_has_as_many_patients_as_asked_each_with_findings() -> None:
    batch = batches(0.5).draw(300)
    lengths = np.diff(np.append(batch.starts, len(batch.terms)))
    assert len(batch.diseases) == len(batch.views) == len(batch.excess) == len(batch.starts) == 300
    assert lengths.min() >= 1


def test_the_share_of_views_is_as_asked_and_each_is_of_its_disease() -> None:
    drawn = batches(0.5)
    batch = drawn.draw(2000)
    seen = batch.views >= 0
    # All references of this graph are publications, which are six tenths of the views' share.
    assert seen.mean() == pytest.approx(0.3, abs=0.04)
    assert (drawn.views.diseases[batch.views[seen]] == batch.diseases[seen]).all()
    assert (batch.excess[~seen] == 0).all()
    assert batch.excess[seen].mean() > 0


def test_without_views_every_patient_is_of_a_whole_disease() -> None:
    assert (batches(0.0).draw(100).views == -1).all()


def test_diseases_come_by_the_root_of_their_rows() -> None:
    graph = learnable_graph()
    data = graph.profiles.data
    rows = np.bincount(data.entry_disease[data.row_entry], minlength=len(data.diseases))
    found = np.bincount(batches(0.0).draw(40_000).diseases, minlength=len(data.diseases)) / 40_000
    assert found == pytest.approx(np.sqrt(rows) / np.sqrt(rows).sum(), abs=0.005)


def test_the_same_seed_gives_the_same_batch() -> None:
    first, again = batches(0.5, 3).draw(50), batches(0.5, 3).draw(50)
    assert first.terms.tolist() == again.terms.tolist()
    assert first.views.tolist() == again.views.tolist()
