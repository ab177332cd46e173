"""What a diagnosis holds, as data frames; numbers of evidence are powers of ten, as in the JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import polars as pl

from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import Diagnosis, RankedNode
from reasoner.intake.case import Case, Finding
from reasoner.ranking.likelihood_ratio import FindingLikelihood

__all__ = ["differential_frame", "explanation_frame", "findings_frame"]

# By name of a column, its type and how it is read of what a row stands for.
_Columns = Mapping[str, tuple[Any, Callable[[Any], Any]]]


def findings_frame(case: Case) -> pl.DataFrame:
    """A row for each finding, in the order of the input; offsets are 0-based and half-open, null without a text."""
    columns: dict[str, tuple[Any, Callable[[Finding], Any]]] = {
        "term": (pl.String, lambda one: str(one.term)),
        "name": (pl.String, lambda one: one.name),
        "status": (pl.String, lambda one: one.status.value),
        "experiencer": (pl.String, lambda one: one.experiencer),
        "text": (pl.String, lambda one: one.text),
        "start": (pl.Int64, lambda one: one.start),
        "end": (pl.Int64, lambda one: one.end),
    }
    return _frame(case.findings, columns)


def differential_frame(diagnosis: Diagnosis) -> pl.DataFrame:
    """A row for each place, best first; `score` is the sum of the three before it: findings, correction, priors."""
    columns: dict[str, tuple[Any, Callable[[RankedNode], Any]]] = {
        "rank": (pl.Int64, lambda place: place.ranked.rank),
        "disease": (pl.String, lambda place: str(place.node.id)),
        "name": (pl.String, lambda place: place.node.name),
        "group": (pl.String, lambda place: place.group),
        "log10_likelihood_ratio": (pl.Float64, lambda place: place.ranked.log10_likelihood_ratio),
        "correction": (pl.Float64, lambda place: place.ranked.correction / math.log(10)),
        "priors": (pl.Float64, lambda place: math.fsum(place.ranked.priors.values()) / math.log(10)),
        "score": (pl.Float64, lambda place: place.ranked.score / math.log(10)),
        "probability": (pl.Float64, lambda place: place.ranked.probability),
    }
    return _frame(diagnosis.differential, columns)


def explanation_frame(diagnosis: Diagnosis, *, rank: int = 1) -> pl.DataFrame:
    """A row for each finding of the patient and what it says of one disease, with the references it rests on.

    Args:
        diagnosis: with explained places.
        rank: place of the disease, from 1; a place that the differential does not have gives no rows.
    """
    snapshot = diagnosis.snapshot
    columns: dict[str, tuple[Any, Callable[[FindingLikelihood], Any]]] = {
        "finding": (pl.String, lambda part: snapshot.name_of(part.finding)),
        "matched": (pl.String, lambda part: _name(snapshot, part.matched)),
        "match_type": (pl.String, lambda part: part.match_type.value),
        "log10_likelihood_ratio": (pl.Float64, lambda part: part.log_likelihood_ratio / math.log(10)),
        "correction": (pl.Float64, lambda part: part.correction / math.log(10)),
        "references": (pl.List(pl.String), lambda part: _references(snapshot, part.edges)),
    }
    places = (place for place in diagnosis.differential if place.ranked.rank == rank)
    return _frame((part for place in places for part in place.explanation), columns)


def _frame(rows: Iterable[Any], columns: _Columns) -> pl.DataFrame:
    cells = [[read(row) for _, read in columns.values()] for row in rows]
    return pl.DataFrame(cells, schema={name: kind for name, (kind, _) in columns.items()}, orient="row")


def _name(snapshot: Snapshot, term: TermId | None) -> str | None:
    return None if term is None else snapshot.name_of(term)


def _references(snapshot: Snapshot, edges: Iterable[int]) -> list[str]:
    return sorted({reference for edge in edges for reference in snapshot.edge_at(edge).evidence.references})
