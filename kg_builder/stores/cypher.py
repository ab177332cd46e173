"""All Cypher text of Aitia: it runs unchanged on Neo4j 5 and on the embedded server.

Values are parameters wherever a driver runs the text; literals are for queries that a person pastes into a console, and
there `quote` is the one way to write them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from kg_builder.schema import RELATION_SPECS, Label, Relation

__all__ = [
    "BUILD",
    "BUILD_TOTALS",
    "COUNT_ALL_NODES",
    "FOLDED_NAMES",
    "MARKS",
    "MARK_LOADED",
    "MARK_LOADING",
    "count_edges",
    "count_nodes",
    "delete_nodes",
    "edge_by_id",
    "edges_at",
    "merge_edges",
    "merge_nodes",
    "node_by_id",
    "node_by_xref",
    "nodes_named",
    "quote",
    "rederive",
    "schema_statements",
]

# Property that the loader adds to each node so that a server, too, finds names whatever the case.
FOLDED_NAMES = "names_folded"

BUILD = "MATCH (b:AitiaBuild) RETURN b.id AS id ORDER BY id"
BUILD_TOTALS = "MATCH (b:AitiaBuild) RETURN b.nodes AS nodes, b.edges AS edges"
MARKS = "MATCH (b:AitiaLoading) RETURN b.id AS id, b.stage AS stage ORDER BY id"
MARK_LOADING = (
    "OPTIONAL MATCH (b:AitiaBuild) DETACH DELETE b",
    "OPTIONAL MATCH (l:AitiaLoading) DETACH DELETE l",
    "CREATE (l:AitiaLoading {id: $id, stage: $stage})",
)
MARK_LOADED = (
    "OPTIONAL MATCH (l:AitiaLoading) DETACH DELETE l",
    "CREATE (b:AitiaBuild {id: $id, nodes: $nodes, edges: $edges})",
)
COUNT_ALL_NODES = "MATCH (n) RETURN count(n) AS n"

_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def quote(text: str) -> str:
    r"""A Cypher string literal.

    >>> print(quote("Crohn's"))
    'Crohn\'s'
    """
    return "'" + "".join(_ESCAPES.get(character, character) for character in text) + "'"


def schema_statements() -> Iterator[str]:
    """Constraints and indexes: ids are unique by label and by relation, names are indexed."""
    for label in Label:
        yield f"CREATE CONSTRAINT aitia_{label} IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
        yield f"CREATE INDEX aitia_{label}_name IF NOT EXISTS FOR (n:{label}) ON (n.name)"
    for relation in Relation:
        yield f"CREATE CONSTRAINT aitia_{relation} IF NOT EXISTS FOR ()-[r:{relation}]-() REQUIRE r.id IS UNIQUE"


def merge_nodes(label: Label) -> str:
    """Write `$rows`, each {id, record}, leaving what is there."""
    return f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) ON CREATE SET n += row.record"


def merge_edges(subject: Label, relation: Relation, target: Label) -> str:
    """Write `$rows`, each {subject, object, id, record}, leaving what is there."""
    return (
        f"UNWIND $rows AS row MATCH (s:{subject} {{id: row.subject}}) MATCH (o:{target} {{id: row.object}}) "
        f"MERGE (s)-[r:{relation} {{id: row.id}}]->(o) ON CREATE SET r += row.record"
    )


def delete_nodes(label: str) -> str:
    """Delete up to `$batch` nodes of a label with their relationships; answers how many."""
    return f"MATCH (n:{label}) WITH n LIMIT $batch DETACH DELETE n RETURN count(*) AS n"


def node_by_id() -> str:
    """The node whose id is `$id`: one index look-up for each label."""
    return _each_label("MATCH (n:{label} {{id: $id}}) RETURN properties(n) AS record")


def node_by_xref() -> str:
    """Nodes that have `$id` among their xrefs."""
    return _each_label("MATCH (n:{label}) WHERE $id IN n.xrefs RETURN properties(n) AS record")


def nodes_named(label: Label | None) -> str:
    """Nodes that have the case-folded `$name`."""
    return _each_label(
        "MATCH (n:{label}) WHERE $name IN n." + FOLDED_NAMES + " RETURN properties(n) AS record",
        tuple(Label) if label is None else (label,),
    )


def edges_at(relations: Collection[Relation], *, outgoing: bool) -> str:
    """Relationships that start (or end) at the node whose id is `$id`."""
    kinds = "|".join(relation for relation in Relation if not relations or relation in relations)
    pattern = f"-[r:{kinds}]->()" if outgoing else f"<-[r:{kinds}]-()"
    return _each_label("MATCH (n:{label} {{id: $id}})" + pattern + " RETURN properties(r) AS record")


def edge_by_id() -> str:
    """The relationship whose id is `$id`: one index look-up for each relation."""
    return " UNION ALL ".join(
        f"MATCH ()-[r:{relation} {{id: $id}}]->() RETURN properties(r) AS record" for relation in Relation
    )


def count_nodes() -> str:
    """Nodes by label."""
    return _each_label("MATCH (n:{label}) RETURN '{label}' AS kind, count(n) AS n")


def count_edges() -> str:
    """Relationships by type."""
    return " UNION ALL ".join(
        f"MATCH ()-[r:{relation}]->() RETURN '{relation}' AS kind, count(r) AS n" for relation in Relation
    )


def rederive(records: Iterable[Mapping[str, object]]) -> str:
    """A query, with literal ids, that answers one row for each edge that the database holds; empty without edges.

    A pattern names the label and the ids of its start nodes, so that every server finds them by an index; a relation
    that several labels may start has one pattern for each.

    Args:
        records: edge records; `id`, `subject` and `relation` are read.
    """
    wanted = sorted({(str(r["relation"]), str(r["id"]), str(r["subject"])) for r in records})
    parts = []
    for relation, rows in groupby(wanted, key=lambda row: row[0]):
        held = list(rows)
        subjects = ", ".join(quote(subject) for subject in sorted({row[2] for row in held}))
        ids = ", ".join(quote(row[1]) for row in held)
        for label in sorted(RELATION_SPECS[Relation(relation)].subjects):
            parts.append(
                f"MATCH (s:{label})-[r:{relation}]->(o) WHERE s.id IN [{subjects}] AND r.id IN [{ids}]\n"
                "RETURN r.id AS id, s.id AS subject, type(r) AS relation, o.id AS object"
            )
    return "\nUNION ALL\n".join(parts)


def _each_label(template: str, labels: Sequence[Label] = tuple(Label)) -> str:
    return " UNION ALL ".join(template.format(label=label) for label in labels)
