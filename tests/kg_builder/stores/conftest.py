"""One graph in every store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from kg_builder.stores.bolt import BoltStore
from kg_builder.stores.embedded import EmbeddedServer
from kg_builder.stores.load import load_graph
from kg_builder.stores.memory import MemoryStore
from kg_builder.stores.store import GraphStore
from tests.kg_builder.stores.neo4j_server import neo4j_process
from tests.kg_builder.stores.small_graph import EDGES, NODES


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_snapshot(tmp_path_factory.mktemp("graph"), NODES, EDGES, about={})


@pytest.fixture(scope="session")
def memory(snapshot: Snapshot) -> MemoryStore:
    return MemoryStore(NODES, EDGES, build_id=snapshot.build_id)


@pytest.fixture(scope="session")
def neo4j_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with neo4j_process(tmp_path_factory.mktemp("neo4j")) as (uri, _):
        yield uri


@pytest.fixture(scope="session")
def embedded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with EmbeddedServer.start(tmp_path_factory.mktemp("embedded"), heap="512m") as server:
        yield server


def connect_embedded(server: EmbeddedServer) -> BoltStore:
    return BoltStore.connect(server.uri, user=server.user, password=server.password, database=server.database)


@pytest.fixture
def neo4j_store(neo4j_uri: str, snapshot: Snapshot) -> Iterator[BoltStore]:
    with BoltStore.connect(neo4j_uri) as store:
        load_graph(store, NODES, EDGES, snapshot.build_id, batch=100, replace=True)
        yield store


@pytest.fixture
def embedded_store(embedded_server: EmbeddedServer, snapshot: Snapshot) -> Iterator[BoltStore]:
    with connect_embedded(embedded_server) as store:
        load_graph(store, NODES, EDGES, snapshot.build_id, batch=100, replace=True)
        yield store


@pytest.fixture(
    params=[
        "memory",
        "snapshot",
        pytest.param("embedded_store", marks=pytest.mark.embedded),
        pytest.param("neo4j_store", marks=pytest.mark.neo4j),
    ]
)
def store(request: pytest.FixtureRequest) -> GraphStore:
    chosen: GraphStore = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture(
    params=[
        pytest.param("embedded_store", marks=pytest.mark.embedded),
        pytest.param("neo4j_store", marks=pytest.mark.neo4j),
    ]
)
def database(request: pytest.FixtureRequest) -> BoltStore:
    """A loaded database; a test that spoils it loads it again with `replace`."""
    chosen: BoltStore = request.getfixturevalue(request.param)
    return chosen
