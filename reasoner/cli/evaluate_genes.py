"""Measure the ranking of genes."""

from __future__ import annotations

from typing import Annotated

import typer

from reasoner.cli.measured import CasesOption, OutOption, SeedOption, evaluation, open_ranker, show_metrics
from reasoner.cli.options import CandidatesOption, GraphOption, RankerOption, UniformPriorOption

__all__ = ["evaluate_genes"]

_SHOWN = ("top1", "top5", "macro_top1", "macro_top5")


def evaluate_genes(
    cases: CasesOption,
    out: OutOption,
    graph: GraphOption = None,
    candidates: CandidatesOption = "all",
    uniform_prior: UniformPriorOption = False,
    ranker: RankerOption = "shipped",
    genes: Annotated[int, typer.Option("--genes", min=2, help="How many genes compete.")] = 100,
    seed: SeedOption = 0,
) -> None:
    """Rank each case's causal gene among random disease genes, by the findings alone."""
    from reasoner.evaluation.gene_evaluation import evaluate_genes

    with evaluation(cases, out, seed) as run:
        opened = open_ranker(graph, candidates=candidates, uniform_prior=uniform_prior, ranker=ranker)
        metrics = evaluate_genes(run, opened, genes=genes)
    show_metrics(metrics, _SHOWN, out)
