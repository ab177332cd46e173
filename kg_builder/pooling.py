"""One derived edge for each pair that several assertions tell of, with how many sources they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from kg_builder.edge import Edge, Evidence
from kg_builder.schema import Relation, Tier
from ontologies.term_id import TermId

__all__ = ["pool_assertions", "rests_on"]

_PACK = "core-pack"
_TIER_ORDER = {tier: order for order, tier in enumerate(Tier)}


def pool_assertions(edges: Iterable[Edge]) -> list[Edge]:
    """PRESENTS_WITH for pairs joined by HAS_SYMPTOM, TREATED_BY for those joined by TREATS."""
    pooled: dict[tuple[Relation, TermId, TermId], list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.relation is Relation.HAS_SYMPTOM:
            pooled[Relation.PRESENTS_WITH, edge.subject, edge.object].append(edge)
        elif edge.relation is Relation.TREATS:
            pooled[Relation.TREATED_BY, edge.object, edge.subject].append(edge)
    return [_pool(relation, subject, target, premises) for (relation, subject, target), premises in pooled.items()]


def rests_on(evidence: Evidence) -> str:
    """The source whose word an assertion is: a row of the core pack that cites another source is that source's word.

    >>> from kg_builder.schema import Tier
    >>> rests_on(Evidence("core-pack", "0.1.0", "Apache-2.0", Tier.CURATED, reference="doid-xref|DOID:1 MESH:D1|00"))
    'doid'
    >>> rests_on(Evidence("hpoa", "2025-01-16", "HPO licence", Tier.CURATED, reference="PMID:1"))
    'hpoa'
    """
    if evidence.source != _PACK or "|" not in (evidence.reference or ""):
        return evidence.source
    return str(evidence.reference).partition("|")[0].partition("-")[0]


def _pool(relation: Relation, subject: TermId, target: TermId, premises: list[Edge]) -> Edge:
    weakest = max(premises, key=lambda edge: (_TIER_ORDER[edge.evidence.tier], edge.id))
    sources = {rests_on(edge.evidence) for edge in premises}
    cited = any(edge.evidence.source == _PACK and edge.evidence.reference for edge in premises)
    if cited and len(sources) > 1:
        # The pack's own edge beside a cited one repeats the pair with the pack's frequency: no further source.
        sources.discard(_PACK)
    evidence = replace(weakest.evidence, reference=None, evidence_code="derived", as_of=None, record=None)
    own = (("assertions", len(premises)), ("sources", tuple(sorted(sources))))
    return Edge(subject, relation, target, evidence, own, premises=tuple(sorted(edge.id for edge in premises)))
