"""Fetching over a web server that breaks off, forgets and lies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg_builder.downloads import fetch_file
from ontologies.errors import SourceError
from tests.kg_builder.web_server import WebServer, serving

CONTENT = bytes(range(256)) * 4096
PIN = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as server:
        server.files["/f.tsv"] = CONTENT
        yield server


def test_a_file_is_fetched_whole_and_progress_is_told(web: WebServer, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    fetch_file(web.url("/f.tsv"), tmp_path / "deep" / "f.tsv", PIN, progress=lambda *said: told.append(said))
    assert (tmp_path / "deep" / "f.tsv").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["f.tsv"]
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_what_broke_off_is_taken_up_again(web: WebServer, tmp_path: Path, knows_ranges: bool) -> None:
    web.knows_ranges = knows_ranges
    web.breaks_after["/f.tsv"] = 300_000
    with pytest.raises(SourceError, match="broke off"):
        fetch_file(web.url("/f.tsv"), tmp_path / "f.tsv", PIN)
    held = (tmp_path / "f.tsv.part").stat().st_size
    assert not (tmp_path / "f.tsv").exists()
    assert 0 < held <= 300_000
    fetch_file(web.url("/f.tsv"), tmp_path / "f.tsv", PIN)
    assert (tmp_path / "f.tsv").read_bytes() == CONTENT
    assert [wanted for _, wanted in web.asked] == [None, f"bytes={held}-"]


def test_a_whole_part_needs_nothing_more(web: WebServer, tmp_path: Path) -> None:
    (tmp_path / "f.tsv.part").write_bytes(CONTENT)
    fetch_file(web.url("/f.tsv"), tmp_path / "f.tsv", PIN)
    assert (tmp_path / "f.tsv").read_bytes() == CONTENT


def test_another_file_than_the_pinned_one_is_refused_and_forgotten(web: WebServer, tmp_path: Path) -> None:
    web.files["/f.tsv"] = CONTENT[:-1]
    with pytest.raises(SourceError, match=r"not the pinned file.*--mirror"):
        fetch_file(web.url("/f.tsv"), tmp_path / "f.tsv", PIN)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_part_is_dropped_so_that_the_next_attempt_starts_anew(web: WebServer, tmp_path: Path) -> None:
    (tmp_path / "f.tsv.part").write_bytes(b"something else")
    with pytest.raises(SourceError, match="not the pinned file"):
        fetch_file(web.url("/f.tsv"), tmp_path / "f.tsv", PIN)
    fetch_file(web.url("/f.tsv"), tmp_path / "f.tsv", PIN)
    assert (tmp_path / "f.tsv").read_bytes() == CONTENT


def test_an_address_that_has_nothing_is_said(web: WebServer, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="404 Not Found"):
        fetch_file(web.url("/none"), tmp_path / "f.tsv", PIN)


def test_nobody_there_is_said(tmp_path: Path) -> None:
    with serving() as gone:
        url = gone.url("/f.tsv")
    with pytest.raises(SourceError, match=r"cannot be fetched .*refused"):
        fetch_file(url, tmp_path / "f.tsv", PIN)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/f", "f.tsv"])
def test_only_web_addresses_are_fetched(url: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a web address"):
        fetch_file(url, tmp_path / "f.tsv", PIN)
