"""ICD codes for diseases that no mapping source codes: by name, then from the nearest coded disease above.

All are guesses and say so: a `lexical` code or mapping rests on equal names and is of the lowest tier; an
`inherited` code names its premises, and how many steps it came. ICD codes are bins: inheriting one says only in which
bin a general disease of this kind lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace

from kg_builder.canonical import PropertyValue
from kg_builder.catalogue import SOURCES
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from ontologies.cross_reference import MappingPredicate
from ontologies.folded_names import fold_name, name_stems
from ontologies.term_id import TermId

__all__ = ["align_codes", "inherit_codes", "match_codes_by_name", "relate_by_name"]

_SYSTEM_BY_PREFIX = {"ICD10CM": "ICD-10-CM", "ICD10WHO": "ICD-10"}
_CODED_PREFIXES = ("OMIM", "ORPHA")
_NAMED_PREFIXES = (*_CODED_PREFIXES, "MESH")
_TIERS = tuple(Tier)
# Most of a graph's IS_A edges are those of symptoms and codes.
_NO_DISEASES = frozenset({"HP", *_SYSTEM_BY_PREFIX})
_KINDS = ("category", "subcategory")
# A code of a part does not hold for the other parts.
_NOT_INHERITED = (MappingPredicate.NARROWER.value,)
_LEAST_LETTERS = 5


def align_codes(nodes: Iterable[Node], edges: Iterable[Edge]) -> list[Edge]:
    """Further CODED_AS edges, and the mappings by name that some of them rest on.

    Each disease gets codes only in the code systems in which no source codes it, and a mapping only where no source
    places it below another disease.
    """
    nodes, edges = list(nodes), list(edges)
    placed = {upward[0] for edge in edges if (upward := _upward(edge)) is not None}
    by_name = [*match_codes_by_name(nodes, _coded(edges)), *relate_by_name(nodes, placed)]
    return by_name + list(inherit_codes((node.id for node in nodes if node.label is Label.DISEASE), [*edges, *by_name]))


def _coded(edges: Iterable[Edge]) -> set[tuple[TermId, str]]:
    return {(edge.subject, edge.object.prefix) for edge in edges if edge.relation is Relation.CODED_AS}


def match_codes_by_name(nodes: Iterable[Node], coded: set[tuple[TermId, str]]) -> Iterator[Edge]:
    """Codes whose title or inclusion term is a name of the disease, or the beginning of its preferred name.

    Args:
        nodes: diseases and codes.
        coded: diseases with the code systems in which they have a code.
    """
    nodes = list(nodes)
    codes = _codes_by_name(node for node in nodes if node.label is Label.ICD_CODE)
    evidence = SOURCES["name-match"].evidence()
    for node in nodes:
        if node.label is not Label.DISEASE or node.id.prefix not in _NAMED_PREFIXES:
            continue
        for prefix, system in _SYSTEM_BY_PREFIX.items():
            if (node.id, prefix) not in coded:
                name, code = _first_named(node, codes[prefix])
                if code is not None:
                    own = (("code_system", system), ("matched_name", name), ("predicate", "lexical"))
                    yield Edge(node.id, Relation.CODED_AS, code, evidence, own)


def relate_by_name(nodes: Iterable[Node], placed: Container[TermId]) -> Iterator[Edge]:
    """The MeSH disease whose name is a name of an OMIM or Orphanet entry, or the beginning of its preferred name.

    Args:
        nodes: diseases.
        placed: diseases that need no mapping.
    """
    nodes = [node for node in nodes if node.label is Label.DISEASE]
    found: dict[str, set[TermId]] = defaultdict(set)
    for node in nodes:
        if node.id.prefix == "MESH":
            for name in {fold_name(text) for text in (node.name, *node.synonyms)}:
                found[name].add(node.id)
    diseases = {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}
    evidence = SOURCES["name-match"].evidence()
    for node in nodes:
        if node.id.prefix in _CODED_PREFIXES and node.id not in placed:
            name, disease = _first_named(node, diseases)
            if disease is not None:
                yield Edge(
                    node.id, Relation.MAPPED_TO, disease, evidence, (("matched_name", name), ("predicate", "lexical"))
                )


def _codes_by_name(nodes: Iterable[Node]) -> dict[str, dict[str, TermId]]:
    """Codes by folded name in each code system; a name of several codes stands for what they have in common."""
    found: dict[str, dict[str, set[TermId]]] = {prefix: defaultdict(set) for prefix in _SYSTEM_BY_PREFIX}
    for node in nodes:
        if node.id.prefix in found and dict(node.properties).get("kind") in _KINDS:
            for name in (node.name, *node.synonyms):
                if len(folded := fold_name(name)) >= _LEAST_LETTERS:
                    found[node.id.prefix][folded].add(node.id)
    return {
        prefix: {name: code for name, codes in names.items() if (code := _in_common(codes)) is not None}
        for prefix, names in found.items()
    }


def _in_common(codes: set[TermId]) -> TermId | None:
    """The code itself, or the one that all others are below; None where they lie apart."""
    first = min(codes, key=lambda code: (len(code.local), code.local))
    return first if all(code.local.startswith(first.local) for code in codes) else None


def _first_named(node: Node, ids: Mapping[str, TermId]) -> tuple[str, TermId | None]:
    """What bears one of the node's names, its preferred name first, else a beginning of that; and the name."""
    for name in (node.name, *node.synonyms):
        if (found := ids.get(fold_name(name))) is not None:
            return name, found
    for stem in name_stems(node.name):
        if len(stem) >= _LEAST_LETTERS and (found := ids.get(stem)) is not None:
            return stem, found
    return "", None


