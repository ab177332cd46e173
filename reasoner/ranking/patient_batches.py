"""Batches of simulated patients, drawn from whole diseases and from what one publication says of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from reasoner.ranking.disease_profile import Profiles, Sparse
from reasoner.ranking.reference_views import ReferenceViews, excess_without
from reasoner.ranking.simulation import (
    BETWEEN_AUTHORS,
    WITHIN_AUTHOR,
    PatientSimulator,
    TermMoves,
    any_length,
    usual_length,
)

__all__ = ["Batch", "PatientBatches"]

Ints = npt.NDArray[np.int64]
PUBLISHED_SHARE = 0.6
"""Share of the views' patients whose reference is a publication."""


class Batch(NamedTuple):
    """Some patients and what is known of their diseases.

    Args:
        diseases: number of each patient's disease.
        views: number of the view that each patient is drawn from; -1 for the whole disease.
        excess: by how much each patient's findings exceed the floors for its disease without the view, nats; 0 for
            patients of whole diseases.
        starts: where each patient's findings start in `terms`.
        terms: numbers of the findings' terms.
    """

    diseases: Ints
    views: Ints
    excess: npt.NDArray[np.float32]
    starts: Ints
    terms: Ints


class PatientBatches:
    """Draws batches.

    Args:
        profiles: of the diseases.
        arrays: compiled from the profiles.
        annotated: frequency of each disease's annotated terms.
        views: of the diseases.
        view_share: share of the patients that are drawn from one publication, where the graph has such views.
        seed: of the random numbers.
    """

    def __init__(
        self,
        profiles: Profiles,
        arrays: Mapping[str, npt.NDArray[Any]],
        annotated: Sparse,
        views: ReferenceViews,
        *,
        view_share: float,
        seed: int,
    ) -> None:
        self.views, self._view_share = views, view_share
        self._random = np.random.default_rng(seed)
        moves = TermMoves(profiles.data)
        self._whole = PatientSimulator(moves, annotated, BETWEEN_AUTHORS, any_length, self._random)
        self._viewed = PatientSimulator(moves, self.views.shown, WITHIN_AUTHOR, usual_length, self._random)
        self._excess = partial(
            excess_without,
            self.views,
            profiles=profiles,
            background=arrays["background"],
            information=arrays["information_content"],
        )
        self._popularity = _popularity(profiles)
        self._published = np.nonzero(views.publication)[0]
        self._recorded = np.nonzero(~views.publication)[0]

    def draw(self, size: int) -> Batch:
        """Draw patients: of diseases by their popularity, and of views each as likely as any other.

        Args:
            size: how many.
        """
        views = self._drawn_views(size)
        count = len(views)
        drawn = self._random.random(size - count) * self._popularity[-1]
        whole = np.searchsorted(self._popularity, drawn, "right")
        seen, others = self._viewed.draw(views), self._whole.draw(whole)
        patient = np.repeat(np.arange(count), np.diff(np.append(seen.starts, len(seen.terms))))
        excess = np.zeros(size, dtype=np.float32)
        if count:
            each = self._excess(view=views[patient], term=seen.terms)
            excess[:count] = np.bincount(patient, each, count)
        return Batch(
            np.concatenate([self.views.diseases[views], whole]),
            np.concatenate([views, np.full(size - count, -1)]),
            excess,
            np.concatenate([seen.starts, others.starts + len(seen.terms)]),
            np.concatenate([seen.terms, others.terms]),
        )

    def _drawn_views(self, size: int) -> Ints:
        """Views for some of the patients; publications are more like patients than the entries of databases are."""
        shares = (self._view_share * PUBLISHED_SHARE, self._view_share * (1.0 - PUBLISHED_SHARE))
        drawn = [
            group[self._random.integers(0, len(group), int(self._random.binomial(size, share)))]
            for share, group in zip(shares, (self._published, self._recorded), strict=True)
            if len(group)
        ]
        return np.concatenate([np.empty(0, dtype=np.int64), *drawn])[:size]


def _popularity(profiles: Profiles) -> npt.NDArray[np.float64]:
    """How likely each disease is, summed up: by the root of its rows, as what is seen more is described more."""
    data = profiles.data
    rows = np.bincount(data.entry_disease[data.row_entry], minlength=len(data.diseases))
    return np.cumsum(np.sqrt(rows))
