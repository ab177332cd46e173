"""Checks of a certificate's hashes: seal, inclusion proofs, build id. They need nothing but the certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from kg_builder.canonical import canonical_json
from kg_builder.merkle import build_id_of, leaf_hash, verify_proof
from ontologies.issue import Issue, IssueLevel

__all__ = ["certified_edges", "check_build", "check_inclusion", "check_seal", "seal_of"]


def seal_of(certificate: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical certificate without its seal.

    Anybody can seal again what they altered: the seal finds accidents, the proofs and the snapshot find intent.
    """
    return hashlib.sha256(canonical_json({k: v for k, v in certificate.items() if k != "seal"})).hexdigest()


def certified_edges(certificate: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every edge with its place in the certificate, `{"record": …, "proof": …}`."""
    for number, claim in enumerate(certificate["claims"]):
        for part in ("edges", "contrary"):
            for position, edge in enumerate(claim[part]):
                yield f"claims/{number}/{part}/{position}", edge
    for number, step in enumerate(certificate["steps"]):
        yield f"steps/{number}/edge", step["edge"]


def check_seal(certificate: Mapping[str, Any]) -> list[Issue]:
    """Whether the seal is the hash of what it seals."""
    if certificate["seal"] == seal_of(certificate):
        return []
    return [_error("broken-seal", "the certificate was altered after it was sealed")]


def check_build(certificate: Mapping[str, Any], trusted: str | None) -> list[Issue]:
    """Whether roots and counts give the build id, and whether it is the one the reader trusts."""
    build = certificate["build"]
    roots = bytes.fromhex(build["nodes_root"]), bytes.fromhex(build["edges_root"])
    issues = []
    if build["id"] != build_id_of(build["schema_version"], build["nodes"], roots[0], build["edges"], roots[1]):
        issues.append(_error("build-id-mismatch", f"the roots do not give the build id {build['id']}"))
    if trusted is not None and build["id"] != trusted:
        issues.append(_error("other-build", f"the certificate is of build {build['id']}, not of {trusted}"))
    return issues


def check_inclusion(certificate: Mapping[str, Any]) -> list[Issue]:
    """Whether every edge's record is a leaf of the build's tree."""
    root = bytes.fromhex(certificate["build"]["edges_root"])
    return [
        _error("not-in-build", f"the edge at {place} is not an edge of the build")
        for place, edge in certified_edges(certificate)
        if not verify_proof(leaf_hash(canonical_json(edge["record"])), edge["proof"], root)
    ]


def _error(category: str, message: str) -> Issue:
    return Issue(IssueLevel.ERROR, category, message, "Do not rely on this certificate")
