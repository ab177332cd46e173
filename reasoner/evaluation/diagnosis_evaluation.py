"""Measure the ranking on real patients, as it is and without what was curated from their own publication."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from reasoner.evaluation.case_ranks import CaseRanks
from reasoner.evaluation.metrics import ResultRow, in_tuning_part, summarise
from reasoner.evaluation.read_cases import read_cases
from reasoner.evaluation.results import describe_cases, describe_machine, write_results
from reasoner.intake.case import Case
from reasoner.ranking.index import Candidates, RankingIndex
from reasoner.ranking.likelihood_ratio import IMPRECISION_COST, SMOOTHING
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
    seed: int = 0,
    command: Sequence[str] = (),
) -> dict[str, Any]:
    """Rank every case in three settings and write `rows.tsv`, `metrics.json` and `manifest.json`.

    Args:
        snapshot: a build with a compiled ranking.
        cases_path: a folder, `.tar.xz` or `.jsonl` of phenopackets, or a JSON list of `[[HPO ids], [disease ids]]`.
        out_dir: where the three files go.
        candidates: what the truth competes with.
        uniform_prior: leave the prevalence of common conditions out.
        seed: of the bootstrap.
        command: what was called, for the manifest.

    Returns:
        What `metrics.json` holds.

    Raises:
        InputError: the cases cannot be read, or the results cannot be written.
    """
    cases, issues = read_cases(cases_path)
    rows, counts = evaluate_cases(
        RankingIndex.open(snapshot), cases, candidates=candidates, uniform_prior=uniform_prior
    )
    metrics = {
        "settings": {name: summarise([r for r in rows if r.setting == name], seed=seed) for name in SETTINGS},
        "settings_without_tuning_part": {
            name: summarise([r for r in rows if r.setting == name and not in_tuning_part(r.truth)], seed=seed)
            for name in SETTINGS
        },
        "counts": counts | {"unreadable": len(issues)},
        "unreadable": [str(issue) for issue in issues],
    }
    manifest = describe_machine(command) | {
        "build_id": snapshot.build_id,
        "cases": describe_cases(cases_path),
        "candidates": candidates,
        "uniform_prior": uniform_prior,
        "seed": seed,
        "counts": metrics["counts"],
    }
    write_results(out_dir, rows, metrics, manifest)
    return metrics


def evaluate_cases(
    index: RankingIndex, cases: Iterable[Case], *, candidates: Candidates = "all", uniform_prior: bool = False
) -> tuple[list[ResultRow], dict[str, int]]:
    """One row per evaluable case and setting, and how many cases were left out and why."""
    evaluation = _Evaluation(index, candidates, uniform_prior)
    for case in cases:
        evaluation.add(case)
    return evaluation.ranks.rows, dict(sorted(evaluation.counts.items()))


class _Evaluation:
    def __init__(self, index: RankingIndex, candidates: Candidates, uniform_prior: bool) -> None:
        self.index = index
        self.ranks = CaseRanks(index, candidates, uniform_prior)
        self._counts: dict[str, int] = dict.fromkeys(("cases", "excluded", "no_finding", "nothing_left"), 0)
        self.removed = RemovedRows(index.profiles, _row_references(index))

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
        scores = self.index.scores(terms)
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
        without = scores.copy()
        for disease, profile in self.removed.profiles_without(own).items():
            without[disease] = sum(self._ratio(term, profile) for term in terms)
        self.ranks.add(case, "own_publication_removed", left, without, len(terms))

    def _ratio(self, term: int, profile: npt.NDArray[np.float64]) -> float:
        """One finding against a dense profile; backgrounds and information content stay."""
        background, information = self.index.array("background"), self.index.array("information_content")
        above = np.array([number for number in self.index.ancestors(term) if background[number]], dtype=np.int64)
        if not len(above):
            return math.log(SMOOTHING)
        cost = IMPRECISION_COST * (self.index.information_of(term) - information[above])
        return float((np.log(profile[above] / background[above] + SMOOTHING) - cost).max())


def _row_references(index: RankingIndex) -> list[frozenset[str]]:
    table = index.snapshot.edge_table(["reference"], (Relation.HAS_SYMPTOM,))
    by_edge = dict(zip(table["index"].to_list(), table["reference"].to_list(), strict=True))
    sets: dict[str, frozenset[str]] = defaultdict(frozenset)
    for text in {text for text in by_edge.values() if text}:
        sets[text] = frozenset(part.strip() for part in text.split(";"))
    return [sets[by_edge.get(int(edge)) or ""] for edge in index.array("row_edges")]
