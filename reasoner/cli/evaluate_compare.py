"""Set two evaluations of the same cases against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reasoner.cli.measured import SeedOption

__all__ = ["evaluate_compare"]


def evaluate_compare(
    folder: Annotated[Path, typer.Argument(help="What an evaluation wrote by --out.")],
    other: Annotated[Path, typer.Argument(help="What it is compared with: the same cases, ranked otherwise.")],
    seed: SeedOption = 0,
) -> None:
    """Show by how many points the first is better, with 95 % intervals by a paired bootstrap over diseases."""
    from reasoner.evaluation.comparison import FIGURES, compare

    for setting, (count, differences) in compare(folder, other, seed=seed).items():
        typer.echo(f"{setting}: n {count:,}")
        for name in FIGURES:
            value, low, high = (100 * part for part in differences[name])
            typer.echo(f"  {name:12}{value:+7.1f} points  [{low:+.1f}, {high:+.1f}]")
