"""A step of a chain of thought as a certificate holds it: an edge, and the hierarchy from its symptom to a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kg_builder.schema import RELATION_SPECS, Relation
from ontologies.errors import InputError
from reasoner.proof.certified_edge import EdgeCertifier, edge_index

__all__ = ["BY_NUMBERS", "StepEdges", "step_record", "steps_in", "steps_of"]

BY_NUMBERS = "numbers"
"""Chooser of steps that a verifier can ask again."""


class StepEdges(NamedTuple):
    """A step of a chain of thought as the certificate needs it.

    Args:
        kind: what the step does.
        finding: the finding that it is about; None for a step that is about none.
        edge_ids: the assertion, then the IS_A edges between its symptom and the finding.
    """

    kind: str
    finding: str | None
    edge_ids: tuple[str, ...]


def steps_of(explanation: Mapping[str, Any]) -> tuple[StepEdges, ...]:
    """The steps of what `explain_leading` gives."""
    return tuple(StepEdges(step["kind"], step["finding"], tuple(step["edges"])) for step in explanation["steps"])


def steps_in(certificate: Mapping[str, Any]) -> tuple[StepEdges, ...]:
    """The steps that a certificate holds."""
    return tuple(
        StepEdges(
            step["kind"],
            step["finding"],
            tuple(str(edge["record"]["id"]) for edge in (step["edge"], *step["hierarchy"])),
        )
        for step in certificate["steps"]
    )


def step_record(certifier: EdgeCertifier, step: StepEdges) -> dict[str, Any]:
    """The step with its edges and their proofs.

    Raises:
        InputError: the step rests on no edge, or on none of this build.
    """
    if not step.edge_ids:
        raise InputError("a step rests on no edge", value=step.kind, remedy="Give the id of its assertion")
    edge, *hierarchy = [certifier.certified(edge_index(certifier.snapshot, edge_id)) for edge_id in step.edge_ids]
    negative = RELATION_SPECS[Relation(edge["record"]["relation"])].negative
    return {
        "kind": step.kind,
        "polarity": "negative" if negative else "positive",
        "finding": step.finding,
        "edge": edge,
        "hierarchy": hierarchy,
    }
