"""Measure the ranking on real patients, as it is and without what was curated from their own publication."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot import Snapshot
from reasoner.evaluation.case_ranks import CaseRanks
from reasoner.evaluation.metrics import ResultRow, summarise_settings
from reasoner.evaluation.read_cases import read_cases
from reasoner.evaluation.results import describe_cases, describe_machine, write_results
from reasoner.intake.case import Case
from reasoner.ranking.correction import Correction
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.index import Candidates, RankingIndex
from reasoner.ranking.likelihood_ratio import IMPRECISION_COST, SMOOTHING
from reasoner.ranking.ranker_choice import SHIPPED, choose_ranker
from reasoner.ranking.ranker_fit import fit_ranker, row_references
from reasoner.ranking.row_removal import RemovedRows

__all__ = ["SETTINGS", "evaluate_cases", "evaluate_diagnosis"]

SETTINGS = ("as_is", "own_publication_removed", "publication_never_seen")


def evaluate_diagnosis(
    snapshot: Snapshot,
    cases_path: Path,
    out_dir: Path,
    *,
    candidates: Candidates = "all",
    uniform_prior: bool = False,
    ranker: str = SHIPPED,
    refit: bool = False,
    level: str = "disease",
    seed: int = 0,
    command: Sequence[str] = (),
    progress: Callable[[str], None] = lambda message: None,
) -> dict[str, Any]:
    """Rank every case in three settings and write `rows.tsv`, `metrics.json` and `manifest.json`.

    Args:
        snapshot: a build with a compiled ranking.
        cases_path: a folder, `.tar.xz` or `.jsonl` of phenopackets, or a JSON list of `[[HPO ids], [disease ids]]`.
        out_dir: where the three files go.
        candidates: what the truth competes with.
        uniform_prior: leave the prevalence of common conditions out.
        ranker: `shipped`, `none`, or a file of vectors.
        refit: fit a correction without the rows of any case's publication, for the setting that removes them; without
            it, that setting is ranked by the formula alone, since other vectors have learned from those rows.
        level: rank each `disease`, or each `group` of subtypes.
        seed: of the bootstrap.
        command: what was called, for the manifest.
        progress: is told what is being done.

    Returns:
        What `metrics.json` holds.

    Raises:
        InputError: the cases cannot be read, or the results cannot be written.
    """
    cases, issues = read_cases(cases_path)
    index = RankingIndex.open(snapshot)
    chosen = choose_ranker(index, ranker)
    refitted = _refitted(index, cases, progress) if refit else None
    progress("evaluating")
    rows, counts = evaluate_cases(
        index,
        cases,
        candidates=candidates,
        uniform_prior=uniform_prior,
        correction=chosen.correction,
        refitted=refitted,
        grouping=Grouping.open(snapshot.folder) if level == "group" else None,
    )
    metrics = {
        **summarise_settings(rows, SETTINGS, seed=seed),
        "counts": counts | {"unreadable": len(issues)},
        "unreadable": [str(issue) for issue in issues],
    }
    manifest = describe_machine(command) | {
        "build_id": snapshot.build_id,
        "cases": describe_cases(cases_path),
        "candidates": candidates,
        "uniform_prior": uniform_prior,
        "level": level,
        "ranker": chosen.name,
        "vectors": chosen.sha256,
        "vectors_refitted": refitted.vectors.sha256 if refitted else "",
        "issues": [str(issue) for issue in chosen.issues],
        "seed": seed,
        "counts": metrics["counts"],
    }
    write_results(out_dir, rows, metrics, manifest)
    return metrics


def _refitted(index: RankingIndex, cases: Iterable[Case], progress: Callable[[str], None]) -> Correction:
    """A correction that has seen no row of any case's publication."""
    publications = frozenset(publication for case in cases for publication in case.publications)
    return Correction(fit_ranker(index, without=publications, progress=progress), index)


def evaluate_cases(
    index: RankingIndex,
    cases: Iterable[Case],
    *,
    candidates: Candidates = "all",
    uniform_prior: bool = False,
    correction: Correction | None = None,
    refitted: Correction | None = None,
    grouping: Grouping | None = None,
) -> tuple[list[ResultRow], dict[str, int]]:
    """One row per evaluable case and setting, and how many cases were left out and why.

    Args:
        index: the compiled ranking.
        cases: the cases.
        candidates: what a truth competes with.
        uniform_prior: leave the prevalence of common conditions out.
        correction: what is added to the formula where the graph is whole.
        refitted: what is added where a case's own publication is removed.
        grouping: rank entities of subtypes together.
    """
    evaluation = _Evaluation(index, CaseRanks(index, candidates, uniform_prior, grouping), correction, refitted)
    for case in cases:
        evaluation.add(case)
    return evaluation.ranks.rows, dict(sorted(evaluation.counts.items()))


class _Evaluation:
    def __init__(
        self,
        index: RankingIndex,
        ranks: CaseRanks,
        correction: Correction | None,
        refitted: Correction | None,
    ) -> None:
        self.index = index
        self._correction, self._refitted = correction, refitted
        self.ranks = ranks
        self._counts: dict[str, int] = dict.fromkeys(("cases", "excluded", "no_finding", "nothing_left"), 0)
        self.removed = RemovedRows(index.profiles, row_references(index))

    @property
    def counts(self) -> dict[str, int]:
        unknown = self.ranks.unknown_terms
        return self._counts | ({"unknown_terms": unknown} if unknown else {})

    def add(self, case: Case) -> None:
        self._counts["cases"] += 1
        terms, truths = self.ranks.terms(case), self.ranks.truths(case)
        if not truths or not terms:
            self._counts["excluded" if not truths else "no_finding"] += 1
            return
        ratios = self.index.scores(terms)
        scores = ratios if self._correction is None else ratios + self._correction.total(terms)
        self.ranks.add(case, "as_is", truths, scores, len(terms))
        if not case.publications:
            return
        own = frozenset(case.publications)
        if not any(self.removed.cites(disease, own) for disease in truths):
            self.ranks.add(case, "publication_never_seen", truths, scores, len(terms))
        left = [disease for disease in truths if self.removed.has_rows(disease, own)]
        if not left:
            self._counts["nothing_left"] += 1
            return
        without = ratios.copy()
        for disease, profile in self.removed.profiles_without(own).items():
            without[disease] = sum(self._ratio(term, profile) for term in terms)
        if self._refitted is not None:
            without += self._refitted.total(terms)
        self.ranks.add(case, "own_publication_removed", left, without, len(terms))

    def _ratio(self, term: int, profile: npt.NDArray[np.float64]) -> float:
        """One finding against a dense profile; backgrounds and information content stay."""
        background, information = self.index.array("background"), self.index.array("information_content")
        above = np.array([number for number in self.index.ancestors(term) if background[number]], dtype=np.int64)
        if not len(above):
            return math.log(SMOOTHING)
        cost = IMPRECISION_COST * (self.index.information_of(term) - information[above])
        return float((np.log(profile[above] / background[above] + SMOOTHING) - cost).max())
