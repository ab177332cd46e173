"""A view of a build that shows only assertions of some licences.

Nodes stay: their names may come from any source. The compiled ranking rests on all edges of a build, too; where names
or ranks must rest on some licences only, choose the sources when the graph is built (`aitia build --licence`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from ontologies.term_id import TermId

__all__ = ["LicensedView"]


class LicensedView:
    """A `GraphStore` over a snapshot; a derived edge is shown where every premise is.

    `KnowledgeGraph(LicensedView(snapshot, ["CC0-1.0"]))` answers from assertions of that licence alone.

    Args:
        snapshot: the build.
        licences: as the catalogue writes them, such as `CC0-1.0`.

    Raises:
        InputError: no edge of the build has one of the licences.
    """

    def __init__(self, snapshot: Snapshot, licences: Collection[str]) -> None:
        self._snapshot = snapshot
        self._licences = frozenset(licences)
        held = set(self._edges["licence"].unique().drop_nulls())
        for licence in sorted(self._licences - held):
            raise InputError(
                "no edge has this licence", value=licence, remedy=f"Write one of {', '.join(sorted(held))}"
            )

    @cached_property
    def _edges(self) -> pl.DataFrame:
        return self._snapshot.edge_table(["id", "licence", "premises"])

    @cached_property
    def _shown(self) -> npt.NDArray[np.bool_]:
        """Whether each edge is shown, by its number."""
        table = self._edges.with_columns(pl.col("licence").is_in(sorted(self._licences)).fill_null(False).alias("own"))
        shown = table["own"].to_numpy().copy()
        if table["premises"].dtype == pl.List(pl.String):
            hidden = set(table.filter(~pl.col("own"))["id"])
            derived = table.filter(pl.col("premises").list.len() > 0)
            for number, premises in zip(derived["index"], derived["premises"], strict=True):
                shown[number] = hidden.isdisjoint(premises)
        return np.asarray(shown, dtype=np.bool_)

    @property
    def build_id(self) -> str:
        """The build id of the whole graph."""
        return self._snapshot.build_id

    def node(self, term_id: TermId) -> Node | None:
        """The node with that id, or with that id among its xrefs."""
        return self._snapshot.node(term_id)

    def nodes_named(self, name: str, *, label: Label | None = None) -> list[Node]:
        """Nodes whose English or Chinese name or synonym is the given one, whatever the case."""
        return self._snapshot.nodes_named(name, label=label)

    def edges_from(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Shown edges that start at the node; all relations where none is named."""
        return self._filtered(self._snapshot.edges_from(term_id, relations=relations))

    def edges_to(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Shown edges that end at the node; all relations where none is named."""
        return self._filtered(self._snapshot.edges_to(term_id, relations=relations))

    def edge(self, edge_id: str) -> Edge | None:
        """The edge with that id, where it is shown."""
        edge = self._snapshot.edge(edge_id)
        return None if edge is None or not self._is_shown(edge) else edge

    def node_counts(self) -> Mapping[Label, int]:
        """How many nodes each label has."""
        return self._snapshot.node_counts()

    def edge_counts(self) -> Mapping[Relation, int]:
        """How many shown edges each relation has; relations without any are left out."""
        codes = Counter(self._snapshot.edge_relation[self._shown].tolist())
        return {relation: codes[code] for code, relation in enumerate(Relation) if codes[code]}

    def _filtered(self, edges: list[Edge]) -> list[Edge]:
        return [edge for edge in edges if self._is_shown(edge)]

    def _is_shown(self, edge: Edge) -> bool:
        if not edge.premises:
            return edge.evidence.licence in self._licences
        premises = (self._snapshot.edge(premise) for premise in edge.premises)
        return all(premise is None or self._is_shown(premise) for premise in premises)
