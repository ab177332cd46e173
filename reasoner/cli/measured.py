"""What the commands that measure share: options, the run of an evaluation, and how its figures are shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ontologies.errors import InputError
from reasoner.cli.options import check_folder, errors, graph_folder, path_option

if TYPE_CHECKING:
    from reasoner.evaluation.evaluation_run import EvaluationRun
    from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["CasesOption", "OutOption", "SeedOption", "evaluation", "open_ranker", "show_metrics"]

CasesOption = Annotated[Path, path_option("--cases", "Folder, .tar.xz, .jsonl or .json of cases.")]
OutOption = Annotated[Path, path_option("--out", "Folder for rows.tsv, metrics.json and manifest.json.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Of the bootstrap and all other chance.")]

_SHOWN_UNREADABLE = 5


@contextmanager
def evaluation(cases: Path, out: Path, seed: int = 0) -> Iterator[EvaluationRun]:
    """A run whose progress is shown.

    Raises:
        InputError: its files cannot be written.
    """
    from reasoner.evaluation.evaluation_run import EvaluationRun

    check_folder(out)
    with errors.status("evaluating", spinner="dots") as status:
        yield EvaluationRun(cases, out, seed=seed, command=["aitia", *sys.argv[1:]], progress=status.update)


def open_ranker(graph: Path | None, *, candidates: str = "all", uniform_prior: bool, ranker: str) -> CaseRanker:
    """Open the ranking of the graph that a command names.

    Raises:
        InputError: there are no such candidates, or no such correction.
    """
    from kg_builder.snapshot import Snapshot
    from reasoner.ranking.case_ranker import CaseRanker

    snapshot = Snapshot.open(graph_folder(graph))
    return CaseRanker.open(snapshot, candidates=candidates, uniform_prior=uniform_prior, ranker=ranker)


def show_metrics(metrics: Mapping[str, Any], figures: Sequence[str], out: Path) -> None:
    """Show some figures of each setting and where the rest is; cases that could not be read end with their exit code.

    Args:
        metrics: what `metrics.json` holds.
        figures: names of the figures to show.
        out: where the files are.
    """
    for setting, values in metrics["settings"].items():
        shares = "".join(f", {name} {100 * values[name]:.1f} %" for name in figures if values["n"])
        typer.echo(f"{setting}: n {values['n']}{shares}")
    typer.echo(f"written to {out}")
    if unreadable := metrics["unreadable"]:
        for line in unreadable[:_SHOWN_UNREADABLE]:
            errors.print(line, markup=False)
        errors.print(f"{len(unreadable):,} cases cannot be read and were left out (all in metrics.json)", markup=False)
        raise typer.Exit(InputError.exit_code)
