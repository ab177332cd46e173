"""Check a step again against the graph, without the model that proposed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphrag.retrieval import is_a_chains
from graphrag.steps import KINDS_BY_RELATION, CaseTerms, FindingStatus, Step, StepKind, presentation_kind
from graphrag.subgraph import Direction, polarity_of
from kg_builder.schema import Relation
from kg_builder.stores.store import GraphStore
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["Verdict", "check_step"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a step found; no issues where the step holds."""

    step: Step
    issues: tuple[Issue, ...]

    @property
    def ok(self) -> bool:
        """Whether the step holds."""
        return not self.issues


def check_step(step: Step, graph: GraphStore, *, case: CaseTerms | None = None) -> Verdict:
    """Whether every edge of a step is in the graph as the step says, and the edges mean what its kind says.

    Args:
        step: from a model, the numbers or a certificate.
        graph: any store of the build.
        case: the findings; with them the status that the step claims is checked too.
    """
    if not step.edges:
        return Verdict(step, (_problem("no-edge", "the step rests on no edge"),))
    problems = [*_edge_problems(step, graph), *_walk_problems(step), *_kind_problems(step)]
    if case is not None:
        problems += _status_problems(step, graph, case)
    return Verdict(step, tuple(problems))


def _problem(category: str, message: str) -> Issue:
    return Issue(IssueLevel.ERROR, category, message, "Drop the step.")


def _edge_problems(step: Step, graph: GraphStore) -> Iterator[Issue]:
    for walked in step.edges:
        edge = graph.edge(walked.edge_id)
        if edge is None:
            yield _problem("no-such-edge", f"the graph has no edge {walked.edge_id}")
        elif (edge.subject, edge.relation, edge.object) != (walked.subject, walked.relation, walked.object):
            yield _problem("altered-edge", f"edge {walked.edge_id} does not join what the step says")
        if walked.polarity is not polarity_of(walked.relation):
            yield _problem("altered-polarity", f"{walked.relation} is not {walked.polarity}")
    head = step.edges[0]
    for edge_id in step.also:
        edge = graph.edge(edge_id)
        if edge is None or (edge.subject, edge.relation, edge.object) != (head.subject, head.relation, head.object):
            yield _problem("no-such-edge", f"{edge_id} does not assert the same as the step")


def _walk_problems(step: Step) -> Iterator[Issue]:
    here = step.subject
    for walked in step.edges:
        if walked.source != here:
            yield _problem("broken-walk", f"edge {walked.edge_id} does not leave {here}")
        here = walked.target
    if here != step.object:
        yield _problem("broken-walk", f"the step ends at {here}, not at {step.object}")


def _kind_problems(step: Step) -> Iterator[Issue]:
    head, *chain = step.edges
    if step.polarity is not head.polarity:
        yield _problem("altered-polarity", f"the step is {step.polarity}, its assertion {head.polarity}")
    if step.kind not in KINDS_BY_RELATION.get(head.relation, frozenset()):
        yield _problem("wrong-kind", f"{head.relation} cannot be a step that {step.kind}")
        return
    expected = Direction.BACKWARD if step.kind is StepKind.EXPLAINED_BY else Direction.FORWARD
    if head.direction is not expected:
        yield _problem("wrong-direction", f"{head.relation} is walked {head.direction} in a step that {step.kind}")
    yield from _finding_problems(step)
    may_climb = step.kind in (StepKind.SUPPORTS, StepKind.ARGUES_AGAINST)
    straight = len({walked.direction for walked in chain}) <= 1
    if chain and not (may_climb and straight and all(walked.relation is Relation.IS_A for walked in chain)):
        yield _problem("broken-walk", "after the assertion only IS_A edges in one direction may follow")


def _finding_problems(step: Step) -> Iterator[Issue]:
    if step.kind is StepKind.MISSING:
        fits = step.status is FindingStatus.UNRECORDED
    elif step.kind in (StepKind.SUPPORTS, StepKind.ARGUES_AGAINST):
        recorded = step.status in (FindingStatus.OBSERVED, FindingStatus.EXCLUDED)
        fits = recorded and presentation_kind(step.relation, step.status, step.edges[1:]) is step.kind
    else:
        fits = step.status is None
    if not fits:
        yield _problem("wrong-kind", f"{step.relation} and a finding that is {step.status} do not make {step.kind}")


def _status_problems(step: Step, graph: GraphStore, case: CaseTerms) -> Iterator[Issue]:
    terms = {FindingStatus.OBSERVED: case.observed, FindingStatus.EXCLUDED: case.excluded}
    if step.status in terms and step.object not in terms[step.status]:
        yield _problem("altered-finding", f"{step.object} is not {step.status} in the case")
    if step.status is FindingStatus.UNRECORDED and _is_recorded(step.object, graph, case):
        yield _problem("altered-finding", f"the case speaks of {step.object}")


def _is_recorded(term: TermId, graph: GraphStore, case: CaseTerms) -> bool:
    """Whether the term, an ancestor or a descendant of it is a finding of the case."""
    findings = case.observed | case.excluded
    return not findings.isdisjoint(is_a_chains(graph, term)) or any(term in is_a_chains(graph, f) for f in findings)
