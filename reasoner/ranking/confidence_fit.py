"""Fit the confidence on patients simulated from a graph: the newest diseases play those that the graph lacks.

The newest OMIM entries are taken out of the candidates; their simulated patients are the absent ones. Present patients
are drawn from the other entries: from one publication and ranked against what the others say (hard), from the whole
disease in another author's words (between), and in words nearly as annotated (easy). No patient record is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.confidence import ConfidenceModel, LogisticPart, formula_version
from reasoner.ranking.confidence_features import FEATURES, CaseEvidence, FeatureReader, frequency_in
from reasoner.ranking.disease_profile import Sparse
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.likelihood_ratio import FLOOR
from reasoner.ranking.named_series import NamedSeries
from reasoner.ranking.ranker_fit import row_references
from reasoner.ranking.reference_views import ReferenceViews, annotated_terms, excess_without, reference_views
from reasoner.ranking.simulation import (
    BETWEEN_AUTHORS,
    WITHIN_AUTHOR,
    Imprecision,
    PatientSimulator,
    TermMoves,
)

__all__ = ["SimulatedRankings", "fit_confidence", "fit_logistic", "simulate_rankings"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEWEST = 230
"""Entries that play the absent diseases, known by name alone: as many as the full graph of 2025 knows so."""
_SHARES = (1.0, 0.1, 0.1)
"""Patients of each kind. The hard kind is what a patient is like who was never published before."""
_MEDIAN_LENGTH, _SPREAD = 10.0, 0.8
NEARLY_AS_ANNOTATED = Imprecision(less_precise=0.08, more_precise=0.05, sibling=0.07, cousin=0.05, unrelated=0.3)
_PATIENTS_WITH_EXCLUDED = 0.6
_NOTED_ABSENCE = 0.5
_PENALTY = 1.0


class SimulatedRankings(NamedTuple):
    """What came of simulated patients.

    Args:
        features: shape (patients, features).
        present: whether the graph holds the disease.
        leading_right: whether the leading disease is it.
        entity_right: whether the leading entity is, or has it.
    """

    features: Floats
    present: Bools
    leading_right: Bools
    entity_right: Bools


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way of drawing patients: which rows, whose diseases, and how the words differ."""

    shown: Sparse
    owner: Ints
    imprecision: Imprecision
    weight: Floats
    is_view: bool


def fit_confidence(simulated: SimulatedRankings) -> ConfidenceModel:
    """Fit the logistic models.

    Args:
        simulated: with patients of both kinds.
    """
    means = simulated.features.mean(axis=0)
    scales = np.maximum(simulated.features.std(axis=0), 1e-6)
    standardised = np.clip((simulated.features - means) / scales, -4.0, 4.0)
    held = simulated.present
    unnamed = standardised * [name != "known_by_name" for name in FEATURES]
    return ConfidenceModel(
        formula_version(),
        tuple(means.tolist()),
        tuple(scales.tolist()),
        in_graph=fit_logistic(standardised, held),
        in_graph_unnamed=fit_logistic(unnamed, held),
        leading=fit_logistic(unnamed[held], simulated.leading_right[held]),
        entity=fit_logistic(unnamed[held], simulated.entity_right[held]),
    )


def fit_logistic(
    features: Floats, truth: Bools, *, penalty: float = _PENALTY, steps: int = 50, counts: Floats | None = None
) -> LogisticPart:
    """Logistic regression by Newton's method; the weights are penalised, the intercept is not.

    Args:
        features: a row for each patient.
        truth: of each patient.
        penalty: on the squared weights.
        steps: at most.
        counts: what each patient counts; None for 1.
    """
    count = np.ones(len(features)) if counts is None else counts
    design = np.concatenate([np.ones((len(features), 1)), features], axis=1)
    ridge = np.diag([1e-9, *[penalty] * features.shape[1]])
    solution = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ solution, -30.0, 30.0)))
        gradient = design.T @ (count * (chance - truth)) + ridge @ solution
        curvature = (design * (count * chance * (1.0 - chance))[:, None]).T @ design + ridge
        change = np.linalg.solve(curvature, gradient)
        solution -= change
        if float(np.abs(change).max()) < 1e-9:
            break
    return LogisticPart(float(solution[0]), tuple(solution[1:].tolist()))


def simulate_rankings(
    ranker: CaseRanker,
    *,
    patients: int = 1500,
    newest: int = NEWEST,
    seed: int = 0,
    progress: Callable[[str], None] = lambda message: None,
) -> SimulatedRankings:
    """Draw patients and rank them.

    Args:
        ranker: of the graph.
        patients: of the hard kind, present and as many absent; a tenth of each other kind.
        newest: how many diseases are taken out.
        seed: of all chance.
        progress: is told how far it is.

    Raises:
        InputError: the graph has too few OMIM entries.
    """
    simulation = _Simulation(ranker, newest, np.random.default_rng(seed))
    rows: list[tuple[float, ...]] = []
    outcomes: list[tuple[bool, bool, bool]] = []
    for number, kind in enumerate(simulation.kinds):
        for present in (True, False):
            progress(f"simulating patients: kind {number + 1}, {'present' if present else 'absent'}")
            for features, leading, entity in simulation.rankings(
                kind, present, max(round(patients * _SHARES[number]), 1)
            ):
                rows.append(features)
                outcomes.append((present, leading, entity))
    held = np.array(outcomes, dtype=bool)
    return SimulatedRankings(np.array(rows, dtype=np.float64), held[:, 0], held[:, 1], held[:, 2])


