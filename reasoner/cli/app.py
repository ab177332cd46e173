"""The `aitia` command: what it offers, and how faults leave it."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Annotated

import typer

from ontologies.errors import AitiaError
from reasoner.cli.build import build
from reasoner.cli.diagnose import diagnose
from reasoner.cli.evaluate import evaluate_diagnosis
from reasoner.cli.evaluate_compare import evaluate_compare
from reasoner.cli.evaluate_confidence import evaluate_confidence
from reasoner.cli.evaluate_genes import evaluate_genes
from reasoner.cli.evaluate_proposals import evaluate_proposals
from reasoner.cli.explain import explain
from reasoner.cli.load import load
from reasoner.cli.options import errors
from reasoner.cli.output import guard_streams
from reasoner.cli.serve import serve
from reasoner.cli.sources import sources
from reasoner.cli.train import train_ranker
from reasoner.cli.train_confidence import train_confidence
from reasoner.cli.verify import verify

__all__ = ["app", "main"]

# What typer makes of Ctrl-C.
_INTERRUPTED = 130

app = typer.Typer(
    name="aitia",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"aitia {metadata.version('aitia')}")
        raise typer.Exit


@app.callback()
def _aitia(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Diagnoses from a medical knowledge graph, each with its proof."""


evaluate_app = typer.Typer(help="Measure against real cases.", no_args_is_help=True)
app.add_typer(evaluate_app, name="evaluate")

for command in (build, sources, diagnose, explain, verify, load, serve):
    app.command()(command)
evaluate_app.command("diagnosis")(evaluate_diagnosis)
evaluate_app.command("compare")(evaluate_compare)
evaluate_app.command("confidence")(evaluate_confidence)
evaluate_app.command("genes")(evaluate_genes)
evaluate_app.command("proposals")(evaluate_proposals)
train_app = typer.Typer(help="Fit what is learned from the graph.", no_args_is_help=True)
app.add_typer(train_app, name="train")
train_app.command("ranker")(train_ranker)
train_app.command("confidence")(train_confidence)


def main() -> None:
    """Run the command; every foreseen fault is one line and an exit code."""
    guard_streams()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except AitiaError as error:
        errors.print(f"aitia: {error}", style="red", markup=False)
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            errors.print("aitia: interrupted", markup=False)
        raise
