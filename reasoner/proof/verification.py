"""Checks a certificate again: by itself, against the snapshot, against a database, against the document.

- **Portable**: schema, seal, build id, inclusion of every edge, arithmetic, logic. It proves that what is cited is in
  the build that the reader trusts, not that nothing was left out.
- **Snapshot**: everything is ranked and certified again from the findings; any difference is an issue.
- **Database**: every edge is there, as certified.
- **Document**: hash, spans, quotes, and the findings that a new reading gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from kg_builder.canonical import canonical_json
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from kg_builder.stores.store import GraphStore
from ontologies.annotation import AssertionStatus
from ontologies.errors import AitiaError, InputError
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding
from reasoner.proof.arithmetic_check import check_arithmetic, check_logic
from reasoner.proof.certificate import certify
from reasoner.proof.certificate_schema import CertificateModel
from reasoner.proof.contrary import presentation_kinds
from reasoner.proof.merkle_check import certified_edges, check_build, check_inclusion, check_seal
from reasoner.ranking.index import RankingIndex

__all__ = ["DocumentReader", "verify", "verify_document", "verify_portable", "verify_snapshot", "verify_store"]

DocumentReader = Callable[[bytes], tuple[str, Case]]
"""Decodes a document and extracts its case, as intake does."""

_REMEDY = "Do not rely on this certificate"
_SHOWN = 80


def verify(
    certificate: Any,
    *,
    build: str | None = None,
    snapshot: Snapshot | None = None,
    ranker: RankingIndex | None = None,
    document: bytes | None = None,
    reader: DocumentReader | None = None,
    store: GraphStore | None = None,
) -> list[Issue]:
    """Every problem that the depths asked for can find; empty when the certificate holds.

    Args:
        certificate: the parsed JSON, whatever it is.
        build: the build id that the reader trusts.
        snapshot: the build, to make the certificate again.
        ranker: the snapshot's ranking index; opened from the snapshot where it is not given.
        document: the bytes of the document.
        reader: how documents are read; a document needs it.
        store: a database that serves the build.

    Raises:
        InputError: a document without a reader.
    """
    issues = _check_schema(certificate)
    if issues:
        return issues
    issues = verify_portable(certificate, build=build)
    if snapshot is not None:
        issues += verify_snapshot(certificate, snapshot, ranker or RankingIndex.open(snapshot))
    if store is not None:
        issues += verify_store(certificate, store)
    if document is not None and reader is None:
        raise InputError("a document needs its reader", remedy="Pass the function that reads documents, too")
    if document is not None and reader is not None:
        issues += verify_document(certificate, document, reader)
    return sorted(set(issues))


def verify_portable(certificate: Mapping[str, Any], *, build: str | None = None) -> list[Issue]:
    """What can be checked with no graph at hand; the certificate must fit the schema."""
    return [
        *check_seal(certificate),
        *check_build(certificate, build),
        *check_inclusion(certificate),
        *check_arithmetic(certificate),
        *check_logic(certificate),
    ]


def verify_snapshot(certificate: Mapping[str, Any], snapshot: Snapshot, ranker: RankingIndex) -> list[Issue]:
    """Make the certificate again from its findings and compare: nothing may be altered or missing."""
    if certificate["build"]["id"] != snapshot.build_id:
        return [_error("other-build", f"the graph at hand is build {snapshot.build_id}")]
    try:
        again = certify(
            snapshot,
            ranker,
            _case_of(certificate),
            candidates=certificate["settings"]["candidates"],
            uniform_prior=certificate["settings"]["uniform_prior"],
            steps=[(step["kind"], step["edge"]["record"]["id"]) for step in certificate["steps"]],
        )
    except AitiaError as error:
        return [_error("not-reproducible", str(error))]
    issues = [_error("altered", difference) for difference in _differences("", dict(certificate), again)]
    return issues + _check_steps(certificate, snapshot)


def verify_store(certificate: Mapping[str, Any], store: GraphStore) -> list[Issue]:
    """Whether a database of the same build holds every certified edge, as it was certified."""
    if store.build_id != certificate["build"]["id"]:
        return [_error("other-build", f"the database holds build {store.build_id}")]
    issues = []
    for place, edge in certified_edges(certificate):
        held = store.edge(str(edge["record"]["id"]))
        if held is None:
            issues.append(_error("not-in-database", f"the database has no edge {edge['record']['id']} (at {place})"))
        elif canonical_json(held.record()) != canonical_json(edge["record"]):
            issues.append(_error("altered", f"the database has another edge {edge['record']['id']} (at {place})"))
    return issues


def verify_document(certificate: Mapping[str, Any], document: bytes, reader: DocumentReader) -> list[Issue]:
    """Whether the findings are those of the document, word by word."""
    if hashlib.sha256(document).hexdigest() != certificate["document_sha256"]:
        return [_error("other-document", "this is not the document that was certified")]
    text, case = reader(document)
    issues = [
        _error("wrong-span", f"{finding['id']}: the document has other words at {finding['start']}–{finding['end']}")
        for finding in certificate["case"]["findings"]
        if finding["start"] is None or text[finding["start"] : finding["end"]] != finding["text"]
    ]
    if _case_of(certificate).findings != case.findings:
        issues.append(_error("findings-differ", "a new reading of the document gives other findings"))
    read = {"sex": case.sex, "age_years": None if case.age_years is None else f"{case.age_years:.6g}"}
    if any(certificate["case"][key] != value for key, value in read.items()):
        issues.append(_error("patient-differs", "a new reading of the document gives another sex or age"))
    return issues


def _check_steps(certificate: Mapping[str, Any], snapshot: Snapshot) -> list[Issue]:
    """Whether each step about a symptom means for the findings what it says."""
    issues, case = [], _case_of(certificate)
    for step in certificate["steps"]:
        edge = snapshot.edge(step["edge"]["record"]["id"])
        if edge is None or edge.relation not in (Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM):
            continue
        if step["kind"] not in presentation_kinds(snapshot, edge, case):
            issues.append(_error("wrong-step", f"edge {edge.id} is no step {step['kind']} for these findings"))
    return issues


def _check_schema(certificate: Any) -> list[Issue]:
    try:
        CertificateModel.model_validate_json(canonical_json(certificate))
    except ValidationError as error:
        return [
            _error("not-a-certificate", f"{'/'.join(str(part) for part in problem['loc'])}: {problem['msg']}")
            for problem in error.errors(include_url=False, include_input=False)
        ]
    except ValueError as error:
        return [_error("not-a-certificate", f"not JSON: {error}")]
    try:
        _case_of(certificate)
    except (AitiaError, ValueError) as error:
        return [_error("not-a-certificate", f"no such findings can be: {error}")]
    return [
        _error("not-a-certificate", f"{place} is not an edge record")
        for place, edge in certified_edges(certificate)
        if not _is_edge_record(edge["record"])
    ]


def _is_edge_record(record: Mapping[str, Any]) -> bool:
    texts = all(isinstance(record.get(key), str) for key in ("id", "subject", "relation", "object", "source"))
    return texts and record["relation"] in list(Relation)


def _case_of(certificate: Mapping[str, Any]) -> Case:
    case = certificate["case"]
    return Case(
        id=case["id"],
        findings=tuple(
            Finding(
                term=TermId.parse(finding["id"]),
                name=finding["name"],
                status=AssertionStatus(finding["status"]),
                experiencer=finding["experiencer"],
                start=finding["start"],
                end=finding["end"],
                text=finding["text"],
            )
            for finding in case["findings"]
        ),
        sex=case["sex"],
        age_years=None if case["age_years"] is None else float(case["age_years"]),
        document_sha256=certificate["document_sha256"],
    )


def _differences(place: str, held: Any, right: Any) -> Iterator[str]:
    if isinstance(held, dict) and isinstance(right, dict):
        for key in sorted(held.keys() | right.keys()):
            yield from _differences(f"{place}/{key}", held.get(key), right.get(key))
    elif isinstance(held, list) and isinstance(right, list):
        if len(held) != len(right):
            yield f"{place}: the certificate lists {len(held)}, the graph gives {len(right)}"
        for number, (one, other) in enumerate(zip(held, right, strict=False)):
            yield from _differences(f"{place}/{number}", one, other)
    elif type(held) is not type(right) or held != right:
        yield f"{place}: the certificate says {_short(held)}, the graph gives {_short(right)}"


def _short(value: Any) -> str:
    text = canonical_json(value).decode()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _error(category: str, message: str) -> Issue:
    return Issue(IssueLevel.ERROR, category, message, _REMEDY)
