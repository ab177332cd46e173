"""What a diagnosis holds, as data frames."""

from __future__ import annotations

import math
from collections.abc import Iterable

import polars as pl

from kg_builder.snapshot import Snapshot
from reasoner.diagnosis.diagnosis import Diagnosis
from reasoner.intake.case import Case

__all__ = ["differential_frame", "explanation_frame", "findings_frame"]


def findings_frame(case: Case) -> pl.DataFrame:
    """A row for each finding, in the order of the input; offsets are 0-based and half-open, null without a text."""
    return pl.DataFrame(
        [
            (str(one.term), one.name, one.status.value, one.experiencer, one.text, one.start, one.end)
            for one in case.findings
        ],
        schema={
            "term": pl.String,
            "name": pl.String,
            "status": pl.String,
            "experiencer": pl.String,
            "text": pl.String,
            "start": pl.Int64,
            "end": pl.Int64,
        },
        orient="row",
    )


def differential_frame(diagnosis: Diagnosis) -> pl.DataFrame:
    """A row for each place, best first: score, correction and the sum of the other named terms in nats."""
    return pl.DataFrame(
        [
            (
                place.ranked.rank,
                str(place.node.id),
                place.node.name,
                place.group,
                place.ranked.log10_likelihood_ratio,
                place.ranked.correction,
                math.fsum(place.ranked.priors.values()),
                place.ranked.score,
                place.ranked.probability,
            )
            for place in diagnosis.differential
        ],
        schema={
            "rank": pl.Int64,
            "disease": pl.String,
            "name": pl.String,
            "group": pl.String,
            "log10_likelihood_ratio": pl.Float64,
            "correction": pl.Float64,
            "priors": pl.Float64,
            "score": pl.Float64,
            "probability": pl.Float64,
        },
        orient="row",
    )


def explanation_frame(diagnosis: Diagnosis, *, rank: int = 1) -> pl.DataFrame:
    """A row for each finding of the patient and what it says of one disease, with the references it rests on.

    The correction is in nats, as in `differential_frame`.

    Args:
        diagnosis: with explained places.
        rank: place of the disease, from 1; a place that the differential does not have gives no rows.
    """
    snapshot = diagnosis.snapshot
    places = [place for place in diagnosis.differential if place.ranked.rank == rank]
    return pl.DataFrame(
        [
            (
                snapshot.name_of(part.finding),
                None if part.matched is None else snapshot.name_of(part.matched),
                part.match_type.value,
                part.log_likelihood_ratio / math.log(10),
                part.correction,
                _references(snapshot, part.edges),
            )
            for place in places
            for part in place.explanation
        ],
        schema={
            "finding": pl.String,
            "matched": pl.String,
            "match_type": pl.String,
            "log10_likelihood_ratio": pl.Float64,
            "correction": pl.Float64,
            "references": pl.List(pl.String),
        },
        orient="row",
    )


def _references(snapshot: Snapshot, edges: Iterable[int]) -> list[str]:
    return sorted({reference for edge in edges for reference in snapshot.edge_at(edge).evidence.references})
