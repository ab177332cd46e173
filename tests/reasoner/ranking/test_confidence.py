"""How sure a ranking is: laws of the probabilities, and patients whose disease the graph lacks."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.snapshot import Snapshot
from ontologies.errors import GraphDamagedError, InputError
from ontologies.term_id import TermId
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.confidence import (
    ConfidenceEstimator,
    ConfidenceModel,
    estimator_of,
    formula_version,
    shipped_model,
)
from reasoner.ranking.confidence_features import FEATURES, FeatureReader, Features
from reasoner.ranking.confidence_fit import fit_confidence, fit_logistic, simulate_rankings
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.score_term import ScoreTerm

ARACHNODACTYLY, LENS, SEIZURE = (TermId.parse(f"HP:{local}") for local in ("0001166", "0001083", "0001250"))
values = st.lists(st.floats(-1e3, 1e3), min_size=len(FEATURES), max_size=len(FEATURES)).map(lambda v: Features(*v))


@given(values, st.floats(0.01, 0.99))
def test_the_probabilities_are_ordered_and_between_0_and_1(features: Features, share: float) -> None:
    held = shipped_model().confidence(features, absent_share=share)
    assert 0.0 <= held.leading_is_right <= held.entity_is_right <= held.in_graph <= 1.0


@given(values)
def test_the_contributions_sum_to_the_log_odds(features: Features) -> None:
    held = shipped_model().confidence(features)
    assert 1.0 / (1.0 + math.exp(-sum(held.contributions.values()))) == pytest.approx(held.in_graph)


@given(values, st.integers(0, len(FEATURES) - 1), st.floats(0.0, 5.0))
def test_a_feature_moves_the_probability_the_way_of_its_weight(features: Features, place: int, more: float) -> None:
    model = shipped_model()
    moved = Features(*(value + more * (number == place) for number, value in enumerate(features)))
    before, after = model.confidence(features).in_graph, model.confidence(moved).in_graph
    assert (after - before) * model.in_graph.weights[place] >= 0


@given(values, st.floats(0.01, 0.98))
def test_the_more_diseases_are_absent_the_less_likely_one_is_present(features: Features, share: float) -> None:
    model = shipped_model()
    assert (
        model.confidence(features, absent_share=share + 0.01).in_graph
        <= model.confidence(features, absent_share=share).in_graph
    )


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0, math.nan])
def test_a_share_must_lie_between_0_and_1(share: float) -> None:
    with pytest.raises(InputError, match="share of absent"):
        shipped_model().confidence(Features(*[0.0] * len(FEATURES)), absent_share=share)


def test_the_shipped_model_is_of_this_formula_and_reads_back_as_written() -> None:
    model = shipped_model()
    assert model.formula == formula_version()
    assert ConfidenceModel.from_document(json.loads(json.dumps(model.document()))) == model


@pytest.mark.parametrize("change", [{"features": ["other"]}, {"in_graph": {}}, {"means": None}])
def test_a_damaged_model_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(GraphDamagedError, match="confidence model"):
        ConfidenceModel.from_document({**shipped_model().document(), **change})


@pytest.mark.parametrize("observed", [[SEIZURE], [ARACHNODACTYLY, LENS]])
def test_the_features_of_short_cases_are_finite(clinic: Snapshot, observed: list[TermId]) -> None:
    ranker = CaseRanker.open(clinic, ranker="none")
    held = estimator_of(ranker.index).estimate(ranker.rank(observed), [ranker.index.term_number(LENS)])
    assert held is not None
    assert np.isfinite(held.features).all()


def test_nothing_is_estimated_without_findings_or_with_genes_or_for_another_formula(clinic: Snapshot) -> None:
    ranker = CaseRanker.open(clinic, ranker="none")
    estimator = estimator_of(ranker.index)
    genes = ScoreTerm("genes", np.zeros(len(ranker.index.disease_ids), dtype=np.float32))
    other = ConfidenceEstimator(estimator.reader, replace(estimator.model, formula="another"))
    assert estimator.estimate(ranker.rank([])) is None
    assert estimator.estimate(ranker.rank([SEIZURE], further=[genes])) is None
    assert other.estimate(ranker.rank([SEIZURE])) is None


def test_a_case_without_findings_has_features_of_0(clinic: Snapshot) -> None:
    ranker = CaseRanker.open(clinic, ranker="none")
    reader = FeatureReader(ranker.index, Grouping.open(clinic.folder))
    assert set(reader.read(reader.evidence(ranker.rank([]), np.empty(0, dtype=np.int64)))) == {0.0}


def test_findings_that_no_one_disease_explains_match_less(clinic: Snapshot) -> None:
    ranker = CaseRanker.open(clinic, ranker="none", uniform_prior=True)
    estimator = estimator_of(ranker.index)
    known, unknown = (
        estimator.estimate(ranker.rank(observed)) for observed in ([ARACHNODACTYLY, LENS], [LENS, SEIZURE])
    )
    assert known is not None
    assert unknown is not None
    assert known.features.telling_findings > unknown.features.telling_findings
    assert known.features.exact_matches > unknown.features.exact_matches


def test_a_fit_tells_simulated_patients_of_absent_diseases(clinic: Snapshot) -> None:
    simulated = simulate_rankings(CaseRanker.open(clinic, ranker="none"), patients=300, newest=5)
    model = fit_confidence(simulated)
    estimate = np.array([model.confidence(Features(*row)).in_graph for row in simulated.features.tolist()])
    assert estimate[simulated.present].mean() > estimate[~simulated.present].mean()
    assert not simulated.leading_right[~simulated.present].any()


def test_the_same_seed_simulates_the_same(clinic: Snapshot) -> None:
    ranker = CaseRanker.open(clinic, ranker="none")
    first, again = (simulate_rankings(ranker, patients=10, newest=5, seed=3) for _ in range(2))
    assert (first.features == again.features).all()


def test_too_few_entries_to_take_out_are_refused(clinic: Snapshot) -> None:
    with pytest.raises(InputError, match="too few OMIM entries"):
        simulate_rankings(CaseRanker.open(clinic, ranker="none"), newest=12)


def test_logistic_regression_finds_the_weights_that_made_the_data() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(20_000, 2))
    chance = 1.0 / (1.0 + np.exp(-(0.5 + features @ np.array([1.5, -1.0]))))
    fitted = fit_logistic(features, random.random(len(chance)) < chance)
    assert [fitted.intercept, *fitted.weights] == pytest.approx([0.5, 1.5, -1.0], abs=0.1)
