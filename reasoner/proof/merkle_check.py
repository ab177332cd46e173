"""Checks of a certificate's hashes: seal, inclusion proofs, build id. They need nothing but the certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kg_builder.canonical import canonical_json
from kg_builder.merkle import build_id_of, leaf_hash, verify_proof
from ontologies.issue import Issue
from reasoner.proof.fault import fault

__all__ = ["ProofCheck", "certified_edges", "check_build", "check_inclusion", "check_seal", "seal_of"]

ProofCheck = Callable[[bytes, tuple[Any, ...], bytes], bool]
"""Leaf, proof and root to whether the proof leads from the one to the other."""


def seal_of(certificate: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical certificate without its seal.

    Anybody can seal again what they altered: the seal finds accidents, the proofs and the snapshot find intent.
    """
    return hashlib.sha256(canonical_json({k: v for k, v in certificate.items() if k != "seal"})).hexdigest()


def certified_edges(certificate: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every edge with its place in the certificate, `{"record": …, "proof": …}`."""
    for number, claim in enumerate(certificate["claims"]):
        for part in ("edges", "links", "hierarchy", "contrary"):
            for position, edge in enumerate(claim[part]):
                yield f"claims/{number}/{part}/{position}", edge
    for number, step in enumerate(certificate["steps"]):
        yield f"steps/{number}/edge", step["edge"]
        for position, edge in enumerate(step["hierarchy"]):
            yield f"steps/{number}/hierarchy/{position}", edge


def check_seal(certificate: Mapping[str, Any]) -> list[Issue]:
    """Whether the seal is the hash of what it seals."""
    if certificate["seal"] == seal_of(certificate):
        return []
    return [fault("broken-seal", "the certificate was altered after it was sealed")]


def check_build(certificate: Mapping[str, Any], trusted: str | None) -> list[Issue]:
    """Whether roots and counts give the build id, and whether it is the one the reader trusts."""
    build = certificate["build"]
    roots = bytes.fromhex(build["nodes_root"]), bytes.fromhex(build["edges_root"])
    issues = []
    if build["id"] != build_id_of(build["schema_version"], build["nodes"], roots[0], build["edges"], roots[1]):
        issues.append(fault("build-id-mismatch", f"the roots do not give the build id {build['id']}"))
    if trusted is not None and build["id"] != trusted:
        issues.append(fault("other-build", f"the certificate is of build {build['id']}, not of {trusted}"))
    return issues


def check_inclusion(certificate: Mapping[str, Any], holds: ProofCheck = verify_proof) -> list[Issue]:
    """Whether the record of every edge and node is a leaf of the build's tree.

    Args:
        certificate: one that fits the schema.
        holds: checks one proof, given as a tuple; a caller may remember what it was asked.
    """
    nodes = ((f"nodes/{number}", node) for number, node in enumerate(certificate["nodes"]))
    return [
        fault("not-in-build", f"what is at {place} is not in the build")
        for root, leaves in (("edges_root", certified_edges(certificate)), ("nodes_root", nodes))
        for place, leaf in leaves
        if not holds(
            leaf_hash(canonical_json(leaf["record"])),
            tuple(map(tuple, leaf["proof"])),
            bytes.fromhex(certificate["build"][root]),
        )
    ]
