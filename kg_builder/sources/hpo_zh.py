"""Simplified-Chinese labels of HPO terms."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["read_hpo_zh"]


def read_hpo_zh(path: Path) -> Iterator[tuple[TermId, str]]:
    """Official labels by term.

    Raises:
        FileFormatError: not a Babelon table.
    """
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t"), start=2):
            if not row.get("subject_id") or "translation_value" not in row:
                raise FileFormatError(f"line {number} is not a translation", value=path, remedy="Give a Babelon table")
            if (
                row["translation_status"] == "OFFICIAL"
                and row["predicate_id"] == "rdfs:label"
                and row["translation_value"]
            ):
                yield TermId.parse(row["subject_id"]), row["translation_value"]
