"""The records of a snapshot: rows of its Parquet files, read by the block."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from kg_builder.snapshot_layout import BLOCK_ROWS, REBUILD
from ontologies.errors import GraphDamagedError, GraphMissingError

__all__ = ["SnapshotRecords"]

_CACHED_BLOCKS = 256


class SnapshotRecords:
    """Nodes and edges of one build as they were written.

    Args:
        folder: the build's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blocks: OrderedDict[tuple[str, int], pl.DataFrame] = OrderedDict()

    def row(self, kind: str, index: int) -> dict[str, Any]:
        """One record, without what it leaves out.

        Args:
            kind: `nodes` or `edges`.
            index: its number.

        Raises:
            GraphMissingError: the build was removed.
            GraphDamagedError: the file was altered.
        """
        key = (kind, index // BLOCK_ROWS)
        if key not in self._blocks:
            with self._reading(kind) as table:
                self._blocks[key] = table.slice(key[1] * BLOCK_ROWS, BLOCK_ROWS).collect()
            if len(self._blocks) > _CACHED_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(key)
        row = self._blocks[key].row(index % BLOCK_ROWS, named=True)
        return {name: value for name, value in row.items() if value is not None}

    def table(self, kind: str, columns: Sequence[str], relations: Sequence[str] = ()) -> pl.DataFrame:
        """Some columns of all records, with the record's number as `index`; a column that none has is empty.

        Args:
            kind: `nodes` or `edges`.
            columns: their names.
            relations: only the edges of these; all where none is named.

        Raises:
            GraphMissingError: the build was removed.
            GraphDamagedError: the file was altered.
        """
        with self._reading(kind) as table:
            held = table.collect_schema().names()
            absent = [pl.lit(None, dtype=pl.String).alias(name) for name in columns if name not in held]
            table = table.with_row_index("index").with_columns(absent)
            if relations:
                table = table.filter(pl.col("relation").is_in(relations))
            return table.select("index", *dict.fromkeys(columns)).collect()

    @contextmanager
    def _reading(self, kind: str) -> Iterator[pl.LazyFrame]:
        path = self._folder / f"{kind}.parquet"
        try:
            yield pl.scan_parquet(path)
        except FileNotFoundError as error:
            raise GraphMissingError("this build is gone", value=path, remedy="Open the graph again") from error
        except (pl.exceptions.PolarsError, OSError) as error:
            raise GraphDamagedError("a file of the graph was altered", value=path, remedy=REBUILD) from error
