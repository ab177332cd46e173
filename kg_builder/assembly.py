"""From what the sources say to one graph: exact matches merged, duplicates counted, nothing dropped in silence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kg_builder.canonical import canonical_json
from kg_builder.disease_summary import summarise_diseases
from kg_builder.edge import Edge
from kg_builder.icd_alignment import align_codes
from kg_builder.node import Node
from kg_builder.pooling import pool_assertions
from kg_builder.rings import find_rings
from kg_builder.schema import RELATION_SPECS, Relation
from ontologies.issue import Issue, IssueLevel
from ontologies.ontology import Ontology
from ontologies.term_id import TermId

__all__ = ["Assembly", "annotated_diseases", "assemble", "find_contradictions", "merge_exact_matches", "primary_ids"]

# The first of these prefixes that a disease has gives its node the id.
_DISEASE_PREFIXES = ("OMIM", "ORPHA", "MONDO", "DOID", "MESH", "DECIPHER", "AITIA")
_PREFIX_ORDER = {prefix: order for order, prefix in enumerate(_DISEASE_PREFIXES)}


@dataclass(frozen=True, slots=True)
class Assembly:
    """Nodes and edges of one graph, and what was noticed on the way."""

    nodes: list[Node]
    edges: list[Edge]
    issues: list[Issue]


def merge_exact_matches(pairs: Iterable[tuple[TermId, TermId]], annotated: Iterable[TermId]) -> dict[TermId, TermId]:
    """The id of the node of every matched disease entry.

    Two annotated entries of one vocabulary never share a node: a match that would join them is left out, in the order
    of the ids.
    An annotated OMIM entry gives its node the id, so that its id is the same whatever mappings there are.

    Args:
        pairs: exact matches.
        annotated: disease entries that carry annotations of their own.
    """
    kept_apart = {term for term in annotated if term.prefix in ("OMIM", "ORPHA")}
    group_by_id: dict[TermId, set[TermId]] = {}
    for first, second in sorted(set(pairs)):
        one = group_by_id.get(first) or {first}
        other = group_by_id.get(second) or {second}
        joined = one | other
        prefixes = [term.prefix for term in joined & kept_apart]
        if one is other or len(prefixes) > len(set(prefixes)):
            continue
        for member in joined:
            group_by_id[member] = joined
    return {
        member: min(group, key=lambda term: (_rank(term)[0], term not in kept_apart, term))
        for member, group in group_by_id.items()
    }


def _rank(term: TermId) -> tuple[int, TermId]:
    return _PREFIX_ORDER.get(term.prefix, len(_PREFIX_ORDER)), term


def assemble(
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    *,
    matches: Mapping[TermId, TermId],
    replaced: Mapping[TermId, TermId],
    names_zh: Mapping[TermId, str],
    align: bool = True,
) -> Assembly:
    """Put nodes and edges together.

    Args:
        nodes: as the sources give them; several may tell of one thing.
        edges: as the sources give them.
        matches: the node's id for a disease entry that was merged (`merge_exact_matches`).
        replaced: primary ids of obsolete and alternative ones.
        names_zh: official Simplified-Chinese names.
        align: code diseases by name and from what is above them, too.
    """
    issues: list[Issue] = []
    merged = _merge_nodes(nodes, matches, names_zh)
    # Of two nodes with one xref the first counts, as in a snapshot.
    known = {xref: id for id in sorted(merged, key=str, reverse=True) for xref in merged[id].xrefs}
    kept: dict[str, Edge] = {}
    unknown: Counter[tuple[str, str]] = Counter()
    merged_away: Counter[tuple[str, str]] = Counter()
    for edge in edges:
        settled = _settle(edge, merged, known, replaced)
        if settled is None:
            unknown[edge.evidence.source, edge.relation.value] += 1
            continue
        if settled.subject == settled.object and edge.subject != edge.object:
            merged_away[edge.evidence.source, edge.relation.value] += 1
            continue
        if problem := _schema_problem(settled, merged):
            issues.append(Issue(IssueLevel.WARNING, "schema", problem))
            continue
        held = kept.get(settled.id)
        kept[settled.id] = settled if held is None else _joined(held, settled)
    issues.sort()
    for (source, relation), count in sorted(unknown.items()):
        text = f"{count} {relation} rows of {source} name an id that no source describes; they were left out"
        issues.append(Issue(IssueLevel.WARNING, "unknown-id", text))
    for (source, relation), count in sorted(merged_away.items()):
        text = f"{count} {relation} rows of {source} join two entries that are one node here; they were left out"
        issues.append(Issue(IssueLevel.INFO, "one-node", text))
    asserted = list(kept.values())
    issues += find_contradictions(asserted)
    issues += find_rings(asserted)
    described = list(summarise_diseases(merged.values(), asserted))
    derived = (align_codes(described, asserted) if align else []) + pool_assertions(asserted)
    return Assembly(described, asserted + derived, issues)


def _merge_nodes(
    nodes: Iterable[Node], matches: Mapping[TermId, TermId], names_zh: Mapping[TermId, str]
) -> dict[TermId, Node]:
    groups: dict[TermId, list[Node]] = defaultdict(list)
    for node in nodes:
        groups[matches.get(node.id, node.id)].append(node)
    xrefs: dict[TermId, set[TermId]] = defaultdict(set)
    for member, head in matches.items():
        xrefs[head].add(member)
    return {
        head: _merge(head, group, xrefs[head] if head in xrefs else set(), names_zh) for head, group in groups.items()
    }


def _merge(head: TermId, group: list[Node], xrefs: set[TermId], names_zh: Mapping[TermId, str]) -> Node:
    group = sorted(group, key=_telling)
    first = group[0]
    name = _name(group)
    names = {text for node in group for text in (node.name, *node.synonyms)} - {name}
    own = {key: value for node in reversed(group) for key, value in node.properties}
    zh = next(((node.name_zh, node.name_zh_status) for node in group if node.name_zh), None)
    official = names_zh.get(head)
    if official:
        zh = (official, "official")
    all_xrefs = xrefs | {node.id for node in group} | {xref for node in group for xref in node.xrefs}
    return Node(
        head,
        first.label,
        name,
        name_zh=zh[0] if zh else None,
        name_zh_status=zh[1] if zh else None,
        synonyms=tuple(sorted(names)),
        xrefs=tuple(sorted(all_xrefs - {head})),
        properties=tuple(sorted(own.items())),
    )


def _name(group: list[Node]) -> str:
    """The name of the most believed node; but our own rather than the disease dictionary's, which mixes ids up."""
    if group[0].id.prefix == "MESH":
        return next((node.name for node in group if node.id.prefix == "AITIA"), group[0].name)
    return group[0].name


