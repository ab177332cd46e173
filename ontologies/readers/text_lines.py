"""Lines of a UTF-8 text file, with the errors that all line-based readers share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ontologies.errors import FileFormatError, InputError

__all__ = ["blaming", "format_error", "iterate_lines"]


def iterate_lines(path: Path, what: str) -> Iterator[tuple[int, str]]:
    """Numbered lines from 1, without line ends; a leading byte order mark is dropped.

    Args:
        path: the file.
        what: the format, for error messages.

    Raises:
        FileFormatError: the file cannot be read or is not UTF-8 text.
    """
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if "\0" in line:
                    raise format_error(
                        path, what, number, "a NUL character", "the file is binary or damaged; fetch it again"
                    )
                yield number, line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise format_error(
            path, what, number + 1, "bytes that are not UTF-8", "fetch the file again or save it as UTF-8"
        ) from error
    except OSError as error:
        raise FileFormatError(
            f"{what} file cannot be read", value=path, remedy=f"{error.strerror or error}; check the path"
        ) from error


@contextmanager
def blaming(path: Path) -> Iterator[None]:
    """Names the file in an error about what its lines come to together, such as a cycle.

    Raises:
        FileFormatError: in place of any other `InputError`.
    """
    try:
        yield
    except FileFormatError:
        raise
    except InputError as error:
        raise FileFormatError(f"{path.name}: {error.message}", value=error.value, remedy=error.remedy) from error


def format_error(path: Path, what: str, line: int, problem: str, remedy: str) -> FileFormatError:
    """A `FileFormatError` that names file, line, problem and remedy."""
    return FileFormatError(
        f"{path.name}, line {line}: not {what}", value=problem, remedy=remedy[:1].upper() + remedy[1:]
    )
