"""What tells a ranking that found the disease from one that could not, as a few named numbers.

A patient whose disease the graph holds is explained by the leading diseases finding by finding; one whose disease it
lacks has findings that other diseases would explain better, or lies where diseases are still being discovered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ontologies.term_id import TermId
from reasoner.ranking.case_ranking import CaseRanking
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.named_series import NamedSeries

__all__ = ["FEATURES", "CaseEvidence", "FeatureReader", "Features", "frequency_in"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEADING, NEAR, COMPARED = 10, 50, 100
"""Places that are weighed, that are neighbours, and that compete."""
_TEMPER = 0.5
"""Weights of the leading places are softened: the scores overstate how sure they are."""
_SHOWN_FREQUENCY = 0.05
_TELLING = 3
_STRONG_SHARE = 0.5
_MOST_FINDINGS = 0.75
_LEAST_EXCESS = 0.1
_MOST_FREQUENT = 0.95
_FIRST_RECENT_ENTRY = 600000
_PRIOR_WEIGHT = 3.0


class Features(NamedTuple):
    """The numbers, all finite.

    Args:
        exact_matches: share of the findings that the leading diseases are themselves known for.
        telling_findings: how well the leading diseases explain the three most informative findings, against the best
            that any disease does; 0 to 1.
        recent_neighbours: how recently the leading 50 were described, by their OMIM numbers; 0 to 1.
        recent_findings: the same of all diseases that show the findings.
        broad_fit: logarithm of how many diseases explain three of four findings well.
        lead: nats between the first and the tenth place, over the square root of the number of findings.
        expected_but_absent: mean log probability of the excluded findings' absence in the leading diseases, nats.
        rivalry: entropy of the leading entities, nats.
        known_by_name: nats per finding of the best series of which the graph knows new members by name alone.
    """

    exact_matches: float
    telling_findings: float
    recent_neighbours: float
    recent_findings: float
    broad_fit: float
    lead: float
    expected_but_absent: float
    rivalry: float
    known_by_name: float


FEATURES = Features._fields


class CaseEvidence(NamedTuple):
    """What is read of one case.

    Args:
        terms: numbers of its findings.
        excluded: numbers of the findings that it lacks.
        excess: by how much each disease exceeds the floor, nats, shape (findings, diseases).
        scores: of every disease, nats; minus infinity where impossible.
        frequency: of some terms in a disease.
    """

    terms: Ints
    excluded: Ints
    excess: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    frequency: Callable[[int, Ints], Floats]


class FeatureReader:
    """Reads the features of cases of one graph.

    Args:
        index: the compiled ranking.
        grouping: which diseases are subtypes of one.
        series: of which the graph knows members by name alone; None for none.
        lacking: diseases to be read as if the graph lacked them, as a mask; None for none.
    """

    def __init__(
        self,
        index: RankingIndex,
        grouping: Grouping,
        *,
        series: NamedSeries | None = None,
        lacking: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        self._index, self._series = index, series
        self._lacking = np.zeros(len(index.disease_ids), dtype=bool) if lacking is None else lacking
        _, self.entities = grouping.numbered([str(disease) for disease in index.disease_ids])

    @property
    def knows_names(self) -> bool:
        """Whether the graph knows members of some series by name alone."""
        return self._series is not None and bool(self._series.series)

    @cached_property
    def _has_date(self) -> npt.NDArray[np.bool_]:
        dated = [disease.prefix == "OMIM" for disease in self._index.disease_ids]
        held: npt.NDArray[np.bool_] = np.array(dated, dtype=bool) & ~self._lacking
        return held

    @cached_property
    def recency(self) -> Floats:
        """How recently each disease was described, 0 to 1: its place among the OMIM entries since 1994.

        Those are numbered in order; older ones and entries of other vocabularies have 0.
        """
        numbers = np.array([_entry(disease) for disease in self._index.disease_ids], dtype=np.int64)
        recent = np.sort(numbers[self._has_date & (numbers >= _FIRST_RECENT_ENTRY)])
        place = np.searchsorted(recent, numbers) / max(len(recent), 1)
        return np.where(self._has_date & (numbers >= _FIRST_RECENT_ENTRY), place, 0.0)

    @cached_property
    def _recency_of_term(self) -> Floats:
        starts, width = self._index.array("profile_starts"), len(self._index.array("background"))
        owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        weight = np.asarray(self._index.array("profile_values")) * self._has_date[owner]
        terms = np.asarray(self._index.array("profile_terms"))
        total: Floats = np.bincount(terms, weight, width).astype(np.float64)
        usual = float(self.recency[self._has_date].mean()) if self._has_date.any() else 0.0
        summed: Floats = np.bincount(terms, weight * self.recency[owner], width).astype(np.float64)
        summed += _PRIOR_WEIGHT * usual
        return summed / (total + _PRIOR_WEIGHT)

    def evidence(self, ranking: CaseRanking, excluded: Ints) -> CaseEvidence:
        """What is read of a ranked case."""
        terms = np.array(ranking.terms, dtype=np.int64)
        rows = [self._index.excess(term) for term in ranking.terms]
        excess = np.stack(rows) if rows else np.zeros((0, len(ranking.scores)), dtype=np.float32)
        return CaseEvidence(terms, excluded, excess, ranking.scores, self.frequency)

    def frequency(self, disease: int, terms: Ints) -> Floats:
        """Frequency of some terms in a disease's profile."""
        starts = self._index.array("profile_starts")
        span = slice(int(starts[disease]), int(starts[disease + 1]))
        return frequency_in(self._index.array("profile_terms")[span], self._index.array("profile_values")[span], terms)

    def read(self, case: CaseEvidence) -> Features:
        """The features of a case that has a possible disease; without a finding all are 0."""
        if not len(case.terms):
            return Features(*([0.0] * len(FEATURES)))
        top = _leading(case.scores, COMPARED)
        held = case.scores[top].astype(np.float64)
        weights = np.exp((held[:LEADING] - held[0]) * _TEMPER)
        weights /= weights.sum()
        best = np.maximum(self._best(case), _LEAST_EXCESS)
        share = case.excess[:, top[:LEADING]] / best[:, None]
        information = np.asarray(self._index.array("information_content"))[case.terms]
        telling = np.argsort(-information, kind="stable")[:_TELLING]
        return Features(
            exact_matches=float(((_frequencies(case, top, case.terms) > _SHOWN_FREQUENCY) @ weights).mean()),
            telling_findings=float((share[telling] @ weights).mean()),
            recent_neighbours=self._recent(top[:NEAR]),
            recent_findings=float(self._recency_of_term[case.terms].mean()),
            broad_fit=_broad_fit(case, best),
            lead=float(held[0] - held[min(LEADING, len(held)) - 1]) / len(case.terms) ** 0.5,
            expected_but_absent=_expected_but_absent(case, top, weights),
            rivalry=self._rivalry(top, held),
            known_by_name=0.0 if self._series is None else self._series.best_fit(case.terms.tolist()),
        )

    def _best(self, case: CaseEvidence) -> Floats:
        possible = case.scores > -np.inf
        rows = case.excess if possible.all() else case.excess[:, possible]
        best: Floats = rows.max(axis=1).astype(np.float64)
        return best

    def _recent(self, top: Ints) -> float:
        dated = top[self._has_date[top]]
        return float(self.recency[dated].mean()) if len(dated) else 0.0

    def _rivalry(self, top: Ints, held: Floats) -> float:
        weights = np.exp(held - held[0])
        _, entity = np.unique(self.entities[top], return_inverse=True)
        share = np.bincount(entity, weights / weights.sum())
        return float(-(share * np.log(np.maximum(share, np.finfo(np.float64).tiny))).sum())


