"""Ranks cases under one set of rules: findings, the trained correction, and the named terms beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.ranking.absent_findings import absent_term
from reasoner.ranking.case_ranking import CaseRanking
from reasoner.ranking.correction import Correction
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.priors import Setting, prior_terms
from reasoner.ranking.ranker_choice import NONE, SHIPPED, choose_ranker
from reasoner.ranking.score_term import ScoreTerm

__all__ = ["CaseRanker"]

Floats = npt.NDArray[np.float32]


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
        candidates: str = "all",
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
        self._outside = _outside(index.candidate_numbers(candidates), len(index.array("diseases")))

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"CaseRanker({settings})"

    def is_candidate(self, disease: int) -> bool:
        """Whether a disease competes, by its number."""
        return self._outside is None or bool(self._outside[disease] == 0)

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

    def with_correction(self, correction: Correction | None, ranker: str = NONE) -> CaseRanker:
        """The same rules with another correction.

        Args:
            correction: None ranks by the formula alone.
            ranker: what the correction is called.
        """
        return CaseRanker(
            self.index,
            candidates=self.candidates,
            setting=self.setting,
            uniform_prior=self.uniform_prior,
            correction=correction,
            ranker=ranker,
        )

    @classmethod
    def open(
        cls,
        snapshot: Snapshot,
        *,
        candidates: str = "all",
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
            InputError: no such setting, candidates or file.
            GraphMissingError: no ranking was compiled.
            GraphDamagedError: it belongs to another build, or a file is truncated.
        """
        if setting not in list(Setting):
            raise InputError("unknown setting", value=setting, remedy=f"Write {' or '.join(Setting)}")
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
        ratios: Floats | None = None,
    ) -> CaseRanking:
        """Rank the candidates for a patient.

        Args:
            observed: the patient's findings; repeated and equivalent ids count once.
            excluded: what the patient was found not to have; it counts against what hardly ever lacks it.
            sex: `MALE`, `FEMALE` or None.
            age_years: None where unknown.
            further: terms of the caller's, such as those of genes and proposals.
            ratios: log likelihood ratio of every disease for the findings, nats, in place of the index's own.

        Raises:
            UnknownTermError: a finding is no phenotypic abnormality of the graph.
        """
        terms = self.index.term_numbers(observed)
        absent = absent_term(self.index, self.index.known_terms(excluded))
        return CaseRanking(
            self.index,
            terms,
            ratios=ratios,
            correction=self.correction,
            priors=[*self.priors(sex=sex, age_years=age_years), *([absent] if absent else []), *further],
            outside=self._outside,
        )

    @cached_property
    def _unmentioned(self) -> ScoreTerm:
        return ScoreTerm("unmentioned", self.index.array("unmentioned_nats"))

    @cached_property
    def _plain_priors(self) -> list[ScoreTerm]:
        """The terms of a patient of whom neither sex nor age is known."""
        return [self._unmentioned, *prior_terms(self.index.prior_arrays, setting=self.setting)]

    def priors(self, *, sex: str | None = None, age_years: float | None = None) -> list[ScoreTerm]:
        """The terms beside the patient's findings: what is unmentioned and, without a uniform prior, the priors."""
        if self.uniform_prior:
            return [self._unmentioned]
        if (sex, age_years) == (None, None):
            return self._plain_priors
        known = prior_terms(self.index.prior_arrays, setting=self.setting, sex=sex, age_years=age_years)
        return [self._unmentioned, *known]


def _outside(chosen: npt.NDArray[np.int64] | None, count: int) -> Floats | None:
    if chosen is None:
        return None
    outside = np.full(count, -np.inf, dtype=np.float32)
    outside[chosen] = 0.0
    return outside
