"""The genes in which a patient carries a variant: a plain list, a VEP table or an Exomiser table."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from ontologies.errors import FileFormatError, InputError
from ontologies.issue import Issue, IssueLevel

__all__ = ["AcmgClass", "GeneList", "PatientGene", "Zygosity", "read_gene_list"]


_Member = TypeVar("_Member", bound=StrEnum)


class Zygosity(StrEnum):
    """On how many copies of a gene a patient carries variants."""

    HETEROZYGOUS = "heterozygous"
    HOMOZYGOUS = "homozygous"
    HEMIZYGOUS = "hemizygous"
    COMPOUND_HETEROZYGOUS = "compound_heterozygous"


class AcmgClass(StrEnum):
    """Classes of variants of the American College of Medical Genetics, worst first."""

    PATHOGENIC = "pathogenic"
    LIKELY_PATHOGENIC = "likely_pathogenic"
    UNCERTAIN = "uncertain_significance"
    LIKELY_BENIGN = "likely_benign"
    BENIGN = "benign"


@dataclass(frozen=True, slots=True)
class PatientGene:
    """A gene of the list.

    Args:
        name: as written: a symbol or `HGNC:n`.
        zygosity: None where the list does not say.
        acmg_class: the worst class among the gene's variants; None where the list does not say.
    """

    name: str
    zygosity: Zygosity | None = None
    acmg_class: AcmgClass | None = None


@dataclass(frozen=True, slots=True)
class GeneList:
    """Genes, each once, in the order of the file, and what was wrong with single lines."""

    genes: tuple[PatientGene, ...]
    issues: tuple[Issue, ...] = ()


# Columns that hold nothing but symbols or HGNC ids; the further ones may hold other ids beside VEP's `Extra`.
_NAMED_GENE_COLUMNS = ("symbol", "gene_symbol", "hgnc_id")
_GENE_COLUMNS = ("hgnc_id", "symbol", "gene_symbol", "gene", "genesymbol", "gene_name", "hgnc")
_ZYGOSITY_COLUMNS = ("zygosity", "zyg", "genotype", "gt")
_ACMG_COLUMNS = (
    "exomiser_acmg_classification",
    "acmg_classification",
    "acmg_class",
    "acmg",
    "clin_sig",
    "classification",
)
_MISSING = frozenset({"", "-", ".", "na", "n/a", "none"})
_NAME = re.compile(r"HGNC:\d+|[A-Za-z][A-Za-z0-9.-]{0,24}")
_HETEROZYGOUS = re.compile(r"([^ ]*[_:])?het(erozygous)?|0[/|][1-9]|[1-9][/|]0")
_HOMOZYGOUS = re.compile(r"([^ ]*[_:])?hom(ozygous)?(_alt)?|([1-9])[/|]\4")
_HEMIZYGOUS = re.compile(r"([^ ]*[_:])?hemi(zygous)?|1")
_COMPOUND = re.compile(r"comp(ound)?[_ ]?het(erozygous)?|([1-9])[/|](?!\3)[1-9]")
_NUMBERED_CLASSES = {str(number): member for number, member in zip(range(5, 0, -1), AcmgClass, strict=True)}
_ACMG_WORDS = {
    "p": AcmgClass.PATHOGENIC,
    "lp": AcmgClass.LIKELY_PATHOGENIC,
    "vus": AcmgClass.UNCERTAIN,
    "uncertain": AcmgClass.UNCERTAIN,
    "lb": AcmgClass.LIKELY_BENIGN,
    "b": AcmgClass.BENIGN,
    **_NUMBERED_CLASSES,
    **{member.value: member for member in AcmgClass},
}
_REMEDY = "Give one gene a line, or a table with a column SYMBOL, GENE_SYMBOL or HGNC_ID"


def read_gene_list(path: Path) -> GeneList:
    """Read the patient's genes.

    Args:
        path: lines of `gene [zygosity] [ACMG class]`, or a table of tab- or comma-separated columns with a heading, as
            VEP (also its `Extra` column) and Exomiser (genes or variants) write them.

    Raises:
        FileFormatError: a table without a column of genes, or nothing in the file is a gene.
        InputError: the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"cannot read the genes ({error.strerror})", value=path, remedy="Check the path") from error
    except UnicodeDecodeError as error:
        raise FileFormatError("the genes are not text", value=path, remedy=_REMEDY) from error
    lines = [line for line in lines if line.strip() and not _is_comment(line)]
    rows = _table_rows(lines, path) if lines and _is_table(lines[0]) else _plain_rows(lines)
    genes: dict[str, PatientGene] = {}
    issues: list[Issue] = []
    for number, row in enumerate(rows, 1):
        name = row[0].strip()
        if name.lower() in _MISSING:
            continue
        if not _NAME.fullmatch(name):
            issues.append(Issue(IssueLevel.WARNING, "gene", f"row {number} holds no gene: {name[:40]!r}", _REMEDY))
            continue
        gene = PatientGene(name, _zygosity(row[1], issues, name), _acmg_class(row[2], issues, name))
        genes[name] = _worse(genes[name], gene) if name in genes else gene
    if not genes:
        raise FileFormatError("no gene in the file", value=path, remedy=_REMEDY)
    return GeneList(tuple(genes.values()), tuple(issues))


def _is_comment(line: str) -> bool:
    """A heading starts with # too, but holds several columns."""
    return line.startswith("##") or (line.startswith("#") and "\t" not in line)


