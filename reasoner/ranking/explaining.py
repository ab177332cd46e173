"""Why a finding counts for a disease: the term that it met, the numbers, and the edges that these rest on."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ontologies.term_id import TermId
from reasoner.ranking.compiled_arrays import CompiledArrays
from reasoner.ranking.compiling import ABNORMALITY
from reasoner.ranking.likelihood_ratio import (
    EQUIVALENT_WEIGHT,
    FLOOR,
    FindingLikelihood,
    MatchType,
    shrunk_frequency,
    term_log_ratio,
)

__all__ = ["Explainer"]

# Findings and diseases of one differential meet at few terms and entries.
_REMEMBERED = 512


class _Rows(NamedTuple):
    """An entry's rows for the term that gives it its frequency: the frequency, the term, the edges."""

    frequency: float
    term: int
    edges: tuple[int, ...]


class Explainer:
    """Explains compiled numbers by the rows that they were compiled from."""

    def __init__(self, arrays: CompiledArrays) -> None:
        self._arrays = arrays
        self._profile = lru_cache(_REMEMBERED)(self._read_profile)
        self._sources = lru_cache(_REMEMBERED)(self._find_sources)
        self._is_at_or_below = lru_cache(_REMEMBERED)(self._find_terms_at_or_below)

    def frequency(self, disease: int, term: int) -> float:
        """P of a term in a disease, own and lent; 0 where the profile lacks it."""
        return self._profile(disease).get(term, 0.0)

    def finding_likelihood(self, disease: int, term: int) -> FindingLikelihood:
        """What one finding says about one disease, by their numbers."""
        background, information = self._arrays["background"], self._arrays["information_content"]
        ic_finding = float(information[term])
        profile = self._profile(disease)
        found = [
            (
                term_log_ratio(profile[number], float(background[number]), ic_finding, float(information[number])),
                float(information[number]),
                number,
            )
            for number in self._arrays.ancestors(term)
            if number in profile
        ]
        finding = self._term_id(term)
        ratio, ic_matched, matched = max(found, default=(-math.inf, 0.0, -1))
        if ratio <= FLOOR:
            own = float(background[term])
            return FindingLikelihood(finding, None, MatchType.NO_MATCH, FLOOR, 0.0, own, ic_finding, ic_finding, ())
        match_type, edges = self._support(disease, term, matched)
        return FindingLikelihood(
            finding,
            self._term_id(matched),
            match_type,
            ratio,
            profile[matched],
            float(background[matched]),
            ic_finding,
            ic_matched,
            edges,
        )

    def _term_id(self, term: int) -> TermId:
        return TermId.parse(self._arrays["terms"][term].decode())

    def _read_profile(self, disease: int) -> dict[int, float]:
        starts = self._arrays["profile_starts"]
        span = slice(int(starts[disease]), int(starts[disease + 1]))
        terms, values = self._arrays["profile_terms"][span], self._arrays["profile_values"][span]
        return dict(zip(terms.tolist(), values.tolist(), strict=True))

    def _find_sources(self, disease: int) -> tuple[list[int], int | None, list[int]]:
        """A disease's entries, the one that bears its id, and the entries that share a gene with that one."""
        primary = self._arrays.position("entries", self._arrays["diseases"][disease])
        entries: list[int] = np.nonzero(self._arrays["entry_disease"] == disease)[0].tolist()
        links = self._arrays["links"]
        lenders: list[int] = links[links[:, 0] == primary, 1].tolist() if primary is not None else []
        return entries, primary, sorted(lenders)

    def _find_terms_at_or_below(self, term: int) -> npt.NDArray[np.bool_]:
        held = np.nonzero(self._arrays["ancestors"] == term)[0]
        mask = np.zeros(len(self._arrays["terms"]), dtype=bool)
        mask[np.searchsorted(self._arrays["ancestor_starts"], held, "right") - 1] = True
        return mask

    def _support(self, disease: int, term: int, matched: int) -> tuple[MatchType, tuple[int, ...]]:
        """How the profile came by the matched term, and the edges that say so."""
        entries, primary, lenders = self._sources(disease)
        weighed = [
            (rows.frequency * (1.0 if len(entries) == 1 or entry == primary else EQUIVALENT_WEIGHT), entry, rows)
            for entry in entries
            if (rows := self._best_rows(entry, matched)).edges
        ]
        lent = {edge for entry in lenders for edge in self._best_rows(entry, matched).edges}
        is_root = bool(self._arrays["terms"][matched] == ABNORMALITY.encode())
        if not weighed:
            return (MatchType.ROOT if is_root else MatchType.NEIGHBOUR), tuple(sorted(lent))
        _, entry, rows = max(weighed)
        support = tuple(sorted({*rows.edges, *lent}))
        if matched != term:
            return (MatchType.ROOT if is_root else MatchType.ANCESTOR), support
        if len(entries) > 1 and entry != primary:
            return MatchType.EQUIVALENT_ENTRY, support
        return (MatchType.EXACT if rows.term == term else MatchType.DESCENDANT), support

    def _best_rows(self, entry: int, matched: int) -> _Rows:
        """The term at or below the matched one whose pooled frequency is largest in an entry."""
        span = self._rows_of(entry)
        terms: npt.NDArray[Any] = self._arrays["row_term"][span]
        rows_by_term: dict[int, list[int]] = {}
        for row in np.nonzero(self._is_at_or_below(matched)[terms])[0].tolist():
            rows_by_term.setdefault(int(terms[row]), []).append(span.start + row)
        best = _Rows(0.0, -1, ())
        for term, rows in sorted(rows_by_term.items()):
            n, m = (float(self._arrays[name][rows].sum()) for name in ("row_n", "row_m"))
            frequency = shrunk_frequency(n, m)
            if (frequency, term == matched) > (best.frequency, best.term == matched):
                best = _Rows(frequency, term, tuple(self._arrays["row_edges"][rows].tolist()))
        return best

    def _rows_of(self, entry: int) -> slice:
        rows = self._arrays["row_entry"]
        # A key of another type would have numpy convert the whole array.
        key = rows.dtype.type(entry)
        return slice(int(np.searchsorted(rows, key)), int(np.searchsorted(rows, key, "right")))
