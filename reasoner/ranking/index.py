"""Rank diseases for a patient's findings: sums of compiled rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError, UnknownTermError
from ontologies.term_id import TermId
from reasoner.ranking.compiled_arrays import CompiledArrays
from reasoner.ranking.compiling import compile_ranking
from reasoner.ranking.correction import Correction
from reasoner.ranking.disease_profile import Profiles, RankingInput
from reasoner.ranking.explaining import Explainer
from reasoner.ranking.likelihood_ratio import FindingLikelihood
from reasoner.ranking.priors import PRIOR_ARRAYS
from reasoner.ranking.score_rows import ScoreRows

__all__ = ["Candidates", "RankedDisease", "RankingIndex", "compile_ranking"]

Candidates = Literal["all", "omim"]
Floats = npt.NDArray[np.float32]


class RankedDisease(NamedTuple):
    """A disease's place among the candidates.

    Args:
        id: the disease.
        node_index: its number in the snapshot.
        rank: from 1; equal scores are ordered by id.
        score: log likelihood ratio plus the trained correction plus, unless the prior is uniform, log prior; nats.
        probability: softmax of the scores over all candidates; not calibrated.
        log10_likelihood_ratio: of the formula alone, without correction and prior, in powers of ten.
    """

    id: TermId
    node_index: int
    rank: int
    score: float
    probability: float
    log10_likelihood_ratio: float


class RankingIndex:
    """The compiled ranking of one build.

    Args:
        snapshot: the build.
        arrays: what was compiled.
    """

    correction: Correction | None = None
    """What is added to the formula; see `corrected`."""
    ranker: str = "none"
    """Which correction that is, for certificates."""

    def __init__(self, snapshot: Snapshot, arrays: CompiledArrays) -> None:
        self.snapshot = snapshot
        self._arrays = arrays
        self._rows = ScoreRows(arrays)
        self._explainer = Explainer(arrays)

    @classmethod
    def open(cls, snapshot: Snapshot, *, check: bool = False) -> RankingIndex:
        """Open the ranking that was compiled into a snapshot's folder.

        Args:
            snapshot: the graph.
            check: read every file and compare its hash; else only sizes are compared.

        Raises:
            GraphMissingError: no ranking was compiled.
            GraphDamagedError: it belongs to another build, or a file is truncated or, where checked, altered.
        """
        return cls(snapshot, CompiledArrays.open(snapshot, check=check))

    def corrected(self, correction: Correction | None, ranker: str) -> RankingIndex:
        """The same index with a trained correction in its ranks and reasons; this one stays as it is.

        Args:
            correction: in this index's numbering; None for the formula alone.
            ranker: what to call it.
        """
        other = copy(self)
        other.correction, other.ranker = correction, ranker
        return other

    @property
    def artefacts(self) -> dict[str, str]:
        """Hash by name of what was learned elsewhere."""
        return {} if self.correction is None else {"vectors": self.correction.vectors.sha256}

    def array(self, name: str) -> npt.NDArray[Any]:
        """One of the compiled arrays, read only."""
        return self._arrays[name]

    # Numbers of terms and diseases

    @cached_property
    def disease_ids(self) -> list[TermId]:
        """All candidates, sorted by spelling."""
        return [TermId(*text.decode().split(":", 1)) for text in self.array("diseases").tolist()]

    @cached_property
    def _omim(self) -> npt.NDArray[np.int64]:
        return np.nonzero(self.array("is_omim"))[0]

    @cached_property
    def _nodes(self) -> list[int]:
        nodes: list[int] = self.array("disease_nodes").tolist()
        return nodes

    def candidate_numbers(self, candidates: Candidates) -> npt.NDArray[np.int64] | None:
        """Numbers of the candidates; None stands for all."""
        if candidates not in ("all", "omim"):
            raise InputError("unknown candidates", value=candidates, remedy="Write all or omim")
        return self._omim if candidates == "omim" else None

    def disease_number(self, disease: TermId) -> int | None:
        """Number of a candidate by its id or the id of an exact match."""
        return self._arrays.disease_number(disease)

    def term_number(self, term: TermId) -> int:
        """Number of a term by its id or an alternative one.

        Raises:
            UnknownTermError: no symptom of the graph has that id.
        """
        number = self._arrays.term_number(term)
        if number is None:
            raise UnknownTermError(
                "not a phenotypic abnormality of this graph", value=term, remedy="Give an HPO term below HP:0000118"
            )
        return number

    def term_numbers(self, observed: Sequence[TermId]) -> list[int]:
        """Numbers of the terms, unique, ascending."""
        return sorted({self.term_number(term) for term in observed})

    def ancestors(self, term: int) -> list[int]:
        """Numbers of a term and its ancestors, ascending."""
        return self._arrays.ancestors(term)

    def information_of(self, term: int) -> float:
        """Information content of a finding, nats; of a term that no disease has, that of its best ancestor."""
        return float(self.array("information_content")[term])

    @cached_property
    def prior_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What is known of each disease beside its symptoms, as `reasoner.ranking.priors` reads it."""
        return {name: self.array(name) for name in PRIOR_ARRAYS}

    # Ranks

    def excess(self, term: int) -> Floats:
        """By how much each disease exceeds, for a finding, the floor of one that does not have it; nats, read only."""
        return self._rows.row(term)

    def scores(self, terms: Sequence[int]) -> Floats:
        """Log likelihood ratio of every disease, nats."""
        return self._rows.total(terms)

    def rank(
        self,
        observed: Sequence[TermId],
        *,
        excluded: Sequence[TermId] = (),
        top: int = 10,
        candidates: Candidates = "all",
        uniform_prior: bool = False,
    ) -> list[RankedDisease]:
        """The likeliest diseases, best first.

        Args:
            observed: the patient's findings; repeated and equivalent ids count once.
            excluded: what the patient does not have; checked but of weight 0: published cases report it selectively,
                and any weight ranked worse.
            top: how many.
            candidates: all diseases with symptoms, or the OMIM entries among them.
            uniform_prior: leave the prevalence of common conditions out.

        Raises:
            UnknownTermError: a finding is no phenotypic abnormality of the graph.
        """
        terms = self.term_numbers(observed)
        self.term_numbers(excluded)
        if not terms:
            return []
        chosen = self.candidate_numbers(candidates)
        ratios = self.scores(terms)
        scores = ratios if self.correction is None else ratios + self.correction.total(terms)
        if chosen is not None:
            ratios, scores = ratios[chosen], scores[chosen]
        if not uniform_prior:
            scores = scores + self.log_prior(chosen)
        return self._top(scores, ratios, chosen, min(top, len(scores)))

    def log_prior(self, chosen: npt.NDArray[np.int64] | None) -> Floats:
        """Log prior of prevalence, nats."""
        prior = self.array("prior_log_prevalence")
        return np.asarray(prior if chosen is None else prior[chosen])

    def _top(
        self, scores: Floats, ratios: Floats, chosen: npt.NDArray[np.int64] | None, top: int
    ) -> list[RankedDisease]:
        if top <= 0:
            return []
        threshold = np.partition(scores, len(scores) - top)[len(scores) - top]
        leading = np.nonzero(scores >= threshold)[0]
        leading = leading[np.argsort(-scores[leading], kind="stable")][:top]
        held = scores[leading].astype(np.float64)
        total = float(np.exp(scores - scores[leading[0]]).sum(dtype=np.float64))
        numbers: list[int] = (leading if chosen is None else chosen[leading]).tolist()
        ids, nodes = self.disease_ids, self._nodes
        places = zip(
            [ids[number] for number in numbers],
            [nodes[number] for number in numbers],
            range(1, top + 1),
            held.tolist(),
            (np.exp(held - held[0]) / total).tolist(),
            (ratios[leading] / math.log(10)).tolist(),
            strict=True,
        )
        return list(map(RankedDisease._make, places))

    # Reasons

    def explain(self, disease: TermId, observed: Sequence[TermId]) -> list[FindingLikelihood]:
        """What each finding says about one disease, in the order of the terms' ids.

        Raises:
            UnknownTermError: the disease is no candidate, or a finding no symptom of the graph.
        """
        number = self.disease_number(disease)
        if number is None:
            raise UnknownTermError("no disease with symptoms in this graph", value=disease, remedy="Check the id")
        return [self._reason(number, term) for term in self.term_numbers(observed)]

    def _reason(self, disease: int, term: int) -> FindingLikelihood:
        reason = self._explainer.finding_likelihood(disease, term)
        if self.correction is None:
            return reason
        return replace(reason, correction=self.correction.finding(term, disease))

    def frequency(self, disease: int, term: int) -> float:
        """P of a term in a disease, own and lent; 0 where the profile lacks it."""
        return self._explainer.frequency(disease, term)

    @cached_property
    def profiles(self) -> Profiles:
        """The profiles that the index was compiled from, for leaving rows out."""
        return Profiles(self.ranking_input())

    def ranking_input(self) -> RankingInput:
        """The rows that the index was compiled from."""
        return self._arrays.ranking_input()
