"""All that is known of a case in one ranking: findings, the trained correction, and the named terms beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot import Snapshot
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.ranking.absent_findings import absent_term
from reasoner.ranking.correction import Correction
from reasoner.ranking.index import Candidates, RankingIndex
from reasoner.ranking.likelihood_ratio import FindingLikelihood
from reasoner.ranking.priors import Setting, prior_terms
from reasoner.ranking.ranker_choice import NONE, SHIPPED, choose_ranker
from reasoner.ranking.score_term import ScoreTerm, add_terms

__all__ = ["CaseRanker", "CaseRanking", "RankedDisease"]

Floats = npt.NDArray[np.float32]


class RankedDisease(NamedTuple):
    """A disease's place in a ranking.

    Args:
        id: the disease.
        number: its number in the index.
        node_index: its number in the snapshot.
        rank: from 1; equal scores are ordered by id.
        score: log likelihood ratio, correction and priors together, nats.
        probability: softmax of the scores over all candidates; not calibrated.
        log10_likelihood_ratio: of the findings alone, in powers of ten.
        correction: the trained correction of all findings, nats.
        priors: by name, nats, the share of each further term that has one.
    """

    id: TermId
    number: int
    node_index: int
    rank: int
    score: float
    probability: float
    log10_likelihood_ratio: float
    correction: float
    priors: dict[str, float]


class CaseRanking:
    """The scores of every disease for one case.

    Args:
        index: the compiled ranking.
        terms: numbers of the patient's findings, ascending.
        ratios: log likelihood ratio of every disease, nats.
        correction: what was learned; None ranks by the formula alone.
        priors: the named terms beside the findings.
        chosen: which diseases are candidates; None for all.
    """

    def __init__(
        self,
        index: RankingIndex,
        terms: Sequence[int],
        correction: Correction | None,
        priors: Iterable[ScoreTerm],
        chosen: npt.NDArray[np.bool_] | None,
    ) -> None:
        self.index = index
        self.terms = tuple(terms)
        self.correction = correction
        self.priors = tuple(priors)
        self.ratios = index.scores(terms)
        self._learned = None if correction is None else correction.total(terms)
        self._chosen = chosen
        self.scores = self._scores(self.priors)

    def _scores(self, priors: Sequence[ScoreTerm]) -> Floats:
        scores = self.ratios if self._learned is None else self.ratios + self._learned
        if priors:
            scores = add_terms(scores, priors)
        return scores if self._chosen is None else np.where(self._chosen, scores, np.float32(-np.inf))

    @cached_property
    def _highest(self) -> np.float32:
        return np.float32(self.scores.max(initial=-np.inf))

    @cached_property
    def _total(self) -> float:
        return float(np.exp(self.scores - self._highest).sum(dtype=np.float64))

    @property
    def is_empty(self) -> bool:
        """Whether no disease is possible."""
        return bool(self._highest == -np.inf)

    def leading(self, top: int) -> list[RankedDisease]:
        """The likeliest diseases, best first; impossible ones are in no place."""
        if self.is_empty or top <= 0:
            return []
        top = min(top, len(self.scores))
        threshold = np.partition(self.scores, len(self.scores) - top)[len(self.scores) - top]
        numbers = np.nonzero(self.scores >= threshold)[0]
        numbers = numbers[np.argsort(-self.scores[numbers], kind="stable")][:top]
        return self.places(numbers[self.scores[numbers] > -np.inf])

    def places(self, numbers: npt.NDArray[np.int64]) -> list[RankedDisease]:
        """Diseases as places, ranked in the order given."""
        held = self.scores[numbers].astype(np.float64)
        learned = [0.0] * len(numbers) if self._learned is None else self._learned[numbers].tolist()
        each = [term.nats[numbers].tolist() for term in self.priors]
        names = [term.name for term in self.priors]
        priors = [
            {name: value for name, value in zip(names, values, strict=True) if value}
            for values in zip(*each, strict=True)
        ]
        of_disease: list[int] = numbers.tolist()
        columns = zip(
            list(map(self.index.disease_ids.__getitem__, of_disease)),
            of_disease,
            self.index.array("disease_nodes")[numbers].tolist(),
            range(1, len(of_disease) + 1),
            held.tolist(),
            (np.exp(held - float(self._highest)) / self._total).tolist(),
            (self.ratios[numbers] / math.log(10)).tolist(),
            learned,
            priors or [{} for _ in of_disease],
            strict=True,
        )
        return list(map(RankedDisease._make, columns))

    def scores_without(self, name: str) -> Floats:
        """The scores of all candidates as they were without one of the priors."""
        kept = [term for term in self.priors if term.name != name]
        return self.scores if len(kept) == len(self.priors) else self._scores(kept)

    def explain(self, disease: int) -> list[FindingLikelihood]:
        """What each finding says about a disease, by its number, with its share of the correction."""
        parts = [self.index.explain_term(disease, term) for term in self.terms]
        if self.correction is None:
            return parts
        shares = (self.correction.finding(term, disease) for term in self.terms)
        return [replace(part, correction=share) for part, share in zip(parts, shares, strict=True)]

    @property
    def impossible(self) -> dict[str, int]:
        """How many diseases each term makes impossible; terms that make none are left out."""
        counts = {term.name: int((term.nats == -np.inf).sum()) for term in self.priors}
        return {name: count for name, count in counts.items() if count}


class CaseRanker:
    """Ranks cases under one set of rules.

    Args:
        index: the compiled ranking.
        candidates: all diseases with symptoms, or the OMIM entries among them.
        setting: where patients are seen.
        uniform_prior: leave prevalence, sex and age out.
        correction: the trained correction; None ranks by the formula alone.
        ranker: what the correction is called.
        issues: why the formula ranks alone although a correction was asked for.
    """

    def __init__(
        self,
        index: RankingIndex,
        *,
        candidates: Candidates = "all",
        setting: Setting = Setting.HOSPITAL,
        uniform_prior: bool = False,
        correction: Correction | None = None,
        ranker: str = NONE,
        issues: tuple[Issue, ...] = (),
    ) -> None:
        self.index = index
        self.correction = correction
        self.candidates = candidates
        self.ranker = ranker
        self.issues = issues
        self.setting = setting
        self.uniform_prior = uniform_prior
        self._chosen = _mask(index.candidate_numbers(candidates), len(index.array("diseases")))

    @property
    def artefacts(self) -> dict[str, str]:
        """Hash by name of what was learned elsewhere."""
        return {} if self.correction is None else {"vectors": self.correction.vectors.sha256}

    @property
    def settings(self) -> dict[str, str | bool]:
        """What opens the same ranker again; plain JSON."""
        return {
            "candidates": self.candidates,
            "ranker": self.ranker,
            "setting": self.setting.value,
            "uniform_prior": self.uniform_prior,
        }

    @classmethod
    def open(
        cls,
        snapshot: Snapshot,
        *,
        candidates: Candidates = "all",
        setting: str = Setting.HOSPITAL,
        uniform_prior: bool = False,
        ranker: str = SHIPPED,
    ) -> CaseRanker:
        """Open the ranking of a build.

        Args:
            snapshot: the build.
            candidates: as above; so the others.
            setting: where patients are seen.
            uniform_prior: leave prevalence, sex and age out.
            ranker: which correction to add: `shipped`, `none`, or a file of `aitia train ranker`.

        Raises:
            GraphMissingError: no ranking was compiled.
            GraphDamagedError: it belongs to another build, or a file is truncated.
        """
        index = RankingIndex.open(snapshot)
        chosen = choose_ranker(index, ranker)
        return cls(
            index,
            candidates=candidates,
            setting=Setting(setting),
            uniform_prior=uniform_prior,
            correction=chosen.correction,
            ranker=chosen.name,
            issues=chosen.issues,
        )

    def rank(
        self,
        observed: Sequence[TermId],
        *,
        excluded: Sequence[TermId] = (),
        sex: str | None = None,
        age_years: float | None = None,
        further: Iterable[ScoreTerm] = (),
    ) -> CaseRanking:
        """Rank the candidates for a patient.

        Args:
            observed: the patient's findings; repeated and equivalent ids count once.
            excluded: what the patient was found not to have; it counts against what hardly ever lacks it.
            sex: `MALE`, `FEMALE` or None.
            age_years: None where unknown.
            further: terms of the caller's, such as those of genes and proposals.

        Raises:
            UnknownTermError: a finding is no phenotypic abnormality of the graph.
        """
        terms = self.index.term_numbers(observed)
        absent = absent_term(self.index, [n for term in excluded if (n := self.index.find_term(term)) is not None])
        priors = [*self.priors(sex=sex, age_years=age_years), *([absent] if absent else []), *further]
        return CaseRanking(self.index, terms, self.correction, priors, self._chosen)

    @cached_property
    def _plain_priors(self) -> list[ScoreTerm]:
        """The terms of a patient of whom neither sex nor age is known."""
        return prior_terms(self.index.prior_arrays, setting=self.setting)

    def priors(self, *, sex: str | None = None, age_years: float | None = None) -> list[ScoreTerm]:
        """The terms of prevalence, sex and age for a patient; none with a uniform prior."""
        if self.uniform_prior:
            return []
        if (sex, age_years) == (None, None):
            return self._plain_priors
        return prior_terms(self.index.prior_arrays, setting=self.setting, sex=sex, age_years=age_years)


def _mask(numbers: npt.NDArray[np.int64] | None, count: int) -> npt.NDArray[np.bool_] | None:
    if numbers is None:
        return None
    mask = np.zeros(count, dtype=bool)
    mask[numbers] = True
    return mask
