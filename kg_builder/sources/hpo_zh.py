"""Simplified-Chinese labels of HPO terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg_builder.sources.table import read_table
from ontologies.errors import FileFormatError, TermIdError
from ontologies.term_id import TermId

__all__ = ["read_hpo_zh"]

_COLUMNS = ("subject_id", "predicate_id", "translation_value", "translation_status")


def read_hpo_zh(path: Path) -> Iterator[tuple[TermId, str]]:
    """Official labels by term.

    Raises:
        FileFormatError: not a Babelon table.
    """
    for number, row in read_table(path, _COLUMNS, "a Babelon table"):
        official = row["translation_status"] == "OFFICIAL" and row["predicate_id"] == "rdfs:label"
        if official and row["translation_value"]:
            try:
                term = TermId.parse(row["subject_id"])
            except TermIdError as error:
                raise FileFormatError(f"line {number} names no term", value=path, remedy=error.remedy) from error
            yield term, row["translation_value"]
