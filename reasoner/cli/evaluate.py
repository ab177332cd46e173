"""Measure against real cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from reasoner.cli.options import CandidatesOption, GraphOption, UniformPriorOption, check_choice, errors, graph_folder

__all__ = ["evaluate_diagnosis"]


def evaluate_diagnosis(
    cases: Annotated[Path, typer.Option("--cases", help="Folder, .tar.xz, .jsonl or .json of cases.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for rows.tsv, metrics.json and manifest.json.")],
    graph: GraphOption = None,
    candidates: CandidatesOption = "all",
    uniform_prior: UniformPriorOption = False,
) -> None:
    """Rank cases whose diagnosis is known, in three settings."""
    from kg_builder.snapshot import Snapshot
    from reasoner.evaluation.diagnosis_evaluation import evaluate_diagnosis

    check_choice("candidates", candidates, "all", "omim")
    snapshot = Snapshot.open(graph_folder(graph))
    options: dict[str, Any] = {"candidates": candidates, "uniform_prior": uniform_prior}
    with errors.status("evaluating", spinner="dots"):
        metrics = evaluate_diagnosis(snapshot, cases, out, **options)
    shown = ("top1", "top3", "top10", "macro_top1", "macro_top10")
    for setting, values in metrics["settings"].items():
        shares = ", ".join(f"{name} {100 * values[name]:.1f} %" for name in shown if values["n"])
        typer.echo(f"{setting}: n {values['n']}, {shares}")
    typer.echo(f"written to {out}")
