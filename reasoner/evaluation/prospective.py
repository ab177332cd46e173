"""Measure a graph of an older release on patients who were published after it.

The cases carry no date of publication; their PubMed ids stand for it. A disease that the release lacks counts as a miss
in one setting and is left out in the other, so that both what the ranking does and what the graph lacks are seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from kg_builder.snapshot import Snapshot
from ontologies.errors import GuardError, InputError
from reasoner.evaluation.case_ranks import CaseRanks
from reasoner.evaluation.metrics import ResultRow, in_tuning_part, summarise
from reasoner.evaluation.read_cases import read_cases
from reasoner.evaluation.results import describe_cases, describe_machine, write_results
from reasoner.intake.case import Case
from reasoner.ranking.correction import Correction
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.index import Candidates, RankingIndex
from reasoner.ranking.ranker_choice import NONE, SHIPPED, choose_ranker
from reasoner.ranking.ranker_fit import fit_ranker

__all__ = ["PROSPECTIVE_SETTINGS", "evaluate_prospectively", "is_published_after", "rank_later_cases"]

PROSPECTIVE_SETTINGS = ("disease_present", "absent_counted_as_missed")


def evaluate_prospectively(
    snapshot: Snapshot,
    cases_path: Path,
    out_dir: Path,
    *,
    last_pmid: int,
    candidates: Candidates = "all",
    uniform_prior: bool = False,
    ranker: str = NONE,
    refit: bool = False,
    level: str = "disease",
    seed: int = 0,
    command: Sequence[str] = (),
    progress: Callable[[str], None] = lambda message: None,
) -> dict[str, Any]:
    """Rank the cases published after a release and write `rows.tsv`, `metrics.json` and `manifest.json`.

    Args:
        snapshot: a build of that release with a compiled ranking.
        cases_path: a folder, `.tar.xz` or `.jsonl` of phenopackets.
        out_dir: where the three files go.
        last_pmid: cases with a publication of this PubMed id or a lower one are left out.
        candidates: what the truth competes with.
        uniform_prior: leave the prevalence of common conditions out.
        ranker: `none`, or a file of vectors that were fitted on the release; the shipped ones have seen later rows.
        refit: fit a correction on the release.
        level: rank each `disease`, or each `group` of subtypes.
        seed: of the bootstrap.
        command: what was called, for the manifest.
        progress: is told what is being done.

    Returns:
        What `metrics.json` holds.

    Raises:
        InputError: the cases cannot be read, none is later than the release, or the results cannot be written.
        GuardError: the vectors were fitted on another build, which may know what came later.
    """
    cases, issues = read_cases(cases_path)
    index = RankingIndex.open(snapshot)
    correction, name = _correction_of_release(index, ranker, refit, progress)
    progress("evaluating")
    rows, counts = rank_later_cases(
        index,
        cases,
        last_pmid=last_pmid,
        candidates=candidates,
        uniform_prior=uniform_prior,
        correction=correction,
        grouping=Grouping.open(snapshot.folder) if level == "group" else None,
    )
    if not rows:
        raise InputError(
            "no case was published after the release", value=cases_path, remedy=f"Give cases with a PMID > {last_pmid}"
        )
    apart = [row for row in rows if not in_tuning_part(row.truth)]
    metrics = {
        "settings": _summaries(rows, seed),
        "settings_without_tuning_part": _summaries(apart, seed),
        "counts": counts | {"unreadable": len(issues)},
        "unreadable": [str(issue) for issue in issues],
    }
    manifest = describe_machine(command) | {
        "build_id": snapshot.build_id,
        "as_of": snapshot.manifest.get("as_of"),
        "sources": {entry["source"]: entry["version"] for entry in snapshot.manifest.get("sources", ())},
        "last_pmid": last_pmid,
        "cases": describe_cases(cases_path),
        "candidates": candidates,
        "uniform_prior": uniform_prior,
        "level": level,
        "ranker": name,
        "vectors": correction.vectors.sha256 if correction else "",
        "seed": seed,
        "counts": metrics["counts"],
    }
    write_results(out_dir, rows, metrics, manifest)
    return metrics


def _correction_of_release(
    index: RankingIndex, ranker: str, refit: bool, progress: Callable[[str], None]
) -> tuple[Correction | None, str]:
    """A correction that has seen nothing but the release, and what it is called; none in place of the shipped one."""
    if refit:
        return Correction(fit_ranker(index, progress=progress), index), "fitted on the release"
    chosen = choose_ranker(index, NONE if ranker == SHIPPED else ranker)
    correction = chosen.correction
    if correction is not None and correction.vectors.origin.get("build") != index.snapshot.build_id:
        raise GuardError(
            "these vectors were fitted on another graph, which may know what came after the release",
            value=ranker,
            remedy="Fit them by --refit, or by aitia train ranker on the release's graph",
        )
    return correction, chosen.name


def rank_later_cases(
    index: RankingIndex,
    cases: Iterable[Case],
    *,
    last_pmid: int,
    candidates: Candidates = "all",
    uniform_prior: bool = False,
    correction: Correction | None = None,
    grouping: Grouping | None = None,
) -> tuple[list[ResultRow], dict[str, int]]:
    """One row per later case with a finding, infinite rank where the build lacks its disease, and what was left out."""
    ranks = CaseRanks(index, candidates, uniform_prior, grouping)
    counts = dict.fromkeys(("cases", "later", "no_finding", "disease_present", "disease_absent"), 0)
    for case in cases:
        counts["cases"] += 1
        if not is_published_after(case, last_pmid) or not case.diseases:
            continue
        counts["later"] += 1
        terms, truths = ranks.terms(case), ranks.truths(case)
        if not terms:
            counts["no_finding"] += 1
            continue
        counts["disease_present" if truths else "disease_absent"] += 1
        scores = index.scores(terms)
        if correction is not None:
            scores = scores + correction.total(terms)
        ranks.add(case, "published_later", truths, scores, len(terms))
    return ranks.rows, counts | {"unknown_terms": ranks.unknown_terms}


def is_published_after(case: Case, last_pmid: int) -> bool:
    """Whether the case names a publication and every one that it names has a higher PubMed id."""
    numbers = [int(publication.removeprefix("PMID:")) for publication in case.publications]
    return bool(numbers) and min(numbers) > last_pmid


def _summaries(rows: Sequence[ResultRow], seed: int) -> dict[str, Any]:
    held = {"disease_present": [row for row in rows if row.rank != float("inf")], "absent_counted_as_missed": rows}
    return {name: summarise(held[name], seed=seed) for name in PROSPECTIVE_SETTINGS}
