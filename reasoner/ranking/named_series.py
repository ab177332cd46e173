"""Series of diseases of which the graph knows the newest members by name alone.

A graph may name "retinitis pigmentosa 98" and hold no symptom of it. Whoever has it looks like the members of the
series that are annotated: their mean profile stands for it. A patient whom such a series explains well may have the
member that the graph knows nothing of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from kg_builder.schema import Label
from ontologies.term_id import TermId
from reasoner.ranking.grouping import name_stem
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.likelihood_ratio import FLOOR, IMPRECISION_COST, SMOOTHING

__all__ = ["NamedSeries"]

_NEWEST_SHARE = 0.1
"""Entries without a symptom count where they are as new as this share of the annotated ones: older ones are loci."""
_FEWEST = 20
"""A graph with fewer such entries knows names by accident; it has no series."""
_FIRST_WORD = re.compile(r"[a-z0-9]+")


class NamedSeries:
    """The mean profiles of such series.

    Args:
        index: the compiled ranking.
        series: numbers of the annotated members of each.
    """

    def __init__(self, index: RankingIndex, series: Sequence[Sequence[int]]) -> None:
        self._index, self.series = index, tuple(tuple(members) for members in series)
        background = np.asarray(index.array("background"))
        profile = np.zeros((len(background), len(series)), dtype=np.float32)
        starts, terms, values = (np.asarray(index.array(f"profile_{name}")) for name in ("starts", "terms", "values"))
        for column, members in enumerate(series):
            for disease in members:
                span = slice(int(starts[disease]), int(starts[disease + 1]))
                profile[terms[span], column] += values[span] / len(members)
        known = background > 0
        ratio = profile / np.where(known, background, 1.0)[:, None].astype(np.float32)
        self._worth = np.where(known[:, None], np.log(ratio + np.float32(SMOOTHING)), np.float32(FLOOR))

    @classmethod
    def open(cls, index: RankingIndex, *, lacking: npt.NDArray[np.bool_] | None = None) -> NamedSeries:
        """The series of a graph.

        Args:
            index: its compiled ranking.
            lacking: diseases to be read as if the graph knew their names alone, in place of those of which it does.
        """
        table = index.snapshot.node_table(["id", "label", "name"])
        diseases = table.filter(table["label"] == Label.DISEASE.value)
        names = dict(zip(diseases["id"].to_list(), diseases["name"].to_list(), strict=True))
        annotated = {str(disease): number for number, disease in enumerate(index.disease_ids)}
        if lacking is None:
            named = _newest_without_symptoms(names, index.disease_ids)
            named = named if len(named) >= _FEWEST else []
        else:
            named = [key for key, number in annotated.items() if lacking[number]]
            annotated = {key: number for key, number in annotated.items() if not lacking[number]}
        return cls(index, _members(names, named, annotated))

    def best_fit(self, terms: Sequence[int]) -> float:
        """Nats per finding by which the best series exceeds a disease that has none of them; 0 without a series."""
        if not self.series or not terms:
            return 0.0
        information = self._index.array("information_content")
        total = np.zeros(len(self.series))
        for term in terms:
            above = self._index.ancestors(term)
            cost = IMPRECISION_COST * (information[term] - information[above])
            total += np.maximum((self._worth[above] - cost[:, None]).max(axis=0) - FLOOR, 0.0)
        return float(total.max()) / len(terms)


def _newest_without_symptoms(names: Mapping[str, str], annotated: Sequence[TermId]) -> list[str]:
    held = {str(disease) for disease in annotated}
    entries = sorted(
        int(disease.local) for disease in annotated if disease.prefix == "OMIM" and disease.local.isdigit()
    )
    if not entries:
        return []
    oldest = entries[int(len(entries) * (1.0 - _NEWEST_SHARE))]
    return [key for key in sorted(names) if key not in held and _entry(key) >= oldest]


def _entry(key: str) -> int:
    prefix, _, local = key.partition(":")
    return int(local) if prefix == "OMIM" and local.isdigit() else -1


def _members(names: Mapping[str, str], named: Sequence[str], annotated: Mapping[str, int]) -> list[list[int]]:
    stems = {name_stem(names[key]) for key in named if names.get(key)}
    # Few names begin like one of them: only for those the stem is worth its while.
    words = {stem.split(" ")[0] for stem in stems}
    found: dict[str, list[int]] = defaultdict(list)
    for key, number in sorted(annotated.items()):
        first = _FIRST_WORD.search((names.get(key) or "").lower())
        if first is not None and first[0] in words and (stem := name_stem(names[key])) in stems:
            found[stem].append(number)
    return [members for _, members in sorted(found.items())]
