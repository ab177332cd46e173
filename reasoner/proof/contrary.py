"""What the graph says against a disease for a case: symptoms it lacks but the patient has, and the reverse."""

from __future__ import annotations

import numpy as np

from graphrag.steps import StepKind
from kg_builder.edge import Edge
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.intake.case import Case

__all__ = ["contrary_edges", "presentation_kinds"]

_CODE = {relation: code for code, relation in enumerate(Relation)}


def contrary_edges(snapshot: Snapshot, disease: TermId, case: Case) -> list[int]:
    """Numbers of the disease's edges that argue against it, ascending.

    A disease that lacks a symptom lacks its descendants too, so LACKS_SYMPTOM counts when it denies an observed finding
    or one of its ancestors. A patient without a symptom has none of its descendants, so HAS_SYMPTOM counts when it
    asserts an excluded finding or one of its descendants.
    """
    start = snapshot.index_of(disease)
    if start is None:
        return []
    observed = {ancestor for term in case.observed for ancestor in _ancestors(snapshot, snapshot.index_of(term))}
    excluded = {index for term in case.excluded if (index := snapshot.index_of(term)) is not None}
    span = snapshot.outgoing(start)
    against = []
    for number in range(span.start, span.stop):
        relation, symptom = int(snapshot.edge_relation[number]), int(snapshot.edge_object[number])
        denied = relation == _CODE[Relation.LACKS_SYMPTOM] and symptom in observed
        asserted = relation == _CODE[Relation.HAS_SYMPTOM] and excluded and excluded & _ancestors(snapshot, symptom)
        if denied or asserted:
            against.append(number)
    return against


def presentation_kinds(snapshot: Snapshot, edge: Edge, case: Case) -> set[StepKind]:
    """What an assertion about a symptom can mean for a case: the kinds of step that it may be."""
    symptom = snapshot.index_of(edge.object)
    own = _ancestors(snapshot, symptom)
    positive = edge.relation is Relation.HAS_SYMPTOM
    kinds, related = set(), False
    for terms, agrees in ((case.observed, positive), (case.excluded, not positive)):
        for finding in (snapshot.index_of(term) for term in terms):
            above, below = finding in own, symptom in _ancestors(snapshot, finding)
            related = related or above or below
            if agrees and (above or below):
                kinds.add(StepKind.SUPPORTS)
            elif not agrees and (above if positive else below):
                kinds.add(StepKind.ARGUES_AGAINST)
    return kinds if related or not positive else {StepKind.MISSING}


def _ancestors(snapshot: Snapshot, index: int | None) -> set[int]:
    found: set[int] = set()
    waiting = [] if index is None else [index]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        span = snapshot.outgoing(current)
        parents = snapshot.edge_relation[span] == _CODE[Relation.IS_A]
        waiting.extend(int(parent) for parent in np.asarray(snapshot.edge_object[span])[parents])
    return found
