"""Where the truth of one case comes out among the candidates of one ranker."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from ontologies.term_id import TermId
from reasoner.evaluation.metrics import ResultRow, mid_rank
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.case_ranking import CaseRanking
from reasoner.ranking.grouping import Grouping, group_scores

__all__ = ["CaseRanks", "findings_of", "judge_all", "truths_of"]


def judge_all(cases: Iterable[Case], judge: Callable[[Case], str | None], counts: dict[str, int]) -> None:
    """Judge each case and count it, also under what `judge` calls it, such as the reason why it is left out."""
    for case in cases:
        counts["cases"] += 1
        kind = judge(case)
        if kind is not None:
            counts[kind] += 1


def findings_of(case: Case, ranker: CaseRanker) -> list[TermId]:
    """The observed terms that the graph knows."""
    return [term for term in case.observed if ranker.index.find_term(term) is not None]


def truths_of(case: Case, ranker: CaseRanker) -> list[int]:
    """Numbers of the case's diseases that are candidates, ascending."""
    numbers = {ranker.index.disease_number(disease) for disease in case.diseases}
    return sorted(number for number in numbers if number is not None and ranker.is_candidate(number))


class CaseRanks:
    """Ranks truths and keeps the rows.

    Args:
        ranker: whose candidates a truth competes with.
        grouping: rank entities of subtypes together; None ranks each disease.
    """

    def __init__(self, ranker: CaseRanker, grouping: Grouping | None = None) -> None:
        self._ranker, self._index = ranker, ranker.index
        chosen = ranker.index.candidate_numbers(ranker.candidates)
        self._chosen = np.arange(len(ranker.index.disease_ids)) if chosen is None else chosen
        self._place = {int(number): place for place, number in enumerate(self._chosen)}
        self._names = [str(ranker.index.disease_ids[number]) for number in self._chosen.tolist()]
        self._groups: npt.NDArray[np.int64] | None = None
        if grouping is not None:
            self._names, self._groups = grouping.numbered(self._names)
        self.rows: list[ResultRow] = []
        self.unknown_terms = 0

    def findings(self, case: Case) -> list[TermId]:
        """The observed terms that the build knows; the others are counted."""
        known = findings_of(case, self._ranker)
        self.unknown_terms += len(case.observed) - len(known)
        return known

    def add(self, case: Case, setting: str, truths: list[int], ranking: CaseRanking) -> None:
        """Keep the row of a case: the best of its truths.

        Args:
            case: the case.
            setting: under what name.
            truths: its diseases among the candidates; none for a disease that the build lacks: its rank is infinite.
            ranking: of the case.
        """
        scores = ranking.scores[self._chosen]
        places = {self._place[number]: number for number in truths}
        if self._groups is not None:
            places = {int(self._groups[place]): number for place, number in places.items()}
            scores = group_scores(scores, self._groups).astype(np.float32)
        best = int(scores.argmax())
        probability = 1.0 / float(np.exp(scores - scores[best]).sum(dtype=np.float64))
        if places:
            rank, number = min((mid_rank(scores, scores[place]), number) for place, number in places.items())
            truth = str(self._index.disease_ids[number])
        else:
            rank, truth = float("inf"), str(min(case.diseases))
        findings = len(ranking.terms)
        self.rows.append(
            ResultRow(case.id, setting, truth, rank, len(scores), self._names[best], probability, findings)
        )
