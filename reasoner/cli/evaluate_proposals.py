"""Measure a model's proposals beside the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reasoner.cli.measured import CasesOption, OutOption, SeedOption, evaluation, open_ranker, show_metrics
from reasoner.cli.options import GraphOption, RankerOption, UniformPriorOption, path_option

__all__ = ["evaluate_proposals"]

_SHOWN = ("top1", "top10", "macro_top1", "macro_top10")


def evaluate_proposals(
    cases: CasesOption,
    proposals: Annotated[Path, path_option("--proposals", "Table with the columns case_id, rank, proposed.")],
    out: OutOption,
    graph: GraphOption = None,
    uniform_prior: UniformPriorOption = False,
    ranker: RankerOption = "shipped",
    seed: SeedOption = 0,
) -> None:
    """Rank never-seen cases by a model's recorded proposals, by the graph, and by both together."""
    from reasoner.evaluation.proposal_evaluation import evaluate_proposals
    from reasoner.proposals.proposal import RecordedProposals

    with evaluation(cases, out, seed) as run:
        opened = open_ranker(graph, uniform_prior=uniform_prior, ranker=ranker)
        metrics = evaluate_proposals(run, opened, RecordedProposals(proposals))
    show_metrics(metrics, _SHOWN, out)
    held = metrics["proposals"]
    typer.echo(f"proposals: {held['n']:,}, refused {100 * held['refused']:.1f} %")
    for reason, share in held["refused_by_reason"].items():
        if share:
            typer.echo(f"  {reason}: {100 * share:.1f} %")
    typer.echo(f"  refused though true: {held['refused_though_true']:,}")
