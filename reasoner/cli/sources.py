"""List the sources."""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from reasoner.cli.options import FormatOption, GraphOption, check_choice, errors, graph_folder

__all__ = ["sources"]


def sources(graph: GraphOption = None, format: FormatOption = "text") -> None:
    """List the sources with version, licence and pin, and what the graph holds of each."""
    from kg_builder.catalogue import SOURCES
    from kg_builder.snapshot import Snapshot
    from ontologies.errors import GraphMissingError

    check_choice("format", format, "text", "json")
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

    table = Table(box=None)
    for name in rows[0]:
        table.add_column(name, justify="right" if name == "edges" else "left", overflow="fold")
    for row in rows:
        table.add_row(
            *(
                "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
                for value in row.values()
            )
        )
    Console(highlight=False).print(table)
