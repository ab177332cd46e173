"""Whether something is a certificate at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from kg_builder.canonical import canonical_json
from kg_builder.schema import Relation
from ontologies.errors import AitiaError
from ontologies.issue import Issue
from reasoner.proof.certificate_schema import CERTIFICATE_SCHEMA, CertificateModel
from reasoner.proof.certified_case import case_of
from reasoner.proof.fault import fault
from reasoner.proof.merkle_check import certified_edges
from reasoner.proof.patient_terms import proposals_of

__all__ = ["check_schema"]


def check_schema(certificate: Any) -> list[Issue]:
    """Where a value does not fit the schema; what fits can be given to the other checks."""
    named = certificate.get("schema") if isinstance(certificate, dict) else None
    if named is not None and named != CERTIFICATE_SCHEMA:
        return [fault("not-a-certificate", f"its schema is {named}, and this version reads {CERTIFICATE_SCHEMA}")]
    try:
        CertificateModel.model_validate_json(canonical_json(certificate))
    except ValidationError as error:
        return [
            fault("not-a-certificate", _problem(problem["loc"], problem["msg"]))
            for problem in error.errors(include_url=False, include_input=False)
        ]
    except ValueError as error:
        return [fault("not-a-certificate", f"not JSON: {error}")]
    try:
        case_of(certificate)
        proposals_of(certificate)
    except (AitiaError, ValueError) as error:
        return [fault("not-a-certificate", f"no such findings or proposals can be: {error}")]
    return [
        fault("not-a-certificate", f"{place} is not an edge record")
        for place, edge in certified_edges(certificate)
        if not _is_edge_record(edge["record"])
    ]


def _problem(place: tuple[int | str, ...], message: str) -> str:
    path = "/".join(str(part) for part in place)
    return f"{path}: {message}" if path else f"this is no certificate at all: {message}"


def _is_edge_record(record: Mapping[str, Any]) -> bool:
    texts = all(isinstance(record.get(key), str) for key in ("id", "subject", "relation", "object", "source"))
    return texts and record["relation"] in list(Relation)
