"""Measure whether Aitia knows what it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reasoner.cli.measured import CasesOption, evaluation, open_ranker, show_metrics
from reasoner.cli.options import CandidatesOption, GraphOption, RankerOption, UniformPriorOption, path_option

__all__ = ["evaluate_confidence"]

_SHARES = ("ece_present", "ece_right", "ece_entity_right")
_AREAS = ("auroc_present", "auroc_right", "auroc_entity_right")


def evaluate_confidence(
    cases: CasesOption,
    out: Annotated[Path, path_option("--out", "Folder for rows, metrics, manifest and risk-coverage curve.")],
    graph: GraphOption = None,
    candidates: CandidatesOption = "all",
    uniform_prior: UniformPriorOption = False,
    ranker: RankerOption = "shipped",
    absent_share: Annotated[
        float, typer.Option("--absent-share", help="Assumed share of patients whose disease the graph lacks.")
    ] = 0.5,
) -> None:
    """Tell patients whose disease the graph lacks from the others, and compare estimates with what is right."""
    from reasoner.evaluation.confidence_evaluation import evaluate_confidence

    with evaluation(cases, out) as run:
        opened = open_ranker(graph, candidates=candidates, uniform_prior=uniform_prior, ranker=ranker)
        metrics = evaluate_confidence(run, opened, absent_share=absent_share)
    for setting, values in metrics["settings"].items():
        areas = ", ".join(f"{name} {values[name]:.3f}" for name in _AREAS if values.get(name) is not None)
        typer.echo(f"{setting}: {areas or 'no area under a curve: its cases are all of one kind'}")
    show_metrics(metrics, _SHARES, out)
