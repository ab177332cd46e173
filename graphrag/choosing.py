"""Choose the steps of a chain of thought: by the numbers, which is the default, or by a model under the automaton."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graphrag.checking import check_step
from graphrag.models.model import PathModel
from graphrag.prompts.prompt import load_prompt
from graphrag.steps import KINDS_BY_RELATION, CaseTerms, Step, StepKind, steps_of_edge
from graphrag.subgraph import Subgraph
from kg_builder.canonical import canonical_json
from kg_builder.edge import Edge
from kg_builder.schema import Tier
from kg_builder.stores.store import GraphStore
from ontologies.annotation import FREQUENCY_CLASSES
from ontologies.issue import Issue
from ontologies.term_id import TermId

__all__ = ["Reasoning", "choose_steps", "choose_steps_with_model", "edge_frequency"]

_KIND_ORDER = tuple(StepKind)
_TIER_ORDER = tuple(Tier)
# What speaks for or against the diagnosis is never cut; of the rest the first few of each kind are enough to read.
_UNCUT_KINDS = frozenset({StepKind.SUPPORTS, StepKind.ARGUES_AGAINST})
_DEFAULT_PER_KIND = 5


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A chain of steps, each of them checked.

    Args:
        steps: in the order to be read.
        chosen_by: `numbers` or the model's name.
        cut: how many further steps of a kind there are.
        issues: what was dropped or could not be retrieved, and why.
    """

    steps: tuple[Step, ...]
    chosen_by: str
    cut: Mapping[StepKind, int] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


def choose_steps(
    graph: GraphStore,
    subgraph: Subgraph,
    case: CaseTerms,
    *,
    weight_by_finding: Mapping[TermId, float] | None = None,
    per_kind: int = _DEFAULT_PER_KIND,
) -> Reasoning:
    """The steps by the numbers, without a model.

    Args:
        graph: store that every step is checked against.
        subgraph: around the diagnosis.
        case: the findings.
        weight_by_finding: log likelihood ratios; the findings that weigh most come first. Without them the
            frequency decides.
        per_kind: how many steps of a kind, except those for and against the diagnosis, which are all given.
    """
    steps = _best_per_claim(subgraph, (s for edge in subgraph.edges for s in steps_of_edge(edge, subgraph, case)))
    weights = weight_by_finding or {}
    steps.sort(key=lambda s: (_KIND_ORDER.index(s.kind), -weights.get(s.object, 0.0), *_strength(s, subgraph)))
    kept: list[Step] = []
    cut: dict[StepKind, int] = {}
    for kind in _KIND_ORDER:
        of_kind = [step for step in steps if step.kind is kind]
        limit = len(of_kind) if kind in _UNCUT_KINDS else per_kind
        kept += of_kind[:limit]
        if len(of_kind) > limit:
            cut[kind] = len(of_kind) - limit
    return replace(_checked(kept, graph, case, "numbers", subgraph.cuts), cut=cut)


def choose_steps_with_model(
    model: PathModel,
    graph: GraphStore,
    subgraph: Subgraph,
    case: CaseTerms,
    *,
    count: int = 8,
    max_hops: int = 2,
) -> Reasoning:
    """The steps in the order in which a model wrote their edges; contrary steps that it left out are added.

    A model may choose and order, it may not hide: whatever contradicts the diagnosis is in the chain.
    """
    prompt = load_prompt("choose_paths").render(
        diagnosis=subgraph.node_by_id[subgraph.centre].name,
        observed=_names(subgraph, case.observed),
        excluded=_names(subgraph, case.excluded),
    )
    relations = tuple(KINDS_BY_RELATION)
    proposal = model.propose(
        prompt, subgraph, start=subgraph.centre, count=count, max_hops=max_hops, relations=relations
    )
    edge_ids = [edge_id for path in proposal.paths for move in path.moves for edge_id in move.edge_ids]
    proposed = [subgraph.edge_by_id[edge_id] for edge_id in dict.fromkeys(edge_ids)]
    steps = [step for edge in proposed for step in steps_of_edge(edge, subgraph, case)]
    everything = (step for edge in subgraph.edges for step in steps_of_edge(edge, subgraph, case))
    contrary = [step for step in everything if step.kind is StepKind.ARGUES_AGAINST]
    merged = _best_per_claim(subgraph, [*steps, *contrary])
    return _checked(merged, graph, case, model.name, [*subgraph.cuts, *proposal.dropped])


