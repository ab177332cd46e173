"""Cases from GA4GH phenopackets of version 2, and from plain lists of terms."""

from __future__ import annotations

import hashlib
import json
import math
import re
import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ontologies.annotation import AssertionStatus
from ontologies.errors import AitiaError, FileFormatError, InputError, TermIdError
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding

__all__ = ["parse_iso8601_years", "read_phenopacket", "read_phenopackets"]

_V2 = "Give a GA4GH phenopacket of schema version 2 as JSON"
_CONVERT = "Convert it to version 2, for example with phenopacket-tools convert"
_VERSION_1_KEYS = frozenset({"genes", "variants", "hts_files"})
_DURATION = re.compile(
    r"P(?=[\dT])(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
)
_YEARS_PER_PART = (1.0, 1 / 12, 7 / 365.25, 1 / 365.25)
_SEXES = {"MALE": "MALE", "FEMALE": "FEMALE", 1: "FEMALE", 2: "MALE"}
_NO_SEX = frozenset({"UNKNOWN_SEX", "OTHER_SEX", "", None, 0, 3})

Json = dict[str, Any]


def read_phenopacket(source: Path | bytes) -> Case:
    """One case from a phenopacket, a file or its bytes.

    Raises:
        FileFormatError: empty, not JSON, not a phenopacket, or one of version 1.
        InputError: the file cannot be read, or the age is impossible.
    """
    return _case_of_bytes(
        source if isinstance(source, bytes) else _read(source), "input" if isinstance(source, bytes) else source.name
    )


def read_phenopackets(path: Path, *, issues: list[Issue] | None = None) -> Iterator[Case]:
    """Cases of a folder, a tar archive, a `.jsonl` file, a phenopacket or a JSON list of `[[HPO ids], [disease ids]]`.

    Args:
        path: where they are.
        issues: where given, a case that cannot be read is described there and left out, instead of ending the reading.

    Raises:
        InputError: nothing is there, or one of the cases cannot be read; the message names it.
    """
    for read in _case_readers(path):
        try:
            case = read()
        except InputError as error:
            if issues is None:
                raise
            issues.append(
                Issue(IssueLevel.ERROR, "unreadable-case", f"{error.message}: {error.value}: left out", error.remedy)
            )
            continue
        yield case


def _case_readers(path: Path) -> Iterator[Callable[[], Case]]:
    if path.is_dir():
        files = sorted(path.rglob("*.json"))
        if not files:
            raise InputError("no phenopacket in the folder", value=path, remedy="Name a folder that holds .json files")
        yield from (partial(read_phenopacket, file) for file in files)
    elif path.name.endswith((".tar.xz", ".tar.gz", ".tgz", ".tar", ".tar.bz2")):
        yield from (partial(_case_of_bytes, data, name) for name, data in _members_of_archive(path))
    elif path.suffix == ".jsonl":
        lines = _read(path).splitlines()
        yield from (
            partial(_case_of_bytes, line, f"{path.name}:{number}")
            for number, line in enumerate(lines, 1)
            if line.strip()
        )
    else:
        data = _read(path)
        document = _parse_json(data, path.name)
        if isinstance(document, list):
            yield from (
                partial(_case_of_pair, pair, f"{path.name}:{number}") for number, pair in enumerate(document, 1)
            )
        else:
            yield partial(_case_of_bytes, data, path.name)


def parse_iso8601_years(duration: str) -> float:
    """The length of an ISO 8601 duration in years; months are twelfths of a year.

    >>> parse_iso8601_years("P1Y6M")
    1.5
    """
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise InputError("not an ISO 8601 duration", value=duration, remedy="Write an age such as P7Y or P1Y6M")
    return math.fsum(float(part) * years for part, years in zip(match.groups(), _YEARS_PER_PART, strict=True) if part)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the file ({error.strerror})", value=path, remedy="Check the path") from error


def _members_of_archive(path: Path) -> list[tuple[str, bytes]]:
    members: list[tuple[str, bytes]] = []
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() and member.name.endswith(".json") else None
                if file is not None:
                    members.append((member.name, file.read()))
    except (OSError, EOFError, tarfile.TarError, _lzma_error()) as error:
        raise FileFormatError("not a whole tar archive", value=path, remedy="Fetch it again") from error
    if not members:
        raise FileFormatError("no phenopacket in the archive", value=path, remedy="Give an archive of .json files")
    return sorted(members)


def _lzma_error() -> type[Exception]:
    import lzma

    return lzma.LZMAError


def _parse_json(data: bytes, name: str) -> Any:
    if not data.strip():
        raise FileFormatError("the file is empty", value=name, remedy=_V2)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FileFormatError("not JSON", value=name, remedy=_V2) from error


def _case_of_bytes(data: bytes, name: str) -> Case:
    document = _parse_json(data, name)
    try:
        _check_is_phenopacket(document, name)
        return _case(document, name, hashlib.sha256(data).hexdigest())
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FileFormatError(
            "not a phenopacket: a field is missing or of the wrong type", value=name, remedy=_V2
        ) from error
    except AitiaError as error:
        if isinstance(error, FileFormatError):
            raise
        raise InputError(f"{error.message} in {name}", value=error.value, remedy=error.remedy) from error


