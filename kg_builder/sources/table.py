"""Rows of a table with a header."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from ontologies.errors import FileFormatError

__all__ = ["read_table"]


def read_table(
    path: Path, columns: Sequence[str], what: str, *, delimiter: str = "\t"
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their line numbers.

    Args:
        path: the file, in UTF-8.
        columns: columns that every row must have.
        what: what the table is, for the message of an error.
        delimiter: between the cells of a row.

    Raises:
        FileFormatError: not that table: a column is missing, a row is short or long, or it is not text.
    """
    remedy = f"The file needs the columns {', '.join(columns)}"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter=delimiter)
            if not set(columns) <= set(rows.fieldnames or ()):
                raise FileFormatError(f"not {what}", value=path, remedy=remedy)
            for row in rows:
                if None in row or any(row[column] is None for column in columns):
                    raise FileFormatError(f"line {rows.line_num} is not a row of {what}", value=path, remedy=remedy)
                yield rows.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileFormatError(f"not {what}", value=path, remedy=remedy) from error
