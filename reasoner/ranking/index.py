"""Rank diseases for a patient's findings: sums of compiled rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_layout import REBUILD
from ontologies.errors import GraphDamagedError, InputError, UnknownTermError
from ontologies.term_id import TermId
from reasoner.ranking.compiled_arrays import CompiledArrays
from reasoner.ranking.compiling import compile_ranking
from reasoner.ranking.disease_profile import Profiles, RankingInput
from reasoner.ranking.explaining import Explainer
from reasoner.ranking.likelihood_ratio import FLOOR, SMOOTHING, FindingLikelihood
from reasoner.ranking.priors import PRIOR_ARRAYS
from reasoner.ranking.score_rows import ScoreRows

__all__ = ["ROUNDING", "RankingIndex", "compile_ranking"]

Floats = npt.NDArray[np.float32]

ROUNDING = 1e-3
"""How far a sum of numbers of 32 bits may be off, for each of them, in nats."""


class RankingIndex:
    """The compiled ranking of one build.

    Args:
        snapshot: the build.
        arrays: what was compiled.
    """

    def __init__(self, snapshot: Snapshot, arrays: CompiledArrays) -> None:
        self.snapshot = snapshot
        self._arrays = arrays
        self._rows = ScoreRows(arrays)
        self._explainer = Explainer(arrays)

    @classmethod
    def open(cls, snapshot: Snapshot) -> RankingIndex:
        """Open the ranking that was compiled into a snapshot's folder.

        Raises:
            GraphMissingError: no ranking was compiled.
            GraphDamagedError: it belongs to another build, or a file is truncated or no array.
        """
        return cls(snapshot, CompiledArrays.open(snapshot))

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

    def candidate_numbers(self, candidates: str) -> npt.NDArray[np.int64] | None:
        """Numbers of the candidates; None stands for all.

        Raises:
            InputError: there are no such candidates.
        """
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

    def find_term(self, term: TermId) -> int | None:
        """Number of a term by its id or an alternative one; None where no symptom of the graph has it."""
        return self._arrays.term_number(term)

    def known_terms(self, terms: Iterable[TermId]) -> list[int]:
        """Numbers of those of the terms that are symptoms of the graph, in the order given."""
        return [number for term in terms if (number := self.find_term(term)) is not None]

    def term_id(self, term: int) -> TermId:
        """Id of a term by its number."""
        return TermId.parse(self.array("terms")[term].decode())

    @cached_property
    def number_by_node_id(self) -> dict[TermId, int]:
        """Number of each candidate by the id of its node."""
        return {disease: number for number, disease in enumerate(self.disease_ids)}

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
        """Log likelihood ratio of every disease, nats.

        Raises:
            GraphDamagedError: a number is none that the formula can give.
        """
        total = self._rows.total(terms)
        # The rows are too large to hash at every opening. Of a number that is none, every comparison is false.
        least, most = (len(terms) * (bound + sign * ROUNDING) for bound, sign in ((FLOOR, -1), (self._most, 1)))
        if len(total) and not (least <= total.min() and total.max() <= most):
            raise GraphDamagedError("the rows of the ranking were altered", value=self.snapshot.folder, remedy=REBUILD)
        return total

    @cached_property
    def _most(self) -> float:
        """The most that one finding can say for one disease, nats: one that has the rarest of terms for certain."""
        background = self.array("background")
        rarest = background[background > 0].min(initial=1.0)
        return float(np.log(1 / rarest + SMOOTHING))

    # Reasons

    def explain(self, disease: TermId, observed: Sequence[TermId]) -> list[FindingLikelihood]:
        """What each finding says about one disease, in the order of the terms' ids.

        Raises:
            UnknownTermError: the disease is no candidate, or a finding no symptom of the graph.
        """
        number = self.disease_number(disease)
        if number is None:
            raise UnknownTermError("no disease with symptoms in this graph", value=disease, remedy="Check the id")
        return [self.explain_term(number, term) for term in self.term_numbers(observed)]

    def explain_term(self, disease: int, term: int) -> FindingLikelihood:
        """What one finding says about one disease, by their numbers."""
        return self._explainer.finding_likelihood(disease, term)

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
