"""Whether a folder can be written to, told before the work whose results it is for."""

from __future__ import annotations

import tempfile
from pathlib import Path

__all__ = ["try_writing"]


def try_writing(folder: Path) -> None:
    """Make and remove a file in a folder or, where it is not there yet, in the nearest one above it that is.

    Raises:
        OSError: it cannot be written to.
    """
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    with tempfile.TemporaryFile(dir=nearest):
        pass
