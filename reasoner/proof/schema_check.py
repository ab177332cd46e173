"""Whether something is a certificate at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from kg_builder.canonical import canonical_json
from kg_builder.edge import Edge
from kg_builder.node import Node
from ontologies.errors import AitiaError, InputError
from ontologies.issue import Issue
from reasoner.proof.certificate_schema import CERTIFICATE_SCHEMA, CertificateModel
from reasoner.proof.certified_case import case_of
from reasoner.proof.fault import fault
from reasoner.proof.merkle_check import certified_edges
from reasoner.proof.patient_terms import proposals_of
from reasoner.ranking.annotation_rows import patients

__all__ = ["check_schema", "parse_certificate"]

_REMEDY = "Give the JSON that --certificate wrote"


def parse_certificate(content: bytes) -> Any:
    """The JSON of what should be a certificate, whatever it says.

    Raises:
        InputError: not JSON, or a key is there twice, of which one reader takes the first and another the last.
    """
    try:
        return json.loads(content, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InputError("not a certificate", value=error, remedy=_REMEDY) from error


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(members)
    if len(held) < len(members):
        raise ValueError(f"a key is there twice among {', '.join(sorted(held))}")
    return held


def check_schema(certificate: Any) -> list[Issue]:
    """Where a value does not fit the schema; what fits can be given to the other checks."""
    named = certificate.get("schema") if isinstance(certificate, dict) else None
    if isinstance(named, str) and named != CERTIFICATE_SCHEMA:
        return [fault("not-a-certificate", f"its schema is {named}, and this version reads {CERTIFICATE_SCHEMA}")]
    try:
        CertificateModel.model_validate_json(canonical_json(certificate))
    except ValidationError as error:
        return [
            fault("not-a-certificate", _problem(problem["loc"], problem["msg"]))
            for problem in error.errors(include_url=False, include_input=False)
        ]
    except (ValueError, RecursionError) as error:
        return [fault("not-a-certificate", f"not JSON: {error}")]
    try:
        case_of(certificate)
        proposals_of(certificate)
    except (AitiaError, ValueError) as error:
        return [fault("not-a-certificate", f"no such findings or proposals can be: {error}")]
    nodes = ((f"nodes/{number}", node) for number, node in enumerate(certificate["nodes"]))
    kinds: tuple[tuple[type[Edge] | type[Node], Iterable[tuple[str, Any]]], ...] = (
        (Edge, certified_edges(certificate)),
        (Node, nodes),
    )
    return [
        fault("not-a-certificate", f"{place} is no record of a graph")
        for kind, leaves in kinds
        for place, leaf in leaves
        if not _is_record(leaf["record"], kind)
    ]


def _problem(place: tuple[int | str, ...], message: str) -> str:
    path = "/".join(str(part) for part in place)
    return f"{path}: {message}" if path else f"this is no certificate at all: {message}"


def _is_record(record: dict[str, Any], kind: type[Edge] | type[Node]) -> bool:
    """Whether a graph can hold the record: it is the same when it is read and written again, its id included."""
    try:
        patients(record)
        return canonical_json(kind.from_record(record).record()) == canonical_json(record)
    # A record is foreign JSON: a member of another shape shows as any of these.
    except (AitiaError, KeyError, TypeError, ValueError, OverflowError):
        return False
