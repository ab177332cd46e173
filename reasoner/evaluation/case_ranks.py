"""Where the truth of one case comes out among the candidates of one build."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ontologies.errors import UnknownTermError
from reasoner.evaluation.metrics import ResultRow, mid_rank
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.grouping import Grouping, group_scores
from reasoner.ranking.index import Candidates, RankingIndex
from reasoner.ranking.score_term import add_terms

__all__ = ["CaseRanks"]


class CaseRanks:
    """Ranks truths and keeps the rows.

    Args:
        index: the compiled ranking.
        candidates: what a truth competes with.
        uniform_prior: leave prevalence, sex and age out.
        grouping: rank entities of subtypes together; None ranks each disease.
    """

    def __init__(
        self, index: RankingIndex, candidates: Candidates, uniform_prior: bool, grouping: Grouping | None = None
    ) -> None:
        self.index = index
        self._ranker = CaseRanker(index, uniform_prior=uniform_prior)
        chosen = index.candidate_numbers(candidates)
        self._chosen = np.arange(len(index.disease_ids)) if chosen is None else chosen
        self._place = {int(number): place for place, number in enumerate(self._chosen)}
        self._names = [str(index.disease_ids[number]) for number in self._chosen.tolist()]
        self._groups: npt.NDArray[np.int64] | None = None
        if grouping is not None:
            self._names, self._groups = grouping.numbered(self._names)
        self.rows: list[ResultRow] = []
        self.unknown_terms = 0

    def terms(self, case: Case) -> list[int]:
        """Numbers of the observed terms that the build knows; the others are counted."""
        found = set()
        for term in case.observed:
            try:
                found.add(self.index.term_number(term))
            except UnknownTermError:
                self.unknown_terms += 1
        return sorted(found)

    def truths(self, case: Case) -> list[int]:
        """Numbers of the case's diseases that are candidates."""
        numbers = (self.index.disease_number(disease) for disease in case.diseases)
        return sorted({number for number in numbers if number is not None and number in self._place})

    def add(
        self, case: Case, setting: str, truths: list[int], ratios: npt.NDArray[np.float32], n_findings: int
    ) -> None:
        """Keep the row of a case: the best of its truths.

        Args:
            case: the case.
            setting: under what name.
            truths: its diseases among the candidates; none for a disease that the build lacks: its rank is infinite.
            ratios: score of every disease of the index.
            n_findings: how many findings they rest on.
        """
        priors = self._ranker.priors(sex=case.sex, age_years=case.age_years)
        scores = (add_terms(ratios, priors) if priors else ratios)[self._chosen]
        places = {self._place[number]: number for number in truths}
        if self._groups is not None:
            places = {int(self._groups[place]): number for place, number in places.items()}
            scores = group_scores(scores, self._groups).astype(np.float32)
        best = int(scores.argmax())
        probability = 1.0 / float(np.exp(scores - scores[best]).sum(dtype=np.float64))
        if places:
            rank, number = min((mid_rank(scores, scores[place]), number) for place, number in places.items())
            truth = str(self.index.disease_ids[number])
        else:
            rank, truth = float("inf"), str(min(case.diseases))
        self.rows.append(
            ResultRow(case.id, setting, truth, rank, len(scores), self._names[best], probability, n_findings)
        )
