"""Load the graph into a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reasoner.cli.options import BoltPassword, BoltUser, GraphOption, errors, graph_folder

if TYPE_CHECKING:
    from kg_builder.snapshot import Snapshot

__all__ = ["load", "load_with_progress"]


def load(
    bolt: Annotated[str, typer.Option("--bolt", help="Address of the database, such as bolt://localhost:7687.")],
    graph: GraphOption = None,
    user: BoltUser = None,
    password: BoltPassword = None,
    database: Annotated[str | None, typer.Option("--database", help="Name of the database.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete first what the database holds, unless it is this build and whole.")
    ] = False,
) -> None:
    """Load the graph into a Neo4j, or any database that speaks its protocol."""
    from kg_builder.snapshot import Snapshot
    from kg_builder.stores.bolt import BoltStore

    snapshot = Snapshot.open(graph_folder(graph))
    with BoltStore.connect(bolt, user=user, password=password, database=database) as store:
        load_with_progress(snapshot, store, replace=replace)
    typer.echo(f"loaded build {snapshot.build_id} into {bolt}")


def load_with_progress(
    snapshot: Snapshot, store: Any, *, replace: bool, between: Callable[[], None] = lambda: None
) -> None:
    """Load a snapshot into an open store and show how far it is; `between` is called after each batch."""
    from kg_builder.stores.load import load_graph

    nodes = (snapshot.node_at(number) for number in range(snapshot.node_count))
    edges = (snapshot.edge_at(number) for number in range(snapshot.edge_count))
    with errors.status("loading", spinner="dots") as status:

        def tell(stage: str, done: int) -> None:
            status.update(f"{stage}: {done:,}")
            between()

        load_graph(store, nodes, edges, snapshot.build_id, replace=replace, progress=tell)
