"""Reader of Chinese names of ICD-10-CM codes: the SQLite table of the `icdmap` package.

The source writes Traditional Chinese in Taiwan's usage, which is converted to Simplified Chinese.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["ChineseCodeName", "read_icd10zh"]

_REMEDY = "Reinstall the package that holds it: pip install --force-reinstall icdmap"
_QUERY = 'SELECT DISTINCT "ICD-10", "ICD-10 Chinese" FROM icd_mapping ORDER BY 1, 2'


class ChineseCodeName(NamedTuple):
    """A code and its title.

    Args:
        code: an ICD-10-CM code.
        name: Simplified Chinese, words of mainland usage where the converter knows them.
        original: Traditional Chinese, as the source writes it.
    """

    code: TermId
    name: str
    original: str


def read_icd10zh(path: Path) -> Iterator[ChineseCodeName]:
    """Read code titles, sorted by code; rows without a code or without a title have nothing to say and are passed over.

    Raises:
        FileFormatError: the file is not that database.
    """
    rows = _rows(path)
    # Imported here: loading its dictionaries takes longer than most programs that import this module would run.
    from opencc import OpenCC

    simplified = OpenCC("tw2sp").convert
    for code, name in rows:
        if isinstance(code, str) and isinstance(name, str) and code.strip() and name.strip():
            yield ChineseCodeName(TermId("ICD10CM", code.strip().upper()), simplified(name.strip()), name.strip())


def _rows(path: Path) -> list[tuple[object, object]]:
    if not path.is_file():
        raise FileFormatError("the database of Chinese ICD names cannot be read", value=path, remedy="Check the path")
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            return database.execute(_QUERY).fetchall()
    except sqlite3.Error as error:
        raise FileFormatError(
            f"{path.name} is not the database of Chinese ICD names", value=error, remedy=_REMEDY
        ) from error
