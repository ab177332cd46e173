"""The `aitia` command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ontologies.errors import AitiaError

__all__ = ["app", "main"]

app = typer.Typer(
    name="aitia",
    help="Diagnoses from a medical knowledge graph, each with its proof.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
evaluate_app = typer.Typer(help="Measure against real cases.", no_args_is_help=True)
app.add_typer(evaluate_app, name="evaluate")

GraphOption = Annotated[Path | None, typer.Option("--graph", help="The graph's folder.", envvar="AITIA_GRAPH", show_default=False)]
FormatOption = Annotated[str, typer.Option("--format", help="text, json or markdown.")]

errors = Console(stderr=True, highlight=False, soft_wrap=True)


def main() -> None:
    """Run the command; every foreseen fault is one line and an exit code."""
    try:
        app()
    except AitiaError as error:
        errors.print(f"aitia: {error}", style="red", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        errors.print("aitia: interrupted", markup=False)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def graph_folder(graph: Path | None) -> Path:
    """The folder named, else the user's data folder."""
    if graph is not None:
        return graph
    from platformdirs import user_data_path

    return user_data_path("aitia") / "graph"


@app.command()
def build(
    graph: GraphOption = None,
    full: Annotated[bool, typer.Option("--full", help="Read the sources that no package carries, too.")] = False,
    mirror: Annotated[
        Path | None, typer.Option("--mirror", help="Folder that stands in for the sources' addresses.", envvar="AITIA_MIRROR")
    ] = None,
) -> None:
    """Build the graph from its sources."""
    from kg_builder.build import build_graph
    from reasoner.ranking import compile_ranking

    with errors.status("building", spinner="dots") as status:

        def say(message: str) -> None:
            status.update(message)
            if not errors.is_terminal:
                errors.print(message, markup=False)

        snapshot = build_graph(graph_folder(graph), mirror=mirror, full=full, derive=[compile_ranking], progress=say)
    manifest = snapshot.manifest
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"build {snapshot.build_id}", markup=False)
    out.print(f"{manifest['nodes']:,} nodes, {manifest['edges']:,} edges in {snapshot.folder}", markup=False)
    kinds: dict[str, int] = {}
    for issue in manifest["issues"]:
        kinds[issue["category"]] = kinds.get(issue["category"], 0) + 1
    for category, count in sorted(kinds.items()):
        out.print(f"{count:,} noted as {category} (see {snapshot.folder / 'manifest.json'})", markup=False)
    for entry in manifest["missing_sources"]:
        out.print(f"missing: {entry['source']} ({entry['reason']})", markup=False)


@app.command()
def sources(graph: GraphOption = None, format: FormatOption = "text") -> None:
    """List the sources with version, licence and pin, and what the graph holds of each."""
    import json

    from kg_builder.catalogue import SOURCES
    from kg_builder.snapshot import Snapshot
    from ontologies.errors import GraphMissingError

    held: dict[str, Any] = {}
    try:
        held = {entry["source"]: entry["edges"] for entry in Snapshot.open(graph_folder(graph)).manifest["sources"]}
    except GraphMissingError as error:
        errors.print(str(error), markup=False)
    rows = [
        {
            "source": source.key,
            "version": source.version,
            "licence": source.licence,
            "tier": source.tier.value,
            "read": "--full" if source.full else "default",
            "edges": held.get(source.key),
            "upstream": source.upstream,
        }
        for source in SOURCES.values()
    ]
    if format == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    from rich.table import Table

    table = Table(box=None)
    for name in rows[0]:
        table.add_column(name, justify="right" if name == "edges" else "left", overflow="fold")
    for row in rows:
        table.add_row(*("-" if value is None else f"{value:,}" if isinstance(value, int) else str(value) for value in row.values()))
    Console(highlight=False).print(table)
