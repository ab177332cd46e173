"""Measure a graph of an older release on patients who were published after it.

The cases carry no date of publication; their PubMed ids stand for it. A disease that the release lacks counts as a miss
in one setting and is left out in the other, so that both what the ranking does and what the graph lacks are seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kg_builder.snapshot import Snapshot
from ontologies.errors import GuardError, InputError
from reasoner.evaluation.case_ranks import CaseRanks, judge_all, truths_of
from reasoner.evaluation.evaluation_run import EvaluationRun
from reasoner.evaluation.metrics import ResultRow, in_tuning_part, summarise, tabulate
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.correction import Correction
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.ranker_choice import NONE, SHIPPED
from reasoner.ranking.ranker_fit import fit_ranker

__all__ = [
    "PROSPECTIVE_SETTINGS",
    "evaluate_prospectively",
    "is_published_after",
    "open_release_ranker",
]

PROSPECTIVE_SETTINGS = ("disease_present", "absent_counted_as_missed")
_FITTED = "fitted on the release"
# What becomes of a case that was published after the release.
_LATER = ("no_finding", "disease_present", "disease_absent")


def open_release_ranker(
    run: EvaluationRun, snapshot: Snapshot, *, ranker: str = NONE, refit: bool = False, **rules: Any
) -> CaseRanker:
    """A ranker whose correction has seen nothing but the release; the formula alone in place of the shipped one.

    Args:
        run: is told what is being done.
        snapshot: a build of the release with a compiled ranking.
        ranker: `none`, or a file of vectors that were fitted on the release; the shipped ones have seen later rows.
        refit: fit a correction on the release.
        rules: further ones of `CaseRanker.open`.

    Raises:
        GuardError: the vectors were fitted on another build, which may know what came later.
    """
    if refit:
        formula = CaseRanker.open(snapshot, ranker=NONE, **rules)
        vectors = fit_ranker(formula.index, progress=run.progress)
        return formula.with_correction(Correction(vectors, formula.index), _FITTED)
    opened = CaseRanker.open(snapshot, ranker=NONE if ranker == SHIPPED else ranker, **rules)
    correction = opened.correction
    if correction is not None and correction.vectors.origin.get("build") != snapshot.build_id:
        raise GuardError(
            "these vectors were fitted on another graph, which may know what came after the release",
            value=ranker,
            remedy="Fit them by --refit, or by aitia train ranker on the release's graph",
        )
    return opened


def evaluate_prospectively(
    run: EvaluationRun, ranker: CaseRanker, *, last_pmid: int, level: str = "disease"
) -> dict[str, Any]:
    """Rank the cases published after a release and write `rows.tsv`, `metrics.json` and `manifest.json`.

    Args:
        run: cases and files.
        ranker: of the release, as `open_release_ranker` gives it.
        last_pmid: cases with a publication of this PubMed id or a lower one are left out.
        level: rank each `disease`, or each `group` of subtypes.

    Returns:
        What `metrics.json` holds.

    Raises:
        InputError: the cases cannot be read, none is later than the release, or the results cannot be written.
    """
    run.progress("evaluating")
    snapshot = ranker.index.snapshot
    grouping = Grouping.open(snapshot.folder) if level == "group" else None
    rows, counts = _rank_later_cases(ranker, run.cases, last_pmid=last_pmid, grouping=grouping)
    if not rows:
        raise InputError(
            "no case was published after the release",
            value=run.cases_path,
            remedy=f"Give cases with a PMID > {last_pmid}",
        )
    apart = [row for row in rows if not in_tuning_part(row.truth)]
    figures = {"settings": _summaries(rows, run.seed), "settings_without_tuning_part": _summaries(apart, run.seed)}
    options = {
        "as_of": snapshot.manifest.get("as_of"),
        "sources": {entry["source"]: entry["version"] for entry in snapshot.manifest.get("sources", ())},
        "last_pmid": last_pmid,
        "level": level,
    }
    return run.write(ranker, tabulate(rows), figures, counts=counts, options=options)


def _rank_later_cases(
    ranker: CaseRanker, cases: Iterable[Case], *, last_pmid: int, grouping: Grouping | None = None
) -> tuple[list[ResultRow], dict[str, int]]:
    """One row per later case with a finding, infinite rank where the build lacks its disease, and what was left out."""
    ranks, counts = CaseRanks(ranker, grouping), dict.fromkeys(("cases", *_LATER), 0)

    def judge(case: Case) -> str | None:
        if not is_published_after(case, last_pmid) or not case.diseases:
            return None
        findings, truths = ranks.findings(case), truths_of(case, ranker)
        if not findings:
            return "no_finding"
        ranking = ranker.rank(findings, sex=case.sex, age_years=case.age_years)
        ranks.add(case, "published_later", truths, ranking)
        return "disease_present" if truths else "disease_absent"

    judge_all(cases, judge, counts)
    later = sum(counts[kind] for kind in _LATER)
    return ranks.rows, counts | {"later": later, "unknown_terms": ranks.unknown_terms}


def is_published_after(case: Case, last_pmid: int) -> bool:
    """Whether the case names a publication and every one that it names has a higher PubMed id."""
    numbers = [int(publication.removeprefix("PMID:")) for publication in case.publications]
    return bool(numbers) and min(numbers) > last_pmid


def _summaries(rows: Sequence[ResultRow], seed: int) -> dict[str, Any]:
    held = {"disease_present": [row for row in rows if row.rank != float("inf")], "absent_counted_as_missed": rows}
    return {name: summarise(held[name], seed=seed) for name in PROSPECTIVE_SETTINGS}
