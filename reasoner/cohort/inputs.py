"""Cases of a folder, a tar archive or a file of lines, one after the other, never all in memory."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ontologies.errors import FileFormatError, InputError
from reasoner.cohort.results import ABOUT

__all__ = ["CohortItem", "is_cohort", "read_cohort"]

ARCHIVES = (".tar", ".tar.xz", ".tar.gz", ".tar.bz2", ".tgz")
DOCUMENTS = (".json", ".txt")


class CohortItem(NamedTuple):
    """One case as it lies there.

    Args:
        number: from 0, in the order of the input.
        name: its file's name, or the line's.
        data: its bytes: a phenopacket, a line {"id", "text"}, or a note.
    """

    number: int
    name: str
    data: bytes


def is_cohort(path: Path) -> bool:
    """Whether a path holds many cases."""
    return path.is_dir() or path.name.endswith((*ARCHIVES, ".jsonl"))


def read_cohort(path: Path) -> Iterator[CohortItem]:
    """The cases, in an order that is the same each time.

    Args:
        path: a folder of `.json` phenopackets and `.txt` notes, a tar archive of them, or a `.jsonl` file.

    Raises:
        InputError: nothing is there, or it cannot be read.
    """
    if not path.exists():
        raise InputError("no such file or folder", value=path, remedy="Check the path")
    if path.is_dir():
        items = _of_folder(path)
    elif path.name.endswith(ARCHIVES):
        items = _of_archive(path)
    elif path.suffix == ".jsonl":
        items = _of_lines(path)
    else:
        raise InputError("not many cases", value=path, remedy="Give a folder, a .tar.xz or a .jsonl file")
    number = -1
    for number, (name, data) in enumerate(items):
        # A file's name may hold bytes that are no text; no line of results could hold them.
        yield CohortItem(number, name.encode("utf-8", "replace").decode(), data)
    if number < 0:
        raise InputError("no case in it", value=path, remedy="Give .json phenopackets, .txt notes or lines of .jsonl")


def _of_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*")):
        # Results written beside the cases are no case, else a second run would read other cases than the first.
        if file.suffix in DOCUMENTS and not file.name.endswith(ABOUT) and file.is_file():
            yield file.relative_to(path).as_posix(), _read(file)


def _of_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    import lzma
    import zlib

    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() and member.name.endswith(DOCUMENTS) else None
                if file is not None:
                    yield member.name, file.read()
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError, zlib.error) as error:
        raise FileFormatError("not a whole tar archive", value=path, remedy="Fetch it again") from error


def _of_lines(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path.name}:{number}", line
    except OSError as error:
        raise InputError(f"cannot read the cases ({error.strerror})", value=path, remedy="Check the path") from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read a case ({error.strerror})", value=file, remedy="Check the folder") from error
