"""Reader of `phenotype.hpoa`, the disease annotations of the Human Phenotype Ontology.

Format: https://obophenotype.github.io/human-phenotype-ontology/annotations/phenotype_hpoa/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ontologies.annotation import Annotation, AssertionStatus, Frequency
from ontologies.errors import FileFormatError, InputError
from ontologies.issue import Issue, IssueLevel
from ontologies.readers.text_lines import format_error, iterate_lines
from ontologies.term_id import TermId

__all__ = ["HPOA_COLUMNS", "read_hpoa"]

HPOA_COLUMNS = (
    "database_id",
    "disease_name",
    "qualifier",
    "hpo_id",
    "reference",
    "evidence",
    "onset",
    "frequency",
    "sex",
    "modifier",
    "aspect",
    "biocuration",
)

# Header of releases before 2023; the columns mean the same.
_FORMER_COLUMNS = (
    "#DatabaseID",
    "DiseaseName",
    "Qualifier",
    "HPO_ID",
    "Reference",
    "Evidence",
    "Onset",
    "Frequency",
    "Sex",
    "Modifier",
    "Aspect",
    "Biocuration",
)
_WHAT = "HPO annotation"
_T = TypeVar("_T")
_STATUS_BY_QUALIFIER = {"": AssertionStatus.PRESENT, "NOT": AssertionStatus.ABSENT}
_SEX_BY_TEXT = {"": None, "MALE": "MALE", "FEMALE": "FEMALE"}
_DATE = re.compile(r"\[(\d{4}-\d{2}-\d{2})\]")
_ASPECTS = frozenset("PICMH")
# Former releases give every title of many OMIM entries: "#606574 ALBINISM, OCULOCUTANEOUS, TYPE IV; OCA4;;OCULO...".
_ENTRY_NUMBER = re.compile(r"[#%+*^]?\d{6} ")


def read_hpoa(path: Path, *, issues: list[Issue] | None = None) -> Iterator[Annotation]:
    """Read annotations row by row, in the order of the file.

    Args:
        path: the file.
        issues: where given, a row that cannot be read is described there and left out, instead of ending the reading.

    Raises:
        FileFormatError: not an HPO annotation file, with the line and the remedy.
    """
    parse = _RowParser()
    header_seen = False
    for number, line in iterate_lines(path, _WHAT):
        row = line.split("\t")
        if not line or (line.startswith("#") and tuple(row) != _FORMER_COLUMNS):
            continue
        if not header_seen:
            _check_header(path, number, row)
            header_seen = True
            continue
        try:
            annotation = parse(row)
        except InputError as error:
            failure = format_error(path, _WHAT, number, f"{error.message} ({error.value})", error.remedy)
            if issues is None:
                raise failure from error
            issues.append(
                Issue(
                    IssueLevel.ERROR, "unreadable-row", f"{failure.message}: {failure.value}: left out", failure.remedy
                )
            )
            continue
        yield annotation
    if not header_seen:
        raise FileFormatError(
            f"{path.name} holds no header row", value=path, remedy="Fetch phenotype.hpoa of a release since 2023 again"
        )


class _RowParser:
    """Parses rows; equal cells, which are most of them, are parsed once."""

    def __init__(self) -> None:
        self._term_id = _remembering(TermId.parse)
        self._frequency = _remembering(Frequency.parse)
        self._curated_on = _remembering(_last_date)
        self._preferred_title = _remembering(_preferred_title)

    def __call__(self, row: list[str]) -> Annotation:
        if len(row) != len(HPOA_COLUMNS):
            raise InputError(
                "wrong number of columns", value=len(row), remedy=f"A row has {len(HPOA_COLUMNS)} tab-separated columns"
            )
        subject, name, qualifier, term, reference, evidence, onset, frequency, sex, modifier, aspect, biocuration = row
        if not reference.strip():
            raise InputError("no reference", value=subject, remedy="A row needs a PMID or a database entry in column 5")
        if aspect not in _ASPECTS:
            raise InputError("unknown aspect", value=aspect, remedy="An aspect is one of P, I, C, M, H")
        return Annotation(
            self._term_id(subject),
            self._preferred_title(name),
            self._term_id(term),
            _looked_up(_STATUS_BY_QUALIFIER, qualifier.strip(), "qualifier"),
            reference,
            evidence,
            self._term_id(onset) if onset else None,
            self._frequency(frequency) if frequency else None,
            _looked_up(_SEX_BY_TEXT, sex.strip().upper(), "sex"),
            modifier or None,
            aspect,
            self._curated_on(biocuration),
        )


def _check_header(path: Path, number: int, row: list[str]) -> None:
    if tuple(row) not in (HPOA_COLUMNS, _FORMER_COLUMNS):
        raise format_error(
            path,
            _WHAT,
            number,
            f"the header {row[:3]}",
            f"the header is {' '.join(HPOA_COLUMNS)}; releases since 2023 have it",
        )


def _preferred_title(name: str) -> str:
    return _ENTRY_NUMBER.sub("", name, count=1).partition(";")[0].strip() or name


def _looked_up(values: dict[str, _T], text: str, what: str) -> _T:
    try:
        return values[text]
    except KeyError:
        raise InputError(f"unknown {what}", value=text, remedy=f"Use one of {', '.join(map(repr, values))}") from None


def _last_date(biocuration: str) -> str | None:
    return max(_DATE.findall(biocuration), default=None)


def _remembering(parse: Callable[[str], _T]) -> Callable[[str], _T]:
    known: dict[str, _T] = {}

    def remembered(text: str) -> _T:
        value = known.get(text)
        if value is None:
            value = known[text] = parse(text)
        return value

    return remembered
