"""The compiled ranking of one build on disk: opened in milliseconds, memory-mapped, read only."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_layout import REBUILD, open_array
from ontologies.errors import GraphDamagedError, GraphMissingError
from ontologies.term_id import TermId
from reasoner.ranking.compiling import DESCRIPTION, FORMAT, ranking_folder
from reasoner.ranking.disease_profile import RankingInput

__all__ = ["CompiledArrays"]


class CompiledArrays:
    """Arrays by name, and the numbers that they use for terms and diseases."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._folder = ranking_folder(snapshot.folder)
        self._arrays: dict[str, npt.NDArray[Any]] = {}

    @classmethod
    def open(cls, snapshot: Snapshot) -> CompiledArrays:
        """Open what was compiled into a snapshot's folder; the snapshot compares the hashes of its files.

        Raises:
            GraphMissingError: no ranking was compiled.
            GraphDamagedError: it is of another build or version, or a file is truncated.
        """
        arrays = cls(snapshot)
        path = arrays._folder / DESCRIPTION
        if not path.is_file():
            raise GraphMissingError("no ranking was compiled for this graph", value=arrays._folder, remedy=REBUILD)
        try:
            description = json.loads(path.read_bytes())
            sizes = {name: int(held["bytes"]) for name, held in description["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise GraphDamagedError("the ranking's description is damaged", value=path, remedy=REBUILD) from error
        if description.get("build_id") != snapshot.build_id:
            raise GraphDamagedError("the ranking belongs to another build", value=path, remedy=REBUILD)
        if description.get("format") != FORMAT:
            raise GraphDamagedError("the ranking is of another version", value=path, remedy=REBUILD)
        for name, size in sizes.items():
            file = arrays._folder / name
            if not file.is_file() or file.stat().st_size != size:
                raise GraphDamagedError("a file of the ranking is missing or truncated", value=file, remedy=REBUILD)
        # Too large to hash at every opening: what is no matrix of numbers for these diseases is found here.
        rows = arrays["score_rows"]
        if rows.dtype != np.float32 or rows.shape[1:] != arrays["diseases"].shape:
            raise GraphDamagedError("a file of the ranking was altered", value=arrays._folder, remedy=REBUILD)
        return arrays

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        if name not in self._arrays:
            self._arrays[name] = open_array(self._folder / f"{name}.npy")
        return self._arrays[name]

    @cached_property
    def _term_numbers(self) -> dict[bytes, int]:
        return {term: number for number, term in enumerate(self["terms"].tolist())}

    def term_number(self, term: TermId) -> int | None:
        """Number of a term by its id or an alternative one; None where the graph has no such symptom."""
        number = self._term_numbers.get(str(term).encode())
        if number is None:
            node = self._snapshot.index_of(term)
            number = None if node is None else self._term_numbers.get(str(self._snapshot.id_at(node)).encode())
        return number

    def disease_number(self, disease: TermId) -> int | None:
        """Number of a candidate by its id or the id of an exact match; None where it is no candidate."""
        number = self.position("diseases", str(disease).encode())
        if number is None:
            node = self._snapshot.index_of(disease)
            number = None if node is None else self.position("diseases", str(self._snapshot.id_at(node)).encode())
        return number

    def position(self, name: str, key: bytes) -> int | None:
        """Where a sorted array of ids holds one; None where it does not."""
        ids = self[name]
        place = int(np.searchsorted(ids, key))
        return place if place < len(ids) and ids[place] == key else None

    def ancestors(self, term: int) -> list[int]:
        """Numbers of a term and its ancestors, ascending."""
        starts = self["ancestor_starts"]
        found: list[int] = self["ancestors"][starts[term] : starts[term + 1]].tolist()
        return found

    def ranking_input(self) -> RankingInput:
        """The rows that the ranking was compiled from."""
        return RankingInput(
            terms=tuple(text.decode() for text in self["terms"]),
            is_a=self["is_a"].astype(np.int64),
            diseases=tuple(text.decode() for text in self["diseases"]),
            entries=tuple(text.decode() for text in self["entries"]),
            entry_disease=self["entry_disease"].astype(np.int64),
            row_entry=self["row_entry"].astype(np.int64),
            row_term=self["row_term"].astype(np.int64),
            row_n=self["row_n"].astype(np.float64),
            row_m=self["row_m"].astype(np.float64),
            weights=self["weights"],
            links=self["links"].astype(np.int64),
        )
