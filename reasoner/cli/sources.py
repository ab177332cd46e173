"""List the sources."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from reasoner.cli.options import GraphOption, check_choice, errors, graph_folder

if TYPE_CHECKING:
    from kg_builder.catalogue import Source

__all__ = ["sources"]

_INDENT = "    "
_COMMIT = re.compile(r"(@[0-9a-f]{12})[0-9a-f]{28}")


def sources(
    graph: GraphOption = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    check: Annotated[
        bool,
        typer.Option("--check", help="Read the whole graph, too, and refuse one altered or not there."),
    ] = False,
) -> None:
    """List the sources with version, licence and pin, and what the graph holds of each."""
    from kg_builder.catalogue import SOURCES

    check_choice("format", format, "text", "json")
    edges, reasons = _held(graph_folder(graph), check)
    rows = [_row(source, edges.get(source.key), reasons.get(source.key)) for source in SOURCES.values()]
    if format == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    out = Console(highlight=False, soft_wrap=True)
    for line, style in _lines(rows, min(out.width, 100)):
        out.print(line, style=style, markup=False)


def _held(folder: Path, check: bool) -> tuple[dict[str, int], dict[str, str]]:
    """How many edges the graph holds of each source that was read, and why the others were not.

    Raises:
        GraphMissingError: the graph that is to be checked is not there.
    """
    from kg_builder.snapshot import Snapshot
    from ontologies.errors import GraphMissingError

    try:
        manifest = Snapshot.open(folder, check=check).manifest
    except GraphMissingError as error:
        if check:
            raise
        errors.print(str(error), markup=False)
        return {}, {}
    edges = {entry["source"]: entry["edges"] for entry in manifest.get("sources", ())}
    return edges, {entry["source"]: entry["reason"] for entry in manifest.get("missing_sources", ())}


def _row(source: Source, edges: int | None, reason: str | None) -> dict[str, Any]:
    return {
        "source": source.key,
        "title": source.title,
        "version": source.version,
        "licence": source.licence,
        "tier": source.tier.value,
        "read": "opt-in" if source.opt_in else "--full" if source.full else "default",
        "edges": edges,
        "missing": reason,
        "upstream": source.upstream,
        "pin": dict(source.files) or source.upstream,
    }


def _lines(rows: list[dict[str, Any]], width: int) -> Iterator[tuple[str, str | None]]:
    """One line of figures for each source, and below it what it is and where it comes from."""
    wrapper = textwrap.TextWrapper(width, initial_indent=_INDENT, subsequent_indent=_INDENT * 2, break_on_hyphens=False)
    columns = ("source", "version", "read", "tier", "edges")
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    yield _aligned(columns, widths), "bold"
    for row, own in zip(rows, cells, strict=True):
        yield _aligned(own, widths), None
        told = [f"{row['title']}; {row['licence']}", _COMMIT.sub(r"\1…", f"{row['upstream']}{_pins(row['pin'])}")]
        if row["missing"]:
            told.append(f"not in the graph: {row['missing']}")
        for text in told:
            for line in wrapper.wrap(text):
                yield line, "dim"


def _aligned(cells: tuple[str, ...] | list[str], widths: list[int]) -> str:
    *words, edges = cells
    left = "  ".join(word.ljust(width) for word, width in zip(words, widths, strict=False))
    return f"{left}  {edges.rjust(widths[-1])}"


def _cell(value: str | int | None) -> str:
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else value


def _pins(pin: dict[str, str] | str) -> str:
    if isinstance(pin, str):
        return ""
    digests = list(pin.values())
    return f"; sha256 {digests[0][:12]}…" if len(digests) == 1 else f"; {len(digests)} files pinned by sha256"
