"""Fit the trained correction on patients simulated from a graph; the only file of the ranking that needs torch.

The score of a disease is fitted as scale x (L + what silence costs it) + u . v by cross-entropy over all diseases; the
scale is used in fitting only. Members are fitted apart, each with other chance, added up and brought back to the rank
of one. Some learn a vector for each disease, from patients of whole diseases. The others make it from vectors of the
terms in the disease's profile, which is also right for a profile that lacks a reference: half of their patients come
from one reference and are ranked against what the others say of the disease. Members of a short series of subtypes
share their vectors: the formula tells them apart.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from reasoner.ranking.disease_profile import Profiles
from reasoner.ranking.learned_features import ancestor_matrix, nearest_of_rank, profile_features, shared_in_series
from reasoner.ranking.patient_batches import PatientBatches
from reasoner.ranking.ranker_vectors import RankerVectors
from reasoner.ranking.reference_views import annotated_terms, reference_views
from reasoner.ranking.score_rows import ScoreRows
from reasoner.ranking.unmentioned_findings import unmentioned_nats

__all__ = ["BATCHES", "MEMBERS", "Member", "TrainingGraph", "fit_vectors"]

Floats = npt.NDArray[np.float32]

RANK = 32
BATCHES = 500
BATCH_SIZE = 256
_LEARNING_RATE = 0.01
_SHORTEST_CYCLE = 20
_FIRST_VECTORS = 0.1
_FIRST_SCALE = 0.5


class Member(NamedTuple):
    """How one part of the correction is fitted.

    Args:
        name: for the record.
        by_terms: whether the vectors of diseases are made of those of their terms.
        view_share: share of its patients that are drawn from one reference.
        weight_decay: of its vectors.
        weight: what it counts against the formula.
    """

    name: str
    by_terms: bool
    view_share: float
    weight_decay: float
    weight: float


MEMBERS = (
    *(
        Member(f"diseases {number}", by_terms=False, view_share=0.0, weight_decay=0.01, weight=0.15)
        for number in (1, 2)
    ),
    *(
        Member(f"terms {number}", by_terms=True, view_share=0.5, weight_decay=0.3, weight=0.135)
        for number in range(1, 7)
    ),
)
"""Weights and decays were chosen on the tuning part of the published cases; weights from 0.8 to 1.4 in all rank alike.
One seed differs from another by points, hence several members of each kind."""


class TrainingGraph(NamedTuple):
    """All of a graph that the fit reads.

    Args:
        profiles: of its diseases.
        arrays: compiled from the profiles.
        references: what each annotation row cites.
        series: numbers of the diseases of each series of subtypes, none in two.
    """

    profiles: Profiles
    arrays: Mapping[str, npt.NDArray[Any]]
    references: Sequence[frozenset[str]]
    series: Sequence[Sequence[int]] = ()


def fit_vectors(
    graph: TrainingGraph,
    *,
    seed: int = 0,
    batches: int = BATCHES,
    batch_size: int = BATCH_SIZE,
    rank: int = RANK,
    origin: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> RankerVectors:
    """Fit the vectors; the same graph and seed give the same ones on the same machine.

    Args:
        graph: what to fit on.
        seed: of the patients and of the first vectors.
        batches: how many steps for each member.
        batch_size: patients in a step.
        rank: length of the vectors.
        origin: what to keep with the vectors about where they come from.
        progress: is told how far the fit is.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        fixed = _Fixed(graph)
        fitted = [
            _fitted(_Fit(fixed, member, seed + number, rank, batches), batches, batch_size, progress)
            for number, member in enumerate(MEMBERS)
        ]
    finally:
        torch.set_num_threads(threads)
    of_diseases = np.concatenate([vectors for _, vectors in fitted], axis=1)
    finding, disease = nearest_of_rank(
        np.concatenate([vectors for vectors, _ in fitted], axis=1),
        shared_in_series(of_diseases, fixed.features, graph.series),
        rank,
    )
    kept = {"batches": str(batches), "rank": str(rank), "seed": str(seed)} | {
        f"weight of {member.name}": str(member.weight) for member in MEMBERS
    }
    return RankerVectors.of(
        graph.arrays["terms"][fixed.known],
        graph.arrays["diseases"],
        term_vectors=finding,
        disease_vectors=disease,
        origin=kept | dict(origin or {}),
    )


def _fitted(fit: _Fit, batches: int, batch_size: int, progress: Callable[[str], None]) -> tuple[Floats, Floats]:
    for step in range(batches):
        fit.step(batch_size)
        if step % 50 == 0:
            progress(f"fitting the correction by {fit.member.name}: batch {step} of {batches}")
    return fit.vectors()


