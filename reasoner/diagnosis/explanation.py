"""The chain of thought for the leading diagnosis: retrieve, choose, check, phrase."""

from __future__ import annotations

from typing import Any, Literal

from graphrag.choosing import Reasoning, choose_steps, choose_steps_with_model
from graphrag.models.loading import load_model
from graphrag.phrasing import phrase_step
from graphrag.retrieval import retrieve_subgraph
from graphrag.steps import CaseTerms, StepKind
from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from ontologies.issue import Issue, IssueLevel
from reasoner.diagnosis.diagnosis import abstention_of
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["explain_leading"]

_ABOUT_FINDINGS = (StepKind.SUPPORTS, StepKind.ARGUES_AGAINST)


def explain_leading(
    snapshot: Snapshot, ranker: CaseRanker, case: Case, *, model: str | None = None, language: str = "en"
) -> dict[str, Any]:
    """Explain the leading diagnosis of a case step by step.

    Args:
        snapshot: the graph.
        ranker: ranks its diseases.
        case: the patient.
        model: `transformers:PATH`; None lets the numbers choose.
        language: `en` or `zh`.

    Raises:
        InputError: the case has no finding that the graph holds.
    """
    observed = [term for term in case.observed if snapshot.index_of(term) is not None]
    if not observed:
        raise InputError("nothing to explain: no present finding", value=case.id, remedy="Give a case with findings")
    ranking = ranker.rank(observed, sex=case.sex, age_years=case.age_years)
    places = ranking.leading(1)
    if not places:
        raise InputError("nothing to explain: no disease is possible", value=case.id, remedy="Check sex and age")
    leading, abstained = places[0], abstention_of(places)
    node = snapshot.node_at(leading.node_index)
    terms = CaseTerms(frozenset(observed), frozenset(case.excluded))
    subgraph = retrieve_subgraph(snapshot, node.id, [*observed, *case.excluded])
    if model is None:
        weights = {part.finding: part.log_likelihood_ratio for part in ranking.explain(leading.number)}
        reasoning: Reasoning = choose_steps(snapshot, subgraph, terms, weight_by_finding=weights)
    else:
        reasoning = choose_steps_with_model(load_model(model), snapshot, subgraph, terms)
    issues = list(reasoning.issues)
    if abstained is not None:
        remedy = "Do not take these steps for a diagnosis; give more findings"
        issues.insert(0, Issue(IssueLevel.WARNING, abstained.code.value, f"{abstained.reason}.", remedy))
    spoken: Literal["en", "zh"] = "zh" if language == "zh" else "en"
    return {
        "disease": str(node.id),
        "name": node.name,
        "abstained": None if abstained is None else {"code": abstained.code.value, "reason": abstained.reason},
        "chosen_by": reasoning.chosen_by,
        "steps": [
            {
                "kind": step.kind.value,
                "text": phrase_step(step, snapshot, language=spoken),
                "finding": str(step.object) if step.kind in _ABOUT_FINDINGS else None,
                "edges": [part.edge_id for part in step.edges],
                "references": _references(snapshot, [part.edge_id for part in step.edges]),
            }
            for step in reasoning.steps
        ],
        "issues": [str(issue) for issue in issues],
    }


def _references(snapshot: Snapshot, edge_ids: list[str]) -> list[str]:
    edges = [edge for edge_id in edge_ids if (edge := snapshot.edge(edge_id)) is not None]
    return sorted({edge.evidence.reference for edge in edges if edge.evidence.reference})
