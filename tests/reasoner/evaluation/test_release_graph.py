"""The kept graph of an older release, and the command that asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_builder.as_of import build_as_of
from kg_builder.hpo_releases import find_release
from reasoner.evaluation.release_graph import open_release_graph, release_folder
from reasoner.evaluation.results import code_digest
from reasoner.ranking.index import compile_ranking
from tests.kg_builder.test_as_of import COLUMNS_2021, GENES_2021, write_release
from tests.kg_builder.wheels import only_index
from tests.reasoner.clinic import aitia


@pytest.mark.parametrize(("made_by", "said"), [(None, 0), ("other code", 1)])
def test_a_kept_graph_is_opened_and_one_of_other_code_is_said(made_by: str | None, said: int, tmp_path: Path) -> None:
    release, folder = write_release(tmp_path, COLUMNS_2021, GENES_2021), tmp_path / "graph-as-of"
    made_by = made_by or code_digest(("ontologies", "kg_builder"))
    built = build_as_of(release, tmp_path, folder, made_by=made_by, derive=[compile_ranking])
    told: list[str] = []
    opened = open_release_graph(release, folder, mirror=tmp_path / "none", offline=True, progress=told.append)
    assert (opened.build_id, len(told)) == (built.build_id, said)


def test_a_missing_one_is_built_from_the_mirror(tmp_path: Path) -> None:
    release = write_release(tmp_path, COLUMNS_2021, GENES_2021)
    folder = release_folder(tmp_path / "graph", release)
    built = open_release_graph(release, folder, mirror=tmp_path)
    assert (built.folder.parent.name, built.manifest["as_of"]) == ("graph-as-of-2001-01", "2001-01")


def test_a_release_that_cannot_be_had_is_exit_code_5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "index").mkdir()
    call = ("evaluate", "diagnosis", "--cases", tmp_path, "--out", tmp_path / "out", "--as-of", "2021-02")
    with only_index(tmp_path / "index"):
        outcome = aitia(*call, graph=tmp_path / "graph")
    offline = aitia(*call, "--offline", graph=tmp_path / "graph")
    assert (outcome.code, offline.code) == (5, 5)
    assert find_release("2021-02").package in outcome.error
    assert "--offline" in offline.error
    assert "\n" not in outcome.error
    assert not (tmp_path / "out").exists()


def test_an_unknown_release_is_exit_code_2(tmp_path: Path, clinic_graph: Path) -> None:
    outcome = aitia(
        "evaluate", "diagnosis", "--cases", tmp_path, "--out", tmp_path, "--as-of", "2020-01", graph=clinic_graph
    )
    assert (outcome.code, "2021-02, 2023-06, 2025-01" in outcome.error) == (2, True)
