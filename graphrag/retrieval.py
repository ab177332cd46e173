"""Retrieve what the graph says about one diagnosis and one case, within budgets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from graphrag.subgraph import Subgraph, edge_sort_key
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.stores.store import GraphStore
from ontologies.errors import InputError, UnknownTermError
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["DEFAULT_MAX_EDGES", "DEFAULT_MAX_HOPS", "is_a_chains", "retrieve_subgraph"]

DEFAULT_MAX_HOPS = 2
DEFAULT_MAX_EDGES = 400

_R = Relation
_PRESENTATION = (_R.HAS_SYMPTOM, _R.LACKS_SYMPTOM)
_DRUG_TO_DISEASE = (_R.TREATS, _R.PALLIATES, _R.NOT_INDICATED_FOR, _R.CONTRAINDICATED_IN, _R.DOSE_LIMIT)
# Which relations lead on from a node, so that hubs (a symptom of 2,000 diseases) are never walked backward into.
_PATTERN_BY_LABEL: dict[Label, tuple[tuple[Relation, ...], tuple[Relation, ...]]] = {
    Label.DISEASE: (_PRESENTATION, (*_DRUG_TO_DISEASE, _R.ASSOCIATED_WITH, _R.CAUSES, _R.RAISES_RISK_OF)),
    Label.SYMPTOM: ((), (_R.TREATS, _R.PALLIATES, _R.CAUSES)),
    Label.DRUG: ((_R.CONTRAINDICATED_IN, _R.DOSE_LIMIT, _R.INTERACTS_WITH), (_R.INTERACTS_WITH,)),
    Label.DRUG_CLASS: ((_R.CONTRAINDICATED_IN, _R.INTERACTS_WITH), (_R.INTERACTS_WITH,)),
}


def retrieve_subgraph(
    graph: GraphStore,
    centre: TermId,
    findings: Collection[TermId] = (),
    *,
    max_hops: int = DEFAULT_MAX_HOPS,
    max_edges: int = DEFAULT_MAX_EDGES,
) -> Subgraph:
    """The edges around a node that matter for a case.

    First come the edges that join the centre to a finding, through the hierarchy where the source speaks of a more
    general or a more specific term; then the other edges of the centre; then what lies further out, hop by hop. A hop
    through the hierarchy does not count. Each stage is sorted, so the same budget gives the same subgraph.

    Args:
        graph: any store of the build.
        centre: the diagnosis; an xref resolves.
        findings: observed and excluded terms of the case; unknown ones are named in `cuts`.
        max_hops: how far from the centre, at least 1.
        max_edges: at most that many edges, at least 1.

    Raises:
        UnknownTermError: the graph does not hold the centre.
        InputError: a budget below 1.
    """
    if max_hops < 1 or max_edges < 1:
        raise InputError("a budget below 1", value=f"{max_hops} hops, {max_edges} edges", remedy="Give 1 or more")
    node = graph.node(centre)
    if node is None:
        raise UnknownTermError("the graph does not hold this node", value=centre, remedy="Look it up by name first")
    known, issues = _resolve(graph, findings)
    gathering = _Gathering(max_edges)
    gathering.add("edges between the diagnosis and the findings", _finding_edges(graph, node, known))
    frontier = [node]
    seen = {node.id}
    for hop in range(1, max_hops + 1):
        edges = sorted(_hop_edges(graph, frontier), key=edge_sort_key)
        gathering.add(f"edges at hop {hop}", edges)
        frontier = _next_frontier(graph, gathering.edge_by_id.values(), seen, known)
        if not frontier:
            break
    return _subgraph(graph, node, gathering, issues)


def is_a_chains(graph: GraphStore, term: TermId) -> dict[TermId, tuple[Edge, ...]]:
    """For a term and each of its ancestors, one shortest chain of IS_A edges that leads up to it; the first one by id.

    The term itself has the empty chain.
    """
    chain_by_ancestor: dict[TermId, tuple[Edge, ...]] = {term: ()}
    level = [term]
    while level:
        above: list[TermId] = []
        for child in sorted(level, key=str):
            for edge in graph.edges_from(child, relations=(Relation.IS_A,)):
                if edge.object not in chain_by_ancestor:
                    chain_by_ancestor[edge.object] = (*chain_by_ancestor[child], edge)
                    above.append(edge.object)
        level = above
    return chain_by_ancestor


class _Gathering:
    """Edges up to a budget, and what it left out."""

    def __init__(self, max_edges: int) -> None:
        self.edge_by_id: dict[str, Edge] = {}
        self.cuts: list[Issue] = []
        self._max_edges = max_edges

    def add(self, stage: str, edges: Iterable[Edge]) -> None:
        left_out: set[str] = set()
        for edge in edges:
            edge_id = edge.id
            if edge_id in self.edge_by_id:
                continue
            if len(self.edge_by_id) < self._max_edges:
                self.edge_by_id[edge_id] = edge
            else:
                left_out.add(edge_id)
        if left_out:
            message = f"the budget of {self._max_edges} edges left out {len(left_out)} {stage}"
            self.cuts.append(Issue(IssueLevel.WARNING, "budget-cut", message, "Raise the budget of edges."))


def _resolve(graph: GraphStore, findings: Collection[TermId]) -> tuple[list[TermId], list[Issue]]:
    known: set[TermId] = set()
    issues: list[Issue] = []
    for term in sorted(set(findings), key=str):
        node = graph.node(term)
        if node is None:
            issues.append(
                Issue(IssueLevel.WARNING, "unknown-finding", f"the graph does not hold {term}", "Check the term.")
            )
        else:
            known.add(node.id)
    return sorted(known, key=str), issues


def _finding_edges(graph: GraphStore, centre: Node, findings: list[TermId]) -> Iterator[Edge]:
    """Edges of the centre to a finding, an ancestor or a descendant of one, with the chain between."""
    presentation = graph.edges_from(centre.id, relations=_PRESENTATION)
    chains_by_symptom = {
        symptom: is_a_chains(graph, symptom) for symptom in sorted({e.object for e in presentation}, key=str)
    }
    for finding in findings:
        chains_up = is_a_chains(graph, finding)
        for edge in presentation:
            chain = chains_up.get(edge.object, chains_by_symptom[edge.object].get(finding))
            if chain is not None:
                yield edge
                yield from chain


def _hop_edges(graph: GraphStore, frontier: list[Node]) -> Iterator[Edge]:
    for node in frontier:
        outgoing, incoming = _PATTERN_BY_LABEL.get(node.label, ((), ()))
        if outgoing:
            yield from graph.edges_from(node.id, relations=outgoing)
        if incoming:
            yield from graph.edges_to(node.id, relations=incoming)


def _next_frontier(graph: GraphStore, edges: Iterable[Edge], seen: set[TermId], findings: list[TermId]) -> list[Node]:
    """Nodes reached for the first time; of the symptoms only the findings lead on."""
    reached = {
        end for edge in edges if edge.relation is not Relation.IS_A for end in (edge.subject, edge.object)
    } - seen
    seen |= reached
    nodes = [node for node in map(graph.node, sorted(reached, key=str)) if node is not None]
    return [node for node in nodes if node.label is not Label.SYMPTOM or node.id in findings]


def _subgraph(graph: GraphStore, centre: Node, gathering: _Gathering, issues: list[Issue]) -> Subgraph:
    ends = {end for edge in gathering.edge_by_id.values() for end in (edge.subject, edge.object)}
    nodes = [node for node in map(graph.node, sorted(ends, key=str)) if node is not None]
    cuts = (*issues, *gathering.cuts)
    return Subgraph.of(graph.build_id, centre.id, [centre, *nodes], gathering.edge_by_id.values(), cuts=cuts)
