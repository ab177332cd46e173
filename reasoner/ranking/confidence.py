"""How likely the graph holds the patient's disease at all, and how likely the leading one is right.

    P(in the graph) = sigmoid(a + sum of weight x standardised feature + log odds of the share of absent diseases)
    P(leading is right) = P(in the graph) x P(leading is right | in the graph), and so for the leading entity

The weights were fitted on simulated patients only (`reasoner.ranking.confidence_fit`); slope and offset of each
model on the tuning part of published development cases (diseases with sha256(CURIE) mod 5 = 0).
Each feature's share is its weight times its standardised value, so that every probability explains itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ontologies.errors import GraphDamagedError, InputError
from reasoner.ranking.case_ranking import CaseRanking
from reasoner.ranking.confidence_features import FEATURES, FeatureReader, Features
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.likelihood_ratio import EQUIVALENT_WEIGHT, IMPRECISION_COST, NEIGHBOUR_WEIGHT, SMOOTHING
from reasoner.ranking.named_series import NamedSeries
from reasoner.ranking.unmentioned_findings import UNMENTIONED_COST

__all__ = [
    "ABSENT_SHARE",
    "Confidence",
    "ConfidenceEstimator",
    "ConfidenceModel",
    "LogisticPart",
    "estimator_of",
    "formula_version",
    "open_reader",
    "shipped_model",
]

FILE = "confidence_model.json"
ABSENT_SHARE = 0.5
"""Share of patients whose disease the graph lacks: neither side is favoured. Of the published development cases that no
row of the graph cites, 48 % are such; where it is known to be lower, as for common conditions, give it."""
_KNOWN_PRIORS = frozenset({"absent", "unmentioned", "prevalence", "sex", "age"})
_SIMULATED_ABSENT_SHARE = 0.5
_PARTS = ("in_graph", "in_graph_unnamed", "leading", "entity")
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Confidence:
    """Probabilities from 0 to 1, absent diseases counted in; leading_is_right <= entity_is_right <= in_graph.

    Args:
        in_graph: that the graph holds the patient's disease.
        leading_is_right: that the first disease of the differential is it.
        entity_is_right: that the first entity is it, or has it among its subtypes.
        absent_share: of patients like this one, as was assumed.
        features: what was read of the ranking.
        contributions: log odds that each feature adds to `in_graph`; with `intercept` their sum is its log odds.
    """

    in_graph: float
    leading_is_right: float
    entity_is_right: float
    absent_share: float
    features: Features
    contributions: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LogisticPart:
    """One logistic model over the standardised features.

    Args:
        intercept: log odds where all features are at their means.
        weights: log odds for one standard deviation of each feature.
        slope: of the calibration, at least 0.
        offset: of the calibration, log odds.
    """

    intercept: float
    weights: tuple[float, ...]
    slope: float = 1.0
    offset: float = 0.0

    def contributions(self, standardised: Sequence[float]) -> list[float]:
        """Calibrated log odds that each feature adds."""
        return [self.slope * weight * value for weight, value in zip(self.weights, standardised, strict=True)]

    def log_odds(self, standardised: Sequence[float]) -> float:
        """Calibrated log odds."""
        return self.base + sum(self.contributions(standardised))

    @property
    def base(self) -> float:
        """Calibrated log odds at the features' means."""
        return self.slope * self.intercept + self.offset


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """What was fitted.

    Args:
        formula: constants of the ranking that it was fitted for.
        means: of the features.
        scales: their standard deviations.
        in_graph: whether the graph holds the disease, fitted with as many absent as present.
        in_graph_unnamed: the same where the graph knows no disease by name alone.
        leading: whether the leading disease is right if the graph holds it.
        entity: the same of the leading entity.
    """

    formula: str
    means: tuple[float, ...]
    scales: tuple[float, ...]
    in_graph: LogisticPart
    in_graph_unnamed: LogisticPart
    leading: LogisticPart
    entity: LogisticPart

    def confidence(
        self, features: Features, *, absent_share: float = ABSENT_SHARE, knows_names: bool = True
    ) -> Confidence:
        """The probabilities for a case.

        Args:
            features: of its ranking.
            absent_share: of such patients, those whose disease the graph lacks.
            knows_names: whether the graph knows diseases by name alone.

        Raises:
            InputError: the share of absent diseases is not between 0 and 1.
        """
        if not 0.0 < absent_share < 1.0:
            raise InputError("not a share of absent diseases", value=absent_share, remedy="Give one above 0, below 1")
        standardised = self.standardised(features)
        shift = _log_odds(_SIMULATED_ABSENT_SHARE) - _log_odds(absent_share)
        part = self.in_graph if knows_names else self.in_graph_unnamed
        in_graph = _sigmoid(part.log_odds(standardised) + shift)
        leading = in_graph * _sigmoid(self.leading.log_odds(standardised))
        entity = max(in_graph * _sigmoid(self.entity.log_odds(standardised)), leading)
        parts = dict(zip(FEATURES, part.contributions(standardised), strict=True))
        parts = {"intercept": part.base + shift, **parts}
        return Confidence(in_graph, leading, entity, absent_share, features, parts)

    def standardised(self, features: Features) -> list[float]:
        """Features in standard deviations from their means, none beyond four: nothing farther was ever fitted."""
        values = zip(features, self.means, self.scales, strict=True)
        return [min(max((value - mean) / scale, -4.0), 4.0) for value, mean, scale in values]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ConfidenceModel:
        """Read what `document` gives.

        Raises:
            GraphDamagedError: it is not whole, or of other features.
        """
        try:
            if tuple(document["features"]) != FEATURES:
                raise ValueError(document["features"])
            parts = {name: _part(document[name]) for name in _PARTS}
            means, scales = (tuple(map(float, document[name])) for name in ("means", "scales"))
            return cls(str(document["formula"]), means, scales, **parts)
        except (KeyError, TypeError, ValueError) as error:
            raise GraphDamagedError(
                "the confidence model is damaged or of another version", value=FILE, remedy="Install aitia again"
            ) from error

    def document(self) -> dict[str, Any]:
        """As plain JSON."""
        parts: dict[str, LogisticPart] = {name: getattr(self, name) for name in _PARTS}
        return {
            "formula": self.formula,
            "features": list(FEATURES),
            "means": _rounded(self.means),
            "scales": _rounded(self.scales),
        } | {
            name: {
                "intercept": round(part.intercept, _DIGITS),
                "weights": _rounded(part.weights),
                "slope": round(part.slope, _DIGITS),
                "offset": round(part.offset, _DIGITS),
            }
            for name, part in parts.items()
        }


