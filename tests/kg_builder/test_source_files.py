"""Where the files of a source come from: mirror, cache, web, package index."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg_builder.addresses import ADDRESSES, Address, Archive, PackageMember, Web
from kg_builder.catalogue import SOURCES, Source
from kg_builder.schema import Tier
from kg_builder.source_files import SourceFiles
from ontologies.errors import SourceError
from tests.kg_builder.web_server import WebServer, serving
from tests.kg_builder.wheels import only_index, write_wheel

CONTENT = b"a\tb\n"
PIN = hashlib.sha256(CONTENT).hexdigest()
# No address of theirs holds these bytes: they were made from others.
DERIVED = {"mondo/mondo_subclass_edges_full.tsv"}


def _source(*names: str, pin: str = PIN) -> Source:
    return Source("s", "A source", "1.0", "CC0-1.0", Tier.CURATED, "owner/name@1", dict.fromkeys(names, pin), full=True)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as server:
        server.files["/t.tsv"] = CONTENT
        yield server


def test_a_file_is_fetched_once_and_then_taken_from_the_cache(web: WebServer, tmp_path: Path) -> None:
    said: list[str] = []
    addresses = {"f/t.tsv": Web(web.url("/t.tsv"))}
    for offline in (False, False, True):
        files = SourceFiles(cache=tmp_path, offline=offline, addresses=addresses, progress=said.append)
        assert files.locate(_source("f/t.tsv")) == {"f/t.tsv": tmp_path / "f" / "t.tsv"}
    assert len(web.asked) == 1
    assert said == ["fetching s: t.tsv"]


def test_damage_in_the_cache_is_fetched_anew(web: WebServer, tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "t.tsv").write_bytes(b"damaged")
    files = SourceFiles(cache=tmp_path, addresses={"f/t.tsv": Web(web.url("/t.tsv"))})
    assert files.locate(_source("f/t.tsv"))["f/t.tsv"].read_bytes() == CONTENT


def test_a_mirror_stands_in_for_every_address(web: WebServer, tmp_path: Path) -> None:
    files = SourceFiles(mirror=tmp_path, cache=tmp_path / "c", addresses={"f/t.tsv": Web(web.url("/t.tsv"))})
    with pytest.raises(SourceError, match="not in the mirror"):
        files.locate(_source("f/t.tsv"))
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "t.tsv").write_bytes(CONTENT)
    assert files.locate(_source("f/t.tsv")) == {"f/t.tsv": tmp_path / "f" / "t.tsv"}
    assert web.asked == []


def test_offline_asks_nobody(web: WebServer, tmp_path: Path) -> None:
    files = SourceFiles(cache=tmp_path, offline=True, addresses={"f/t.tsv": Web(web.url("/t.tsv"))})
    with pytest.raises(SourceError, match="--offline"):
        files.locate(_source("f/t.tsv"))
    assert web.asked == []


def test_a_host_that_does_not_answer_is_asked_once(tmp_path: Path) -> None:
    with serving() as gone:
        addresses = {f"f/{name}.tsv": Web(gone.url(f"/{name}.tsv")) for name in "ab"}
    files = SourceFiles(cache=tmp_path, addresses=addresses)
    with pytest.raises(SourceError, match="refused"):
        files.locate(_source("f/a.tsv"))
    with pytest.raises(SourceError, match="not reached a moment ago"):
        files.locate(_source("f/b.tsv"))


def test_a_host_that_lacks_one_file_is_asked_for_the_others(web: WebServer, tmp_path: Path) -> None:
    addresses = {"f/none.tsv": Web(web.url("/none.tsv")), "f/t.tsv": Web(web.url("/t.tsv"))}
    files = SourceFiles(cache=tmp_path, addresses=addresses)
    with pytest.raises(SourceError, match="404"):
        files.locate(_source("f/none.tsv"))
    assert files.locate(_source("f/t.tsv"))["f/t.tsv"].read_bytes() == CONTENT


def test_a_derived_file_has_no_address(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="published nowhere"):
        SourceFiles(cache=tmp_path, addresses={}).locate(_source("f/t.tsv"))


def test_files_of_a_package_come_from_the_index(tmp_path: Path) -> None:
    write_wheel(tmp_path / "index", "madeup", "1.0", {"madeup/a.tsv": CONTENT, "madeup/b.tsv": CONTENT})
    addresses: dict[str, Address] = {f"p/{n}.tsv": PackageMember("madeup==1.0", f"madeup/{n}.tsv") for n in "ab"}
    files = SourceFiles(cache=tmp_path / "cache", addresses=addresses)
    with only_index(tmp_path / "index"):
        found = files.locate(_source("p/a.tsv", "p/b.tsv"))
    assert [path.read_bytes() for path in found.values()] == [CONTENT, CONTENT]


def _archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _content_digest(members: dict[str, bytes]) -> str:
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(members.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def test_an_archive_is_known_by_its_members_not_by_its_bytes(web: WebServer, tmp_path: Path) -> None:
    members = {"a.json": b"{}", "b.json": b"[]"}
    web.files["/x.tar.gz"] = _archive({f"repo-1/json/{n}": c for n, c in members.items()} | {"repo-1/README": b"no"})
    address = Archive(web.url("/x.tar.gz"), r".*/json/.*\.json", _content_digest(members))
    files = SourceFiles(cache=tmp_path, addresses={"o/x.tar.xz": address})
    path = files.locate(_source("o/x.tar.xz", pin="of the mirror's file"))["o/x.tar.xz"]
    with tarfile.open(path) as archive:
        assert archive.getnames() == [f"repo-1/json/{name}" for name in members]
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["x.tar.xz"]
    other = Archive(address.url, r".*/json/a\.json", address.digest)
    with pytest.raises(SourceError, match="not the pinned files"):
        SourceFiles(cache=tmp_path / "other", addresses={"o/x.tar.xz": other}).locate(_source("o/x.tar.xz"))


@pytest.mark.parametrize("address", [Web("https://127.0.0.1:9/t.tsv"), PackageMember("nobody==1.0", "f/t.tsv")])
def test_a_cache_that_cannot_be_written_is_said(address: Web | PackageMember, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    files = SourceFiles(cache=tmp_path / "taken", addresses={"f/t.tsv": address})
    with pytest.raises(SourceError, match=r"cannot be kept.*(Not a directory|File exists).*Check that folder"):
        files.locate(_source("f/t.tsv"))


def test_a_broken_archive_is_said(web: WebServer, tmp_path: Path) -> None:
    web.files["/x.tar.gz"] = _archive({"repo-1/json/a.json": b"{}" * 10_000})[:100]
    address = Archive(web.url("/x.tar.gz"), ".*", "0" * 64)
    with pytest.raises(SourceError, match="archive is broken"):
        SourceFiles(cache=tmp_path, addresses={"o/x.tar.xz": address}).locate(_source("o/x.tar.xz"))
    assert list((tmp_path / "o").iterdir()) == []


def test_every_pinned_file_has_an_address_or_is_known_to_be_derived() -> None:
    pinned = {name for source in SOURCES.values() if not source.opt_in for name in source.files}
    assert pinned - ADDRESSES.keys() == DERIVED & pinned


def test_an_address_names_the_commit_or_version_that_the_catalogue_names() -> None:
    for source in SOURCES.values():
        for name in source.files.keys() & ADDRESSES.keys():
            address = ADDRESSES[name]
            if isinstance(address, PackageMember):
                assert address.requirement.replace("==", " ") in source.upstream
            else:
                commit = re.search(r"[0-9a-f]{40}", address.url)
                assert commit is not None
                assert commit[0] in source.upstream
                assert address.url.startswith("https://")


def test_the_archive_in_the_mirror_holds_the_pinned_members(mirror: Path) -> None:
    for name, address in ADDRESSES.items():
        if isinstance(address, Archive):
            with tarfile.open(mirror / name) as archive:
                held = {
                    member.name.rpartition("/")[2]: archive.extractfile(member).read()  # type: ignore[union-attr]
                    for member in archive
                    if re.fullmatch(address.members, f"repo/{member.name}")
                }
            assert _content_digest(held) == address.digest