def _noted(random: np.random.Generator, count: int) -> Ints:
    """How many findings a published patient has: about ten."""
    return np.clip(np.rint(np.exp(random.normal(np.log(_MEDIAN_LENGTH), _SPREAD, count))), 1, 40).astype(np.int64)


class _Simulation:
    def __init__(self, ranker: CaseRanker, newest: int, random: np.random.Generator) -> None:
        self._ranker, self._index, self._random = ranker, ranker.index, random
        profiles = self._index.profiles
        ids = self._index.disease_ids
        self._dated = np.array([disease.prefix == "OMIM" for disease in ids], dtype=bool)
        numbers = np.array([int(disease.local) if disease.prefix == "OMIM" else 0 for disease in ids])
        if newest >= int(self._dated.sum()) // 2:
            raise InputError("too few OMIM entries to take the newest out", value=newest, remedy="Take out fewer")
        self._new = self._dated & (numbers >= np.sort(numbers)[-newest])
        series = NamedSeries.open(self._index, lacking=self._new)
        grouping = Grouping.open(self._index.snapshot.folder)
        self.reader = FeatureReader(self._index, grouping, series=series, lacking=self._new)
        self._views: ReferenceViews = reference_views(profiles, row_references(self._index))
        self._moves = TermMoves(profiles.data)
        self._further = sum((np.asarray(term.nats) for term in ranker.priors()), np.zeros(len(ids), np.float32))
        self.kinds = self._kinds()

    def _kinds(self) -> list[_Kind]:
        profiles, views = self._index.profiles, self._views
        whole, count = annotated_terms(profiles.data), len(self._dated)
        rows = np.bincount(profiles.data.entry_disease[profiles.data.row_entry], minlength=count)
        weight, everyone = np.sqrt(rows), np.arange(count)
        views_of = np.bincount(views.diseases[views.publication], minlength=count)
        of_view = views.publication / np.sqrt(np.maximum(views_of[views.diseases], 1))
        return [
            _Kind(views.shown, views.diseases, WITHIN_AUTHOR, of_view, is_view=True),
            _Kind(whole, everyone, BETWEEN_AUTHORS, weight, is_view=False),
            _Kind(whole, everyone, NEARLY_AS_ANNOTATED, weight, is_view=False),
        ]

    def rankings(self, kind: _Kind, present: bool, count: int) -> list[tuple[tuple[float, ...], bool, bool]]:
        """Features of patients, and whether the leading disease and entity are right; none where none can be drawn."""
        of_kind = self._dated & (~self._new if present else self._new)
        weight = kind.weight * of_kind[kind.owner]
        if not weight.sum():
            return []
        rows = self._random.choice(len(weight), count, p=weight / weight.sum())
        drawn = PatientSimulator(self._moves, kind.shown, kind.imprecision, _noted, self._random).draw(rows)
        ends = np.append(drawn.starts[1:], len(drawn.terms))
        found = []
        for row, start, end in zip(rows.tolist(), drawn.starts.tolist(), ends.tolist(), strict=True):
            disease, evidence = int(kind.owner[row]), self._evidence(kind, row, drawn.terms[start:end], present)
            first = int(evidence.scores.argmax())
            same = bool(self.reader.entities[first] == self.reader.entities[disease])
            found.append((tuple(self.reader.read(evidence)), first == disease, present and same))
        return found

    def _evidence(self, kind: _Kind, row: int, terms: Ints, present: bool) -> CaseEvidence:
        index, disease = self._index, int(kind.owner[row])
        excess = np.stack([index.excess(term) for term in terms.tolist()])
        frequency: Callable[[int, Ints], Floats] = self.reader.frequency
        if kind.is_view and present:
            # The patient's own publication must not speak for its disease.
            arrays = index.array("background"), index.array("information_content")
            excess[:, disease] = excess_without(self._views, np.full(len(terms), row), terms, index.profiles, *arrays)
            frequency = self._frequency_without(row, disease)
        plain = excess.sum(axis=0) + np.float32(len(terms) * FLOOR) + self._further
        plain = np.where(self._new, np.float32(-np.inf), plain).astype(np.float32)
        learned = 0.0 if self._ranker.correction is None else self._ranker.correction.total(terms.tolist())
        scores = (plain + learned).astype(np.float32)
        return CaseEvidence(terms, self._excluded(kind, row, terms), excess, scores, frequency)

    def _frequency_without(self, row: int, own: int) -> Callable[[int, Ints], Floats]:
        held, values = self._views.profile.row(row)

        def frequency(disease: int, terms: Ints) -> Floats:
            return frequency_in(held, values, terms) if disease == own else self.reader.frequency(disease, terms)

        return frequency

    def _excluded(self, kind: _Kind, row: int, terms: Ints) -> Ints:
        """Findings that were looked for, since other patients have them, and not found."""
        if self._random.random() >= _PATIENTS_WITH_EXCLUDED:
            return np.empty(0, dtype=np.int64)
        held, frequency = kind.shown.row(row)
        noted = self._random.random(len(held)) < (1.0 - frequency) * _NOTED_ABSENCE
        return held[noted & ~np.isin(held, terms)]
