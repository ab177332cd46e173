"""Loading a database: restartable, checked, guarded, the build id last."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from kg_builder.knowledge_graph import KnowledgeGraph
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.stores import cypher
from kg_builder.stores.bolt import BoltStore
from kg_builder.stores.load import load_graph
from kg_builder.stores.store import GraphStore
from ontologies.errors import GraphMissingError, GuardError, InputError, ServiceError, VerificationError
from tests.kg_builder.stores.neo4j_server import free_port, neo4j_process
from tests.kg_builder.stores.small_graph import BUILD, EDGES, NODES, edge, tid

PASSWORD, WRONG = "a password", "wrong"
TEXTS = ["", "it's", "a\\", "\\'", '"', "\n\r\t\b\f\x00", "\\u0041", "马凡 😀", "'}) DETACH DELETE n //"]


class Killed(BaseException):
    """What a kill looks like from inside."""


def _nodes_until(count: int) -> Iterator[Node]:
    for number, node in enumerate(NODES):
        if number == count:
            raise Killed
        yield node


def _everything(store: GraphStore) -> list[object]:
    return [
        *(store.node(node.id) for node in NODES),
        *(store.edges_from(node.id) for node in NODES),
        dict(store.node_counts()),
        dict(store.edge_counts()),
    ]


def test_an_interrupted_load_is_not_loaded_and_goes_on(database: BoltStore, memory: GraphStore) -> None:
    with pytest.raises(Killed):
        load_graph(database, _nodes_until(7), EDGES, BUILD, batch=1, replace=True)
    for ask in (lambda: database.build_id, lambda: database.node(NODES[0].id)):
        with pytest.raises(GraphMissingError, match="not loaded"):
            ask()
    with pytest.raises(GuardError, match="a part of one"):
        load_graph(database, NODES, EDGES, "1" * 64)
    with pytest.raises(Killed):
        load_graph(database, NODES, _edges_until(5), BUILD, batch=1)
    load_graph(database, NODES, EDGES, BUILD, batch=3)
    assert database.build_id == BUILD
    assert _everything(database) == _everything(memory)


def _edges_until(count: int) -> Iterator[object]:
    yield from EDGES[:count]
    raise Killed


def test_an_interrupted_deletion_goes_on(database: BoltStore, memory: GraphStore) -> None:
    def killed_while_deleting(stage: str, done: int) -> None:
        if stage == "deleting":
            raise Killed

    changed = [Node(NODES[0].id, NODES[0].label, "Another name"), *NODES[1:]]
    load_graph(database, changed, EDGES, "2" * 64, replace=True)
    with pytest.raises(Killed):
        load_graph(database, NODES, EDGES, BUILD, replace=True, progress=killed_while_deleting)
    load_graph(database, NODES, EDGES, BUILD)
    assert _everything(database) == _everything(memory)


def test_another_build_is_refused_then_replaced(database: BoltStore) -> None:
    load_graph(database, NODES, EDGES, BUILD, replace=True)
    with pytest.raises(GuardError, match="another build") as refused:
        load_graph(database, NODES[:1], [], "3" * 64)
    assert "--replace" in str(refused.value)
    assert database.build_id == BUILD
    load_graph(database, NODES[:1], [], "3" * 64, replace=True)
    assert database.build_id == "3" * 64
    assert (dict(database.node_counts()), dict(database.edge_counts())) == ({Label.DISEASE: 1}, {})


def test_the_same_build_is_loaded_once(database: BoltStore) -> None:
    load_graph(database, NODES, EDGES, BUILD, replace=True)
    told: list[tuple[str, int]] = []
    load_graph(database, _nodes_until(0), EDGES, BUILD, progress=lambda stage, done: told.append((stage, done)))
    assert told == []


@pytest.mark.parametrize(
    "edit",
    [
        "MATCH (n:Disease {id: 'OMIM:154700'})-[r]-() DELETE r",
        "CREATE (n:Disease {id: 'OMIM:1', label: 'Disease', name: 'added by hand'})",
    ],
)
def test_an_edited_database_is_not_called_loaded_and_can_be_replaced(
    database: BoltStore, memory: GraphStore, edit: str
) -> None:
    load_graph(database, NODES, EDGES, BUILD, replace=True)
    database.write([edit])
    with pytest.raises(VerificationError, match="was edited") as refused:
        load_graph(database, NODES, EDGES, BUILD)
    assert "--replace" in str(refused.value)
    load_graph(database, NODES, EDGES, BUILD, replace=True)
    assert _everything(database) == _everything(memory)


def test_progress_counts_up(database: BoltStore) -> None:
    told: list[tuple[str, int]] = []
    load_graph(database, NODES, EDGES, "4" * 64, batch=2, replace=True, progress=lambda *seen: told.append(seen))
    assert told[-1] == ("edges", len(EDGES))
    assert ("nodes", len(NODES)) in told


def test_a_wrong_count_is_not_loaded(database: BoltStore) -> None:
    with pytest.raises(VerificationError, match="does not hold"):
        load_graph(database, NODES, [*EDGES, EDGES[0]], "5" * 64, replace=True)
    with pytest.raises(GraphMissingError):
        _ = database.build_id
    with pytest.raises(VerificationError, match="--replace"):
        load_graph(database, NODES, EDGES, "5" * 64)
    load_graph(database, NODES, EDGES, "5" * 64, replace=True)
    assert database.build_id == "5" * 64


def test_an_edge_into_nowhere_is_refused(database: BoltStore) -> None:
    nowhere = edge("OMIM:154700", Relation.HAS_SYMPTOM, "HP:1")
    with pytest.raises(InputError, match="HP:1"):
        load_graph(database, NODES, [nowhere], "6" * 64, replace=True)


def test_foreign_data_is_left_alone(database: BoltStore) -> None:
    load_graph(database, [], [], "7" * 64, replace=True)
    database.write(["MATCH (b:AitiaBuild) DETACH DELETE b", "CREATE (p:Person {name: 'Somebody'})"])
    database.forget_build()
    try:
        with pytest.raises(GuardError, match="did not load"):
            load_graph(database, NODES, EDGES, BUILD, replace=True)
    finally:
        database.write(["MATCH (p:Person) DETACH DELETE p"])
    load_graph(database, NODES, EDGES, BUILD)
    assert database.build_id == BUILD


def test_rederiving_edges_with_literal_ids(database: BoltStore) -> None:
    load_graph(database, NODES, EDGES, BUILD, replace=True)
    altered = edge("OMIM:154700", Relation.HAS_SYMPTOM, "HP:0000478")
    rows = database.read(cypher.rederive(one.record() for one in [*EDGES, altered]))
    assert sorted(row["id"] for row in rows) == sorted(one.id for one in EDGES)
    held = {row["id"]: (row["subject"], row["relation"], row["object"]) for row in rows}
    assert held == {one.id: (str(one.subject), one.relation.value, str(one.object)) for one in EDGES}


@pytest.mark.parametrize("text", TEXTS)
def test_literals_are_read_back_unchanged(database: BoltStore, text: str) -> None:
    assert database.read(f"RETURN {cypher.quote(text)} AS text") == [{"text": text}]


def test_nobody_listens() -> None:
    with pytest.raises(ServiceError, match="no database answers") as refused:
        BoltStore.connect(f"bolt://127.0.0.1:{free_port()}")
    assert "aitia serve" in str(refused.value)
    assert refused.value.exit_code == 5


def test_somebody_else_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answer = threading.Thread(target=_answer_in_another_language, args=(listener,))
        answer.start()
        with pytest.raises(ServiceError):
            BoltStore.connect(f"bolt://127.0.0.1:{port}")
        answer.join()


def _answer_in_another_language(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(64)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("uri", ["http://localhost:7687", "localhost", "", "bolt://localhost:port"])
def test_no_bolt_address(uri: str) -> None:
    with pytest.raises(InputError, match="not the address"):
        BoltStore.connect(uri)


@pytest.mark.neo4j
def test_passwords_and_a_server_that_dies(tmp_path: Path) -> None:
    with neo4j_process(tmp_path, asks_password=True) as (uri, process):
        with neo4j.GraphDatabase.driver(uri, auth=("neo4j", "neo4j")) as admin:
            admin.execute_query(
                "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password", password=PASSWORD, database_="system"
            )
        for password in (WRONG, None):
            with pytest.raises(InputError, match="refuses this user or password"):
                BoltStore.connect(uri, password=password)
        with pytest.raises(InputError, match="no such database"):
            BoltStore.connect(uri, password=PASSWORD, database="absent")
        with pytest.raises(GraphMissingError, match="not loaded"):
            KnowledgeGraph.connect(uri, password=PASSWORD)
        with BoltStore.connect(uri, password=PASSWORD) as store:
            load_graph(store, NODES, EDGES, BUILD)

            def die(stage: str, done: int) -> None:
                if stage == "nodes":
                    process.kill()

            with pytest.raises(ServiceError, match="goes on where it stopped"):
                load_graph(store, NODES, EDGES, "8" * 64, replace=True, progress=die)
    with (
        neo4j_process(tmp_path, asks_password=True) as (uri, _),
        BoltStore.connect(uri, password=PASSWORD) as store,
    ):
        load_graph(store, NODES, EDGES, "8" * 64)
        assert store.build_id == "8" * 64
        assert store.node(tid("ORPHA:558")) == NODES[0]


@pytest.mark.embedded
def test_embedded_wrong_password(embedded_server: object) -> None:
    uri = getattr(embedded_server, "uri", "")
    with pytest.raises(InputError, match="refuses this user or password"):
        BoltStore.connect(uri, user="root", password=WRONG, database="aitia")
