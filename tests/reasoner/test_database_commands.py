"""`aitia load`, `aitia serve` and `aitia verify --bolt` on real databases: a real Neo4j and the embedded server."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg_builder.knowledge_graph import KnowledgeGraph
from kg_builder.node import Node
from kg_builder.snapshot import Snapshot
from kg_builder.stores.bolt import BoltStore
from kg_builder.stores.load import load_graph
from reasoner.proof.merkle_check import certified_edges
from tests.kg_builder.stores.neo4j_server import free_port, neo4j_process
from tests.reasoner.clinic import NOTE, aitia, clinic_snapshot

SERVE = [sys.executable, "-c", "from reasoner.cli.app import main; main()", "serve"]


class Killed(BaseException):
    """What a kill looks like from inside."""


@pytest.fixture(scope="module")
def certificate(clinic_graph: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proof")
    (folder / "note.txt").write_text(NOTE, "utf-8")
    outcome = aitia("explain", folder / "note.txt", "--certificate", folder / "proof.json", graph=clinic_graph)
    assert outcome.code == 0
    return folder / "proof.json"


@pytest.fixture(scope="module")
def neo4j_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with neo4j_process(tmp_path_factory.mktemp("neo4j")) as (uri, _):
        yield uri


def _assert_gives_the_certified_edges(store: BoltStore, certificate: Path) -> None:
    held = json.loads(certificate.read_bytes())
    wanted = {edge["record"]["id"]: edge["record"] for _, edge in certified_edges(held)}
    rows = store.read(held["query"])
    assert {row["id"]: (row["subject"], row["relation"], row["object"]) for row in rows} == {
        one: (record["subject"], record["relation"], record["object"]) for one, record in wanted.items()
    }
    assert len(rows) == len(wanted)


def _answers(graph: KnowledgeGraph) -> list[Any]:
    return [
        graph.node("OMIM:100000"),
        graph.edges("OMIM:100000", direction="both"),
        graph.neighbours("HP:0001083", direction="in"),
        graph.paths("OMIM:100000", "OMIM:100001"),
    ]


@pytest.mark.neo4j
def test_the_graph_in_neo4j_answers_as_the_snapshot_and_proves_the_certificate(
    neo4j_uri: str, clinic: Snapshot, clinic_graph: Path, certificate: Path
) -> None:
    for _ in range(2):
        loaded = aitia("load", "--bolt", neo4j_uri, "--replace", graph=clinic_graph)
        assert (loaded.code, loaded.out) == (0, f"loaded build {clinic.build_id} into {neo4j_uri}\n")
    with BoltStore.connect(neo4j_uri) as store:
        _assert_gives_the_certified_edges(store, certificate)
        assert _answers(KnowledgeGraph(store)) == _answers(KnowledgeGraph(clinic))
        constraints = store.read("SHOW CONSTRAINTS YIELD name RETURN name")
        assert {"aitia_Disease", "aitia_HAS_SYMPTOM"} <= {row["name"] for row in constraints}
    verified = aitia("verify", certificate, "--bolt", neo4j_uri, graph=clinic_graph)
    assert (verified.code, verified.out) == (0, "verified: portable, snapshot, database\n")


@pytest.mark.neo4j
def test_loading_an_empty_database_says_one_line_and_nothing_else(clinic_graph: Path, tmp_path: Path) -> None:
    with neo4j_process(tmp_path) as (uri, _):
        call = [sys.executable, "-c", "from reasoner.cli.app import main; main()", "load", "--bolt", uri]
        run = subprocess.run([*call, "--graph", str(clinic_graph)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.count("\n")) == (0, 1)
    assert "Received notification" not in run.stderr


@pytest.mark.neo4j
def test_a_certificate_of_an_edge_that_the_database_lacks_fails(
    neo4j_uri: str, clinic_graph: Path, certificate: Path
) -> None:
    assert aitia("load", "--bolt", neo4j_uri, "--replace", graph=clinic_graph).code == 0
    edge = json.loads(certificate.read_bytes())["claims"][0]["edges"][0]["record"]["id"]
    with BoltStore.connect(neo4j_uri) as store:
        store.write(["MATCH ()-[r:HAS_SYMPTOM {id: $id}]->() SET r.source_version = '0'"], id=edge)
    verified = aitia("verify", certificate, "--bolt", neo4j_uri, graph=clinic_graph)
    assert verified.code == 1
    assert edge in verified.out
    with BoltStore.connect(neo4j_uri) as store:
        store.write(["MATCH ()-[r:HAS_SYMPTOM {id: $id}]->() DELETE r"], id=edge)
    assert (
        f"the database has no edge {edge}" in aitia("verify", certificate, "--bolt", neo4j_uri, graph=clinic_graph).out
    )


@pytest.mark.neo4j
def test_another_build_is_refused_until_it_may_be_replaced(
    neo4j_uri: str, clinic: Snapshot, clinic_graph: Path, tmp_path: Path
) -> None:
    other = clinic_snapshot(tmp_path / "other", common="OMIM:100011")
    assert aitia("load", "--bolt", neo4j_uri, "--replace", graph=tmp_path / "other").code == 0
    refused = aitia("load", "--bolt", neo4j_uri, graph=clinic_graph)
    assert (refused.code, refused.error.count("\n")) == (3, 0)
    assert "--replace" in refused.error
    with BoltStore.connect(neo4j_uri) as store:
        assert store.build_id == other.build_id
    assert aitia("load", "--bolt", neo4j_uri, "--replace", graph=clinic_graph).code == 0
    with BoltStore.connect(neo4j_uri) as store:
        assert store.build_id == clinic.build_id


@pytest.mark.neo4j
def test_a_load_that_was_killed_is_completed_by_the_next(neo4j_uri: str, clinic: Snapshot, clinic_graph: Path) -> None:
    def nodes() -> Iterator[Node]:
        yield from (clinic.node_at(number) for number in range(clinic.node_count // 2))
        raise Killed

    with BoltStore.connect(neo4j_uri) as store:
        load_graph(store, [], [], "0" * 64, replace=True)
        with pytest.raises(Killed):
            load_graph(store, nodes(), [], clinic.build_id, batch=1, replace=True)
    asked = aitia("verify", "nowhere.json", "--bolt", neo4j_uri, graph=clinic_graph)
    assert asked.code == 2
    assert aitia("load", "--bolt", neo4j_uri, graph=clinic_graph).code == 0
    with BoltStore.connect(neo4j_uri) as store:
        assert store.build_id == clinic.build_id
        assert dict(store.edge_counts()) == dict(clinic.edge_counts())


def test_no_server_is_exit_code_5_and_one_line(clinic_graph: Path, certificate: Path) -> None:
    uri = f"bolt://127.0.0.1:{free_port()}"
    for command in (("load", "--bolt", uri), ("verify", certificate, "--bolt", uri)):
        outcome = aitia(*command, graph=clinic_graph)
        assert (outcome.code, outcome.error.count("\n")) == (5, 0)
        assert "no database answers" in outcome.error


@pytest.mark.embedded
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_where_it_is_and_answers_until_it_is_interrupted(
    stop: signal.Signals, clinic: Snapshot, clinic_graph: Path, certificate: Path, tmp_path: Path
) -> None:
    call = [*SERVE, "--graph", str(clinic_graph), "--data", str(tmp_path / "server")]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(3))
        try:
            found = [
                re.search(pattern, said)
                for pattern in (r"at (\S+)", r"user (\S+)", r"password (\S+);", r"database (\S+),")
            ]
            uri, user, password, database = (match[1] for match in found if match is not None)
            with BoltStore.connect(uri, user=user, password=password, database=database) as store:
                assert store.build_id == clinic.build_id
                _assert_gives_the_certified_edges(store, certificate)
                assert _answers(KnowledgeGraph(store)) == _answers(KnowledgeGraph(clinic))
        finally:
            process.send_signal(stop)
            process.wait(60)
    assert process.returncode == 0


def test_a_signal_whose_exception_was_lost_stops_at_the_next_look() -> None:
    code = (
        "import os, signal\n"
        "from reasoner.cli.serve import Stopping\n"
        "stopping = Stopping()\n"
        "class Freed:\n"
        "    def __del__(self): os.kill(os.getpid(), signal.SIGTERM)\n"
        "Freed()\n"
        "print('lost', flush=True)\n"
        "stopping.check()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout == "lost\n"
    assert "KeyboardInterrupt" in run.stderr.splitlines()[-1]


def test_an_interrupted_command_says_so(tmp_path: Path) -> None:
    code = (
        "import signal, typer\n"
        "from reasoner.cli import app\n"
        "@app.app.command('sleep')\n"
        "def sleep() -> None: signal.raise_signal(signal.SIGINT)\n"
        "app.main()"
    )
    run = subprocess.run([sys.executable, "-c", code, "sleep"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "aitia: interrupted\n")
