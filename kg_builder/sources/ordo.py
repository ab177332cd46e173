"""ICD-10 codes of Orphanet's ontology (ORDO), from a published table of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.schema import Relation
from ontologies.cross_reference import MappingPredicate
from ontologies.errors import FileFormatError
from ontologies.readers.xlsx import read_xlsx
from ontologies.term_id import TermId

__all__ = ["read_ordo_codes"]

_ID, _CODES, _NEAR = "ORDO ID", "ICD IDs", "icd10_exact_or_narrower_from_json"
_DISORDER = re.compile(r"http://www\.orpha\.net/ORDO/Orphanet_([0-9]+)")
# A dagger or an asterisk says which of two codes is the underlying disease: no part of the code.
_CODE = re.compile(r"'(?:ICD-10:)?([A-Z][0-9]{2}(?:\.?[0-9]+)?)[+*]?'")


def read_ordo_codes(path: Path, source: Source) -> Iterator[Edge]:
    """WHO ICD-10 codes of disorders.

    The table tells the codes that are exact or narrower from all others, which ORDO calls broader for the most part.
    Since it does not tell exact from narrower, those are related.

    Raises:
        FileFormatError: not that table.
    """
    number = 1
    for number, row in enumerate(read_xlsx(path), start=2):
        match = _DISORDER.fullmatch(row.get(_ID, ""))
        if match is None or _CODES not in row:
            raise FileFormatError(f"row {number} names no disorder", value=path, remedy="Fetch the pinned file")
        disorder = TermId("ORPHA", match[1])
        near = {code.replace(".", "") for code in _CODE.findall(row.get(_NEAR, ""))}
        for code in sorted(set(_CODE.findall(row[_CODES]))):
            close = code.replace(".", "") in near
            predicate = MappingPredicate.RELATED if close else MappingPredicate.BROADER
            own = (
                ("asserted_subject", str(disorder)),
                ("code_system", "ICD-10"),
                ("mapping_justification", "ORDO: exact or narrower" if close else "ORDO: not exact or narrower"),
                ("predicate", predicate.value),
            )
            evidence = source.evidence(reference=str(disorder))
            yield Edge(disorder, Relation.CODED_AS, TermId("ICD10WHO", code), evidence, own)
    if number == 1:
        raise FileFormatError("the table has no rows", value=path, remedy="Fetch the pinned file")