def _check_is_phenopacket(document: Any, name: str) -> None:
    if not isinstance(document, dict) or not (
        {"phenotypicFeatures", "subject", "interpretations", "diseases"} & set(document)
    ):
        if isinstance(document, dict) and "phenotypic_features" in document:
            raise FileFormatError(
                "a phenopacket with snake_case fields",
                value=name,
                remedy="Write the JSON form, with phenotypicFeatures",
            )
        raise FileFormatError("not a phenopacket", value=name, remedy=_V2)
    version = str(document.get("metaData", {}).get("phenopacketSchemaVersion", ""))
    features = document.get("phenotypicFeatures", [])
    is_first = version.split(".")[0] == "1" or (
        bool(_VERSION_1_KEYS & set(document)) or any("negated" in each or "classOfOnset" in each for each in features)
    )
    if is_first:
        raise FileFormatError("a phenopacket of schema version 1", value=name, remedy=_CONVERT)


def _case(document: Json, name: str, sha256: str) -> Case:
    issues: list[Issue] = []
    findings = tuple(_finding(feature) for feature in document.get("phenotypicFeatures", []))
    if not findings:
        issues.append(
            Issue(IssueLevel.WARNING, "no-finding", f"{name} has no phenotypic feature", "Add phenotypicFeatures")
        )
    subject: Json = document.get("subject", {})
    return Case(
        # JSON can escape half a surrogate pair, which no output can write.
        id=str(document.get("id") or name).encode("utf-8", "replace").decode("utf-8"),
        findings=findings,
        sex=_sex(subject, issues),
        age_years=_age(subject, issues),
        diseases=_diseases(document),
        genes=_causal_genes(document),
        publications=_publications(document),
        document_sha256=sha256,
        issues=tuple(issues),
    )


def _finding(feature: Json) -> Finding:
    term = TermId.parse(feature["type"]["id"])
    excluded = feature.get("excluded", False)
    if not isinstance(excluded, bool):
        raise TypeError("excluded is not a boolean")
    status = AssertionStatus.ABSENT if excluded else AssertionStatus.PRESENT
    return Finding(term, str(feature["type"].get("label") or term), status)


def _sex(subject: Json, issues: list[Issue]) -> str | None:
    said = subject.get("sex", "UNKNOWN_SEX")
    if said not in _SEXES and said not in _NO_SEX:
        issues.append(
            Issue(IssueLevel.WARNING, "sex", f"the sex {str(said)[:40]!r} was not read", "Write MALE or FEMALE")
        )
    return _SEXES.get(said)


def _age(subject: Json, issues: list[Issue]) -> float | None:
    time: Json = subject.get("timeAtLastEncounter", {})
    if "age" in time:
        return parse_iso8601_years(time["age"]["iso8601duration"])
    if "ageRange" in time:
        ends = (time["ageRange"][end]["iso8601duration"] for end in ("start", "end"))
        return math.fsum(parse_iso8601_years(end) for end in ends) / 2
    if "gestationalAge" in time:
        issues.append(Issue(IssueLevel.INFO, "gestational-age", "the age is gestational; no age after birth is known"))
    return None


def _diseases(document: Json) -> tuple[TermId, ...]:
    """Diagnoses of the interpretations; where there is none, the diseases that are not excluded."""
    diagnosed = [
        each["diagnosis"]["disease"]["id"]
        for each in document.get("interpretations", [])
        if "disease" in each.get("diagnosis", {})
    ]
    listed = [each["term"]["id"] for each in document.get("diseases", []) if not each.get("excluded", False)]
    return tuple(dict.fromkeys(TermId.parse(identifier) for identifier in diagnosed or listed))


def _causal_genes(document: Json) -> tuple[str, ...]:
    """Symbols of the genes with a variant that is interpreted as causative."""
    found: list[str] = []
    for interpretation in document.get("interpretations", []):
        for each in interpretation.get("diagnosis", {}).get("genomicInterpretations", []):
            descriptor = each.get("variantInterpretation", {}).get("variationDescriptor", {})
            gene = each.get("gene") or descriptor.get("geneContext") or {}
            if each.get("interpretationStatus") == "CAUSATIVE" and gene.get("symbol"):
                found.append(str(gene["symbol"]))
    return tuple(dict.fromkeys(found))


def _publications(document: Json) -> tuple[str, ...]:
    references = (str(each.get("id", "")) for each in document.get("metaData", {}).get("externalReferences", []))
    found = (re.fullmatch(r"\s*(?:PMID|pubmed)\s*:\s*(\d+)\s*", reference, re.IGNORECASE) for reference in references)
    return tuple(dict.fromkeys(f"PMID:{match[1]}" for match in found if match))


def _case_of_pair(pair: Any, name: str) -> Case:
    remedy = 'Write [["HP:0001166", …], ["OMIM:154700", …]]'
    is_pair = isinstance(pair, list) and len(pair) == 2 and all(isinstance(side, list) for side in pair)
    if not is_pair or not all(isinstance(each, str) for side in pair for each in side):
        raise FileFormatError("not a pair of lists of identifiers", value=name, remedy=remedy)
    try:
        terms, diseases = ([TermId.parse(each) for each in side] for side in pair)
    except TermIdError as error:
        raise FileFormatError(f"not an identifier in {name}", value=error.value, remedy=remedy) from error
    findings = tuple(Finding(term, str(term), AssertionStatus.PRESENT) for term in terms)
    return Case(name, findings, diseases=tuple(dict.fromkeys(diseases)))
