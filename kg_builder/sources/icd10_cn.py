"""ICD-10 categories in Simplified Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kg_builder.sources.table import read_table
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["read_icd10_cn"]

# A dagger or an asterisk says which of two codes is the underlying disease: no part of the code.
_CATEGORY = re.compile(r"([A-Z][0-9]{2})[+*]?")


def read_icd10_cn(path: Path) -> Iterator[tuple[TermId, str]]:
    """Titles of the WHO's three-character categories.

    Raises:
        FileFormatError: not that table.
    """
    for number, row in read_table(path, ("code", "disease"), "a table of Chinese categories"):
        match, title = _CATEGORY.fullmatch(row["code"].strip()), " ".join(row["disease"].split())
        if match is None or not title:
            raise FileFormatError(f"line {number} is not a category", value=path, remedy="Fetch the pinned file")
        yield TermId("ICD10WHO", match[1]), title
