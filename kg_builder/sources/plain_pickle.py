"""Pickles of plain data, as some data packages hold: read without running anything that they hold."""

from __future__ import annotations

import bz2
import io
import pickle
from pathlib import Path
from typing import Any

from ontologies.errors import FileFormatError

__all__ = ["load_plain_pickle"]


class _PlainUnpickler(pickle.Unpickler):
    """Refuses every class: the dictionaries hold strings, numbers, lists and dictionaries only."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


def load_plain_pickle(path: Path, what: str, remedy: str) -> Any:
    """The content of a pickle compressed by bzip2.

    Args:
        path: the file.
        what: what it is, for the message of an error.
        remedy: what to do if it is not.

    Raises:
        FileFormatError: no such pickle, or it holds more than plain data.
    """
    try:
        return _PlainUnpickler(io.BytesIO(bz2.decompress(path.read_bytes()))).load()
    # What a broken pickle raises is not limited to UnpicklingError.
    except (OSError, EOFError, LookupError, TypeError, ValueError, AttributeError, pickle.UnpicklingError) as error:
        raise FileFormatError(f"not {what}", value=path, remedy=remedy) from error
