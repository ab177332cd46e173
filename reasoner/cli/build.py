"""Build the graph."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from reasoner.cli.options import GraphOption, MirrorOption, errors, graph_folder

__all__ = ["build"]


def build(
    graph: GraphOption = None,
    full: Annotated[bool, typer.Option("--full", help="Read the sources that no package carries, too.")] = False,
    mirror: MirrorOption = None,
) -> None:
    """Build the graph from its sources."""
    from kg_builder.build import build_graph
    from reasoner.intake.vocabulary import compile_names
    from reasoner.ranking.index import compile_ranking

    with errors.status("building", spinner="dots") as status:

        def say(message: str) -> None:
            status.update(message)
            if not errors.is_terminal:
                errors.print(message, markup=False)

        snapshot = build_graph(
            graph_folder(graph), mirror=mirror, full=full, derive=[compile_names, compile_ranking], progress=say
        )
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
