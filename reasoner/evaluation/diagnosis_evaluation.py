"""Measure the ranking on real patients, as it is and without what was curated from their own publication."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from reasoner.evaluation.case_ranks import CaseRanks, judge_all, truths_of
from reasoner.evaluation.evaluation_run import EvaluationRun
from reasoner.evaluation.metrics import ResultRow, summarise_settings, tabulate
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.case_ranking import CaseRanking
from reasoner.ranking.correction import Correction
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.likelihood_ratio import IMPRECISION_COST, SMOOTHING
from reasoner.ranking.ranker_fit import fit_ranker, row_references
from reasoner.ranking.row_removal import RemovedRows
from reasoner.ranking.unmentioned_findings import unmentioned_cost

__all__ = ["SETTINGS", "evaluate_cases", "evaluate_diagnosis"]

SETTINGS = ("as_is", "own_publication_removed", "publication_never_seen")


def evaluate_diagnosis(
    run: EvaluationRun, ranker: CaseRanker, *, refit: bool = False, level: str = "disease"
) -> dict[str, Any]:
    """Rank every case in three settings and write `rows.tsv`, `metrics.json` and `manifest.json`.

    Args:
        run: cases and files.
        ranker: ranks them.
        refit: fit a correction without the rows of any case's publication, for the setting that removes them; without
            it, that setting is ranked by the formula alone, since other vectors have learned from those rows.
        level: rank each `disease`, or each `group` of subtypes.

    Returns:
        What `metrics.json` holds.

    Raises:
        InputError: the cases cannot be read, or the results cannot be written.
    """
    removed = _refitted(run, ranker) if refit else ranker.with_correction(None)
    run.progress("evaluating")
    grouping = Grouping.open(ranker.index.snapshot.folder) if level == "group" else None
    rows, counts = evaluate_cases(ranker, run.cases, removed=removed, grouping=grouping)
    figures = summarise_settings(rows, SETTINGS, seed=run.seed)
    options = {"level": level, "vectors_refitted": removed.artefacts.get("vectors", "")}
    return run.write(ranker, tabulate(rows), figures, counts=counts, options=options)


def _refitted(run: EvaluationRun, ranker: CaseRanker) -> CaseRanker:
    """The ranker with a correction that has seen no row of any case's publication."""
    publications = frozenset(publication for case in run.cases for publication in case.publications)
    vectors = fit_ranker(ranker.index, without=publications, progress=run.progress)
    return ranker.with_correction(Correction(vectors, ranker.index), "refitted")


def evaluate_cases(
    ranker: CaseRanker, cases: Iterable[Case], *, removed: CaseRanker, grouping: Grouping | None = None
) -> tuple[list[ResultRow], dict[str, int]]:
    """One row per evaluable case and setting, and how many cases were left out and why.

    Args:
        ranker: ranks where the graph is whole.
        cases: the cases.
        removed: ranks where a case's own publication is removed.
        grouping: rank entities of subtypes together.
    """
    evaluation = _Evaluation(ranker, removed, grouping)
    judge_all(cases, evaluation.judge, evaluation.counts)
    if evaluation.ranks.unknown_terms:
        evaluation.counts["unknown_terms"] = evaluation.ranks.unknown_terms
    return evaluation.ranks.rows, dict(sorted(evaluation.counts.items()))


class _Evaluation:
    def __init__(self, ranker: CaseRanker, removed: CaseRanker, grouping: Grouping | None) -> None:
        self._index, self._ranker, self._removed = ranker.index, ranker, removed
        self.ranks = CaseRanks(ranker, grouping)
        self.counts = dict.fromkeys(("cases", "excluded", "no_finding", "nothing_left"), 0)
        self._rows = RemovedRows(ranker.index.profiles, row_references(ranker.index))

    def judge(self, case: Case) -> str | None:
        """Keep the rows of a case; why it has none, or none without its own publication."""
        findings, truths = self.ranks.findings(case), truths_of(case, self._ranker)
        if not truths:
            return "excluded"
        if not findings:
            return "no_finding"
        ranking = self._ranker.rank(findings, sex=case.sex, age_years=case.age_years)
        self.ranks.add(case, "as_is", truths, ranking)
        if not case.publications:
            return None
        own = frozenset(case.publications)
        if not any(self._rows.cites(disease, own) for disease in truths):
            self.ranks.add(case, "publication_never_seen", truths, ranking)
        left = [disease for disease in truths if self._rows.has_rows(disease, own)]
        if not left:
            return "nothing_left"
        ratios = self._ratios_without(own, ranking)
        without = self._removed.rank(findings, sex=case.sex, age_years=case.age_years, ratios=ratios)
        self.ranks.add(case, "own_publication_removed", left, without)
        return None

    def _ratios_without(self, publications: frozenset[str], ranking: CaseRanking) -> npt.NDArray[np.float32]:
        """Likelihood ratios of every disease for the findings, without the rows that cite some publications, nats."""
        ratios, unmentioned = ranking.ratios.copy(), self._index.array("unmentioned_nats")
        for disease, profile in self._rows.profiles_without(publications).items():
            ratios[disease] = sum(self._ratio(term, profile) for term in ranking.terms)
            # The ranker adds what silence costs the whole profile.
            ratios[disease] += unmentioned_cost(profile) - unmentioned[disease]
        return ratios

    def _ratio(self, term: int, profile: npt.NDArray[np.float64]) -> float:
        """One finding against a dense profile; backgrounds and information content stay."""
        background, information = self._index.array("background"), self._index.array("information_content")
        above = np.array([number for number in self._index.ancestors(term) if background[number]], dtype=np.int64)
        if not len(above):
            return math.log(SMOOTHING)
        cost = IMPRECISION_COST * (self._index.information_of(term) - information[above])
        return float((np.log(profile[above] / background[above] + SMOOTHING) - cost).max())
