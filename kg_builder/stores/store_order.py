"""The one order of answers, and the one meaning of a name, that all stores share."""

from __future__ import annotations

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Relation

__all__ = ["edge_key", "folded_names", "node_key"]

_POSITION = {relation: position for position, relation in enumerate(Relation)}


def node_key(node: Node) -> str:
    """Sort key of nodes: the id as it is written."""
    return str(node.id)


def edge_key(edge: Edge) -> tuple[str, int, str, str]:
    """Sort key of edges: subject, relation in the schema's order, object, id."""
    return str(edge.subject), _POSITION[edge.relation], str(edge.object), edge.id


def folded_names(node: Node) -> list[str]:
    """Case-folded English and Chinese name and synonyms, unique and sorted."""
    names = {node.name, *node.synonyms, *([node.name_zh] if node.name_zh else [])}
    return sorted({name.casefold() for name in names})
