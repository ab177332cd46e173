"""Serve the graph as a database."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from ontologies.errors import ServiceError
from reasoner.cli.load import load_with_progress
from reasoner.cli.options import GraphOption, graph_folder, path_option

__all__ = ["Stopping", "serve"]

_SECONDS_BETWEEN_LOOKS = 0.2


def serve(
    graph: GraphOption = None,
    data: Annotated[Path | None, path_option("--data", "Folder of the database; beside the graph without it.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port on loopback; a free one without it.")] = None,
) -> None:
    """Serve the graph as a Cypher database on this machine, with nothing to install but the extra `embedded`."""
    from kg_builder.snapshot import Snapshot
    from kg_builder.stores.bolt import BoltStore
    from kg_builder.stores.embedded import EmbeddedServer

    stopping = Stopping()
    folder = graph_folder(graph)
    snapshot = Snapshot.open(folder)
    with EmbeddedServer.start(data or folder / "server", port=port) as server:
        with BoltStore.connect(
            server.uri, user=server.user, password=server.password, database=server.database
        ) as store:
            load_with_progress(snapshot, store, replace=True, between=stopping.check)
        typer.echo(f"serving build {snapshot.build_id[:16]} at {server.uri}")
        typer.echo(f"database {server.database}, user {server.user}")
        typer.echo(f"password {server.password}; stop with Ctrl-C")
        # A pipe does not see a line before it is flushed, and whoever reads it waits for these.
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            while server.running:
                stopping.check()
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            raise ServiceError("the server has ended", value=server.log, remedy="See its log; run the command again")


class Stopping:
    """Turns SIGINT and SIGTERM into `KeyboardInterrupt`, and remembers them.

    A service manager sends SIGTERM; a shell's background job ignores SIGINT unless it is asked for. What a handler
    raises is lost where Python happens to be freeing an object, so whoever waits or works in steps looks again.
    """

    def __init__(self) -> None:
        self._asked = False
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, self._interrupt)

    def _interrupt(self, number: int, frame: object) -> None:
        self._asked = True
        raise KeyboardInterrupt

    def check(self) -> None:
        """Stop where it was asked for.

        Raises:
            KeyboardInterrupt: a signal has come.
        """
        if self._asked:
            raise KeyboardInterrupt
