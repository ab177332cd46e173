"""What the graph says against a disease for a case: symptoms it lacks but the patient has, and the reverse."""

from __future__ import annotations

import numpy as np

from kg_builder.schema import Relation
from ontologies.term_id import TermId
from reasoner.intake.case import Case
from reasoner.proof.certified_edge import EdgeCertifier

__all__ = ["contrary_edges"]

_CODE = {relation: code for code, relation in enumerate(Relation)}


def contrary_edges(certifier: EdgeCertifier, disease: TermId, case: Case) -> list[tuple[int, TermId, tuple[int, ...]]]:
    """Edges of the disease that argue against it: number, the finding that each contradicts, the IS_A edges between.

    A disease that lacks a symptom lacks its descendants too, so LACKS_SYMPTOM counts when it denies an observed finding
    or one of its ancestors. A patient without a symptom has none of its descendants, so HAS_SYMPTOM counts when it
    asserts an excluded finding or one of its descendants. Of several findings the first by id is named.
    """
    snapshot = certifier.snapshot
    start = certifier.index_of(disease)
    if start is None:
        return []
    observed, excluded = _findings_by_ancestor(certifier, case.observed), _nodes(certifier, case.excluded)
    span = snapshot.outgoing(start)
    relations = np.asarray(snapshot.edge_relation[span])
    wanted = np.isin(relations, [_CODE[Relation.LACKS_SYMPTOM], _CODE[Relation.HAS_SYMPTOM]])
    against = []
    for number in (np.flatnonzero(wanted) + span.start).tolist():
        symptom = int(snapshot.edge_object[number])
        if int(snapshot.edge_relation[number]) == _CODE[Relation.LACKS_SYMPTOM]:
            finding = observed.get(symptom)
            ends: tuple[TermId | None, TermId | None] = finding, snapshot.id_at(symptom)
        else:
            above = certifier.ancestors(symptom) if excluded else set()
            finding = min((term for node, term in excluded.items() if node in above), default=None)
            ends = snapshot.id_at(symptom), finding
        if finding is not None:
            low, high = (end or finding for end in ends)
            against.append((number, finding, certifier.chain(low, high) or ()))
    return against


def _nodes(certifier: EdgeCertifier, terms: tuple[TermId, ...]) -> dict[int, TermId]:
    held = ((certifier.index_of(term), term) for term in terms)
    return {index: term for index, term in held if index is not None}


def _findings_by_ancestor(certifier: EdgeCertifier, terms: tuple[TermId, ...]) -> dict[int, TermId]:
    """For each symptom that a finding implies, the first such finding by id."""
    found: dict[int, TermId] = {}
    for node, term in _nodes(certifier, terms).items():
        for ancestor in certifier.ancestors(node):
            found.setdefault(ancestor, term)
    return found
