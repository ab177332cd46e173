"""Measure the ranking on real patients, as it is and without what was curated from their own publication."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError, UnknownTermError
from reasoner.evaluation.metrics import ResultRow, in_tuning_part, mid_rank, summarise
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
) -> dict[str, Any]:
    """Rank every case in three settings and write `rows.tsv`, `metrics.json` and `manifest.json`.

    Args:
        snapshot: a build with a compiled ranking.
        cases_path: a folder, `.tar.xz` or `.jsonl` of phenopackets, or a JSON list of `[[HPO ids], [disease ids]]`.
        out_dir: where the three files go.
        candidates: what the truth competes with.
        uniform_prior: leave the prevalence of common conditions out.
        seed: of the bootstrap.

    Returns:
        What `metrics.json` holds.

    Raises:
        InputError: the cases cannot be read, or the results cannot be written.
    """
    from reasoner.intake.phenopacket import read_phenopackets

    cases = list(read_phenopackets(cases_path))
    rows, counts = evaluate_cases(
        RankingIndex.open(snapshot), cases, candidates=candidates, uniform_prior=uniform_prior
    )
    metrics = {
        "settings": {name: summarise([r for r in rows if r.setting == name], seed=seed) for name in SETTINGS},
        "settings_without_tuning_part": {
            name: summarise([r for r in rows if r.setting == name and not in_tuning_part(r.truth)], seed=seed)
            for name in SETTINGS
        },
        "counts": counts,
    }
    manifest = {
        "build_id": snapshot.build_id,
        "cases": {"name": cases_path.name, "sha256": _digest(cases_path)},
        "candidates": candidates,
        "uniform_prior": uniform_prior,
        "seed": seed,
        "counts": counts,
    }
    try:
        _write_files(out_dir, rows, metrics, manifest)
    except OSError as error:
        raise InputError(
            f"the results cannot be written ({error.strerror})", value=out_dir, remedy="Name a folder with space"
        ) from error
    return metrics


def _write_files(out_dir: Path, rows: list[ResultRow], metrics: dict[str, Any], manifest: dict[str, Any]) -> None:
    out_dir.mkdir(parents=True, exist_ok=True)
    with (out_dir / "rows.tsv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(ResultRow._fields)
        writer.writerows((*row[:6], f"{row.probability:.6g}", row.n_findings) for row in rows)
    for name, content in (("metrics.json", metrics), ("manifest.json", manifest)):
        (out_dir / name).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def evaluate_cases(
    index: RankingIndex, cases: Iterable[Case], *, candidates: Candidates = "all", uniform_prior: bool = False
) -> tuple[list[ResultRow], Mapping[str, int]]:
    """One row per evaluable case and setting, and how many cases were left out and why."""
    evaluation = _Evaluation(index, candidates, uniform_prior)
    for case in cases:
        evaluation.add(case)
    return evaluation.rows, dict(sorted(evaluation.counts.items()))


class _Evaluation:
    def __init__(self, index: RankingIndex, candidates: Candidates, uniform_prior: bool) -> None:
        self.index = index
        chosen = index.candidate_numbers(candidates)
        self.chosen = np.arange(len(index.disease_ids)) if chosen is None else chosen
        self.place = {int(number): place for place, number in enumerate(self.chosen)}
        self.prior = None if uniform_prior else index.log_prior(self.chosen)
        self.rows: list[ResultRow] = []
        self.counts: dict[str, int] = dict.fromkeys(("cases", "excluded", "no_finding", "nothing_left"), 0)
        self.removed = RemovedRows(index.profiles, _row_references(index))

    def add(self, case: Case) -> None:
        self.counts["cases"] += 1
        terms, truths = self._terms(case), self._truths(case)
        if not truths or not terms:
            self.counts["excluded" if not truths else "no_finding"] += 1
            return
        scores = self.index.scores(terms)
        self._write(case, "as_is", truths, scores, len(terms))
        if not case.publications:
            return
        own = frozenset(case.publications)
        if not any(self.removed.cites(disease, own) for disease in truths):
            self._write(case, "publication_never_seen", truths, scores, len(terms))
        left = [disease for disease in truths if self.removed.has_rows(disease, own)]
        if not left:
            self.counts["nothing_left"] += 1
            return
        without = scores.copy()
        for disease, profile in self.removed.profiles_without(own).items():
            without[disease] = sum(self._ratio(term, profile) for term in terms)
        self._write(case, "own_publication_removed", left, without, len(terms))

    def _terms(self, case: Case) -> list[int]:
        found = set()
        for term in case.observed:
            try:
                found.add(self.index.term_number(term))
            except UnknownTermError:
                self.counts["unknown_terms"] = self.counts.get("unknown_terms", 0) + 1
        return sorted(found)

    def _truths(self, case: Case) -> list[int]:
        numbers = (self.index.disease_number(disease) for disease in case.diseases)
        return sorted({number for number in numbers if number is not None and number in self.place})

    def _ratio(self, term: int, profile: npt.NDArray[np.float64]) -> float:
        """One finding against a dense profile; backgrounds and information content stay."""
        background, information = self.index.array("background"), self.index.array("information_content")
        above = np.array([number for number in self.index.ancestors(term) if background[number]], dtype=np.int64)
        if not len(above):
            return math.log(SMOOTHING)
        cost = IMPRECISION_COST * (self.index.information_of(term) - information[above])
        return float((np.log(profile[above] / background[above] + SMOOTHING) - cost).max())

    def _write(
        self, case: Case, setting: str, truths: list[int], ratios: npt.NDArray[np.float32], n_findings: int
    ) -> None:
        scores = ratios[self.chosen]
        if self.prior is not None:
            scores = scores + self.prior
        rank, truth = min((mid_rank(scores, scores[self.place[number]]), number) for number in truths)
        best = int(scores.argmax())
        probability = 1.0 / float(np.exp(scores - scores[best]).sum(dtype=np.float64))
        names = self.index.disease_ids
        top1 = str(names[int(self.chosen[best])])
        self.rows.append(
            ResultRow(case.id, setting, str(names[truth]), rank, len(scores), top1, probability, n_findings)
        )


def _row_references(index: RankingIndex) -> list[frozenset[str]]:
    table = index.snapshot.edge_table(["reference"], (Relation.HAS_SYMPTOM,))
    by_edge = dict(zip(table["index"].to_list(), table["reference"].to_list(), strict=True))
    sets: dict[str, frozenset[str]] = defaultdict(frozenset)
    for text in {text for text in by_edge.values() if text}:
        sets[text] = frozenset(part.strip() for part in text.split(";"))
    return [sets[by_edge.get(int(edge)) or ""] for edge in index.array("row_edges")]


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
