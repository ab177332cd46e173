"""The rows that frequencies rest on: what has a symptom, and what was looked for in m patients and seen in none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import polars as pl

from kg_builder.schema import Relation
from reasoner.ranking.likelihood_ratio import observed_counts

__all__ = ["EdgeTables", "annotation_rows", "is_annotation_row", "patients"]

_FREQUENCY = ("frequency_n", "frequency_m", "frequency_class", "frequency_percent")


class EdgeTables(Protocol):
    """What annotation rows are read from."""

    def edge_table(self, columns: list[str], relations: tuple[Relation, ...]) -> pl.DataFrame:
        """Columns of the edges of some relations, with their numbers."""


def patients(record: Mapping[str, Any]) -> tuple[float, float]:
    """Patients with the symptom and patients looked at, as the record of an edge counts them."""
    return _patients(*(record.get(name) for name in _FREQUENCY))


def is_annotation_row(record: Mapping[str, Any]) -> bool:
    """Whether a frequency may rest on an edge: a disease has a symptom, or lacks it by a count of none among m.

    A denial without a count says nothing about how often, and is no row.
    """
    relation = record["relation"]
    return bool(relation == Relation.HAS_SYMPTOM or (relation == Relation.LACKS_SYMPTOM and not patients(record)[0]))


def annotation_rows(tables: EdgeTables, columns: Sequence[str] = ()) -> pl.DataFrame:
    """All such edges: their number `index`, `subject`, `object`, the columns asked for, and `n` of `m` patients."""
    kept = ["subject", "object", *columns]
    table = tables.edge_table([*kept, "relation", *_FREQUENCY], (Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM))
    counts = [_patients(*row) for row in table.select(_FREQUENCY).iter_rows()]
    table = table.with_columns(
        pl.Series("n", [n for n, _ in counts], dtype=pl.Float64),
        pl.Series("m", [m for _, m in counts], dtype=pl.Float64),
    )
    is_row = (pl.col("relation") == Relation.HAS_SYMPTOM.value) | (pl.col("n") == 0)
    return table.filter(is_row).select("index", *kept, "n", "m")


def _patients(n: Any, m: Any, frequency_class: Any, percent: Any) -> tuple[float, float]:
    return observed_counts(
        None if n is None else float(n),
        None if m is None else float(m),
        frequency_class,
        None if percent is None else float(str(percent).rstrip("%")),
    )
