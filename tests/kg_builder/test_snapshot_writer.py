"""Writing a build: the same bytes every time, and whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.errors import InputError, LimitError
from tests.kg_builder.graphs import edges, marfan_edges, marfan_nodes, nodes

_KILLED = """
import os, signal, sys
from pathlib import Path
from kg_builder.snapshot_writer import write_snapshot
from tests.kg_builder.graphs import marfan_edges, marfan_nodes
write_snapshot(Path(sys.argv[1]), marfan_nodes(), marfan_edges(), about={},
               derive=[lambda snapshot: os.kill(os.getpid(), signal.SIGKILL)])
"""

_REPEATED = """
import sys
from pathlib import Path
from kg_builder.snapshot_writer import write_snapshot
from tests.kg_builder.graphs import marfan_edges, marfan_nodes
for _ in range(5):
    write_snapshot(Path(sys.argv[1]), marfan_nodes(), marfan_edges(), about={})
"""


def _bytes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _former(folder: Path) -> Snapshot:
    return write_snapshot(folder, marfan_nodes()[:2], marfan_edges()[:1], about={})


def _fail(code: int) -> Callable[[Snapshot], None]:
    def derive(snapshot: Snapshot) -> None:
        (snapshot.folder / "derived").mkdir()
        raise OSError(code, "no luck")

    return derive


def test_any_order_of_the_inputs_gives_the_same_bytes(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "a", marfan_nodes(), marfan_edges(), about={"full": False})
    write_snapshot(tmp_path / "b", marfan_nodes()[::-1], marfan_edges()[::-1], about={"full": False})
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")


def test_another_record_gives_another_build_id(tmp_path: Path) -> None:
    first = write_snapshot(tmp_path / "a", marfan_nodes(), marfan_edges(), about={}).build_id
    renamed = [replace(marfan_nodes()[0], name="Marfan's syndrome"), *marfan_nodes()[1:]]
    recounted = [replace(marfan_edges()[0], count=2), *marfan_edges()[1:]]
    ids = {
        first,
        write_snapshot(tmp_path / "b", renamed, marfan_edges(), about={}).build_id,
        write_snapshot(tmp_path / "c", marfan_nodes(), recounted, about={}).build_id,
        write_snapshot(tmp_path / "d", marfan_nodes(), marfan_edges()[1:], about={}).build_id,
    }
    assert len(ids) == 4


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(nodes(), unique_by=lambda n: str(n.id), max_size=6), st.lists(edges(), max_size=6))
def test_whatever_is_written_is_read(tmp_path: Path, some: list[Node], joining: list[Edge]) -> None:
    # One type per column, as the schema has it: properties of random types are for records, not for tables.
    plain = [replace(node, properties=()) for node in some]
    held = {e.id: e for e in (_between(plain, e) for e in joining)} if plain else {}
    snapshot = write_snapshot(tmp_path / "graph", plain, list(held.values()), about={})
    assert {snapshot.node_at(i) for i in range(snapshot.node_count)} == set(plain)
    assert {edge_id: snapshot.edge(edge_id) for edge_id in held} == held


def _between(some: list[Node], e: Edge) -> Edge:
    return replace(e, subject=some[0].id, object=some[-1].id, properties=())


def test_the_manifest_lists_every_file_with_its_hash(tmp_path: Path) -> None:
    snapshot = _former(tmp_path)
    listed = {name: entry["sha256"] for name, entry in snapshot.manifest["files"].items()}
    found = _bytes(snapshot.folder)
    assert found.pop("manifest.json")
    assert listed == found


def test_a_new_build_takes_the_place_of_the_former(tmp_path: Path) -> None:
    former = _former(tmp_path)
    new = write_snapshot(tmp_path, marfan_nodes(), marfan_edges(), about={})
    assert Snapshot.open(tmp_path).build_id == new.build_id != former.build_id
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["CURRENT", new.folder.name])


def test_building_the_same_again_leaves_one_build(tmp_path: Path) -> None:
    first, second = _former(tmp_path), _former(tmp_path)
    assert first.build_id == second.build_id == Snapshot.open(tmp_path).build_id
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["CURRENT", second.folder.name])


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_leaves_the_former_build_and_nothing_else(tmp_path: Path, code: int) -> None:
    former = _former(tmp_path)
    before = _bytes(tmp_path)
    with pytest.raises(LimitError, match="disk is full"):
        write_snapshot(tmp_path, marfan_nodes(), marfan_edges(), about={}, derive=[_fail(code)])
    assert _bytes(tmp_path) == before
    assert len(list(tmp_path.iterdir())) == 2
    assert Snapshot.open(tmp_path).build_id == former.build_id


def test_another_fault_is_not_called_a_full_disk_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written.*--graph"):
        write_snapshot(tmp_path, marfan_nodes(), [], about={}, derive=[_fail(errno.EACCES)])
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("a file", "utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_snapshot(tmp_path / "graph", marfan_nodes(), [], about={})
    assert (tmp_path / "graph").read_text("utf-8") == "a file"


def test_a_killed_build_leaves_the_former_one_and_the_next_clears_up(tmp_path: Path) -> None:
    former = _former(tmp_path)
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], cwd=Path(__file__).parents[2], check=False)
    assert killed.returncode < 0
    assert list(tmp_path.glob(".building-*"))
    assert Snapshot.open(tmp_path).build_id == former.build_id
    new = write_snapshot(tmp_path, marfan_nodes(), marfan_edges(), about={})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["CURRENT", new.folder.name])


def test_a_build_leaves_the_staging_of_a_living_one_alone(tmp_path: Path) -> None:
    inner: list[str] = []

    def build_meanwhile(snapshot: Snapshot) -> None:
        inner.append(_former(tmp_path).build_id)
        assert Snapshot.open(tmp_path).build_id == inner[0]
        assert snapshot.folder.is_dir()

    outer = write_snapshot(tmp_path, marfan_nodes(), marfan_edges(), about={}, derive=[build_meanwhile])
    assert outer.build_id not in inner
    assert Snapshot.open(tmp_path).build_id == outer.build_id
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["CURRENT", outer.folder.name])


def test_builds_of_several_processes_at_once_all_succeed(tmp_path: Path) -> None:
    call = [sys.executable, "-c", _REPEATED, str(tmp_path)]
    builds = [subprocess.Popen(call, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE) for _ in range(2)]
    said = [build.communicate()[1] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], said
    assert Snapshot.open(tmp_path).edge_count == len(marfan_edges())
    assert len(list(tmp_path.iterdir())) == 2


def test_a_reader_finds_a_graph_at_every_moment_of_a_rebuild(tmp_path: Path) -> None:
    build_id = _former(tmp_path).build_id
    found: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            found.add(Snapshot.open(tmp_path).build_id)

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        for _ in range(10):
            _former(tmp_path)
        done.set()
        reader.result()
    assert found == {build_id}
