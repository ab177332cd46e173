"""Checks a certificate again: by itself, against the snapshot, against a database, against the document.

- **Portable**: schema, seal, build id, inclusion of every edge, arithmetic from edges to scores, logic. Given the true
  build id it sees every altered edge, every number that no longer follows from what is under it, every edge, path,
  rival or rule that a claim names and lacks. It cannot see what stands in no edge and is changed everywhere alike
  (a background, a similarity of two profiles, a rival's score, a prior with its score and probability), nor what was
  left out without a trace (a contrary edge, a last place, a finding together with its numbers), nor the document.
- **Snapshot**: everything is ranked and certified again from the findings; any difference is an issue.
- **Database**: every edge is there, as certified.
- **Document**: hash, spans, quotes, and the findings that a new reading gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from kg_builder.canonical import canonical_json
from kg_builder.edge import Edge
from kg_builder.merkle import verify_proof
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from kg_builder.stores.store import GraphStore
from ontologies.annotation import AssertionStatus
from ontologies.errors import AitiaError, InputError, TermIdError
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding
from reasoner.proof.arithmetic_check import check_arithmetic
from reasoner.proof.certificate import BY_NUMBERS, CertificateMaker, StepEdges
from reasoner.proof.certificate_schema import CertificateModel
from reasoner.proof.contrary import presentation_kinds
from reasoner.proof.decimals import decimal_string
from reasoner.proof.logic_check import check_logic
from reasoner.proof.merkle_check import certified_edges, check_build, check_inclusion, check_seal
from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["DEPTHS", "DocumentReader", "Verifier", "verify", "verify_store"]

DocumentReader = Callable[[bytes], tuple[str, Case]]
"""Decodes a document and extracts its case, as intake does in the language that the certificate's settings name."""

_REMEDY = "Do not rely on this certificate"
_SHOWN = 80
_CACHED_EDGES = 100_000
_CACHED_DOCUMENTS = 8
_CACHED_MAKERS = 8

DEPTHS = ("portable", "snapshot", "database", "document")


RankerOpener = Callable[..., CaseRanker]
"""Opens a ranker: a snapshot, then the settings by name."""


class Verifier:
    """Verifies certificates, any number of them; what two verifications share is worked out once.

    Args:
        build: the build id that the reader trusts.
        snapshot: the build, to make each certificate again.
        open_ranker: opens a ranker of the snapshot under the settings of a certificate.
        document: the bytes of the document.
        reader: how documents are read; a document needs it.
        store: a database that serves the build.

    Raises:
        InputError: a document without a reader.
    """

    def __init__(
        self,
        *,
        build: str | None = None,
        snapshot: Snapshot | None = None,
        open_ranker: RankerOpener = CaseRanker.open,
        document: bytes | None = None,
        reader: DocumentReader | None = None,
        store: GraphStore | None = None,
    ) -> None:
        if document is not None and reader is None:
            raise InputError("a document needs its reader", remedy="Pass the function that reads documents, too")
        self._build, self._store, self._document = build, store, document
        self._makers = None if snapshot is None else _Makers(snapshot, open_ranker)
        self._holds = lru_cache(_CACHED_EDGES)(verify_proof)
        self._read = None if reader is None else lru_cache(_CACHED_DOCUMENTS)(reader)

    def verify(self, certificate: Any) -> list[Issue]:
        """Every problem that the depths can find; empty when the certificate holds."""
        return sorted({issue for issues in self.by_depth(certificate).values() for issue in issues})

    def by_depth(self, certificate: Any) -> dict[str, list[Issue]]:
        """The problems that each depth finds: portable, and of snapshot, database and document those asked for.

        A certificate that does not fit the schema is a problem of the portable depth, and nothing else is asked.
        """
        issues = _check_schema(certificate)
        if issues:
            return {"portable": issues}
        found = {"portable": self._portable(certificate)}
        if self._makers is not None:
            found["snapshot"] = _verify_again(certificate, self._makers)
        if self._store is not None:
            found["database"] = verify_store(certificate, self._store)
        if self._document is not None and self._read is not None:
            found["document"] = _verify_document(certificate, self._document, self._read)
        return found

    def _portable(self, certificate: Mapping[str, Any]) -> list[Issue]:
        return [
            *check_seal(certificate),
            *check_build(certificate, self._build),
            *check_inclusion(certificate, self._holds),
            *check_arithmetic(certificate),
            *check_logic(certificate),
        ]


def verify(
    certificate: Any,
    *,
    build: str | None = None,
    snapshot: Snapshot | None = None,
    open_ranker: RankerOpener = CaseRanker.open,
    document: bytes | None = None,
    reader: DocumentReader | None = None,
    store: GraphStore | None = None,
) -> list[Issue]:
    """Every problem that the depths asked for can find; empty when the certificate holds.

    Args:
        certificate: the parsed JSON, whatever it is.
        build: as for `Verifier`; so the others.
        snapshot: the build, to make the certificate again.
        open_ranker: opens a ranker of the snapshot.
        document: the bytes of the document.
        reader: how documents are read.
        store: a database that serves the build.

    Raises:
        InputError: a document without a reader.
    """
    verifier = Verifier(
        build=build, snapshot=snapshot, open_ranker=open_ranker, document=document, reader=reader, store=store
    )
    return verifier.verify(certificate)