def _is_table(first: str) -> bool:
    cells = [cell.strip() for cell in _cells(first)]
    if first.startswith("#") or {cell.lower() for cell in cells} & set(_GENE_COLUMNS):
        return True
    # Three cells that are no gene with its zygosity and class are the heading of some other table.
    return len(cells) > 2 and not _is_zygosity(_sorted_words(cells[1:])[0])


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter="\t" if "\t" in line or "," not in line else ","))
    except csv.Error as error:
        raise FileFormatError(f"a line is no row of a table ({error})", value=line, remedy=_REMEDY) from error


def _plain_rows(lines: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        parts = [part for part in re.split(r"[\s,;]+", line.strip()) if part]
        yield (parts[0], *_sorted_words(parts[1:])) if parts else (line, "", "")


def _sorted_words(words: Sequence[str]) -> tuple[str, str]:
    """Zygosity and class, whichever comes first."""
    text = " ".join(words)
    for length in range(len(words) + 1):
        head, tail = " ".join(words[:length]), " ".join(words[length:])
        if _is_zygosity(head) and _is_class(tail):
            return head, tail
        if _is_class(head) and _is_zygosity(tail):
            return tail, head
    return text, ""


def _table_rows(lines: Sequence[str], path: Path) -> Iterator[tuple[str, str, str]]:
    heading = [cell.strip().lstrip("#").lower() for cell in _cells(lines[0])]
    gene, extra = _first_column(heading, _NAMED_GENE_COLUMNS), _first_column(heading, ("extra",))
    if gene is None and extra is None:
        gene = _first_column(heading, _GENE_COLUMNS)
    if gene is None and extra is None:
        raise FileFormatError("a table without a column of genes", value=path, remedy=_REMEDY)
    zygosity, acmg = _first_column(heading, _ZYGOSITY_COLUMNS), _first_column(heading, _ACMG_COLUMNS)
    for line in lines[1:]:
        cells = [*_cells(line), *[""] * len(heading)]
        said = _extra(cells[extra]) if extra is not None else {}
        yield (
            cells[gene] if gene is not None else said.get("symbol", said.get("hgnc_id", "")),
            cells[zygosity] if zygosity is not None else said.get("zyg", ""),
            cells[acmg] if acmg is not None else said.get("clin_sig", ""),
        )


def _first_column(heading: Sequence[str], names: Sequence[str]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _extra(text: str) -> Mapping[str, str]:
    """VEP's `Extra` column: KEY=value;KEY=value."""
    pairs = (part.split("=", 1) for part in text.split(";") if "=" in part)
    return {key.strip().lower(): value.strip() for key, value in pairs}


def _is_zygosity(text: str) -> bool:
    return not text or _parse_zygosity(text) is not None


def _is_class(text: str) -> bool:
    return not text or _parse_class(text) is not None


def _parse_zygosity(text: str) -> Zygosity | None:
    word = text.strip().lower()
    for pattern, member in (
        (_COMPOUND, Zygosity.COMPOUND_HETEROZYGOUS),
        (_HEMIZYGOUS, Zygosity.HEMIZYGOUS),
        (_HOMOZYGOUS, Zygosity.HOMOZYGOUS),
        (_HETEROZYGOUS, Zygosity.HETEROZYGOUS),
    ):
        if pattern.fullmatch(word):
            return member
    return None


def _parse_class(text: str) -> AcmgClass | None:
    """The worst of the classes named, as VEP lists several."""
    words = [re.sub(r"[\s-]+", "_", word.strip().lower()) for word in re.split(r"[,&/]", text)]
    found = [_ACMG_WORDS[word] for word in words if word in _ACMG_WORDS]
    return min(found, key=list(AcmgClass).index) if found else None


def _zygosity(text: str, issues: list[Issue], name: str) -> Zygosity | None:
    message = f"{name}: {text.strip()[:40]!r} was not read"
    unread = Issue(IssueLevel.WARNING, "zygosity", message, "Write het, hom or hemi")
    return _parsed(text, _parse_zygosity, unread, issues)


def _acmg_class(text: str, issues: list[Issue], name: str) -> AcmgClass | None:
    message = f"{name}: {text.strip()[:40]!r} is no ACMG class"
    unread = Issue(IssueLevel.INFO, "acmg-class", message, "Write P, LP, VUS, LB or B")
    return _parsed(text, _parse_class, unread, issues)


def _parsed(text: str, parse: Callable[[str], _Member | None], unread: Issue, issues: list[Issue]) -> _Member | None:
    """What a cell says; where it says something else than nothing, that is an issue."""
    if text.strip().lower() in _MISSING:
        return None
    found = parse(text)
    if found is None:
        issues.append(unread)
    return found


def _worse(first: PatientGene, second: PatientGene) -> PatientGene:
    """Two variants of one gene: the worse class; two heterozygous ones may lie on both copies."""
    classes = [acmg for acmg in (first.acmg_class, second.acmg_class) if acmg is not None]
    both = {first.zygosity, second.zygosity}
    if both == {Zygosity.HETEROZYGOUS}:
        zygosity: Zygosity | None = Zygosity.COMPOUND_HETEROZYGOUS
    else:
        order = (Zygosity.HOMOZYGOUS, Zygosity.HEMIZYGOUS, Zygosity.COMPOUND_HETEROZYGOUS, Zygosity.HETEROZYGOUS)
        zygosity = next((member for member in order if member in both), None)
    return PatientGene(first.name, zygosity, min(classes, key=list(AcmgClass).index) if classes else None)
