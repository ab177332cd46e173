"""Measure the ranking of genes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reasoner.cli.measured import show_metrics
from reasoner.cli.options import (
    CandidatesOption,
    GraphOption,
    RankerOption,
    UniformPriorOption,
    check_choice,
    errors,
    graph_folder,
)

__all__ = ["evaluate_genes"]

_SHOWN = ("top1", "top5", "macro_top1", "macro_top5")


def evaluate_genes(
    cases: Annotated[Path, typer.Option("--cases", help="Folder, .tar.xz or .jsonl of phenopackets.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for rows.tsv, metrics.json and manifest.json.")],
    graph: GraphOption = None,
    candidates: CandidatesOption = "all",
    uniform_prior: UniformPriorOption = False,
    ranker: RankerOption = "shipped",
    genes: Annotated[int, typer.Option("--genes", min=2, help="How many genes compete.")] = 100,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the random genes and the bootstrap.")] = 0,
) -> None:
    """Rank each case's causal gene among random disease genes, by the findings alone."""
    from kg_builder.snapshot import Snapshot
    from reasoner.evaluation.gene_evaluation import evaluate_genes

    check_choice("candidates", candidates, "all", "omim")
    with errors.status("evaluating", spinner="dots") as status:
        metrics = evaluate_genes(
            Snapshot.open(graph_folder(graph)),
            cases,
            out,
            candidates="omim" if candidates == "omim" else "all",
            uniform_prior=uniform_prior,
            ranker=ranker,
            genes=genes,
            seed=seed,
            command=["aitia", *sys.argv[1:]],
            progress=status.update,
        )
    show_metrics(metrics, _SHOWN, out)
