"""Rank diseases for a patient's findings: sums of compiled rows, and the reasons behind each sum."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from kg_builder.snapshot import Snapshot
from ontologies.errors import GraphDamagedError, GraphMissingError, InputError, UnknownTermError
from ontologies.term_id import TermId
from reasoner.ranking.compiling import ABNORMALITY, DESCRIPTION, FORMAT, compile_ranking, ranking_folder
from reasoner.ranking.disease_profile import Profiles, RankingInput
from reasoner.ranking.likelihood_ratio import (
    EQUIVALENT_WEIGHT,
    FLOOR,
    IMPRECISION_COST,
    FindingLikelihood,
    MatchType,
    shrunk_frequency,
    term_log_ratio,
)

__all__ = ["Candidates", "RankedDisease", "RankingIndex", "compile_ranking"]

Candidates = Literal["all", "omim"]
Floats = npt.NDArray[np.float32]
_REMEDY = "Run `aitia build` again"


class RankedDisease(NamedTuple):
    """A disease's place among the candidates.

    Args:
        id: the disease.
        node_index: its number in the snapshot.
        rank: from 1; equal scores are ordered by id.
        score: log likelihood ratio plus, unless the prior is uniform, log prior; nats.
        probability: softmax of the scores over all candidates; not calibrated.
        log10_likelihood_ratio: without the prior, in powers of ten.
    """

    id: TermId
    node_index: int
    rank: int
    score: float
    probability: float
    log10_likelihood_ratio: float


class RankingIndex:
    """The compiled ranking of one build, memory-mapped."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._folder = ranking_folder(snapshot.folder)
        self._arrays: dict[str, npt.NDArray[Any]] = {}

    @classmethod
    def open(cls, snapshot: Snapshot) -> RankingIndex:
        """Open the ranking that was compiled into a snapshot's folder.

        Raises:
            GraphMissingError: no ranking was compiled.
            GraphDamagedError: it belongs to another build, or a file is truncated.
        """
        index = cls(snapshot)
        path = index._folder / DESCRIPTION
        if not path.is_file():
            raise GraphMissingError("no ranking was compiled for this graph", value=index._folder, remedy=_REMEDY)
        try:
            description = json.loads(path.read_bytes())
            files = {name: int(entry["bytes"]) for name, entry in description["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise GraphDamagedError("the ranking's description is damaged", value=path, remedy=_REMEDY) from error
        if description.get("build_id") != snapshot.build_id or description.get("format") != FORMAT:
            raise GraphDamagedError("the ranking belongs to another build", value=path, remedy=_REMEDY)
        for name, size in files.items():
            if not (index._folder / name).is_file() or (index._folder / name).stat().st_size != size:
                raise GraphDamagedError(
                    "a file of the ranking is missing or truncated", value=index._folder / name, remedy=_REMEDY
                )
        return index

    def array(self, name: str) -> npt.NDArray[Any]:
        """One of the compiled arrays, read only."""
        if name not in self._arrays:
            self._arrays[name] = np.asarray(np.load(self._folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
        return self._arrays[name]

    @cached_property
    def disease_ids(self) -> list[TermId]:
        """All candidates, sorted by spelling."""
        return [TermId(*text.decode().split(":", 1)) for text in self.array("diseases")]

    @cached_property
    def _omim(self) -> npt.NDArray[np.int64]:
        return np.nonzero(self.array("is_omim"))[0]

    @cached_property
    def _nodes(self) -> list[int]:
        return [int(node) for node in self.array("disease_nodes")]

    def candidate_numbers(self, candidates: Candidates) -> npt.NDArray[np.int64] | None:
        """Numbers of the candidates; None stands for all."""
        if candidates not in ("all", "omim"):
            raise InputError("unknown candidates", value=candidates, remedy="Write all or omim")
        return self._omim if candidates == "omim" else None

    def disease_number(self, disease: TermId) -> int | None:
        """Number of a candidate by its id or the id of an exact match."""
        number = _find(self.array("diseases"), str(disease))
        if number is None:
            node = self.snapshot.index_of(disease)
            number = None if node is None else _find(self.array("diseases"), str(self.snapshot.id_at(node)))
        return number

    def term_number(self, term: TermId) -> int:
        """Number of a term by its id or an alternative one.

        Raises:
            UnknownTermError: no symptom of the graph has that id.
        """
        number = _find(self.array("terms"), str(term))
        if number is None:
            node = self.snapshot.index_of(term)
            number = None if node is None else _find(self.array("terms"), str(self.snapshot.id_at(node)))
        if number is None:
            raise UnknownTermError(
                "not a phenotypic abnormality of this graph", value=term, remedy="Give an HPO term below HP:0000118"
            )
        return number

    def term_numbers(self, observed: Sequence[TermId]) -> list[int]:
        """Numbers of the terms, unique, ascending."""
        return sorted({self.term_number(term) for term in observed})

    def excess(self, term: int) -> tuple[npt.NDArray[Any] | None, Floats]:
        """By how much each disease exceeds the floor: positions (None: all diseases) and nats."""
        row = int(self.array("score_row_number")[term])
        if row >= 0:
            return None, self.array("score_rows")[row]
        starts = self.array("score_starts")
        span = slice(int(starts[term]), int(starts[term + 1]))
        if self.array("background")[term]:
            return self.array("score_positions")[span], self.array("score_excess")[span]
        return None, self._inherited_excess(term)

    def _inherited_excess(self, term: int) -> Floats:
        """Row of a term that no disease has: its ancestors' rows, as if it were as informative as the best of them."""
        ancestors = [number for number in self.ancestors(term) if self.array("background")[number]]
        information = self.array("information_content")
        best = max((float(information[number]) for number in ancestors), default=0.0)
        result = np.zeros(len(self.disease_ids), dtype=np.float32)
        for number in ancestors:
            positions, excess = self.excess(number)
            shifted = excess - np.float32(IMPRECISION_COST * (best - float(information[number])))
            where = slice(None) if positions is None else positions
            result[where] = np.maximum(result[where], shifted)
        return result

    def ancestors(self, term: int) -> list[int]:
        """Numbers of a term and its ancestors, ascending."""
        starts = self.array("ancestor_starts")
        return [int(number) for number in self.array("ancestors")[starts[term] : starts[term + 1]]]

    def information_of(self, term: int) -> float:
        """Information content of a finding, nats; of a term that no disease has, that of its best ancestor."""
        information = self.array("information_content")
        if self.array("background")[term]:
            return float(information[term])
        return max(float(information[number]) for number in self.ancestors(term))

    def scores(self, terms: Sequence[int]) -> Floats:
        """Log likelihood ratio of every disease, nats."""
        total = np.full(len(self.array("diseases")), np.float32(FLOOR * len(terms)), dtype=np.float32)
        for term in terms:
            positions, excess = self.excess(term)
            if positions is None:
                total += excess
            else:
                total[positions] += excess
        return total

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
        ratios = self.scores(terms) if chosen is None else self.scores(terms)[chosen]
        scores = ratios if uniform_prior else ratios + self.log_prior(chosen)
        return self._top(scores, ratios, chosen, min(top, len(scores)))

    def log_prior(self, chosen: npt.NDArray[np.int64] | None) -> Floats:
        """Log prior, nats up to a constant, from the prevalence class of common conditions; others count as rare."""
        prior = self.array("log_prior")
        return np.asarray(prior if chosen is None else prior[chosen])

    def _top(
        self, scores: Floats, ratios: Floats, chosen: npt.NDArray[np.int64] | None, top: int
    ) -> list[RankedDisease]:
        if top <= 0:
            return []
        threshold = np.partition(scores, len(scores) - top)[len(scores) - top]
        leading = np.nonzero(scores >= threshold)[0]
        leading = leading[np.argsort(-scores[leading], kind="stable")][:top]
        highest = float(scores[leading[0]])
        total = float(np.exp(scores - np.float32(highest)).sum(dtype=np.float64))
        numbers = leading if chosen is None else chosen[leading]
        held = zip(numbers.tolist(), scores[leading].tolist(), ratios[leading].tolist(), strict=True)
        return [
            RankedDisease(
                self.disease_ids[number],
                self._nodes[number],
                rank,
                score,
                math.exp(score - highest) / total,
                ratio / math.log(10),
            )
            for rank, (number, score, ratio) in enumerate(held, 1)
        ]

    # Reasons

    def explain(self, disease: TermId, observed: Sequence[TermId]) -> list[FindingLikelihood]:
        """What each finding says about one disease, in the order of the terms' ids.

        Raises:
            UnknownTermError: the disease is no candidate, or a finding no symptom of the graph.
        """
        number = self.disease_number(disease)
        if number is None:
            raise UnknownTermError("no disease with symptoms in this graph", value=disease, remedy="Check the id")
        return [self._explain_finding(number, term) for term in self.term_numbers(observed)]

    def frequency(self, disease: int, term: int) -> float:
        """P of a term in a disease, own and lent; 0 where the profile lacks it."""
        starts = self.array("profile_starts")
        span = slice(int(starts[disease]), int(starts[disease + 1]))
        terms = self.array("profile_terms")[span]
        position = int(np.searchsorted(terms, terms.dtype.type(term)))
        held = position < len(terms) and terms[position] == term
        return float(self.array("profile_values")[span][position]) if held else 0.0

    def _explain_finding(self, disease: int, term: int) -> FindingLikelihood:
        background, information = self.array("background"), self.array("information_content")
        ic_finding = self.information_of(term)
        found = [
            (
                term_log_ratio(frequency, float(background[number]), ic_finding, float(information[number])),
                float(information[number]),
                number,
                frequency,
            )
            for number in self.ancestors(term)
            if background[number] and (frequency := self.frequency(disease, number))
        ]
        finding = self._term_id(term)
        ratio, ic_matched, matched, frequency = max(found, default=(-math.inf, 0.0, -1, 0.0))
        if ratio <= FLOOR:
            own = float(background[term])
            return FindingLikelihood(finding, None, MatchType.NO_MATCH, FLOOR, 0.0, own, ic_finding, ic_finding, ())
        match_type, edges = self._support(disease, term, matched)
        return FindingLikelihood(
            finding,
            self._term_id(matched),
            match_type,
            ratio,
            frequency,
            float(background[matched]),
            ic_finding,
            ic_matched,
            edges,
        )

    def _term_id(self, term: int) -> TermId:
        return TermId.parse(self.array("terms")[term].decode())

    def _support(self, disease: int, term: int, matched: int) -> tuple[MatchType, tuple[int, ...]]:
        """How the profile came by the matched term, and the edges that say so."""
        profiles = self.profiles
        own = [(self._best_rows(entry, matched), entry) for entry in profiles.entries_of[disease]]
        weighed = [
            (
                frequency * (1.0 if len(own) == 1 or entry == profiles.primary[disease] else EQUIVALENT_WEIGHT),
                entry,
                at,
                edges,
            )
            for (frequency, at, edges), entry in own
            if edges
        ]
        lent = [edge for entry in profiles.neighbours_of[disease] for edge in self._best_rows(entry, matched)[2]]
        if not weighed:
            kind = MatchType.ROOT if self._is_root(matched) else MatchType.NEIGHBOUR
            return kind, tuple(sorted(set(lent)))
        _, entry, at, edges = max(weighed)
        support = tuple(sorted({*edges, *lent}))
        if self._is_root(matched) and term != matched:
            return MatchType.ROOT, support
        if matched != term:
            return MatchType.ANCESTOR, support
        if len(own) > 1 and entry != profiles.primary[disease]:
            return MatchType.EQUIVALENT_ENTRY, support
        return (MatchType.EXACT if at == term else MatchType.DESCENDANT), support

    def _is_root(self, term: int) -> bool:
        return bool(self.array("terms")[term] == ABNORMALITY.encode())

    def _best_rows(self, entry: int, matched: int) -> tuple[float, int, tuple[int, ...]]:
        """Largest pooled frequency among an entry's terms at or below the matched one, that term, its rows' edges."""
        rows = self.array("row_entry")
        # A key of another type would have numpy convert the whole array.
        key = rows.dtype.type(entry)
        span = slice(int(np.searchsorted(rows, key)), int(np.searchsorted(rows, key, "right")))
        terms = self.array("row_term")[span]
        best: tuple[float, int, tuple[int, ...]] = (0.0, -1, ())
        for term in np.unique(terms).tolist():
            if matched not in self.ancestors(term):
                continue
            mine = np.nonzero(terms == term)[0]
            n, m = (float(self.array(name)[span][mine].sum()) for name in ("row_n", "row_m"))
            frequency = shrunk_frequency(n, m)
            if (frequency, term == matched) > (best[0], best[1] == matched):
                best = frequency, term, tuple(self.array("row_edges")[span][mine].tolist())
        return best

    @cached_property
    def profiles(self) -> Profiles:
        """The profiles that the index was compiled from, for explaining and for leaving rows out."""
        return Profiles(self.ranking_input())

    def ranking_input(self) -> RankingInput:
        """The rows that the index was compiled from."""
        return RankingInput(
            terms=tuple(text.decode() for text in self.array("terms")),
            is_a=self.array("is_a").astype(np.int64),
            diseases=tuple(text.decode() for text in self.array("diseases")),
            entries=tuple(text.decode() for text in self.array("entries")),
            entry_disease=self.array("entry_disease").astype(np.int64),
            row_entry=self.array("row_entry").astype(np.int64),
            row_term=self.array("row_term").astype(np.int64),
            row_n=self.array("row_n").astype(np.float64),
            row_m=self.array("row_m").astype(np.float64),
            weights=self.array("weights"),
            links=self.array("links").astype(np.int64),
        )


def _find(sorted_ids: npt.NDArray[Any], text: str) -> int | None:
    key = text.encode()
    position = int(np.searchsorted(sorted_ids, key))
    return position if position < len(sorted_ids) and sorted_ids[position] == key else None
