"""Reader of SSSOM mapping tables (tab-separated, with the mapping set's metadata as a commented head).

Format: https://mapping-commons.github.io/sssom/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from ontologies.cross_reference import CrossReference, MappingPredicate
from ontologies.errors import FileFormatError, TermIdError
from ontologies.issue import Issue, IssueLevel
from ontologies.readers.text_lines import format_error, iterate_lines
from ontologies.term_id import TermId

__all__ = ["PREDICATE_BY_CURIE", "read_sssom"]

PREDICATE_BY_CURIE = MappingProxyType(
    {
        "skos:exactMatch": MappingPredicate.EXACT,
        "skos:broadMatch": MappingPredicate.BROADER,
        "skos:narrowMatch": MappingPredicate.NARROWER,
        "skos:relatedMatch": MappingPredicate.RELATED,
        "skos:closeMatch": MappingPredicate.RELATED,
        "owl:equivalentClass": MappingPredicate.EXACT,
        "oboInOwl:hasDbXref": MappingPredicate.XREF,
        "oio:hasDbXref": MappingPredicate.XREF,
    }
)

_WHAT = "SSSOM"
_REQUIRED = ("subject_id", "predicate_id", "object_id")
_OPTIONAL = ("subject_label", "object_label", "mapping_justification", "predicate_modifier")


def read_sssom(path: Path, *, issues: list[Issue] | None = None) -> Iterator[CrossReference]:
    """Read mappings row by row; a row with the modifier `Not` is passed over, since it denies a mapping.

    Args:
        path: the file.
        issues: where given, a row that cannot be read is described there and left out, instead of ending the reading.

    Raises:
        FileFormatError: not an SSSOM table, with the line and the remedy.
    """
    header: list[str] | None = None
    for number, line in iterate_lines(path, _WHAT):
        if line.startswith("#") or not line.strip():
            continue
        row = line.split("\t")
        if header is None:
            header = _checked_header(path, number, row)
            continue
        try:
            cells = _cells(path, number, header, row)
            reference = _cross_reference(path, number, cells)
        except FileFormatError as failure:
            if issues is None:
                raise
            issues.append(
                Issue(
                    IssueLevel.ERROR, "unreadable-row", f"{failure.message}: {failure.value}: left out", failure.remedy
                )
            )
            continue
        if cells["predicate_modifier"] != "Not":
            yield reference
    if header is None:
        raise FileFormatError(f"{path.name} holds no header row", value=path, remedy="Fetch the mapping file again")


def _checked_header(path: Path, number: int, row: list[str]) -> list[str]:
    missing = [column for column in _REQUIRED if column not in row]
    if missing:
        raise format_error(
            path, _WHAT, number, f"no column {', '.join(missing)}", "the header names the columns, separated by tabs"
        )
    return row


def _cells(path: Path, number: int, header: list[str], row: list[str]) -> dict[str, str]:
    # A trailing empty cell is often cut off by editors; anything else is a shifted row.
    if len(row) > len(header):
        raise format_error(path, _WHAT, number, f"{len(row)} columns", f"a row has {len(header)} tab-separated columns")
    return {**dict.fromkeys((*_REQUIRED, *_OPTIONAL), ""), **dict(zip(header, row, strict=False))}


def _cross_reference(path: Path, number: int, cells: dict[str, str]) -> CrossReference:
    predicate = PREDICATE_BY_CURIE.get(cells["predicate_id"].strip())
    if predicate is None:
        raise format_error(
            path,
            _WHAT,
            number,
            f"the predicate {cells['predicate_id']!r}",
            f"use one of {', '.join(PREDICATE_BY_CURIE)}",
        )
    try:
        subject, target = TermId.parse(cells["subject_id"]), TermId.parse(cells["object_id"])
    except TermIdError as error:
        raise format_error(path, _WHAT, number, f"{error.message} ({error.value!r})", error.remedy) from error
    return CrossReference(
        subject, predicate, target, cells["subject_label"], cells["object_label"], cells["mapping_justification"]
    )
