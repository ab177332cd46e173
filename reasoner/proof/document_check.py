"""Whether a document says what the findings of a certificate say of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from ontologies.errors import AitiaError
from ontologies.issue import Issue
from reasoner.intake.case import Case
from reasoner.proof.certified_case import case_of
from reasoner.proof.decimals import decimal_string
from reasoner.proof.fault import fault

__all__ = ["DocumentReader", "check_document"]

DocumentReader = Callable[[bytes], tuple[str, Case]]
"""Decodes a document and extracts its case, as intake does in the language that the certificate's settings name."""


def check_document(certificate: Mapping[str, Any], document: bytes, read: DocumentReader) -> list[Issue]:
    """Whether the findings are those of the document, and their quotes its words.

    A phenopacket has no words to quote: there the findings alone are compared.
    """
    if hashlib.sha256(document).hexdigest() != certificate["document_sha256"]:
        remedy = "Name by --document the file that was diagnosed, as it was then"
        return [fault("other-document", "this is not the document that was certified", remedy)]
    try:
        text, case = read(document)
    except AitiaError as error:
        return [fault("not-readable", f"the document cannot be read again: {error}")]
    issues = [
        fault("wrong-span", f"{finding['id']}: the document has other words at {finding['start']}–{finding['end']}")
        for finding in certificate["case"]["findings"]
        if finding["start"] is not None and text[finding["start"] : finding["end"]] != finding["text"]
    ]
    if case_of(certificate).findings != case.findings:
        issues.append(fault("findings-differ", "a new reading of the document gives other findings"))
    read_again = {"sex": case.sex, "age_years": None if case.age_years is None else decimal_string(case.age_years)}
    if any(certificate["case"][key] != value for key, value in read_again.items()):
        issues.append(fault("patient-differs", "a new reading of the document gives another sex or age"))
    return issues
