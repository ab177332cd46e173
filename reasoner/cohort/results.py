"""The file of results: one line for each case, in the order of the cases, whole after every interruption."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from ontologies.errors import InputError, LimitError

__all__ = ["ABOUT", "ERROR", "ResultFile"]

ABOUT = ".run.json"
"""Ending of the file that says which run the results are of."""

ERROR = "error"
"""Key that only the line of a case that could not be read has."""

# Within a string of JSON the quotes would be escaped.
_ERROR_MARK = json.dumps(ERROR).encode() + b":"


class ResultFile:
    """Appends lines, and knows how many whole ones are already there.

    Beside it lies `NAME.run.json`: the build and the options of the run. A file of another run is refused, never mixed.

    Args:
        path: the file.
        run: what the results depend on, such as the build id and the options.

    Attributes:
        done: whole lines that were there already.
        broken: those among them of cases that could not be read.

    Raises:
        InputError: the file belongs to another run or cannot be written.
    """

    def __init__(self, path: Path, run: Mapping[str, Any]) -> None:
        if not path.name or (path.exists() and not path.is_file()):
            raise InputError("not a file for results", value=path, remedy="Name a .jsonl file by --out")
        self.path = path
        self._about = path.with_name(f"{path.name}{ABOUT}")
        document = json.dumps(run, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        try:
            if path.exists() and path.stat().st_size:
                self._check_same_run(document)
            else:
                self._about.write_text(document, "utf-8")
            self._file: BinaryIO = path.open("ab")
            self.done = self.broken = 0
            self._count_whole_lines()
        except OSError as error:
            remedy = "Check the folder and its space"
            raise InputError(f"the results cannot be written ({error.strerror})", value=path, remedy=remedy) from error

    def __enter__(self) -> ResultFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, lines: list[bytes]) -> None:
        """Write whole lines and hand them to the system.

        Raises:
            LimitError: the disk is full; the lines so far are whole.
        """
        try:
            self._file.write(b"".join(lines))
            self._file.flush()
        except OSError as error:
            remedy = "Free some space and run the same command again: it goes on from here"
            raise LimitError(
                f"the results cannot be written ({error.strerror})", value=self.path, remedy=remedy
            ) from error

    def _check_same_run(self, document: str) -> None:
        held = self._about.read_text("utf-8") if self._about.exists() else None
        if held != document:
            remedy = "Name another file by --out, or delete this one"
            raise InputError("the file holds the results of another run", value=self.path, remedy=remedy)

    def _count_whole_lines(self) -> None:
        """Count what is there; a half-written last line is cut off."""
        end = 0
        with self.path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    self.done += 1
                    self.broken += _ERROR_MARK in line
                    end += len(line)
        os.truncate(self.path, end)
