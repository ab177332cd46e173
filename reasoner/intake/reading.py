"""Whatever the user has, a phenopacket, a note or a list of terms, to a checked case."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from kg_builder.extraction.dictionary import NameMatcher
from kg_builder.extraction.pipeline import LANGUAGES, Mention, extract_findings
from kg_builder.extraction.vocabulary import SymptomVocabulary
from ontologies.annotation import AssertionStatus
from ontologies.errors import InputError, LimitError, UnknownTermError
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding
from reasoner.intake.phenopacket import read_phenopacket

__all__ = ["MAXIMUM_BYTES", "check_findings", "decode", "document_reader", "parse_terms", "read_case", "read_note"]

MAXIMUM_BYTES = 16 * 1024 * 1024
"""A longer note is refused: no note is so long, and a dump of many notes is not one patient."""

_HEAD = 64 * 1024
_TERMS_REMEDY = "Write HP:0001166,-HP:0000098; a leading minus excludes"


def read_case(
    source: str | Path, *, ontology_names: SymptomVocabulary, language: str = "auto", matcher: NameMatcher | None = None
) -> Case:
    """A case from a `.json` phenopacket, a text file, or `-` for standard input.

    Args:
        source: a path, or `-`.
        ontology_names: the symptoms of the graph.
        language: `auto`, `en` or `zh`.
        matcher: a loaded matcher; without one it is built from the names.

    Raises:
        InputError: the input cannot be read or understood; the subclass says how.
        LimitError: the text is longer than `MAXIMUM_BYTES`.
    """
    data = _read_bytes(source)
    name = "standard input" if str(source) == "-" else Path(source).name
    looks_like_json = str(source) == "-" and data.lstrip()[:1] == b"{"
    if looks_like_json or Path(source).suffix.lower() == ".json":
        return check_findings(read_phenopacket(data if looks_like_json else Path(source)), ontology_names)
    return read_note(data, name=name, ontology_names=ontology_names, language=language, matcher=matcher)


def read_note(
    data: bytes,
    *,
    name: str,
    ontology_names: SymptomVocabulary,
    language: str = "auto",
    matcher: NameMatcher | None = None,
) -> Case:
    """A case from the bytes of a note; spans are code points of the decoded text."""
    if language not in LANGUAGES:
        raise InputError("unknown language", value=language, remedy=f"Choose one of {', '.join(LANGUAGES)}")
    text, encoding = decode(data, name)
    found = extract_findings(text, matcher or NameMatcher.build(ontology_names.names()), language)
    for issue in found.issues:
        if issue.level is IssueLevel.ERROR:
            raise InputError(issue.message, value=name, remedy=issue.remedy)
    issues = list(found.issues)
    if encoding not in ("utf-8", "utf-8-sig"):
        issues.append(Issue(IssueLevel.INFO, "encoding", f"{name} was read as {encoding}"))
    if not found.mentions:
        issues.append(
            Issue(
                IssueLevel.WARNING,
                "no-finding",
                f"no finding was recognised in {name}",
                "Name findings, or use --terms",
            )
        )
    findings = tuple(_finding(mention, ontology_names) for mention in found.mentions)
    digest = hashlib.sha256(data).hexdigest()
    case = Case(name, findings, found.sex, found.age_years, document_sha256=digest, issues=tuple(issues))
    return check_findings(case, ontology_names)


def document_reader(
    ontology_names: SymptomVocabulary, matcher: NameMatcher | None = None, language: str = "auto"
) -> Callable[[bytes], tuple[str, Case]]:
    """What verification needs: a function from the bytes of a document to its text and its case.

    Text that begins with `{` is read as a phenopacket, any other as a note, as `read_case` does from standard input.
    """
    loaded = matcher or NameMatcher.build(ontology_names.names())

    def read(data: bytes) -> tuple[str, Case]:
        text, _ = decode(data, "document")
        if text.lstrip()[:1] == "{":
            return text, check_findings(read_phenopacket(data), ontology_names)
        return text, read_note(data, name="document", ontology_names=ontology_names, language=language, matcher=loaded)

    return read


def parse_terms(text: str, resolver: SymptomVocabulary) -> Case:
    """A case from `HP:0001166,-HP:0000098`; a leading minus excludes.

    Raises:
        InputError: the list is empty or an entry is not an identifier.
        UnknownTermError: an identifier that the vocabulary does not hold.
    """
    findings: list[Finding] = []
    for entry in text.replace("，", ",").replace("−", "-").replace(";", ",").replace("\n", ",").split(","):
        if not entry.strip():
            continue
        excluded = entry.strip().startswith("-")
        term = TermId.parse(entry.strip().removeprefix("-"))
        if resolver.resolve(term) is None:
            raise UnknownTermError(
                "no symptom or sign of this graph", value=term, remedy="Give terms of HPO below HP:0000118"
            )
        findings.append(Finding(term, str(term), AssertionStatus.ABSENT if excluded else AssertionStatus.PRESENT))
    if not findings:
        raise InputError("no term given", value=text, remedy=_TERMS_REMEDY)
    return check_findings(Case("terms", tuple(findings)), resolver)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and the name of its encoding: UTF-8, UTF-16 with or without mark, GB18030, or what charset-normalizer finds.

    Raises:
        InputError: empty or binary.
        LimitError: longer than `MAXIMUM_BYTES`.
    """
    if not data.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\0\xff\xfe"):
        raise InputError("the input is empty", value=name, remedy="Give a note or a phenopacket")
    if len(data) > MAXIMUM_BYTES:
        raise LimitError(
            f"the text is longer than {MAXIMUM_BYTES:,} bytes", value=name, remedy="Give the note of one patient"
        )
    for encoding in _likely_encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text, encoding):
            return text, encoding
    return _decode_by_detection(data, name)