def inherit_codes(diseases: Iterable[TermId], edges: Iterable[Edge]) -> Iterator[Edge]:
    """Codes of the nearest coded diseases above one, with the distance and the edges that lead there.

    Args:
        diseases: ids of the nodes; those of OMIM and Orphanet without a code inherit.
        edges: codes, and what places a disease under another.
    """
    above: dict[TermId, list[Edge]] = defaultdict(list)
    codes: dict[str, dict[TermId, list[Edge]]] = {prefix: defaultdict(list) for prefix in _SYSTEM_BY_PREFIX}
    for edge in edges:
        if edge.relation is Relation.CODED_AS and edge.object.prefix in codes:
            codes[edge.object.prefix][edge.subject].append(edge)
        elif (upward := _upward(edge)) is not None:
            above[upward[0]].append(edge)
    for steps in above.values():
        steps.sort(key=lambda edge: edge.id)
    for disease in sorted(diseases):
        if disease.prefix in _CODED_PREFIXES:
            for prefix, held in codes.items():
                if disease not in held:
                    yield from _inherited(disease, above, held, _SYSTEM_BY_PREFIX[prefix])


def _upward(edge: Edge) -> tuple[TermId, TermId] | None:
    """The narrower and the broader disease that an edge tells of."""
    if edge.relation is Relation.IS_A and edge.subject.prefix not in _NO_DISEASES:
        return edge.subject, edge.object
    if edge.relation is Relation.MAPPED_TO:
        if edge.property("predicate") in (MappingPredicate.BROADER, "lexical"):
            return edge.subject, edge.object
        if edge.property("predicate") == MappingPredicate.NARROWER:
            return edge.object, edge.subject
    return None


def _inherited(
    disease: TermId,
    above: Mapping[TermId, list[Edge]],
    codes: Mapping[TermId, list[Edge]],
    system: str,
) -> Iterator[Edge]:
    level: dict[TermId, tuple[Edge, ...]] = {disease: ()}
    seen = {disease}
    while level:
        following: dict[TermId, tuple[Edge, ...]] = {}
        for term in sorted(level):
            for edge in above.get(term, ()):
                parent = edge.object if edge.subject == term else edge.subject
                if parent not in seen:
                    seen.add(parent)
                    following[parent] = (*level[term], edge)
        found = {
            code.object: (code, path)
            for parent, path in sorted(following.items(), reverse=True)
            for code in codes.get(parent, ())
            if code.property("predicate") not in _NOT_INHERITED
        }
        for target in sorted(found):
            code, path = found[target]
            yield _derived(disease, code, path, system)
        if found:
            return
        level = following


def _derived(disease: TermId, code: Edge, path: tuple[Edge, ...], system: str) -> Edge:
    own: tuple[tuple[str, PropertyValue], ...] = (
        ("code_system", system),
        ("distance", len(path)),
        ("predicate", "inherited"),
    )
    premises = (*path, code)
    # A conjunction is worth what its weakest premise is.
    tier = max((edge.evidence.tier for edge in premises), key=_TIERS.index)
    evidence = replace(code.evidence, tier=tier, reference=None, evidence_code="derived", as_of=None, record=None)
    return Edge(
        disease, Relation.CODED_AS, code.object, evidence, own, premises=tuple(sorted(edge.id for edge in premises))
    )
