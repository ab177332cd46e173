"""Fit the correction on a build: on all of it, or as if some publications had never been annotated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError
from reasoner.ranking.annotation_rows import annotation_rows
from reasoner.ranking.compiling import compile_arrays
from reasoner.ranking.disease_profile import Profiles
from reasoner.ranking.grouping import short_series
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.ranker_vectors import RankerVectors

__all__ = ["fit_ranker", "row_references"]


def fit_ranker(
    index: RankingIndex,
    *,
    without: frozenset[str] = frozenset(),
    seed: int = 0,
    batches: int | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> RankerVectors:
    """Fit vectors on the graph of an index; no patient is read.

    Args:
        index: of the graph.
        without: publications whose rows are left out of everything that the fit reads.
        seed: of the simulated patients and the first vectors.
        batches: how many steps; None for as many as the shipped vectors took.
        progress: is told how far the fit is.

    Raises:
        InputError: torch is not installed, or no rows are left.
    """
    try:
        from reasoner.ranking.training import BATCHES, TrainingGraph, fit_vectors
    except ModuleNotFoundError as error:
        raise InputError("fitting needs torch", value=error.name, remedy="Install aitia[llm]") from error
    progress("reading the annotations")
    references = row_references(index)
    data = index.ranking_input()
    if without:
        kept = np.array([not reference & without for reference in references], dtype=bool)
        data = replace(
            data,
            row_entry=data.row_entry[kept],
            row_term=data.row_term[kept],
            row_n=data.row_n[kept],
            row_m=data.row_m[kept],
        )
        references = [reference for reference, keep in zip(references, kept.tolist(), strict=True) if keep]
    if not references:
        raise InputError("no annotations to fit on", value=index.snapshot.folder, remedy="Name another graph")
    profiles = Profiles(data)
    arrays: Mapping[str, npt.NDArray[Any]] = compile_arrays(profiles)
    origin = {"build": index.snapshot.build_id, "publications_left_out": str(len(without))}
    graph = TrainingGraph(profiles, arrays, references, _series(index))
    return fit_vectors(graph, seed=seed, batches=batches or BATCHES, origin=origin, progress=progress)


def _series(index: RankingIndex) -> list[list[int]]:
    number = {str(disease): place for place, disease in enumerate(index.disease_ids)}
    names = index.snapshot.node_table(["id", "name"]).select("id", "name")
    held = {entry: name for entry, name in names.iter_rows() if entry in number}
    return [[number[entry] for entry in entries] for entries in short_series(held)]


def row_references(index: RankingIndex) -> list[frozenset[str]]:
    """What each annotation row of an index cites."""
    table = annotation_rows(index.snapshot, ["reference"])
    by_edge = dict(zip(table["index"].to_list(), table["reference"].to_list(), strict=True))
    parts = {
        text: frozenset(part.strip() for part in text.split(";")) for text in sorted({t for t in by_edge.values() if t})
    }
    return [parts.get(by_edge.get(int(edge)) or "", frozenset()) for edge in index.array("row_edges")]
