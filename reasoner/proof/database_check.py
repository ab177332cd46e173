"""Whether a database holds what is certified."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from kg_builder.canonical import canonical_json
from kg_builder.edge import Edge
from kg_builder.schema import Relation
from kg_builder.stores.store import GraphStore
from ontologies.errors import TermIdError
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.proof.fault import fault
from reasoner.proof.merkle_check import certified_edges

__all__ = ["check_database"]


def check_database(certificate: Mapping[str, Any], store: GraphStore) -> list[Issue]:
    """Whether a database of the same build holds every certified edge, as it was certified."""
    if store.build_id != certificate["build"]["id"]:
        return [fault("other-build", f"the database holds build {store.build_id}")]
    certified = list(certified_edges(certificate))
    edge_by_id = _held_edges([edge["record"] for _, edge in certified], store)
    issues = []
    for place, edge in certified:
        held = edge_by_id.get(edge["record"]["id"])
        if held is None:
            issues.append(fault("not-in-database", f"the database has no edge {edge['record']['id']} (at {place})"))
        elif canonical_json(held.record()) != canonical_json(edge["record"]):
            issues.append(fault("altered", f"the database has another edge {edge['record']['id']} (at {place})"))
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
