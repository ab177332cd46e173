"""Measure a model's proposals beside the graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reasoner.cli.measured import show_metrics
from reasoner.cli.options import GraphOption, RankerOption, UniformPriorOption, errors, graph_folder

__all__ = ["evaluate_proposals"]

_SHOWN = ("top1", "top10", "macro_top1", "macro_top10")


def evaluate_proposals(
    cases: Annotated[Path, typer.Option("--cases", help="Folder, .tar.xz or .jsonl of phenopackets.")],
    proposals: Annotated[Path, typer.Option("--proposals", help="Table with the columns case_id, rank, proposed.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for rows.tsv, metrics.json and manifest.json.")],
    graph: GraphOption = None,
    uniform_prior: UniformPriorOption = False,
    ranker: RankerOption = "shipped",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the bootstrap.")] = 0,
) -> None:
    """Rank never-seen cases by a model's recorded proposals, by the graph, and by both together."""
    from kg_builder.snapshot import Snapshot
    from reasoner.evaluation.proposal_evaluation import evaluate_proposals
    from reasoner.proposals.proposal import RecordedProposals

    with errors.status("evaluating", spinner="dots") as status:
        metrics = evaluate_proposals(
            Snapshot.open(graph_folder(graph)),
            cases,
            RecordedProposals(proposals),
            out,
            uniform_prior=uniform_prior,
            ranker=ranker,
            seed=seed,
            command=["aitia", *sys.argv[1:]],
            progress=status.update,
        )
    show_metrics(metrics, _SHOWN, out)
    held = metrics["proposals"]
    typer.echo(f"proposals: {held['n']:,}, refused {100 * held['refused']:.1f} %")
    for reason, share in held["refused_by_reason"].items():
        if share:
            typer.echo(f"  {reason}: {100 * share:.1f} %")
    typer.echo(f"  refused though true: {held['refused_though_true']:,}")
