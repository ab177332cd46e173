"""The scores of every disease for one case, and the places that they give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot_layout import REBUILD
from ontologies.errors import GraphDamagedError
from ontologies.term_id import TermId
from reasoner.ranking.correction import Correction
from reasoner.ranking.index import ROUNDING, RankingIndex
from reasoner.ranking.likelihood_ratio import FindingLikelihood
from reasoner.ranking.score_term import ScoreTerm

__all__ = ["CaseRanking", "RankedDisease", "leading_numbers"]

Floats = npt.NDArray[np.float32]
_LOWEST = np.finfo(np.float32).min


class RankedDisease(NamedTuple):
    """A disease's place in a ranking, which what is said of it is read from when asked for.

    Args:
        ranking: of a case.
        number: the disease's number in the index.
        rank: from 1; equal scores are ordered by id.
    """

    ranking: CaseRanking
    number: int
    rank: int

    @property
    def id(self) -> TermId:
        """Of the disease."""
        return self.ranking.index.disease_ids[self.number]

    @property
    def node_index(self) -> int:
        """Its number in the snapshot."""
        return int(self.ranking.index.array("disease_nodes")[self.number])

    @property
    def score(self) -> float:
        """Log likelihood ratio, correction and priors together, nats."""
        return float(self.ranking.scores[self.number])

    @property
    def probability(self) -> float:
        """Softmax of the scores over all candidates; not calibrated."""
        return math.exp(self.score - self.ranking.log_total)

    @property
    def log10_likelihood_ratio(self) -> float:
        """Of the findings alone, in powers of ten."""
        return float(self.ranking.ratios[self.number]) / math.log(10)

    @property
    def correction(self) -> float:
        """The trained correction of all findings, nats."""
        learned = self.ranking.learned
        return 0.0 if learned is None else float(learned[self.number])

    @property
    def priors(self) -> dict[str, float]:
        """By name, nats, the share of each further term that has one."""
        return {term.name: nats for term in self.ranking.priors if (nats := float(term.nats[self.number]))}


class CaseRanking:
    """The scores of every disease for one case.

    Args:
        index: the compiled ranking.
        terms: numbers of the patient's findings, ascending.
        ratios: log likelihood ratio of every disease, nats; None for those of the index.
        correction: what was trained; None ranks by the formula alone.
        priors: the named terms beside the findings.
        outside: minus infinity for every disease that is no candidate, else 0; None where all are.
    """

    def __init__(
        self,
        index: RankingIndex,
        terms: Sequence[int],
        *,
        ratios: Floats | None = None,
        correction: Correction | None = None,
        priors: Iterable[ScoreTerm] = (),
        outside: Floats | None = None,
    ) -> None:
        self.index = index
        self.terms = tuple(terms)
        self.correction = correction
        self.priors = tuple(priors)
        self.ratios = index.scores(terms) if ratios is None else ratios
        self.learned = None if correction is None else correction.total(terms)
        self._outside = outside
        self.scores = self._sum(self.priors)

    def _sum(self, priors: Iterable[ScoreTerm]) -> Floats:
        scores = self.ratios.copy()
        for part in (self.learned, self._outside, *(term.nats for term in priors)):
            if part is not None:
                scores += part
        return scores

    @property
    def is_empty(self) -> bool:
        """Whether no disease is possible."""
        return not (self.scores > -np.inf).any()

    @cached_property
    def log_total(self) -> float:
        """Logarithm of the sum of all candidates' exponentiated scores."""
        highest = self.scores.max()
        return float(highest) + math.log(np.exp(self.scores - highest).sum())

    def leading(self, top: int) -> list[RankedDisease]:
        """The likeliest diseases, best first; impossible ones are in no place."""
        return self.places(leading_numbers(self.scores, top))

    def places(self, numbers: npt.NDArray[np.int64]) -> list[RankedDisease]:
        """Diseases as places, ranked in the order given."""
        return [RankedDisease(self, number, rank) for rank, number in enumerate(numbers.tolist(), 1)]

    def scores_without(self, name: str) -> Floats:
        """The scores of all candidates as they were without one of the priors."""
        kept = [term for term in self.priors if term.name != name]
        return self.scores if len(kept) == len(self.priors) else self._sum(kept)

    def explain(self, disease: int) -> list[FindingLikelihood]:
        """What each finding says about a disease, by its number, with its share of the correction.

        Raises:
            GraphDamagedError: it is not what the disease was ranked by.
        """
        parts = [self.index.explain_term(disease, term) for term in self.terms]
        if not abs(sum(part.log_likelihood_ratio for part in parts) - self.ratios[disease]) <= ROUNDING * len(parts):
            altered = "the rows of the ranking were altered"
            raise GraphDamagedError(altered, value=self.index.snapshot.folder, remedy=REBUILD)
        if self.correction is None:
            return parts
        shares = (self.correction.finding(term, disease) for term in self.terms)
        return [replace(part, correction=share) for part, share in zip(parts, shares, strict=True)]

    @property
    def impossible(self) -> dict[str, int]:
        """How many diseases each term makes impossible; terms that make none are left out."""
        counts = {term.name: int((term.nats == -np.inf).sum()) for term in self.priors}
        return {name: count for name, count in counts.items() if count}


def leading_numbers(scores: Floats, top: int) -> npt.NDArray[np.int64]:
    """Numbers of the highest scores above minus infinity, best first; among equals the lowest number first."""
    first = max(len(scores) - top, 0)
    if first >= len(scores):
        return np.empty(0, dtype=np.int64)
    numbers = np.flatnonzero(scores >= max(np.partition(scores, first)[first], _LOWEST))
    return numbers[np.argsort(-scores[numbers], kind="stable")[:top]]
