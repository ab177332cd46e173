"""The compiled ranking of one build on disk: opened in milliseconds, memory-mapped, read only."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_layout import file_digest
from ontologies.errors import GraphDamagedError, GraphMissingError
from ontologies.term_id import TermId
from reasoner.ranking.compiling import DESCRIPTION, FORMAT, ranking_folder
from reasoner.ranking.disease_profile import RankingInput

__all__ = ["CompiledArrays"]

_REMEDY = "Run `aitia build` again"


class CompiledArrays:
    """Arrays by name, and the numbers that they use for terms and diseases."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._folder = ranking_folder(snapshot.folder)
        self._arrays: dict[str, npt.NDArray[Any]] = {}

    @classmethod
    def open(cls, snapshot: Snapshot, *, check: bool = False) -> CompiledArrays:
        """Open what was compiled into a snapshot's folder.

        Args:
            snapshot: the graph.
            check: read every file and compare its hash; else only sizes are compared.

        Raises:
            GraphMissingError: no ranking was compiled.
            GraphDamagedError: it is of another build or version, or a file is truncated or, where checked, altered.
        """
        arrays = cls(snapshot)
        path = arrays._folder / DESCRIPTION
        if not path.is_file():
            raise GraphMissingError("no ranking was compiled for this graph", value=arrays._folder, remedy=_REMEDY)
        try:
            description = json.loads(path.read_bytes())
            files = {name: (int(held["bytes"]), str(held["sha256"])) for name, held in description["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise GraphDamagedError("the ranking's description is damaged", value=path, remedy=_REMEDY) from error
        if description.get("build_id") != snapshot.build_id:
            raise GraphDamagedError("the ranking belongs to another build", value=path, remedy=_REMEDY)
        if description.get("format") != FORMAT:
            raise GraphDamagedError("the ranking is of another version", value=path, remedy=_REMEDY)
        for name, (size, digest) in files.items():
            _check_file(arrays._folder / name, size, digest if check else None)
        return arrays

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        if name not in self._arrays:
            self._arrays[name] = np.asarray(np.load(self._folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
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


def _check_file(path: Path, size: int, digest: str | None) -> None:
    if not path.is_file() or path.stat().st_size != size:
        raise GraphDamagedError("a file of the ranking is missing or truncated", value=path, remedy=_REMEDY)
    if digest is not None and file_digest(path) != digest:
        raise GraphDamagedError("a file of the ranking was altered", value=path, remedy=_REMEDY)
