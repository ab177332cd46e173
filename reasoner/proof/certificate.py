"""The certificate: a conclusion with everything that is needed to check it again.

A certificate is made by a pure function of snapshot, case and settings (plus the chosen steps, each an edge), so that
whoever holds the snapshot can make it again and compare. How many rivals and claims it holds is fixed here, not in the
certificate: else one could be left out together with the setting that asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from kg_builder.canonical import canonical_json
from kg_builder.merkle import EMPTY_ROOT, leaf_hash, root_of
from kg_builder.schema import RELATION_SPECS, Relation
from kg_builder.snapshot import Snapshot
from kg_builder.stores.cypher import quote
from ontologies.errors import InputError
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import diagnose
from reasoner.intake.case import Case
from reasoner.proof.certificate_schema import CERTIFICATE_SCHEMA
from reasoner.proof.contrary import contrary_edges
from reasoner.proof.merkle_check import certified_edges, seal_of
from reasoner.ranking.index import Candidates, RankingIndex

__all__ = [
    "CLAIMS",
    "FORMULA",
    "RIVALS",
    "build_certificate",
    "certify",
    "cypher_query",
    "decimal_string",
    "edge_index",
]

RIVALS = 10
"""Places of the differential that a certificate holds."""

CLAIMS = 3
"""Leading places that it proves finding by finding."""

FORMULA = "ln(frequency / background + 0.1) - 0.5 * (ic_finding - ic_matched)"


def certify(
    snapshot: Snapshot,
    ranker: RankingIndex,
    case: Case,
    *,
    candidates: Candidates = "all",
    uniform_prior: bool = False,
    steps: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Diagnose a case and certify what came out; arguments as for `build_certificate`."""
    diagnosis = diagnose(snapshot, ranker, case, top=RIVALS, candidates=candidates, uniform_prior=uniform_prior)
    abstained = diagnosis.abstained
    return build_certificate(
        snapshot,
        case,
        [place.ranked for place in diagnosis.differential],
        {place.ranked.id: place.explanation for place in diagnosis.differential},
        steps,
        candidates=candidates,
        uniform_prior=uniform_prior,
        abstained=None if abstained is None else (abstained.code.value, abstained.reason),
    )