class _Fixed:
    """What does not change in a fit."""

    def __init__(self, graph: TrainingGraph) -> None:
        data, arrays = graph.profiles.data, graph.arrays
        information = arrays["information_content"]
        self.graph = graph
        self.known = np.nonzero(arrays["background"] > 0)[0]
        self.excess = _excess_matrix(ScoreRows(arrays), len(data.terms), len(data.diseases))
        self.above = _SparseMatrix(*ancestor_matrix(graph.profiles, arrays, self.known))
        self.annotated = annotated_terms(data)
        self.views = reference_views(graph.profiles, graph.references)
        self.features = features = profile_features(graph.profiles.final, information, self.known)
        count = len(data.diseases)
        owner = np.repeat(np.arange(count), np.diff(features.starts))
        self.of_disease = _SparseMatrix(owner, features.columns, features.values, (count, len(self.known)))
        self.view_features = profile_features(self.views.profile, information, self.known)
        self.unmentioned = torch.from_numpy(arrays["unmentioned_nats"])
        self.view_unmentioned = torch.from_numpy(unmentioned_nats(self.views.profile))

    def of_views(self, views: npt.NDArray[np.int64], vectors: torch.Tensor) -> torch.Tensor:
        """Vectors of the diseases of some views, made of those of the terms in the views' profiles."""
        features = self.view_features
        lengths = features.starts[views + 1] - features.starts[views]
        first = np.cumsum(lengths) - lengths
        place = np.arange(int(lengths.sum())) + np.repeat(features.starts[views] - first, lengths)
        return torch.nn.functional.embedding_bag(
            torch.from_numpy(features.columns[place]),
            vectors,
            torch.from_numpy(first),
            mode="sum",
            per_sample_weights=torch.from_numpy(features.values[place].astype(np.float32)),
        )


class _Fit:
    def __init__(self, fixed: _Fixed, member: Member, seed: int, rank: int, batches: int) -> None:
        self._fixed, self.member = fixed, member
        graph = fixed.graph
        self._batches = PatientBatches(
            graph.profiles, graph.arrays, fixed.annotated, fixed.views, view_share=member.view_share, seed=seed
        )
        random = torch.Generator().manual_seed(seed)
        first = [
            torch.randn(count, rank, generator=random) * _FIRST_VECTORS
            for count in (len(fixed.known), len(fixed.known), len(graph.profiles.data.diseases))
        ]
        self._finding, self._annotation, self._disease = (torch.nn.Parameter(values) for values in first)
        self._scale = torch.nn.Parameter(torch.tensor(float(np.log(_FIRST_SCALE))))
        vectors = [self._finding, self._annotation if member.by_terms else self._disease]
        groups = [
            {"params": vectors, "weight_decay": member.weight_decay},
            {"params": [self._scale], "weight_decay": 0.0},
        ]
        self._optimizer = torch.optim.AdamW(groups, lr=_LEARNING_RATE)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, _LEARNING_RATE, total_steps=max(batches, _SHORTEST_CYCLE), pct_start=0.1
        )

    def step(self, batch_size: int) -> float:
        batch = self._batches.draw(batch_size)
        truth, terms = torch.from_numpy(batch.diseases), torch.from_numpy(batch.terms)
        starts, fixed = torch.from_numpy(batch.starts), self._fixed
        bag = torch.nn.functional.embedding_bag
        finding = bag(terms, fixed.above(self._finding), starts, mode="sum")
        ratios = bag(terms, fixed.excess, starts, mode="sum") + fixed.unmentioned
        learned = finding @ self._disease_vectors().T
        seen = torch.from_numpy(np.nonzero(batch.views >= 0)[0])
        if len(seen):
            # The patient's own disease is ranked by what is known of it without the patient's reference.
            views = batch.views[batch.views >= 0]
            own = fixed.of_views(views, self._annotation)
            known = torch.from_numpy(batch.excess)[seen] + fixed.view_unmentioned[torch.from_numpy(views)]
            ratios = ratios.index_put((seen, truth[seen]), known)
            learned = learned.index_put((seen, truth[seen]), (finding[seen] * own).sum(1))
        loss = torch.nn.functional.cross_entropy(torch.exp(self._scale) * ratios + learned, truth)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self._schedule.step()
        return float(loss.detach())

    def _disease_vectors(self) -> torch.Tensor:
        return self._fixed.of_disease(self._annotation) if self.member.by_terms else self._disease

    def vectors(self) -> tuple[Floats, Floats]:
        """Vectors of findings and of diseases; what all diseases share changes no rank and is left out."""
        with torch.no_grad():
            disease = self._disease_vectors()
            weighed = self.member.weight * (disease - disease.mean(0))
        return self._finding.detach().numpy(), weighed.numpy()


class _SparseMatrix:
    """A constant sparse matrix that gradients pass through."""

    def __init__(
        self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], values: Any, shape: tuple[int, int]
    ) -> None:
        self._forward = _compressed(rows, columns, values, shape)
        self._backward = _compressed(columns, rows, values, shape[::-1])

    def __call__(self, dense: torch.Tensor) -> torch.Tensor:
        product: torch.Tensor = _Product.apply(self._forward, self._backward, dense)
        return product


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, matrix: torch.Tensor, transposed: torch.Tensor, dense: torch.Tensor) -> torch.Tensor:
        context.transposed = transposed
        return matrix @ dense

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> tuple[None, None, torch.Tensor]:
        return None, None, context.transposed @ gradients[0].contiguous()


def _compressed(rows: Any, columns: Any, values: Any, shape: tuple[int, int]) -> torch.Tensor:
    order = np.lexsort((columns, rows))
    starts = np.searchsorted(rows[order], np.arange(shape[0] + 1))
    with warnings.catch_warnings():
        # torch says that this layout is in beta; only its product with a matrix is used.
        warnings.simplefilter("ignore", UserWarning)
        return torch.sparse_csr_tensor(
            torch.from_numpy(starts),
            torch.from_numpy(columns[order]),
            torch.from_numpy(np.asarray(values, dtype=np.float32)[order]),
            shape,
            check_invariants=True,
        )


def _excess_matrix(rows: ScoreRows, terms: int, diseases: int) -> torch.Tensor:
    matrix = np.empty((terms, diseases), dtype=np.float32)
    for term in range(terms):
        matrix[term] = rows.row(term)
    return torch.from_numpy(matrix)