def frequency_in(held: npt.NDArray[np.integer], values: Floats, terms: Ints) -> Floats:
    """Values of some terms among terms held, ascending; 0 where they are not."""
    if not len(held):
        return np.zeros(len(terms))
    place = np.minimum(np.searchsorted(held, terms), len(held) - 1)
    found: Floats = np.where(held[place] == terms, values[place], 0.0)
    return found


def _entry(disease: TermId) -> int:
    return int(disease.local) if disease.prefix == "OMIM" and disease.local.isdigit() else -1


def _leading(scores: npt.NDArray[np.float32], count: int) -> Ints:
    """Numbers of the leading diseases, possible ones only, best first; the lowest number first among equals."""
    count = min(count, int((scores > -np.inf).sum()))
    threshold = np.partition(scores, len(scores) - count)[len(scores) - count]
    numbers: Ints = np.nonzero(scores >= threshold)[0]
    return numbers[np.argsort(-scores[numbers], kind="stable")][:count]


def _frequencies(case: CaseEvidence, top: Ints, terms: Ints) -> Floats:
    return np.stack([case.frequency(disease, terms) for disease in top[:LEADING].tolist()], axis=1)


def _broad_fit(case: CaseEvidence, best: Floats) -> float:
    strong = (case.excess > (_STRONG_SHARE * best)[:, None].astype(np.float32)).sum(axis=0)
    return float(np.log1p(((strong >= _MOST_FINDINGS * len(best)) & (case.scores > -np.inf)).sum()))


def _expected_but_absent(case: CaseEvidence, top: Ints, weights: Floats) -> float:
    if not len(case.excluded):
        return 0.0
    shown = np.minimum(_frequencies(case, top, case.excluded), _MOST_FREQUENT)
    return float((np.log1p(-shown) @ weights).mean())
