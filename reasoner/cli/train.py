"""Fit what is learned from the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reasoner.cli.options import GraphOption, check_file, errors, graph_folder, path_option

__all__ = ["train_ranker"]


def train_ranker(
    out: Annotated[Path, path_option("--out", "File for the vectors; give it to --ranker.")],
    graph: GraphOption = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the simulated patients and the first vectors.")] = 0,
    batches: Annotated[int | None, typer.Option("--batches", min=1, help="Steps of the fit.")] = None,
) -> None:
    """Fit the ranking's correction on patients simulated from the graph; needs torch."""
    from kg_builder.snapshot import Snapshot
    from reasoner.ranking.index import RankingIndex
    from reasoner.ranking.ranker_fit import fit_ranker

    check_file(out, makes_folder=True)
    index = RankingIndex.open(Snapshot.open(graph_folder(graph)))
    with errors.status("reading the annotations", spinner="dots") as status:
        vectors = fit_ranker(index, seed=seed, batches=batches, progress=status.update)
    vectors.write(out)
    typer.echo(f"{len(vectors.terms):,} terms, {len(vectors.diseases):,} diseases, sha256 {vectors.sha256}")
    typer.echo(f"written to {out}")
