"""Checks that each step of a chain of thought says what its edges say, of the leading disease and of the patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphrag.steps import (
    ABOUT_TREATMENT,
    KINDS_BY_RELATION,
    FindingStatus,
    StepEdge,
    StepKind,
    presentation_kind,
)
from graphrag.subgraph import Direction, polarity_of
from kg_builder.schema import Relation
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.proof.claim_check import leads_up
from reasoner.proof.fault import fault

__all__ = ["check_steps"]

Json = Mapping[str, Any]
_PRESENTATION = (Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM)


def check_steps(certificate: Json, observed: set[str], excluded: set[str]) -> Iterator[Issue]:
    """Whether the steps rest on their edges and are about the leading disease and the patient.

    Args:
        certificate: one that fits the schema.
        observed: findings that the patient has.
        excluded: findings that the patient has not.
    """
    steps, places = certificate["steps"], certificate["differential"]
    if (certificate["steps_by"] is None) != (not steps):
        yield fault("wrong-step", "it is not said who chose the steps")
    if steps and not places:
        yield fault("wrong-step", "steps without a diagnosis")
        return
    told = [(step["kind"], step["finding"], step["edge"]["record"]["id"]) for step in steps]
    if len(set(told)) != len(told):
        yield fault("wrong-step", "a step is there twice")
    if certificate["abstained"] is not None and any(kind in ABOUT_TREATMENT for kind, _, _ in told):
        yield fault("wrong-step", "a step is about treatment, and no diagnosis is given")
    for step in steps:
        yield from _check_step(step, places[0]["id"], observed, excluded)


def _check_step(step: Json, leading: str, observed: set[str], excluded: set[str]) -> Iterator[Issue]:
    record = step["edge"]["record"]
    relation, kind = Relation(record["relation"]), step["kind"]
    if step["polarity"] != polarity_of(relation):
        yield fault("wrong-polarity", f"step {kind} has not the polarity of its edge")
    if kind not in KINDS_BY_RELATION.get(relation, ()):
        yield fault("wrong-step", f"a step {kind} cannot rest on {relation}")
    elif relation in _PRESENTATION:
        yield from _check_presentation(step, leading, observed, excluded)
    elif step["finding"] is not None or step["hierarchy"]:
        yield fault("wrong-step", f"a step {kind} is about no finding")
    # How the drugs of an interaction came up can only be told with the graph at hand.
    elif kind != StepKind.INTERACTS_WITH and record["object"] not in observed | excluded | {leading}:
        yield fault("wrong-step", f"a step {kind} is about {record['object']}, which is nothing of this patient")


def _check_presentation(step: Json, leading: str, observed: set[str], excluded: set[str]) -> Iterator[Issue]:
    record, kind, finding = step["edge"]["record"], step["kind"], step["finding"]
    path = [edge["record"] for edge in step["hierarchy"]]
    if record["subject"] != leading:
        yield fault("wrong-step", f"edge {record['id']} is not about {leading}")
    if kind == StepKind.MISSING:
        # Whether the case speaks of a relative of the symptom can only be told with the graph at hand.
        if finding is not None or path or record["object"] in observed | excluded:
            yield fault("wrong-step", f"the case speaks of {record['object']}")
        return
    up = leads_up(record["object"], finding or "", path)
    down = leads_up(finding or "", record["object"], path[::-1])
    direction = Direction.FORWARD if up else Direction.BACKWARD
    walked = [_walked(edge, direction) for edge in path]
    statuses = [FindingStatus.OBSERVED] * (finding in observed) + [FindingStatus.EXCLUDED] * (finding in excluded)
    kinds = [presentation_kind(Relation(record["relation"]), status, walked) for status in statuses]
    if not (up or down) or kind not in kinds:
        yield fault("wrong-step", f"edge {record['id']} is no step {kind} for {finding}")


def _walked(record: Json, direction: Direction) -> StepEdge:
    ends = TermId.parse(record["subject"]), TermId.parse(record["object"])
    relation = Relation(record["relation"])
    return StepEdge(str(record["id"]), ends[0], relation, ends[1], direction, polarity_of(relation))
