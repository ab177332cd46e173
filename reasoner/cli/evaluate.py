"""Measure against real cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reasoner.cli.measured import CasesOption, OutOption, evaluation, open_ranker, show_metrics
from reasoner.cli.options import (
    CandidatesOption,
    GraphOption,
    MirrorOption,
    OfflineOption,
    RankerOption,
    UniformPriorOption,
    check_choice,
    errors,
    graph_folder,
)

if TYPE_CHECKING:
    from kg_builder.hpo_releases import HpoRelease
    from kg_builder.snapshot import Snapshot

__all__ = ["evaluate_diagnosis"]

_SHOWN = ("top1", "top3", "top10", "macro_top1", "macro_top10")


def evaluate_diagnosis(
    cases: CasesOption,
    out: OutOption,
    graph: GraphOption = None,
    candidates: CandidatesOption = "all",
    uniform_prior: UniformPriorOption = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Build from the release of 2021-02, 2023-06 or 2025-01; rank later cases only."),
    ] = None,
    ranker: RankerOption = "shipped",
    refit: Annotated[
        bool,
        typer.Option("--refit", help="Fit the correction without the cases' publications (as of a release: on it)."),
    ] = False,
    level: Annotated[str, typer.Option("--level", help="disease, or group: subtypes together.")] = "disease",
    mirror: MirrorOption = None,
    offline: OfflineOption = False,
) -> None:
    """Rank cases whose diagnosis is known: in three settings, or as of an older release those published later."""
    from kg_builder.hpo_releases import find_release
    from reasoner.evaluation.diagnosis_evaluation import evaluate_diagnosis
    from reasoner.evaluation.prospective import evaluate_prospectively, open_release_ranker

    check_choice("candidates", candidates, "all", "omim")
    check_choice("level", level, "disease", "group")
    with evaluation(cases, out) as run:
        if as_of is None:
            opened = open_ranker(graph, candidates=candidates, uniform_prior=uniform_prior, ranker=ranker)
            metrics = evaluate_diagnosis(run, opened, refit=refit, level=level)
        else:
            release = find_release(as_of)
            snapshot = _open_release(release, graph, mirror, offline)
            rules = {"candidates": candidates, "uniform_prior": uniform_prior}
            opened = open_release_ranker(run, snapshot, ranker=ranker, refit=refit, **rules)
            metrics = evaluate_prospectively(run, opened, last_pmid=release.last_pmid, level=level)
            if ranker == "shipped" and not refit:
                errors.print("ranked by the formula alone: the shipped correction has seen later rows (see --refit)")
    show_metrics(metrics, _SHOWN, out)


def _open_release(release: HpoRelease, graph: Path | None, mirror: Path | None, offline: bool) -> Snapshot:
    from reasoner.evaluation.release_graph import open_release_graph, release_folder

    return open_release_graph(
        release,
        release_folder(graph_folder(graph), release),
        mirror=mirror,
        offline=offline,
        progress=lambda message: errors.print(message, markup=False),
    )
