"""The reader of DDInter's tables; the rows are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_builder.catalogue import SOURCES, find_source_file
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.selection import select_sources
from kg_builder.sources.ddinter import read_ddinter
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

HEAD = "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\n"
WARFARIN, ASPIRIN = TermId("DRUGBANK", "DB00682"), TermId("DRUGBANK", "DB00945")
HELD = {"warfarin": WARFARIN, "aspirin": ASPIRIN, "acetylsalicylic acid": ASPIRIN}


def _read(folder: Path, *tables: str) -> list[Node | Edge]:
    paths = [folder / f"{number}.csv" for number in range(len(tables))]
    for path, rows in zip(paths, tables, strict=True):
        path.write_text(HEAD + rows, "utf-8")
    return list(read_ddinter(paths, SOURCES["ddinter"], HELD))


def test_a_pair_in_two_tables_is_one_edge_with_the_licence_on_it(tmp_path: Path) -> None:
    row = "DDInter2,Warfarin,DDInter1,Aspirin,Major\n"
    (edge,) = _read(tmp_path, row, row)
    assert isinstance(edge, Edge)
    assert (edge.subject, edge.relation, edge.object) == (WARFARIN, Relation.INTERACTS_WITH, ASPIRIN)
    assert (edge.property("level"), edge.evidence.record) == ("major", "DDInter1|DDInter2")
    assert edge.evidence.licence == "CC-BY-NC-SA-4.0"


def test_a_drug_of_one_route_is_a_drug_of_its_own(tmp_path: Path) -> None:
    node, edge = _read(tmp_path, "DDInter2,Warfarin,DDInter3,Aspirin (topical),Unknown\n")
    assert isinstance(node, Node)
    assert isinstance(edge, Edge)
    assert (str(node.id), node.label, node.name) == ("DDINTER:DDInter3", Label.DRUG, "Aspirin (topical)")
    assert {edge.subject, edge.object} == {node.id, WARFARIN}


def test_two_names_of_one_drug_do_not_interact(tmp_path: Path) -> None:
    assert _read(tmp_path, "DDInter1,Aspirin,DDInter9,Acetylsalicylic acid,Major\n") == []


@pytest.mark.parametrize("rows", ["DDInter1,Aspirin,DDInter2,Warfarin,Deadly\n", "DDInter1,Aspirin,DDInter2\n"])
def test_what_is_no_row_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(FileFormatError, match="line 2"):
        _read(tmp_path, rows)


def test_it_is_read_only_where_it_is_named() -> None:
    assert "ddinter" not in select_sources(full=True).chosen
    assert "--include-source ddinter" in select_sources(full=True).left_out["ddinter"]
    assert "ddinter" in select_sources(include=["ddinter"]).chosen


def test_the_pinned_tables_hold_each_pair_once(mirror: Path) -> None:
    source = SOURCES["ddinter"]
    items = list(read_ddinter((find_source_file(source, name, mirror) for name in source.files), source, {}))
    edges = [item for item in items if isinstance(item, Edge)]
    assert (len(items) - len(edges), len(edges)) == (1_939, 160_235)
    assert {edge.property("level") for edge in edges} == {"major", "moderate", "minor", "unknown"}
    assert all(edge.subject < edge.object for edge in edges)
