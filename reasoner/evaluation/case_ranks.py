"""Where the truth of one case comes out among the candidates of one build."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ontologies.errors import UnknownTermError
from reasoner.evaluation.metrics import ResultRow, mid_rank
from reasoner.intake.case import Case
from reasoner.ranking.index import Candidates, RankingIndex

__all__ = ["CaseRanks"]


class CaseRanks:
    """Ranks truths and keeps the rows.

    Args:
        index: the compiled ranking.
        candidates: what a truth competes with.
        uniform_prior: leave the prevalence of common conditions out.
    """

    def __init__(self, index: RankingIndex, candidates: Candidates, uniform_prior: bool) -> None:
        self.index = index
        chosen = index.candidate_numbers(candidates)
        self._chosen = np.arange(len(index.disease_ids)) if chosen is None else chosen
        self._place = {int(number): place for place, number in enumerate(self._chosen)}
        self._prior = None if uniform_prior else index.log_prior(self._chosen)
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
        scores = ratios[self._chosen]
        if self._prior is not None:
            scores = scores + self._prior
        best = int(scores.argmax())
        probability = 1.0 / float(np.exp(scores - scores[best]).sum(dtype=np.float64))
        names = self.index.disease_ids
        if truths:
            rank, number = min((mid_rank(scores, scores[self._place[number]]), number) for number in truths)
            truth = str(names[number])
        else:
            rank, truth = float("inf"), str(min(case.diseases))
        top1 = str(names[int(self._chosen[best])])
        self.rows.append(ResultRow(case.id, setting, truth, rank, len(scores), top1, probability, n_findings))
