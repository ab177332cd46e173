"""What the edges of a disease say of its onset, inheritance and prevalence, in short, on its node.

Rankings and rules ask for these of every disease at once. Each fact stays an edge with its source; the summary repeats
what the edges say and holds the id of the edge whose prevalence it chose.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from operator import itemgetter

from kg_builder.canonical import PropertyValue
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.term_id import TermId

__all__ = ["estimated_share", "summarise_diseases"]

# What is nearest to the share of persons that have the disease comes first; a number of published cases is no share.
_KINDS = ("point prevalence", "lifetime prevalence", "prevalence at birth", "annual incidence")
_PLACES = (TermId("PLACE", "worldwide"), TermId("PLACE", "europe"))
_Own = dict[str, PropertyValue]


def summarise_diseases(nodes: Iterable[Node], edges: Iterable[Edge]) -> Iterator[Node]:
    """The nodes in their order; diseases with their summary, which replaces what they had under the same names."""
    held: dict[tuple[Relation, TermId], list[Edge]] = defaultdict(list)
    wanted = (Relation.HAS_ONSET, Relation.HAS_INHERITANCE, Relation.HAS_PREVALENCE)
    for edge in edges:
        if edge.relation in wanted:
            held[edge.relation, edge.subject].append(edge)
    nodes = list(nodes)
    years = {node.id: _years(node) for node in nodes if node.label is Label.COURSE}
    for node in nodes:
        own: _Own = {}
        if inheritance := held.get((Relation.HAS_INHERITANCE, node.id)):
            own["inheritance"] = tuple(sorted({str(edge.object) for edge in inheritance}))
        if onset := held.get((Relation.HAS_ONSET, node.id)):
            own |= _onset({edge.object for edge in onset}, years)
        if prevalence := held.get((Relation.HAS_PREVALENCE, node.id)):
            own |= _prevalence(prevalence)
        yield replace(node, properties=tuple(sorted((dict(node.properties) | own).items()))) if own else node


def _years(node: Node) -> tuple[str | None, str | None]:
    own = dict(node.properties)
    low, high = own.get("min_years"), own.get("max_years")
    return (str(low) if low else None, str(high) if high else None)


def _onset(terms: set[TermId], years: Mapping[TermId, tuple[str | None, str | None]]) -> _Own:
    """The terms; and the bounds in years that hold all of them, where every term has bounds."""
    own: _Own = {"onset": tuple(sorted(str(term) for term in terms))}
    bounds = [years.get(term, (None, None)) for term in sorted(terms)]
    if all(low or high for low, high in bounds):
        # A term without a lower bound begins before birth.
        own["onset_min_years"] = min((low or "0" for low, _ in bounds), key=float)
        highs = [high for _, high in bounds if high is not None]
        if len(highs) == len(bounds):
            own["onset_max_years"] = max(highs, key=float)
    return own


def _prevalence(edges: list[Edge]) -> _Own:
    """The statement of the best kind and the widest place; of several, the one in the middle."""
    ranked: dict[tuple[int, int], list[tuple[float, str, Edge]]] = defaultdict(list)
    for edge in edges:
        share, kind = estimated_share(edge), edge.property("kind")
        if share is not None and kind in _KINDS:
            place = _PLACES.index(edge.object) if edge.object in _PLACES else len(_PLACES)
            ranked[_KINDS.index(str(kind)), place].append((share, edge.id, edge))
    if not ranked:
        return {}
    best = sorted(ranked[min(ranked)], key=itemgetter(0, 1))
    share, edge_id, chosen = best[(len(best) - 1) // 2]
    own: _Own = {
        "prevalence": f"{share:.3g}" if share >= 1e-4 else f"{share:.10f}".rstrip("0"),
        "prevalence_edge": edge_id,
        "prevalence_high": chosen.property("per_person_high"),
        "prevalence_kind": chosen.property("kind"),
        "prevalence_low": chosen.property("per_person_low"),
        "prevalence_place": str(chosen.object),
    }
    return {name: value for name, value in own.items() if value is not None}


def estimated_share(edge: Edge) -> float | None:
    """Persons with the disease per person, as one number; None where a statement gives no share.

    The mean where there is one; else the geometric mean of the class's bounds; of a class without a lower bound half
    its upper bound, of one without an upper bound its lower bound.
    """
    mean, low, high = (edge.property(name) for name in ("per_person", "per_person_low", "per_person_high"))
    if mean is not None:
        return float(str(mean))
    if low is not None and high is not None:
        return math.sqrt(float(str(low)) * float(str(high)))
    if high is not None:
        return float(str(high)) / 2
    return None if low is None else float(str(low))
