"""Citations of the core pack: the source, its record and the hash of the record's text.

A citation is written `source|record id|sha256 prefix`. The record's canonical text is the source's own row, fields
joined by a tab; several rows with one record id are sorted and joined by a line feed. So a citation says exactly what
was read, and anybody who has the source can check it.

| source | file | record id |
| --- | --- | --- |
| doid-symptom | Disease Ontology, disease-symptom.tsv | DOID SYMP |
| doid-xref | Disease Ontology, allXREFinDO.tsv | DOID cross-reference |
| hpo | hp.obo: id, name, definition | HP |
| hpoa | phenotype.hpoa, without the negated rows | disease HP |
| icd10cm | ICD-10-CM tabular list: code, title, inclusion terms | code |
| icd10who | WHO ICD-10: code, title | code |
| labeledin | PharmacotherapyDB, indications-verbose.tsv, resource labeledin | DOID DrugBank |
| mondo-… | Mondo SSSOM mapping sets | MONDO object |
| pharmacotherapydb | PharmacotherapyDB, indications.tsv | DOID DrugBank |
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from ontologies.errors import FileFormatError, SourceError, VerificationError
from ontologies.releases import data_path

__all__ = ["CITED_SOURCES", "Citation", "cite_record", "resolve_citation"]

_HASH_DIGITS = 16
_FORM = re.compile(r"([a-z0-9-]+)\|([^|\s][^|]*)\|([0-9a-f]{16})")


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """A record of a source and the hash of what it said when it was cited.

    Args:
        source: a key of `CITED_SOURCES`.
        record_id: key of the record in the source, its parts joined by a space.
        sha256_prefix: first 16 hex digits of the SHA-256 of the record's canonical text.
    """

    source: str
    record_id: str
    sha256_prefix: str

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read `source|record id|hash`.

        Raises:
            FileFormatError: another form, or a source nobody knows.

        >>> Citation.parse("icd10cm|J18.9|0123456789abcdef").record_id
        'J18.9'
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise FileFormatError(
                "not a citation",
                value=text,
                remedy="Write source|record id|first 16 hex digits of the record's SHA-256",
            )
        if match[1] not in CITED_SOURCES:
            raise FileFormatError(
                "unknown source in a citation", value=text, remedy=f"Use one of {', '.join(CITED_SOURCES)}"
            )
        return cls(*match.groups())

    def __str__(self) -> str:
        return f"{self.source}|{self.record_id}|{self.sha256_prefix}"


def cite_record(source: str, record_id: str, mirror: Path | None) -> Citation | None:
    """The citation of a record as it is now; None where the source lacks it or is not at hand."""
    text = (_records(source, mirror) or {}).get(record_id)
    return None if text is None else Citation(source, record_id, _sha256_prefix(text))


def resolve_citation(citation: Citation, mirror: Path | None) -> str | None:
    """The text of the cited record, its hash checked; None where the source is neither installed nor mirrored.

    Args:
        citation: what is cited.
        mirror: folder of the source mirror; None to use installed data only.

    Raises:
        VerificationError: the source has no such record, or the record says something else now.
    """
    records = _records(citation.source, mirror)
    if records is None:
        return None
    text = records.get(citation.record_id)
    if text is None:
        raise VerificationError(
            "the cited record is not in its source", value=citation, remedy="Correct or drop the citation"
        )
    if _sha256_prefix(text) != citation.sha256_prefix:
        raise VerificationError(
            "the cited record has changed", value=citation, remedy="Read the record again and renew the hash"
        )
    return text


def _sha256_prefix(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]


def _records(source: str, mirror: Path | None) -> dict[str, str] | None:
    packaged = CITED_SOURCES[source][0]
    return _read_records(source, None if packaged else mirror)  # an installed file is read once, whatever the mirror


@lru_cache(maxsize=32)
def _read_records(source: str, mirror: Path | None) -> dict[str, str] | None:
    path, rows = _open(source, mirror)
    if path is None or not path.is_file():
        return None
    collected: dict[str, set[str]] = defaultdict(set)
    try:
        for record_id, text in rows(path):
            collected[record_id].add(text)
    except (OSError, UnicodeDecodeError, IndexError, ElementTree.ParseError) as error:
        raise SourceError("cannot read a cited source", value=path, remedy="Fetch the file again") from error
    return {record_id: "\n".join(sorted(texts)) for record_id, texts in collected.items()}


_Rows = Callable[[Path], Iterator[tuple[str, str]]]


def _open(source: str, mirror: Path | None) -> tuple[Path | None, _Rows]:
    packaged, path, rows = CITED_SOURCES[source]
    if not packaged:
        return (None if mirror is None else mirror / path), rows
    try:
        return data_path(path), rows
    except SourceError:  # a missing package is no fault of the citation: the source is not at hand
        return None, rows


def _table(*columns: int, where: Callable[[list[str]], bool] = lambda _: True) -> _Rows:
    def rows(path: Path) -> Iterator[tuple[str, str]]:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                fields = [field.strip('"') for field in line.rstrip("\r\n").split("\t")]
                if not line.startswith("#") and where(fields):
                    yield " ".join(fields[column] for column in columns), "\t".join(fields)

    return rows


def _obo_terms(path: Path) -> Iterator[tuple[str, str]]:
    for stanza in path.read_text(encoding="utf-8").split("\n\n[Term]\n")[1:]:
        values: dict[str, str] = {}
        for line in stanza.splitlines():
            key, _, value = line.partition(": ")
            values.setdefault(key, value)
        yield values["id"], "\t".join((values["id"], values["name"], values.get("def", "")))


def _icd10cm_codes(path: Path) -> Iterator[tuple[str, str]]:
    for item in ElementTree.parse(path).iter("diag"):  # noqa: S314 (a file of an installed, pinned package)
        inclusions = [note.text or "" for note in item.iterfind("inclusionTerm/note")]
        code = item.findtext("name", "")
        yield code, "\t".join((code, item.findtext("desc", ""), *inclusions))


def _icd10who_codes(path: Path) -> Iterator[tuple[str, str]]:
    for item in ElementTree.parse(path).iter("item"):  # noqa: S314 (a file of an installed, pinned package)
        code = item.findtext("name", "")
        yield code, f"{code}\t{item.findtext('description', '')}"


_SSSOM = _table(0, 3)
_MONDO = {
    f"mondo-{name}": (False, f"mondo/mondo_{file}.sssom.tsv", _SSSOM)
    for name, file in (
        ("doid", "exactmatch_doid"),
        ("icd10cm", "exactmatch_icd10cm"),
        ("icd10cm-broad", "broadmatch_icd10cm"),
        ("icd10cm-narrow", "narrowmatch_icd10cm"),
        ("icd10cm-related", "relatedmatch_icd10cm"),
        ("icd10who", "exactmatch_icd10who"),
        ("mesh", "exactmatch_mesh"),
        ("omim", "exactmatch_omim"),
        ("orphanet", "exactmatch_orphanet"),
    )
}

# Key → whether an installed package carries the file; its name there or path in the mirror; reader of its records.
CITED_SOURCES: dict[str, tuple[bool, str, _Rows]] = {
    "doid-symptom": (False, "doid/disease-symptom.tsv", _table(0, 2)),
    "doid-xref": (False, "doid/allXREFinDO.tsv", _table(0, 2)),
    "hpo": (True, "hp.obo", _obo_terms),
    "hpoa": (True, "phenotype.hpoa", _table(0, 3, where=lambda row: "NOT" not in row[2])),
    "icd10cm": (True, "icd10cm.xml", _icd10cm_codes),
    "icd10who": (True, "icd10who.xml", _icd10who_codes),
    "labeledin": (
        False,
        "indications-pharmacotherapydb/indications-verbose.tsv",
        _table(0, 1, where=lambda row: row[2] == "labeledin"),
    ),
    **_MONDO,
    "pharmacotherapydb": (False, "indications-pharmacotherapydb/indications.tsv", _table(0, 1)),
}
