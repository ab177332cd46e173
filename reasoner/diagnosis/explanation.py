"""The chain of thought for the leading diagnosis: retrieve, choose, check, phrase."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from graphrag.choosing import Reasoning, choose_steps, choose_steps_with_model, edge_frequency
from graphrag.models.loading import load_model
from graphrag.phrasing import phrase_step
from graphrag.retrieval import retrieve_subgraph
from graphrag.steps import ABOUT_TREATMENT, CaseTerms, Step, StepKind
from graphrag.subgraph import Subgraph
from kg_builder.edge import Edge
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import Diagnosis
from reasoner.ranking.likelihood_ratio import FindingLikelihood, MatchType

__all__ = ["explain_leading", "surroundings"]

_ABOUT_FINDINGS = (StepKind.SUPPORTS, StepKind.ARGUES_AGAINST)
# To share nothing but being abnormal is to share nothing.
_UNEXPLAINED = (MatchType.NO_MATCH, MatchType.ROOT)
_NO_WEIGHT = {"log10_likelihood_ratio": None, "correction": None}


def explain_leading(diagnosis: Diagnosis, *, model: str | None = None, language: str = "en") -> dict[str, Any]:
    """Explain the leading place of a diagnosis step by step.

    Args:
        diagnosis: of the patient; its places need no explanation.
        model: `transformers:PATH`; None lets the numbers choose.
        language: `en` or `zh`.

    Returns:
        `disease`, `name`, `log10_likelihood_ratio`, `correction` and `priors` (powers of ten), `abstained`,
        `chosen_by`; `steps`, each with its sentence and edges; `cut`: how many further steps of a kind there are; and
        of the findings that no step is about `lent`: those that count through other diseases, with the edges that say
        so, and `general`: those that count only as a less specific one; `unmatched`: findings that nothing in the
        disease explains; `issues`.

    Raises:
        InputError: the case has no finding that the graph holds, or no disease is possible.
    """
    snapshot, ranking, abstained = diagnosis.snapshot, diagnosis.ranking, diagnosis.abstained
    if ranking is None or not diagnosis.differential:
        why = "no present finding" if abstained is None else abstained.reason
        raise InputError(
            f"nothing to explain: {why}", value=diagnosis.case.id, remedy="Give findings; check sex, age and genes"
        )
    node, leading = diagnosis.differential[0].node, diagnosis.differential[0].ranked
    spoken: Literal["en", "zh"] = "zh" if language == "zh" else "en"
    parts = ranking.explain(leading.number)
    reasoning = _reason(diagnosis, parts, model)
    part_by_finding = {str(part.finding): part for part in parts}
    # What to do about a disease is no step where no disease is named.
    untold = () if abstained is None else ABOUT_TREATMENT
    steps = [step for step in reasoning.steps if step.kind not in untold]
    told = {step.object for step in steps if step.kind in _ABOUT_FINDINGS}
    others = [part for part in parts if part.finding not in told]
    return {
        "disease": str(node.id),
        "name": node.name_zh if spoken == "zh" and node.name_zh else node.name,
        "log10_likelihood_ratio": round(leading.log10_likelihood_ratio, 6),
        "correction": _log10(leading.correction),
        "priors": {name: _log10(value) for name, value in sorted(leading.priors.items())},
        "abstained": None if abstained is None else {"code": abstained.code.value, "reason": abstained.reason},
        "chosen_by": reasoning.chosen_by,
        "steps": [_step(snapshot, step, part_by_finding, spoken) for step in steps],
        "cut": {kind.value: count for kind, count in reasoning.cut.items() if kind not in untold},
        "lent": [held for part in others if (held := _lent(snapshot, node.id, part, spoken))],
        "general": [_general(snapshot, part, spoken) for part in others if _is_general(part)],
        "unmatched": [_named(snapshot, part.finding, spoken) for part in parts if part.match_type in _UNEXPLAINED],
        "issues": [str(issue) for issue in reasoning.issues],
    }


def surroundings(diagnosis: Diagnosis) -> tuple[Subgraph, CaseTerms]:
    """What a chain of thought for the leading place is chosen from: the graph around it, and the findings that count.

    Args:
        diagnosis: one with a leading place.
    """
    snapshot, case, ranking = diagnosis.snapshot, diagnosis.case, diagnosis.ranking
    observed = [] if ranking is None else [ranking.index.term_id(term) for term in ranking.terms]
    subgraph = retrieve_subgraph(snapshot, diagnosis.differential[0].node.id, [*observed, *case.excluded])
    return subgraph, CaseTerms(frozenset(observed), frozenset(case.excluded))


def _reason(diagnosis: Diagnosis, parts: Sequence[FindingLikelihood], model: str | None) -> Reasoning:
    subgraph, terms = surroundings(diagnosis)
    if model is not None:
        return choose_steps_with_model(load_model(model), diagnosis.snapshot, subgraph, terms)
    # What a drug does to the disease itself comes before what it does to anything else.
    weights = {part.finding: part.log_likelihood_ratio for part in parts} | {subgraph.centre: math.inf}
    return choose_steps(diagnosis.snapshot, subgraph, terms, weight_by_finding=weights)


def _step(
    snapshot: Snapshot, step: Step, part_by_finding: dict[str, FindingLikelihood], language: Literal["en", "zh"]
) -> dict[str, Any]:
    edges = [edge for part in step.edges if (edge := snapshot.edge(part.edge_id)) is not None]
    part = part_by_finding.get(str(step.object)) if step.kind in _ABOUT_FINDINGS else None
    share = edge_frequency(edges[0])
    return {
        "kind": step.kind.value,
        "text": phrase_step(step, snapshot, language=language),
        "object": _named(snapshot, step.object, language),
        "finding": str(step.object) if step.kind in _ABOUT_FINDINGS else None,
        **(_NO_WEIGHT if part is None else _weight(part)),
        "said_of": _named(snapshot, step.edges[0].target, language),
        "frequency": None if share is None else _frequency(edges[0]),
        "edges": [part.edge_id for part in step.edges],
        "references": sorted({reference for edge in edges for reference in edge.evidence.references}),
        "sources": sorted({f"{edge.evidence.source} {edge.evidence.source_version}" for edge in edges}),
        "tier": edges[0].evidence.tier.value,
    }


def _weight(part: FindingLikelihood) -> dict[str, Any]:
    return {
        "log10_likelihood_ratio": _log10(part.log_likelihood_ratio),
        "correction": _log10(part.correction),
    }


def _log10(nats: float) -> float:
    return round(nats / math.log(10), 6)


def _frequency(edge: Edge) -> dict[str, Any]:
    """What the source says of how often: patients, a share, or a class; no number that it does not give."""
    keys = ("frequency_n", "frequency_m", "frequency_percent", "frequency_class")
    return {key.removeprefix("frequency_"): edge.property(key) for key in keys if edge.property(key) is not None}


def _lent(
    snapshot: Snapshot, disease: TermId, part: FindingLikelihood, language: Literal["en", "zh"]
) -> dict[str, Any] | None:
    """A finding that only other diseases of a gene have: which, by which gene, and every edge that says so."""
    rows = [snapshot.edge_at(int(number)) for number in part.edges]
    if not rows or _is_general(part) or part.match_type in _UNEXPLAINED or any(row.subject == disease for row in rows):
        return None
    lenders = sorted({row.subject for row in rows}, key=str)
    links, genes = _shared_genes(snapshot, disease, lenders)
    return {
        "finding": _named(snapshot, part.finding, language),
        **_weight(part),
        "genes": [_named(snapshot, gene, language) for gene in genes],
        "diseases": [_named(snapshot, lender, language) for lender in lenders],
        "edges": [*(row.id for row in rows), *links],
    }


def _is_general(part: FindingLikelihood) -> bool:
    return part.match_type is MatchType.ANCESTOR


def _general(snapshot: Snapshot, part: FindingLikelihood, language: Literal["en", "zh"]) -> dict[str, Any]:
    """A finding that counts only as what it implies: a less specific symptom."""
    matched = part.finding if part.matched is None else part.matched
    return {
        "finding": _named(snapshot, part.finding, language),
        "matched": _named(snapshot, matched, language),
        **_weight(part),
    }


def _shared_genes(snapshot: Snapshot, disease: TermId, lenders: Sequence[TermId]) -> tuple[list[str], list[TermId]]:
    """Ids of the edges that join a gene to the disease and to a lender, and the genes."""
    own = {edge.subject: edge for edge in snapshot.edges_to(disease, relations=(Relation.ASSOCIATED_WITH,))}
    shared = [
        edge
        for lender in lenders
        for edge in snapshot.edges_to(lender, relations=(Relation.ASSOCIATED_WITH,))
        if edge.subject in own
    ]
    genes = sorted({edge.subject for edge in shared}, key=str)
    return [*(own[gene].id for gene in genes), *(edge.id for edge in shared)], genes


def _named(snapshot: Snapshot, term: TermId, language: Literal["en", "zh"]) -> dict[str, str]:
    node = snapshot.node(term)
    name = str(term) if node is None else node.name
    if node is not None and language == "zh" and node.name_zh:
        name = node.name_zh
    return {"id": str(term), "name": name}
