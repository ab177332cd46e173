"""A snapshot answers what the records say, and refuses a damaged folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from kg_builder.canonical import canonical_json
from kg_builder.merkle import leaf_hash, root_of, verify_proof
from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_layout import HASHED_BYTES
from kg_builder.snapshot_writer import write_snapshot
from ontologies.errors import GraphDamagedError, GraphMissingError, InputError
from tests.kg_builder.graphs import id_of, marfan_edges, marfan_nodes

_FILES = ["nodes.parquet", "edges.parquet", "topology/node_ids.npy", "topology/merkle_edges.npy"]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return write_snapshot(tmp_path / "graph", marfan_nodes(), marfan_edges(), about={})


def test_every_record_comes_back(snapshot: Snapshot) -> None:
    nodes = [snapshot.node_at(i) for i in range(snapshot.node_count)]
    edges = [snapshot.edge_at(i) for i in range(snapshot.edge_count)]
    assert nodes == sorted(marfan_nodes(), key=lambda node: str(node.id))
    assert sorted(edges, key=lambda e: e.id) == sorted(marfan_edges(), key=lambda e: e.id)
    assert [snapshot.edge(e.id) for e in marfan_edges()] == marfan_edges()
    assert [snapshot.id_at(i) for i in range(snapshot.node_count)] == [node.id for node in nodes]


def test_an_xref_resolves_to_its_node(snapshot: Snapshot) -> None:
    for other in ("ORPHA:558", "MONDO:0007947"):
        node = snapshot.node(id_of(other))
        assert node is not None
        assert node.id == id_of("OMIM:154700")
        assert snapshot.name_of(id_of(other)) == node.name
    assert snapshot.index_of(id_of("HP:0002279")) == snapshot.index_of(id_of("HP:0001250"))


def test_unknown_ids_give_nothing(snapshot: Snapshot) -> None:
    for other in ("ORPHA:55", "ORPHA:5588", "AAA:1", "zzz:1"):
        assert snapshot.index_of(id_of(other)) is None
        assert snapshot.node(id_of(other)) is None
        assert snapshot.name_of(id_of(other)) == other
        assert snapshot.edges_from(id_of(other)) == snapshot.edges_to(id_of(other)) == []
    assert snapshot.edge("0" * 32) is None
    assert [snapshot.edge(text) for text in ("no hash", "", "-1", "0x1")] == [None] * 4
    assert snapshot.edge_number("0" * 32) is None


def test_edges_are_found_from_both_ends(snapshot: Snapshot) -> None:
    marfan = id_of("ORPHA:558")
    assert len(snapshot.edges_from(marfan)) == 4
    denied = snapshot.edges_from(marfan, relations=[Relation.LACKS_SYMPTOM])
    assert [str(e.object) for e in denied] == ["HP:0001250"]
    assert [str(e.subject) for e in snapshot.edges_to(marfan)] == ["NCBIGENE:2200"]
    assert snapshot.edges_to(marfan, relations=[Relation.TREATS]) == []


def test_names_are_found_in_both_languages_whatever_the_case(snapshot: Snapshot) -> None:
    for name in ("marfan SYNDROME", "mfs1", "马凡综合征"):
        assert [str(node.id) for node in snapshot.nodes_named(name)] == ["OMIM:154700"]
    assert snapshot.nodes_named("Marfan syndrome", label=Label.GENE) == []
    assert snapshot.nodes_named("nobody") == []


def test_counts_and_tables_agree(snapshot: Snapshot) -> None:
    assert snapshot.node_counts() == {Label.DISEASE: 1, Label.GENE: 1, Label.SYMPTOM: 3}
    assert sum(snapshot.edge_counts().values()) == snapshot.edge_count == 5
    table = snapshot.edge_table(["object", "frequency_n"], relations=[Relation.HAS_SYMPTOM])
    assert table.columns == ["index", "object", "frequency_n"]
    assert table["object"].to_list() == [str(snapshot.edge_at(i).object) for i in table["index"].to_list()]
    assert snapshot.node_table(["name", "no_such_column"])["no_such_column"].null_count() == 5


def test_every_record_is_proved_by_the_roots(snapshot: Snapshot) -> None:
    proofs = [
        (leaf_hash(canonical_json(snapshot.edge_at(i).record())), snapshot.edge_proof(i))
        for i in range(snapshot.edge_count)
    ]
    root = root_of(*proofs[0])
    assert all(verify_proof(leaf, proof, root) for leaf, proof in proofs)
    assert not verify_proof(proofs[0][0], proofs[1][1], root)


def test_an_empty_graph_can_be_asked(tmp_path: Path) -> None:
    empty = write_snapshot(tmp_path, [], [], about={})
    assert (empty.node_count, empty.edge_count) == (0, 0)
    assert empty.node(id_of("ORPHA:558")) is None
    assert empty.nodes_named("Marfan") == []


def test_a_missing_graph_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(GraphMissingError, match="aitia build"):
        Snapshot.open(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"0123456789abcdef\n", b"\xff\xff", b""])
def test_a_pointer_to_no_build_is_a_missing_graph(snapshot: Snapshot, content: bytes) -> None:
    (snapshot.folder.parent / "CURRENT").write_bytes(content)
    with pytest.raises(GraphMissingError, match="aitia build"):
        Snapshot.open(snapshot.folder.parent)


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("harm", ["truncate", "remove"])
def test_a_truncated_or_missing_file_is_damage(snapshot: Snapshot, name: str, harm: str) -> None:
    path = snapshot.folder / name
    if harm == "remove":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(GraphDamagedError, match="aitia build"):
        Snapshot.open(snapshot.folder.parent)


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("place", [0, 100, -9])
def test_an_altered_byte_is_found_when_the_graph_is_opened(snapshot: Snapshot, name: str, place: int) -> None:
    path = snapshot.folder / name
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(GraphDamagedError, match=rf"altered: .*{path.name}\. Run `aitia build` again"):
        Snapshot.open(snapshot.folder.parent)


def test_of_a_large_file_an_altered_byte_is_found_where_it_is_looked_for(tmp_path: Path) -> None:
    def derive(snapshot: Snapshot) -> None:
        (snapshot.folder / "large").write_bytes(bytes(HASHED_BYTES + 1))

    built = write_snapshot(tmp_path, [], [], about={}, derive=[derive])
    (built.folder / "large").write_bytes(bytes(HASHED_BYTES) + b"1")
    assert Snapshot.open(tmp_path).build_id == built.build_id
    with pytest.raises(GraphDamagedError, match="altered"):
        Snapshot.open(tmp_path, check=True)


@pytest.mark.parametrize(
    "change",
    [{"build_id": "0" * 64}, {"build_id": None}, {"nodes": 4}, {"nodes": "5"}, {"edges": 6}, {"node_counts": []}],
)
def test_a_manifest_of_other_nodes_and_edges_is_damage(snapshot: Snapshot, change: dict[str, object]) -> None:
    path = snapshot.folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    with pytest.raises(GraphDamagedError, match="manifest is damaged"):
        Snapshot.open(snapshot.folder.parent)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"schema_version": "1"}', b"null", b'{"schema_version": "1", "files": {"a": 1}}'],
)
def test_a_damaged_manifest_is_damage(snapshot: Snapshot, content: bytes) -> None:
    (snapshot.folder / "manifest.json").write_bytes(content)
    with pytest.raises(GraphDamagedError):
        Snapshot.open(snapshot.folder)


def test_a_graph_of_another_version_is_refused(snapshot: Snapshot) -> None:
    path = snapshot.folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "schema_version": "0"}), "utf-8")
    with pytest.raises(GraphDamagedError, match="another version"):
        Snapshot.open(snapshot.folder.parent)


def test_an_altered_file_is_damage_when_it_is_read(snapshot: Snapshot) -> None:
    for name in _FILES:
        path = snapshot.folder / name
        path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))
    opened = Snapshot(snapshot.folder, snapshot.manifest)
    asked: list[Callable[[], object]] = [
        lambda: opened.node_at(0),
        lambda: opened.edge_at(0),
        lambda: opened.node(id_of("OMIM:154700")),
        lambda: opened.node_table(["name"]),
        lambda: opened.edge_proof(0),
    ]
    for ask in asked:
        with pytest.raises(GraphDamagedError, match="altered"):
            ask()


def test_a_record_that_is_none_is_damage(snapshot: Snapshot) -> None:
    table = pl.read_parquet(snapshot.folder / "edges.parquet")
    table.with_columns(pl.lit("no tier").alias("tier")).write_parquet(snapshot.folder / "edges.parquet")
    with pytest.raises(GraphDamagedError, match="altered"):
        Snapshot(snapshot.folder, snapshot.manifest).edge_at(0)


def test_a_folder_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no UTF-8"):
        Snapshot.open(tmp_path / "gr\udce4f")
