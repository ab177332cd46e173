"""Fit the trained correction on patients simulated from a graph; the only file of the ranking that needs torch.

The score of a disease is fitted as scale x L + u . v by cross-entropy over all diseases; the scale is used in fitting
only. Two members are fitted apart and added up. One learns a vector for each disease, from patients of whole diseases.
The other makes it from vectors of the disease's terms, which is also right for a profile that lacks a reference: half
of its patients come from one reference and are ranked against what the others say of the disease.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from reasoner.ranking.correction import ancestor_weights
from reasoner.ranking.disease_profile import Profiles, Sparse
from reasoner.ranking.patient_batches import PatientBatches
from reasoner.ranking.ranker_vectors import RankerVectors
from reasoner.ranking.reference_views import annotated_terms, reference_views
from reasoner.ranking.score_rows import ScoreRows

__all__ = ["TrainingGraph", "fit_vectors"]

Floats = npt.NDArray[np.float32]

RANK = 24
BATCHES = 700
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
    Member("disease", by_terms=False, view_share=0.0, weight_decay=0.01, weight=0.25),
    Member("terms", by_terms=True, view_share=0.5, weight_decay=1.0, weight=0.75),
)
"""Weights and decays were chosen on the tuning part of the published cases."""


class TrainingGraph(NamedTuple):
    """All of a graph that the fit reads.

    Args:
        profiles: of its diseases.
        arrays: compiled from the profiles.
        references: what each annotation row cites.
    """

    profiles: Profiles
    arrays: Mapping[str, npt.NDArray[Any]]
    references: Sequence[frozenset[str]]


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
        rank: length of a member's vectors.
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
    kept = {"batches": str(batches), "rank": str(rank), "seed": str(seed)} | {
        f"weight_{member.name}": str(member.weight) for member in MEMBERS
    }
    return RankerVectors.of(
        graph.arrays["terms"][fixed.known],
        graph.arrays["diseases"],
        term_vectors=np.concatenate([finding for finding, _ in fitted], axis=1),
        disease_vectors=np.concatenate([disease for _, disease in fitted], axis=1),
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
        self.above = _SparseMatrix(*_ancestor_matrix(graph.profiles, arrays, self.known))
        self.annotated = annotated_terms(data)
        self.views = reference_views(graph.profiles, graph.references)
        self.of_disease = _SparseMatrix(*_feature_matrix(self.annotated, information))
        self.of_view = _SparseMatrix(*_feature_matrix(self.views.rest, information))


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
        annotation = fixed.above(self._annotation) if self.member.by_terms else None
        ratios = bag(terms, fixed.excess, starts, mode="sum")
        learned = finding @ self._disease_vectors(annotation).T
        seen = torch.from_numpy(np.nonzero(batch.views >= 0)[0])
        if annotation is not None and len(seen):
            # The patient's own disease is ranked by what is known of it without the patient's reference.
            own = fixed.of_view(annotation)[torch.from_numpy(batch.views)[seen]]
            ratios = ratios.index_put((seen, truth[seen]), torch.from_numpy(batch.excess)[seen])
            learned = learned.index_put((seen, truth[seen]), (finding[seen] * own).sum(1))
        loss = torch.nn.functional.cross_entropy(torch.exp(self._scale) * ratios + learned, truth)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self._schedule.step()
        return float(loss.detach())

    def _disease_vectors(self, annotation: torch.Tensor | None) -> torch.Tensor:
        return self._disease if annotation is None else self._fixed.of_disease(annotation)

    def vectors(self) -> tuple[Floats, Floats]:
        """Vectors of findings and of diseases; what all diseases share changes no rank and is left out."""
        with torch.no_grad():
            annotation = self._fixed.above(self._annotation) if self.member.by_terms else None
            disease = self._disease_vectors(annotation)
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


def _ancestor_matrix(
    profiles: Profiles, arrays: Mapping[str, npt.NDArray[Any]], known: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64], tuple[int, int]]:
    """What each known ancestor counts in the vector of a finding."""
    background, information = arrays["background"], arrays["information_content"]
    place = np.full(len(background), -1)
    place[known] = np.arange(len(known))
    weight = np.empty(len(profiles.ancestors))
    for term in range(len(background)):
        span = slice(int(profiles.starts[term]), int(profiles.starts[term + 1]))
        above = profiles.ancestors[span]
        weight[span] = ancestor_weights(np.where(background[above] > 0, information[above], 0.0))
    finding = np.repeat(np.arange(len(background)), np.diff(profiles.starts))
    held = weight > 0
    return finding[held], place[profiles.ancestors[held]], weight[held], (len(background), len(known))


def _feature_matrix(
    frequencies: Sparse, information: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64], tuple[int, int]]:
    """What each annotated term counts in the vector of a disease: informative and frequent ones most."""
    count = len(frequencies.starts) - 1
    owner = np.repeat(np.arange(count), np.diff(frequencies.starts))
    weight = np.sqrt(frequencies.values) * information[frequencies.columns]
    length = np.sqrt(np.bincount(owner, weight**2, count))[owner]
    held = length > 0
    return owner[held], frequencies.columns[held], (weight[held] / length[held]), (count, len(information))
