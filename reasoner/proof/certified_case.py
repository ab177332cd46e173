"""The patient of a certificate, as whoever made it read him."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ontologies.annotation import AssertionStatus
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding

__all__ = ["case_of"]


def case_of(certificate: Mapping[str, Any]) -> Case:
    """The case that was certified.

    Raises:
        AitiaError: no such case can be.
        ValueError: an age that is no number.
    """
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