def edge_frequency(edge: Edge) -> float | None:
    """The share of patients that an edge reports, 0 to 1; None where it reports none."""
    n, m, percent, term = (edge.property(f"frequency_{key}") for key in ("n", "m", "percent", "class"))
    if isinstance(n, int) and isinstance(m, int) and m > 0:
        return n / m
    if percent is not None:
        return float(str(percent).rstrip("%")) / 100
    of_class = None if term is None else FREQUENCY_CLASSES.get(TermId.parse(str(term)))
    return None if of_class is None else of_class.middle


def _strength(step: Step, subgraph: Subgraph) -> tuple[int, float, int, str, str]:
    """Sort key: short chains first, then frequent, then of a good tier, then by ids."""
    head = subgraph.edge_by_id[step.edges[0].edge_id]
    frequency = edge_frequency(head)
    tier = _TIER_ORDER.index(head.evidence.tier)
    return len(step.edges), -(0.5 if frequency is None else frequency), tier, str(step.object), head.id


def _best_per_claim(subgraph: Subgraph, steps: Iterable[Step]) -> list[Step]:
    """One step per claim, in order of first appearance, with the ids of the parallel assertions behind it.

    Steps about a finding are one claim per finding and polarity. Others are one claim per assertion where the
    relation has properties that limit it (the level of an interaction, the condition of a contraindication), since
    those must not be merged.
    """
    best: dict[tuple[object, ...], Step] = {}
    for step in steps:
        key = _claim(step, subgraph)
        rival = best.get(key)
        if rival is None or _strength(step, subgraph) < _strength(rival, subgraph):
            best[key] = step
    return [replace(step, also=_parallel(step, subgraph)) for step in best.values()]


def _claim(step: Step, subgraph: Subgraph) -> tuple[object, ...]:
    own = b"" if step.status is not None else canonical_json(subgraph.edge_by_id[step.edges[0].edge_id].properties)
    return step.kind, step.subject, step.relation, step.object, own


def _parallel(step: Step, subgraph: Subgraph) -> tuple[str, ...]:
    head = step.edges[0]
    own = subgraph.edge_by_id[head.edge_id].properties
    moves = [m for m in subgraph.moves(head.subject) if (m.relation, m.target) == (head.relation, head.object)]
    ids = {edge_id for move in moves for edge_id in move.edge_ids} - {head.edge_id}
    same = ids if step.status is not None else {i for i in ids if subgraph.edge_by_id[i].properties == own}
    return tuple(sorted(i for i in same if subgraph.edge_by_id[i].subject == head.subject))


def _checked(
    steps: Iterable[Step], graph: GraphStore, case: CaseTerms, chosen_by: str, cuts: Iterable[Issue]
) -> Reasoning:
    """Keep the steps that hold; name the others with the reasons."""
    kept: list[Step] = []
    issues = list(cuts)
    for step in steps:
        verdict = check_step(step, graph, case=case)
        if verdict.ok:
            kept.append(step)
        issues += verdict.issues
    return Reasoning(tuple(kept), chosen_by, issues=tuple(issues))


def _names(subgraph: Subgraph, terms: Iterable[TermId]) -> str:
    nodes = [subgraph.node_by_id.get(term) for term in sorted(terms, key=str)]
    return "; ".join(node.name for node in nodes if node is not None) or "none"
