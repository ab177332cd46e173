"""Build the graph."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ontologies.errors import SourceError
from reasoner.cli.options import GraphOption, MirrorOption, OfflineOption, errors, graph_folder

if TYPE_CHECKING:
    from kg_builder.snapshot import Snapshot

__all__ = ["build"]


def build(
    graph: GraphOption = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read the sources that no package carries, too; fetches them.")
    ] = False,
    include: Annotated[
        list[str] | None,
        typer.Option(
            "--include-source", help="Read this source, too; the only way to one that is off for its licence (ddinter)."
        ),
    ] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude-source", help="Do not read this source.")] = None,
    licence: Annotated[
        list[str] | None, typer.Option("--licence", help="Read only sources of this licence (see aitia sources).")
    ] = None,
    mirror: MirrorOption = None,
    offline: OfflineOption = False,
) -> None:
    """Build the graph from its sources."""
    from platformdirs import user_cache_path

    from kg_builder.build import build_graph
    from kg_builder.selection import select_sources
    from reasoner.artefacts import ARTEFACTS

    selection = select_sources(full=full, include=include or (), exclude=exclude or (), licences=licence or ())
    with errors.status("building", spinner="dots") as status:

        def say(message: str) -> None:
            status.update(message)
            if not errors.is_terminal:
                errors.print(message, markup=False)

        snapshot = build_graph(
            graph_folder(graph),
            mirror=mirror,
            cache=user_cache_path("aitia") / "sources",
            offline=offline,
            selection=selection,
            derive=ARTEFACTS,
            progress=say,
        )
    _report(snapshot)
    not_had = sorted({entry["source"] for entry in snapshot.manifest["missing_sources"]} & selection.chosen)
    if not_had:
        raise SourceError(
            "the graph lacks sources that were asked for",
            value=", ".join(not_had),
            remedy="Run the command again when they can be reached, or name a mirror that holds them by --mirror DIR",
        )


def _report(snapshot: Snapshot) -> None:
    manifest = snapshot.manifest
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"build {snapshot.build_id}", markup=False)
    out.print(f"{manifest['nodes']:,} nodes, {manifest['edges']:,} edges in {snapshot.folder}", markup=False)
    kinds = Counter(issue["category"] for issue in manifest["issues"])
    for category, count in sorted(kinds.items()):
        out.print(f"{count:,} noted as {category} (see {snapshot.folder / 'manifest.json'})", markup=False)
    for entry in manifest["missing_sources"]:
        out.print(f"missing: {entry['source']} ({entry['reason']})", markup=False)