def _telling(node: Node) -> tuple[tuple[int, TermId], int, bytes]:
    """The order in which nodes of one thing are believed: of one id, the one that says most comes first."""
    said = len(node.synonyms) + len(node.xrefs) + len(node.properties)
    return _rank(node.id), -said, canonical_json(node.record())


def _joined(first: Edge, second: Edge) -> Edge:
    """One edge for two with one id; what the id leaves out comes from the same of them, whatever their order."""
    held = min(first, second, key=lambda edge: canonical_json(replace(edge, count=1).record()))
    return replace(held, count=first.count + second.count)


def _settle(
    edge: Edge, nodes: Mapping[TermId, Node], known: Mapping[TermId, TermId], replaced: Mapping[TermId, TermId]
) -> Edge | None:
    ends = []
    for end in (edge.subject, edge.object):
        end = replaced.get(end, end)
        end = end if end in nodes else known.get(end, end)
        if end not in nodes:
            return None
        ends.append(end)
    if RELATION_SPECS[edge.relation].symmetric:
        ends.sort()
    if ends == [edge.subject, edge.object]:
        return edge
    return replace(edge, subject=ends[0], object=ends[1])


def _schema_problem(edge: Edge, nodes: Mapping[TermId, Node]) -> str | None:
    spec = RELATION_SPECS[edge.relation]
    subject, target = nodes[edge.subject].label, nodes[edge.object].label
    if subject not in spec.subjects or target not in spec.objects:
        return f"{edge.relation} cannot join {subject} {edge.subject} and {target} {edge.object}; left out"
    strange = sorted({name for name, _ in edge.properties} - spec.properties)
    return f"{edge.relation} of {edge.subject} has unknown properties {strange}; left out" if strange else None


def find_contradictions(edges: Iterable[Edge]) -> list[Issue]:
    """Pairs for which one relation says what another denies; both stay in the graph."""
    against = {
        Relation.LACKS_SYMPTOM: (Relation.HAS_SYMPTOM,),
        Relation.NOT_INDICATED_FOR: (Relation.TREATS, Relation.PALLIATES),
        Relation.CONTRAINDICATED_IN: (Relation.TREATS, Relation.PALLIATES),
    }
    watched = {*against, *(relation for relations in against.values() for relation in relations)}
    pairs: dict[Relation, set[tuple[TermId, TermId]]] = defaultdict(set)
    for edge in edges:
        if edge.relation in watched:
            pairs[edge.relation].add((edge.subject, edge.object))
    issues = []
    for denied, asserted in against.items():
        for relation in asserted:
            for subject, target in sorted(pairs[denied] & pairs[relation]):
                text = f"{subject} {relation} {target}, and {subject} {denied} {target}"
                issues.append(Issue(IssueLevel.WARNING, "contradiction", text))
    return issues


def annotated_diseases(edges: Iterable[Edge]) -> set[TermId]:
    """Disease entries with annotations of their own."""
    wanted = (Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM)
    return {edge.subject for edge in edges if edge.relation in wanted and edge.subject.prefix in _PREFIX_ORDER}


def primary_ids(edges: Iterable[Edge], ontology: Ontology) -> dict[TermId, TermId]:
    """Primary ids of the obsolete and alternative terms of HPO that edges name."""
    ends = {end for edge in edges for end in (edge.subject, edge.object) if end.prefix == "HP"}
    primaries = {end: ontology.resolve(end) for end in ends if end not in ontology.terms}
    return {end: primary for end, primary in primaries.items() if primary is not None}
