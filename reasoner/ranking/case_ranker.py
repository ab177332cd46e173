"""All that is known of a case in one ranking: findings, the trained correction, and the named terms beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ontologies.term_id import TermId
from reasoner.ranking.index import Candidates, RankingIndex
from reasoner.ranking.priors import Setting, prior_terms
from reasoner.ranking.score_term import ScoreTerm, add_terms

__all__ = ["CaseRanker", "CaseRanking", "FindingCorrection", "RankedPlace"]

Floats = npt.NDArray[np.float32]


class FindingCorrection(Protocol):
    """What was learned, in the numbering of one index."""

    def total(self, terms: Sequence[int]) -> Floats:
        """The correction of every disease for some findings, nats."""

    def finding(self, term: int, disease: int) -> float:
        """One finding's share in the correction of one disease, nats."""


@dataclass(frozen=True, slots=True)
class RankedPlace:
    """A disease's place in a ranking.

    Args:
        disease: its number in the index.
        rank: from 1; equal scores are ordered by id.
        score: log likelihood ratio plus all terms, nats.
        log_likelihood_ratio: of the findings alone, nats.
        terms: each further term's share by name, nats.
        probability: softmax of the scores over all candidates; not calibrated.
    """

    disease: int
    rank: int
    score: float
    log_likelihood_ratio: float
    terms: tuple[tuple[str, float], ...]
    probability: float


class CaseRanking:
    """The scores of every disease for one case.

    Args:
        terms: numbers of the patient's findings, ascending.
        ratios: log likelihood ratio of every disease, nats.
        score_terms: what is added to them.
        chosen: whether each disease is a candidate.
    """

    def __init__(
        self, terms: Sequence[int], ratios: Floats, score_terms: Iterable[ScoreTerm], chosen: npt.NDArray[np.bool_]
    ) -> None:
        self.terms = tuple(terms)
        self.ratios = ratios
        self.score_terms = tuple(score_terms)
        self.scores = np.where(chosen, add_terms(ratios, self.score_terms), np.float32(-np.inf))

    @cached_property
    def probabilities(self) -> npt.NDArray[np.float64]:
        """Softmax of the scores, by disease number; all 0 where nothing is possible."""
        highest = float(self.scores.max(initial=-np.inf))
        if highest == -np.inf:
            return np.zeros(len(self.scores))
        each = np.exp(self.scores.astype(np.float64) - highest)
        return np.asarray(each / each.sum())

    def leading(self, top: int) -> list[RankedPlace]:
        """The likeliest diseases, best first; impossible ones are in no place."""
        count = min(top, int((self.scores > -np.inf).sum()))
        if count <= 0:
            return []
        threshold = np.partition(self.scores, len(self.scores) - count)[len(self.scores) - count]
        numbers = np.nonzero(self.scores >= threshold)[0]
        numbers = numbers[np.argsort(-self.scores[numbers], kind="stable")][:count]
        return [self.place(number, rank) for rank, number in enumerate(numbers.tolist(), 1)]

    def place(self, disease: int, rank: int) -> RankedPlace:
        """A disease at a place."""
        return RankedPlace(
            disease,
            rank,
            float(self.scores[disease]),
            float(self.ratios[disease]),
            tuple((term.name, float(term.nats[disease])) for term in self.score_terms),
            float(self.probabilities[disease]),
        )

    @property
    def impossible(self) -> dict[str, int]:
        """How many diseases each term makes impossible; terms that make none are left out."""
        counts = {term.name: int((term.nats == -np.inf).sum()) for term in self.score_terms}
        return {name: count for name, count in counts.items() if count}


class CaseRanker:
    """Ranks cases under one set of rules.

    Args:
        index: the compiled ranking.
        candidates: all diseases with symptoms, or the OMIM entries among them.
        setting: where patients are seen.
        uniform_prior: leave prevalence, sex and age out.
        correction: the trained correction; None ranks by the formula alone.
    """

    def __init__(
        self,
        index: RankingIndex,
        *,
        candidates: Candidates = "all",
        setting: Setting = Setting.HOSPITAL,
        uniform_prior: bool = False,
        correction: FindingCorrection | None = None,
    ) -> None:
        self.index = index
        self.correction = correction
        self._setting = setting
        self._uniform_prior = uniform_prior
        numbers = index.candidate_numbers(candidates)
        self._chosen = np.full(len(index.array("diseases")), numbers is None)
        if numbers is not None:
            self._chosen[numbers] = True

    def rank(
        self,
        observed: Sequence[TermId],
        *,
        sex: str | None = None,
        age_years: float | None = None,
        further: Iterable[ScoreTerm] = (),
    ) -> CaseRanking:
        """Rank the candidates for a patient.

        Args:
            observed: the patient's findings; repeated and equivalent ids count once.
            sex: `MALE`, `FEMALE` or None.
            age_years: None where unknown.
            further: terms of the caller's, such as those of genes and proposals.

        Raises:
            UnknownTermError: a finding is no phenotypic abnormality of the graph.
        """
        terms = self.index.term_numbers(observed)
        added = [] if self.correction is None else [ScoreTerm("correction", self.correction.total(terms))]
        added += [*self.priors(sex=sex, age_years=age_years), *further]
        return CaseRanking(terms, self.index.scores(terms), added, self._chosen)

    def priors(self, *, sex: str | None = None, age_years: float | None = None) -> list[ScoreTerm]:
        """The terms of prevalence, sex and age for a patient; none with a uniform prior."""
        if self._uniform_prior:
            return []
        return prior_terms(self.index.prior_arrays, setting=self._setting, sex=sex, age_years=age_years)


def log10(nats: float) -> float:
    """A log ratio in powers of ten."""
    return nats / math.log(10)
