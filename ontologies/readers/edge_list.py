"""Reader of a hierarchy given as a table of two columns, `subject` and `object`: each subject is an `object`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ontologies.errors import TermIdError
from ontologies.readers.text_lines import format_error, iterate_lines
from ontologies.term_id import TermId

__all__ = ["read_edge_list"]

_WHAT = "a table of is-a pairs"
_HEADER = ["subject", "object"]


def read_edge_list(path: Path) -> Iterator[tuple[TermId, TermId]]:
    """Child and parent of every row.

    Raises:
        FileFormatError: not such a table, with the line.
    """
    for number, line in iterate_lines(path, _WHAT):
        cells = line.split("\t")
        if number == 1:
            if cells != _HEADER:
                raise format_error(path, _WHAT, 1, f"the header {line[:60]!r}", "the header is subject, object")
            continue
        if len(cells) != len(_HEADER):
            raise format_error(path, _WHAT, number, f"{len(cells)} columns", "a row has two tab-separated columns")
        try:
            yield TermId.parse(cells[0]), TermId.parse(cells[1])
        except TermIdError as error:
            raise format_error(path, _WHAT, number, f"{error.value!r}", error.remedy) from error
    if not path.stat().st_size:
        raise format_error(path, _WHAT, 1, "an empty file", "fetch the file again")
