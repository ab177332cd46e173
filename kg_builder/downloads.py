"""Fetch files from the web: checked by their hash, and taken up again where a former attempt broke off."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from kg_builder.file_lock import hold_lock
from ontologies.errors import SourceError

__all__ = ["fetch_file"]

_SECONDS = 30
_CHUNK = 1 << 18
_REMEDY = "Check the connection and run the same command again: what was fetched is kept"
_PARTIAL, _WHOLE, _RANGE_REFUSED = 206, 200, 416


def fetch_file(
    url: str, path: Path, sha256: str | None, *, progress: Callable[[int, int | None], None] = lambda done, whole: None
) -> None:
    """Fetch a file; it appears under its name only when whole and, where a hash is given, the pinned one.

    Args:
        url: an http or https address.
        path: where it goes; an unfinished `<name>.part` beside it is continued.
        sha256: the pin; None leaves the check to the caller.
        progress: told the bytes at hand and, where the server says it, how many there will be.

    Raises:
        SourceError: it cannot be reached, breaks off, or is not the pinned file.
    """
    if not url.startswith(("http://", "https://")):
        raise SourceError("not a web address", value=url, remedy="Write http:// or https://")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with hold_lock(path.with_name(f"{path.name}.lock")):
        try:
            _continue(url, part, progress)
        except (OSError, http.client.HTTPException) as error:
            raise SourceError(f"a source cannot be fetched ({_reason(error)})", value=url, remedy=_REMEDY) from error
        if sha256 is not None and _digest(part) != sha256:
            part.unlink()
            raise SourceError("not the pinned file", value=url, remedy="Name a mirror that holds it by --mirror DIR")
        part.replace(path)


def _continue(url: str, part: Path, progress: Callable[[int, int | None], None]) -> None:
    held = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": "aitia", "Accept-Encoding": "identity"} | ({"Range": f"bytes={held}-"} if held else {})
    # The caller checked the scheme.
    request = urllib.request.Request(url, headers=headers)  # noqa: S310
    try:
        response = urllib.request.urlopen(request, timeout=_SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        if error.code != _RANGE_REFUSED:
            raise
        # Nothing lies beyond what is held: it is whole, or not this file; the hash tells.
        return
    with response, part.open("ab" if response.status == _PARTIAL else "wb") as out:
        done = out.tell()
        length = response.headers.get("Content-Length")
        whole = done + int(length) if length and length.isdigit() else None
        while chunk := response.read(_CHUNK):
            out.write(chunk)
            done += len(chunk)
            progress(done, whole)
    if whole is not None and done < whole:
        raise http.client.IncompleteRead(b"", whole - done)


def _reason(error: OSError | http.client.HTTPException) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "it broke off"
    if isinstance(error, urllib.error.HTTPError):
        return f"{error.code} {error.reason}"
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
    return str(getattr(reason, "strerror", None) or reason)


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
