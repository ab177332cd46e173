"""Standard streams whose reader may go away, and whose disk may be full."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from ontologies.errors import LimitError

__all__ = ["BROKEN_PIPE", "guard_streams"]

BROKEN_PIPE = 141
"""Exit code of a command whose reader has gone, as the shell gives it for one that SIGPIPE ended."""


def guard_streams() -> None:
    """End quietly when the reader of the results goes away, in one line when their disk is full.

    Messages that nobody can read end nothing; what would go to a closed stream goes nowhere.
    """
    sys.stdout = _guarded(sys.stdout, _Results)
    sys.stderr = _guarded(sys.stderr, _Output)


def _guarded(stream: TextIO | None, kind: type[_Output]) -> TextIO:
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if stream.isatty():
        return stream
    out = io.BufferedWriter(kind(stream.fileno(), "wb", closefd=False))
    return io.TextIOWrapper(out, stream.encoding, stream.errors, line_buffering=bool(stream.line_buffering))


class _Output(io.FileIO):
    """A file that, once it cannot be written, swallows what it is given."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            self.fail(error)
        return len(data)

    def fail(self, error: OSError) -> None:
        """What it means that it cannot be written: here, nothing."""


class _Results(_Output):
    def fail(self, error: OSError) -> None:
        if error.errno == errno.EPIPE:
            raise SystemExit(BROKEN_PIPE) from None
        remedy = "Free some space, or write elsewhere"
        raise LimitError(f"the results cannot be written ({error.strerror})", remedy=remedy) from error
