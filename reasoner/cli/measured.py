"""Show what an evaluation measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from ontologies.errors import InputError
from reasoner.cli.options import errors

__all__ = ["show_metrics"]

_SHOWN_UNREADABLE = 5


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
