"""The embedded server starts, keeps what was loaded, and stops cleanly."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from kg_builder.stores.embedded import EmbeddedServer
from kg_builder.stores.load import load_graph
from ontologies.errors import InputError, ServiceError
from tests.kg_builder.stores.conftest import connect_embedded
from tests.kg_builder.stores.small_graph import BUILD, EDGES, NODES


@pytest.mark.embedded
def test_what_was_loaded_is_there_after_a_restart(tmp_path: Path) -> None:
    with EmbeddedServer.start(tmp_path, heap="512m") as server:
        with connect_embedded(server) as store:
            load_graph(store, NODES, EDGES, BUILD)
        first = server.password
    assert not server.running
    server.stop()
    with EmbeddedServer.start(tmp_path, heap="512m") as again, connect_embedded(again) as store:
        assert (again.password, store.build_id) == (first, BUILD)
        assert store.node(NODES[0].id) == NODES[0]
    assert (tmp_path / "password").stat().st_mode & 0o077 == 0


@pytest.mark.embedded
def test_a_server_that_cannot_start_says_where_its_log_is(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"server\.log"):
        EmbeddedServer.start(tmp_path, heap="nonsense")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    pytest.importorskip("arcadedb_embedded", reason="NO EMBEDDED SERVER: install the `embedded` extra")
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(InputError, match="--port"):
        EmbeddedServer.start(tmp_path, port=listener.getsockname()[1])


@pytest.mark.embedded
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match="--data"):
        EmbeddedServer.start(tmp_path / "file")
