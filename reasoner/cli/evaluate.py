"""Measure against real cases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from reasoner.cli.measured import show_metrics
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

__all__ = ["evaluate_diagnosis"]

_SHOWN = ("top1", "top3", "top10", "macro_top1", "macro_top10")


def evaluate_diagnosis(
    cases: Annotated[Path, typer.Option("--cases", help="Folder, .tar.xz, .jsonl or .json of cases.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for rows.tsv, metrics.json and manifest.json.")],
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
    from kg_builder.snapshot import Snapshot
    from reasoner.evaluation.diagnosis_evaluation import evaluate_diagnosis
    from reasoner.evaluation.prospective import evaluate_prospectively
    from reasoner.evaluation.release_graph import open_release_graph, release_folder

    check_choice("candidates", candidates, "all", "omim")
    check_choice("level", level, "disease", "group")
    options: dict[str, Any] = {
        "candidates": candidates,
        "uniform_prior": uniform_prior,
        "ranker": ranker,
        "refit": refit,
        "level": level,
        "command": ["aitia", *sys.argv[1:]],
    }
    with errors.status("evaluating", spinner="dots") as status:
        options["progress"] = status.update
        if as_of is None:
            metrics = evaluate_diagnosis(Snapshot.open(graph_folder(graph)), cases, out, **options)
        else:
            release = find_release(as_of)
            snapshot = open_release_graph(
                release,
                release_folder(graph_folder(graph), release),
                mirror=mirror,
                offline=offline,
                progress=lambda message: errors.print(message, markup=False),
            )
            metrics = evaluate_prospectively(snapshot, cases, out, last_pmid=release.last_pmid, **options)
            if ranker == "shipped" and not refit:
                errors.print("ranked by the formula alone: the shipped correction has seen later rows (see --refit)")
    show_metrics(metrics, _SHOWN, out)
