"""Profiles as they would be without the rows that cite some publications; backgrounds stay as they are."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from reasoner.ranking.disease_profile import Profiles, mean_profile
from reasoner.ranking.likelihood_ratio import EQUIVALENT_WEIGHT, NEIGHBOUR_WEIGHT, shrunk_frequency

__all__ = ["RemovedRows"]

Dense = npt.NDArray[np.float64]


class RemovedRows:
    """Leaves rows out of every disease that holds them.

    Args:
        profiles: with all rows.
        references: publications that each row cites.
    """

    def __init__(self, profiles: Profiles, references: list[frozenset[str]]) -> None:
        self._profiles, self._references = profiles, references
        data = profiles.data
        self._rows_by_entry: dict[int, list[int]] = defaultdict(list)
        self._rows_by_reference: dict[str, list[int]] = defaultdict(list)
        for row, entry in enumerate(data.row_entry.tolist()):
            self._rows_by_entry[entry].append(row)
            for reference in references[row]:
                self._rows_by_reference[reference].append(row)
        self._borrowers: dict[int, list[int]] = defaultdict(list)
        for disease, entries in enumerate(profiles.neighbours_of):
            for entry in entries:
                self._borrowers[entry].append(disease)
        self.profiles_without = lru_cache(maxsize=64)(self._profiles_without)

    def cites(self, disease: int, publications: frozenset[str]) -> bool:
        """Whether any row of the disease cites one of the publications."""
        rows = (row for entry in self._profiles.entries_of[disease] for row in self._rows_by_entry[entry])
        return any(self._references[row] & publications for row in rows)

    def has_rows(self, disease: int, publications: frozenset[str]) -> bool:
        """Whether the disease's primary entry keeps a row; where it has none, any entry."""
        primary = self._profiles.primary[disease]
        entries = [primary] if primary >= 0 else self._profiles.entries_of[disease]
        rows = (row for entry in entries for row in self._rows_by_entry[entry])
        return any(not self._references[row] & publications for row in rows)

    def _profiles_without(self, publications: frozenset[str]) -> dict[int, Dense]:
        """Dense profiles of all diseases that change when the rows are left out."""
        profiles = self._profiles
        gone = {row for publication in publications for row in self._rows_by_reference.get(publication, ())}
        touched = {int(profiles.data.row_entry[row]) for row in gone}
        diseases = {int(profiles.data.entry_disease[entry]) for entry in touched}
        lenders = touched | {entry for disease in diseases for entry in profiles.entries_of[disease]}
        diseases |= {disease for entry in lenders for disease in self._borrowers[entry]}
        entry_profiles = {entry: self._entry(entry, gone) for entry in sorted(touched)}
        return {disease: self._final(disease, entry_profiles) for disease in sorted(diseases)}

    def _entry(self, entry: int, gone: set[int]) -> Dense:
        data, dense = self._profiles.data, np.zeros(len(self._profiles.data.terms))
        pooled: dict[int, tuple[float, float]] = {}
        for row in self._rows_by_entry[entry]:
            if row not in gone:
                term = int(data.row_term[row])
                n, m = pooled.get(term, (0.0, 0.0))
                pooled[term] = n + float(data.row_n[row]), m + float(data.row_m[row])
        starts, ancestors = self._profiles.starts, self._profiles.ancestors
        for term, (n, m) in pooled.items():
            above = ancestors[starts[term] : starts[term + 1]]
            dense[above] = np.maximum(dense[above], shrunk_frequency(n, m))
        return dense

    def _own(self, disease: int, changed: dict[int, Dense]) -> Dense:
        profiles, dense = self._profiles, np.zeros(len(self._profiles.data.terms))
        entries = profiles.entries_of[disease]
        for entry in entries:
            weight = 1.0 if len(entries) == 1 or entry == profiles.primary[disease] else EQUIVALENT_WEIGHT
            if entry in changed:
                np.maximum(dense, weight * changed[entry], out=dense)
            else:
                terms, values = profiles.by_entry.row(entry)
                dense[terms] = np.maximum(dense[terms], weight * values)
        return dense

    def _lent(self, entry: int, changed: dict[int, Dense]) -> tuple[npt.NDArray[np.int64], Dense]:
        profiles = self._profiles
        disease = int(profiles.data.entry_disease[entry])
        primary = profiles.primary[disease] == entry
        if primary and any(other in changed for other in profiles.entries_of[disease]):
            dense = self._own(disease, changed)
        elif not primary and entry in changed:
            dense = changed[entry]
        else:
            return profiles.entry_profile(entry)
        held = np.nonzero(dense)[0]
        return held, dense[held]

    def _final(self, disease: int, changed: dict[int, Dense]) -> Dense:
        own = self._own(disease, changed)
        neighbours = self._profiles.neighbours_of[disease]
        if not neighbours:
            return own
        lent = mean_profile(own, [self._lent(entry, changed) for entry in neighbours])
        dense: Dense = 1.0 - (1.0 - own) * (1.0 - NEIGHBOUR_WEIGHT * lent)
        return dense