class _Makers:
    """A maker of certificates for each combination of settings, on one index."""

    def __init__(self, snapshot: Snapshot, open_ranker: RankerOpener) -> None:
        self.snapshot = snapshot
        self._open_ranker = open_ranker
        self._opened = lru_cache(_CACHED_MAKERS)(self._open)

    def under(self, settings: Mapping[str, Any]) -> CertificateMaker:
        """The maker whose ranker has the settings of a certificate."""
        ranking = sorted((name, value) for name, value in settings.items() if name != "language")
        return self._opened(tuple(ranking))

    def _open(self, settings: tuple[tuple[str, Any], ...]) -> CertificateMaker:
        return CertificateMaker(self.snapshot, self._open_ranker(self.snapshot, **dict(settings)))


def _verify_again(certificate: Mapping[str, Any], makers: _Makers) -> list[Issue]:
    """Make the certificate again from its findings and compare: nothing may be altered or missing."""
    if certificate["build"]["id"] != makers.snapshot.build_id:
        return [_error("other-build", f"the graph at hand is build {makers.snapshot.build_id}")]
    case, chosen_by = _case_of(certificate), certificate["steps_by"]
    steps = tuple(_step_edges(step) for step in certificate["steps"])
    try:
        maker = makers.under(certificate["settings"])
        again = maker.certify(
            case,
            language=certificate["settings"]["language"],
            steps=steps,
            steps_by=chosen_by or BY_NUMBERS,
        )
        issues = [_error("altered", difference) for difference in _differences("", certificate, again)]
        # Choosing anew costs as much as all else, so it is left to certificates that hold so far.
        if not issues and chosen_by == BY_NUMBERS and steps != maker.steps_by_numbers(case):
            issues.append(_error("altered", "/steps: the numbers choose other steps"))
    except AitiaError as error:
        return [_error("not-reproducible", str(error))]
    return issues + _check_steps(certificate, maker)


def _step_edges(step: Mapping[str, Any]) -> StepEdges:
    edges = [step["edge"], *step["hierarchy"]]
    return StepEdges(step["kind"], step["finding"], tuple(str(edge["record"]["id"]) for edge in edges))


def verify_store(certificate: Mapping[str, Any], store: GraphStore) -> list[Issue]:
    """Whether a database of the same build holds every certified edge, as it was certified."""
    if store.build_id != certificate["build"]["id"]:
        return [_error("other-build", f"the database holds build {store.build_id}")]
    certified = list(certified_edges(certificate))
    edge_by_id = _held_edges([edge["record"] for _, edge in certified], store)
    issues = []
    for place, edge in certified:
        held = edge_by_id.get(edge["record"]["id"])
        if held is None:
            issues.append(_error("not-in-database", f"the database has no edge {edge['record']['id']} (at {place})"))
        elif canonical_json(held.record()) != canonical_json(edge["record"]):
            issues.append(_error("altered", f"the database has another edge {edge['record']['id']} (at {place})"))
    return issues


def _held_edges(records: list[Mapping[str, Any]], store: GraphStore) -> dict[str, Edge]:
    """What the database holds of some edges, asked for by their subjects: every server finds a node by its index."""
    relations_by_subject: dict[TermId, set[Relation]] = {}
    for record in records:
        with suppress(TermIdError):
            subject = TermId.parse(record["subject"])
            relations_by_subject.setdefault(subject, set()).add(Relation(record["relation"]))
    found = (store.edges_from(one, relations=kinds) for one, kinds in sorted(relations_by_subject.items()))
    return {edge.id: edge for edges in found for edge in edges}


def _verify_document(certificate: Mapping[str, Any], document: bytes, read: DocumentReader) -> list[Issue]:
    """Whether the findings are those of the document, and their quotes its words.

    A phenopacket has no words to quote: there the findings alone are compared.
    """
    if hashlib.sha256(document).hexdigest() != certificate["document_sha256"]:
        return [_error("other-document", "this is not the document that was certified")]
    try:
        text, case = read(document)
    except AitiaError as error:
        return [_error("not-readable", f"the document cannot be read again: {error}")]
    issues = [
        _error("wrong-span", f"{finding['id']}: the document has other words at {finding['start']}–{finding['end']}")
        for finding in certificate["case"]["findings"]
        if finding["start"] is not None and text[finding["start"] : finding["end"]] != finding["text"]
    ]
    if _case_of(certificate).findings != case.findings:
        issues.append(_error("findings-differ", "a new reading of the document gives other findings"))
    read_again = {"sex": case.sex, "age_years": None if case.age_years is None else decimal_string(case.age_years)}
    if any(certificate["case"][key] != value for key, value in read_again.items()):
        issues.append(_error("patient-differs", "a new reading of the document gives another sex or age"))
    return issues


def _check_steps(certificate: Mapping[str, Any], maker: CertificateMaker) -> list[Issue]:
    """Whether each step about a symptom means for the findings what it says."""
    issues, case = [], _case_of(certificate)
    for step in certificate["steps"]:
        edge = maker.snapshot.edge(step["edge"]["record"]["id"])
        if edge is None or edge.relation not in (Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM):
            continue
        if step["kind"] not in presentation_kinds(maker.certifier, edge, case):
            issues.append(_error("wrong-step", f"edge {edge.id} is no step {step['kind']} for these findings"))
    return issues


def _check_schema(certificate: Any) -> list[Issue]:
    try:
        CertificateModel.model_validate_json(canonical_json(certificate))
    except ValidationError as error:
        return [
            _error("not-a-certificate", _problem(problem["loc"], problem["msg"]))
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


def _problem(place: tuple[int | str, ...], message: str) -> str:
    path = "/".join(str(part) for part in place)
    return f"{path}: {message}" if path else f"this is no certificate at all: {message}"


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
    # Records with their proofs are most of a certificate; the portable depth holds each to its very bytes.
    if isinstance(right, dict) and "proof" in right and held == right:
        return
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