def build_certificate(
    snapshot: Snapshot,
    case: Case,
    ranked: Sequence[Any],
    explanations: Mapping[TermId, Sequence[Any]],
    steps: Sequence[tuple[str, str]] = (),
    *,
    candidates: str = "all",
    uniform_prior: bool = False,
    abstained: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Put a conclusion and its proof into one JSON document.

    Args:
        snapshot: the build that was reasoned over.
        case: the patient.
        ranked: the differential; the first `RIVALS` places are certified, so at least so many where there are.
        explanations: `FindingLikelihood`s by disease, for the first `CLAIMS` places.
        steps: kind and edge id of each step of the chain of thought.
        candidates: the candidates that were ranked, `all` or `omim`.
        uniform_prior: whether all diseases were taken to be equally frequent.
        abstained: code and reason of an abstention.

    Raises:
        InputError: an explanation is missing, or a step is no edge.
    """
    differential = [_ranked(snapshot, disease) for disease in ranked[:RIVALS]]
    certificate: dict[str, Any] = {
        "schema": CERTIFICATE_SCHEMA,
        "build": _build(snapshot),
        "derived": {
            name: entry["sha256"]
            for name, entry in sorted(snapshot.manifest["files"].items())
            if name.startswith("derived/")
        },
        "settings": {"candidates": candidates, "uniform_prior": uniform_prior},
        "document_sha256": case.document_sha256,
        "case": _case(case),
        "differential": differential,
        "claims": [_claim(snapshot, case, entry, differential, explanations) for entry in differential[:CLAIMS]],
        "steps": [_step(snapshot, kind, edge_id) for kind, edge_id in steps],
        "abstained": None if abstained is None else {"code": abstained[0], "reason": abstained[1]},
        "missing_sources": sorted(entry["source"] for entry in snapshot.manifest.get("missing_sources", ())),
    }
    certificate["query"] = cypher_query(edge["record"] for _, edge in certified_edges(certificate))
    certificate["seal"] = seal_of(certificate)
    return certificate


def decimal_string(value: float) -> str:
    """Six significant digits, the same on every machine.

    >>> decimal_string(2.0), decimal_string(-1.23456789), decimal_string(1e-9)
    ('2', '-1.23457', '1e-09')
    """
    return f"{value:.6g}"


def cypher_query(records: Iterable[Mapping[str, Any]]) -> str:
    """A query that finds exactly these edges again on any store; empty without edges."""
    wanted = sorted({(str(r["relation"]), str(r["id"]), str(r["subject"])) for r in records})
    return "\nUNION ALL\n".join(_match(relation, list(rows)) for relation, rows in groupby(wanted, key=lambda r: r[0]))


def edge_index(snapshot: Snapshot, edge_id: str) -> int:
    """Number of the edge with that id.

    Raises:
        InputError: the snapshot has no such edge.
    """
    edge = snapshot.edge(edge_id)
    start = None if edge is None else snapshot.index_of(edge.subject)
    if edge is None or start is None:
        raise InputError("no edge of the graph has this id", value=edge_id, remedy="Take steps from this build only")
    span = snapshot.outgoing(start)
    same = (snapshot.edge_relation[span] == list(Relation).index(edge.relation)) & (
        snapshot.edge_object[span] == snapshot.index_of(edge.object)
    )
    numbers = [int(number) + int(span.start) for number in np.flatnonzero(same)]
    return next(number for number in numbers if snapshot.edge_at(number).id == edge_id)


def _match(relation: str, rows: Sequence[tuple[str, str, str]]) -> str:
    labels = RELATION_SPECS[Relation(relation)].subjects
    label = f":{next(iter(labels)).value}" if len(labels) == 1 else ""
    subjects = ", ".join(quote(subject) for subject in sorted({row[2] for row in rows}))
    ids = ", ".join(quote(row[1]) for row in rows)
    return (
        f"MATCH (s{label})-[r:{relation}]->(o) WHERE s.id IN [{subjects}] AND r.id IN [{ids}] "
        "RETURN r.id AS id, s.id AS subject, type(r) AS relation, o.id AS object"
    )


def _build(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "id": snapshot.build_id,
        "schema_version": snapshot.manifest["schema_version"],
        "nodes": snapshot.node_count,
        "nodes_root": _nodes_root(snapshot).hex(),
        "edges": snapshot.edge_count,
        "edges_root": _edges_root(snapshot).hex(),
    }


def _nodes_root(snapshot: Snapshot) -> bytes:
    if not snapshot.node_count:
        return EMPTY_ROOT
    return root_of(leaf_hash(canonical_json(snapshot.node_at(0).record())), snapshot.node_proof(0))


def _edges_root(snapshot: Snapshot) -> bytes:
    if not snapshot.edge_count:
        return EMPTY_ROOT
    return root_of(leaf_hash(canonical_json(snapshot.edge_at(0).record())), snapshot.edge_proof(0))


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "sex": case.sex,
        "age_years": None if case.age_years is None else decimal_string(case.age_years),
        "findings": [
            {
                "id": str(finding.term),
                "name": finding.name,
                "status": finding.status.value,
                "experiencer": finding.experiencer,
                "start": finding.start,
                "end": finding.end,
                "text": finding.text,
            }
            for finding in case.findings
        ],
    }


def _ranked(snapshot: Snapshot, disease: Any) -> dict[str, Any]:
    return {
        "rank": int(disease.rank),
        "id": str(disease.id),
        "name": snapshot.node_at(int(disease.node_index)).name,
        "score": decimal_string(disease.score),
        "probability": decimal_string(disease.probability),
        "log10_likelihood_ratio": decimal_string(disease.log10_likelihood_ratio),
    }


def _claim(
    snapshot: Snapshot,
    case: Case,
    entry: dict[str, Any],
    differential: Sequence[dict[str, Any]],
    explanations: Mapping[TermId, Sequence[Any]],
) -> dict[str, Any]:
    disease = TermId.parse(entry["id"])
    if disease not in explanations:
        raise InputError("no explanation of a certified disease", value=disease, remedy=f"Explain the first {CLAIMS}")
    parts = explanations[disease]
    used = sorted({int(index) for part in parts for index in part.edges})
    return {
        "disease": entry,
        "formula": FORMULA,
        "numbers": [_number(snapshot, part) for part in parts],
        "edges": [_edge(snapshot, index) for index in used],
        "contrary": [_edge(snapshot, index) for index in contrary_edges(snapshot, disease, case)],
        "rivals": [rival["id"] for rival in differential if rival["id"] != entry["id"]],
        "rules": [],
    }


def _number(snapshot: Snapshot, part: Any) -> dict[str, Any]:
    return {
        "finding": str(part.finding),
        "matched": None if part.matched is None else str(part.matched),
        "match_type": str(part.match_type.value),
        "frequency": decimal_string(part.frequency),
        "background": decimal_string(part.background),
        "ic_finding": decimal_string(part.ic_finding),
        "ic_matched": decimal_string(part.ic_matched),
        "log_likelihood_ratio": decimal_string(part.log_likelihood_ratio),
        "edges": [snapshot.edge_at(int(index)).id for index in part.edges],
    }


def _edge(snapshot: Snapshot, index: int) -> dict[str, Any]:
    record = snapshot.edge_at(index).record()
    return {
        "record": {key: list(value) if isinstance(value, tuple) else value for key, value in sorted(record.items())},
        "proof": [list(step) for step in snapshot.edge_proof(index)],
    }


def _step(snapshot: Snapshot, kind: str, edge_id: str) -> dict[str, Any]:
    edge = _edge(snapshot, edge_index(snapshot, edge_id))
    negative = RELATION_SPECS[Relation(edge["record"]["relation"])].negative
    return {"kind": kind, "polarity": "negative" if negative else "positive", "edge": edge}
