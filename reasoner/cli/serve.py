"""Serve the graph as a database."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from reasoner.cli.load import load_with_progress
from reasoner.cli.options import GraphOption, graph_folder

__all__ = ["serve"]


def serve(
    graph: GraphOption = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of the database; beside the graph without it.")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port on loopback; a free one without it.")] = None,
) -> None:
    """Serve the graph as a Cypher database on this machine, with nothing to install but the extra `embedded`."""
    from kg_builder.snapshot import Snapshot
    from kg_builder.stores.bolt import BoltStore
    from kg_builder.stores.embedded import EmbeddedServer

    for stop in (signal.SIGINT, signal.SIGTERM):
        # A service manager sends SIGTERM; a shell's background job ignores SIGINT unless it is asked for.
        signal.signal(stop, _interrupt)
    folder = graph_folder(graph)
    snapshot = Snapshot.open(folder)
    with EmbeddedServer.start(data or folder / "server", port=port) as server:
        with BoltStore.connect(
            server.uri, user=server.user, password=server.password, database=server.database
        ) as store:
            load_with_progress(snapshot, store, replace=True)
        typer.echo(f"serving build {snapshot.build_id[:16]} at {server.uri}")
        typer.echo(f"database {server.database}, user {server.user}")
        typer.echo(f"password {server.password}; stop with Ctrl-C")
        # A pipe does not see a line before it is flushed, and whoever reads it waits for these.
        sys.stdout.flush()
        server.wait()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