class ConfidenceEstimator:
    """Estimates how sure the rankings of one graph are.

    Args:
        reader: of the features.
        model: what was fitted.
    """

    def __init__(self, reader: FeatureReader, model: ConfidenceModel) -> None:
        self.reader, self.model = reader, model

    def estimate(
        self, ranking: CaseRanking, excluded: Sequence[int] = (), *, absent_share: float = ABSENT_SHARE
    ) -> Confidence | None:
        """The confidence of a ranking.

        Args:
            ranking: of the case.
            excluded: numbers of the findings that the patient was found not to have.
            absent_share: of such patients, those whose disease the graph lacks.

        Returns:
            None where nothing is calibrated: no finding, no possible disease, another formula, or terms beside those of
            findings, present or absent, prevalence, sex and age, such as the patient's genes.
        """
        if ranking.is_empty or not ranking.terms or self.model.formula != formula_version():
            return None
        if any(term.name not in _KNOWN_PRIORS for term in ranking.priors):
            return None
        evidence = self.reader.evidence(ranking, np.array(sorted(set(excluded)), dtype=np.int64))
        features = self.reader.read(evidence)
        return self.model.confidence(features, absent_share=absent_share, knows_names=self.reader.knows_names)


_ESTIMATORS: WeakKeyDictionary[RankingIndex, ConfidenceEstimator] = WeakKeyDictionary()


def estimator_of(index: RankingIndex) -> ConfidenceEstimator:
    """The shipped estimator for a graph; what it needs of the graph is read once.

    Raises:
        GraphDamagedError: the groups of diseases are missing.
    """
    if index not in _ESTIMATORS:
        _ESTIMATORS[index] = ConfidenceEstimator(open_reader(index), shipped_model())
    return _ESTIMATORS[index]


def open_reader(index: RankingIndex) -> FeatureReader:
    """The reader of a graph's features.

    Raises:
        GraphDamagedError: the groups of diseases are missing.
    """
    return FeatureReader(index, Grouping.open(index.snapshot.folder), series=NamedSeries.open(index))


@cache
def shipped_model() -> ConfidenceModel:
    """The model of the package."""
    return ConfidenceModel.from_document(json.loads(files("reasoner.ranking").joinpath(FILE).read_text("utf-8")))


def formula_version() -> str:
    """The constants of the ranking's formula: a model that was fitted for others says nothing."""
    return " ".join(
        f"{value:g}" for value in (SMOOTHING, IMPRECISION_COST, EQUIVALENT_WEIGHT, NEIGHBOUR_WEIGHT, UNMENTIONED_COST)
    )


def _part(document: Mapping[str, Any]) -> LogisticPart:
    weights = tuple(map(float, document["weights"]))
    if len(weights) != len(FEATURES):
        raise ValueError(len(weights))
    return LogisticPart(
        float(document["intercept"]), weights, float(document.get("slope", 1.0)), float(document.get("offset", 0.0))
    )


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, _DIGITS) for value in values]


def _sigmoid(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds)) if log_odds >= 0 else 1.0 - _sigmoid(-log_odds)


def _log_odds(share: float) -> float:
    return math.log(share / (1.0 - share))