def _likely_encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if b"\0" in data[:_HEAD]:
        return ("utf-16-le", "utf-16-be")
    return ("utf-8", "gb18030")


def _is_text(text: str, encoding: str) -> bool:
    head = text[:_HEAD]
    strange = sum(
        (letter < " " and letter not in "\t\n\r\f\v\x1b") or letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff"
        for letter in head
    )
    if strange > len(head) * 0.001:
        return False
    if encoding in ("gb18030", "utf-16-le", "utf-16-be"):
        # Any byte pairs decode in these; real text is made of common Chinese characters, punctuation and ASCII.
        usual = sum(
            letter < "\x7f"
            or "\u4e00" <= letter <= "\u9fff"
            or "\u3000" <= letter <= "\u303f"
            or "\uff00" <= letter <= "\uffef"
            for letter in head
        )
        return usual >= len(head) * 0.9
    return True


def _decode_by_detection(data: bytes, name: str) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    best = None if b"\0" in data[:_HEAD] else from_bytes(data[:_HEAD]).best()
    if best is not None:
        text = data.decode(best.encoding, errors="replace")
        if (
            _is_text(text, best.encoding)
            and sum(letter.isalpha() or letter.isspace() for letter in text[:_HEAD]) > min(len(text), _HEAD) / 2
        ):
            return text, str(best.encoding)
    raise InputError(
        "the input is not text",
        value=name,
        remedy="Give plain text in UTF-8, UTF-16 or GB18030, or a phenopacket in JSON",
    )


def check_findings(case: Case, vocabulary: SymptomVocabulary) -> Case:
    """The case with primary ids and labels; what was mapped, left out or contradictory becomes an issue."""
    issues = list(case.issues)
    kept = [found for finding in case.findings if (found := _checked(finding, vocabulary, issues)) is not None]
    checked = replace(case, findings=tuple(kept))
    issues += _contradictions(checked, vocabulary)
    return replace(checked, issues=tuple(dict.fromkeys(issues)))


def _checked(finding: Finding, vocabulary: SymptomVocabulary, issues: list[Issue]) -> Finding | None:
    primary = vocabulary.resolve(finding.term)
    if primary is None:
        message = f"{finding.term} ({finding.name}) is no symptom or sign of this graph and was left out"
        issues.append(Issue(IssueLevel.ERROR, "unknown-term", message, "Give terms of HPO below HP:0000118"))
        return None
    if primary != finding.term:
        issues.append(
            Issue(
                IssueLevel.WARNING,
                "obsolete-term",
                f"{finding.term} is obsolete or an alternative id; read as {primary}",
            )
        )
    if not vocabulary.is_phenotypic_abnormality(primary):
        message = f"{primary} ({vocabulary.label(primary)}) is not a phenotypic abnormality and was left out"
        issues.append(Issue(IssueLevel.WARNING, "not-a-finding", message, "Use terms below HP:0000118"))
        return None
    return replace(finding, term=primary, name=vocabulary.label(primary))


def _contradictions(case: Case, vocabulary: SymptomVocabulary) -> Iterable[Issue]:
    excluded = set(case.excluded)
    if not excluded:
        return
    for term in case.observed:
        for other in sorted(excluded & (vocabulary.ancestors(term) | {term})):
            name = vocabulary.label(term)
            if other == term:
                message = f"{term} ({name}) is both present and absent"
            else:
                message = f"{term} ({name}) is present, but its ancestor {other} ({vocabulary.label(other)}) is absent"
            yield Issue(IssueLevel.WARNING, "contradictory-findings", message, "Check the two statements")


def _finding(mention: Mention, vocabulary: SymptomVocabulary) -> Finding:
    name = vocabulary.label(mention.term)
    return Finding(mention.term, name, mention.status, mention.experiencer, mention.start, mention.end, mention.text)


def _read_bytes(source: str | Path) -> bytes:
    if str(source) == "-":
        return sys.stdin.buffer.read(MAXIMUM_BYTES + 1)
    try:
        with Path(source).open("rb") as file:
            return file.read(MAXIMUM_BYTES + 1)
    except (OSError, ValueError) as error:
        remedy = "Name a phenopacket (.json), a text file, or - for standard input"
        raise InputError("cannot read the input", value=source, remedy=remedy) from error
