"""Loads a build into a database: restartable, checked, its build id written last."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.stores import cypher
from kg_builder.stores.bolt import BoltStore
from kg_builder.stores.store_order import folded_names
from ontologies.errors import AitiaError, GuardError, InputError, VerificationError
from ontologies.term_id import TermId

__all__ = ["Progress", "load_graph"]

Progress = Callable[[str, int], None]
"""Told the stage (`deleting`, `nodes`, `edges`) and how many it has done."""

_DELETING, _LOADING, _WRONG = "deleting", "loading", "wrong"
_DELETE_BATCH = 2000
_REPLACE = "Give --replace to delete what it holds and load this build"
_Row = dict[str, Any]


def load_graph(
    store: BoltStore,
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    build_id: str,
    *,
    batch: int = 5000,
    replace: bool = False,
    progress: Progress | None = None,
) -> None:
    """Make a database a projection of one build; a load that was interrupted goes on where it stopped.

    Args:
        store: the database: empty, with this build, or with a part of it.
        nodes: all nodes of the build.
        edges: all edges of the build; their ends are among the nodes.
        build_id: written last, so that a database without it is not loaded.
        batch: rows of one transaction.
        replace: delete first what the database holds, unless it is this build and whole.
        progress: told now and then how far it is.

    Raises:
        GuardError: the database holds another build, or nodes that are not ours.
        InputError: an edge ends in no node.
        VerificationError: the database does not hold what was sent, or was edited since it was loaded.
        ServiceError: the database went away.
    """
    tell = progress or _silent
    if not _prepare(store, build_id, replace=replace, tell=tell):
        return
    label_by_id, node_counts = _load_nodes(store, nodes, batch, tell)
    edge_counts = _load_edges(store, edges, label_by_id, batch, tell)
    _check(store, build_id, node_counts, edge_counts)
    totals = {"nodes": node_counts.total(), "edges": edge_counts.total()}
    store.write(cypher.MARK_LOADED, id=build_id, **totals)
    store.forget_build()


def _prepare(store: BoltStore, build_id: str, *, replace: bool, tell: Progress) -> bool:
    """Bring the database to where this build can be loaded; False where it is already there."""
    stage = _first_stage(store, build_id, replace)
    if stage is None:
        return False
    store.write(cypher.MARK_LOADING, id=build_id, stage=stage)
    store.forget_build()
    if stage == _DELETING:
        _delete_all(store, tell)
        store.write(cypher.MARK_LOADING, id=build_id, stage=_LOADING)
    for statement in cypher.schema_statements():
        store.write([statement])
    return True


def _first_stage(store: BoltStore, build_id: str, replace: bool) -> str | None:
    """What to do first with what the database holds; None where it holds this build."""
    held = [row["id"] for row in store.read(cypher.BUILD)]
    begun = {row["id"]: row["stage"] for row in store.read(cypher.MARKS)}
    refusal: AitiaError
    if held == [build_id] and _is_whole(store):
        return None
    if held == [build_id] or begun.get(build_id) == _WRONG:
        refusal = VerificationError("the database was edited since it was loaded", value=store.uri, remedy=_REPLACE)
    elif held or begun.keys() - {build_id}:
        builds, remedy = (
            " ".join(held or sorted(begun)),
            "Name another --database, or give --replace to delete what it holds",
        )
        refusal = GuardError("the database holds another build, or a part of one", value=builds, remedy=remedy)
    elif begun:
        return str(begun[build_id])
    elif store.read(cypher.COUNT_ALL_NODES)[0]["n"]:
        remedy = "Load into an empty database"
        raise GuardError("the database holds nodes that Aitia did not load", value=store.uri, remedy=remedy)
    else:
        return _LOADING
    if not replace:
        raise refusal
    return _DELETING


def _is_whole(store: BoltStore) -> bool:
    """Whether the database holds as many nodes and relationships as were loaded; `aitia verify` looks into them."""
    held = {"nodes": sum(store.node_counts().values()), "edges": sum(store.edge_counts().values())}
    return store.read(cypher.BUILD_TOTALS) == [held]


def _delete_all(store: BoltStore, tell: Progress) -> None:
    done = 0
    for label in Label:
        while deleted := store.write([cypher.delete_nodes(label)], batch=_DELETE_BATCH)[0]["n"]:
            done += deleted
            tell("deleting", done)


def _load_nodes(
    store: BoltStore, nodes: Iterable[Node], batch: int, tell: Progress
) -> tuple[dict[TermId, Label], Counter[Label]]:
    label_by_id: dict[TermId, Label] = {}
    waiting: dict[Label, list[_Row]] = defaultdict(list)
    for node in nodes:
        if node.id in label_by_id:
            raise InputError("two nodes have one id", value=node.id, remedy="Run `aitia build` again")
        label_by_id[node.id] = node.label
        record = {**_plain(node.record()), cypher.FOLDED_NAMES: folded_names(node)}
        rows = waiting[node.label]
        rows.append({"id": str(node.id), "record": record})
        if len(rows) >= batch:
            store.write([cypher.merge_nodes(node.label)], rows=rows)
            rows.clear()
            tell("nodes", len(label_by_id))
    for label, rows in waiting.items():
        if rows:
            store.write([cypher.merge_nodes(label)], rows=rows)
    tell("nodes", len(label_by_id))
    return label_by_id, Counter(label_by_id.values())


def _load_edges(
    store: BoltStore, edges: Iterable[Edge], label_by_id: dict[TermId, Label], batch: int, tell: Progress
) -> Counter[Relation]:
    counts: Counter[Relation] = Counter()
    waiting: dict[tuple[Label, Relation, Label], list[_Row]] = defaultdict(list)
    for edge in edges:
        kind = (_end(edge.subject, label_by_id), edge.relation, _end(edge.object, label_by_id))
        record = _plain(edge.record())
        rows = waiting[kind]
        rows.append({"id": record["id"], "subject": record["subject"], "object": record["object"], "record": record})
        counts[edge.relation] += 1
        if len(rows) >= batch:
            store.write([cypher.merge_edges(*kind)], rows=rows)
            rows.clear()
            tell("edges", counts.total())
    for kind, rows in waiting.items():
        if rows:
            store.write([cypher.merge_edges(*kind)], rows=rows)
    tell("edges", counts.total())
    return counts


def _end(term_id: TermId, label_by_id: dict[TermId, Label]) -> Label:
    if term_id not in label_by_id:
        raise InputError("an edge ends in no node", value=term_id, remedy="Run `aitia build` again")
    return label_by_id[term_id]


def _plain(record: Any) -> _Row:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}


def _check(store: BoltStore, build_id: str, node_counts: Counter[Label], edge_counts: Counter[Relation]) -> None:
    sent = {str(kind): count for counts in (node_counts, edge_counts) for kind, count in counts.items()}
    held = {str(kind): count for counts in (store.node_counts(), store.edge_counts()) for kind, count in counts.items()}
    wrong = sorted(kind for kind in sent.keys() | held.keys() if sent.get(kind, 0) != held.get(kind, 0))
    if wrong:
        shown = ", ".join(f"{kind} {held.get(kind, 0)} of {sent.get(kind, 0)}" for kind in wrong)
        store.write(cypher.MARK_LOADING, id=build_id, stage=_WRONG)
        raise VerificationError("the database does not hold what was loaded", value=shown, remedy=_REPLACE)


def _silent(stage: str, done: int) -> None:
    """Tell nobody."""
