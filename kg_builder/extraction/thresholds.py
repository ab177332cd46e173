"""Limits of vital signs and laboratory values, from the table beside the code.

Adults and children have rows of their own in `thresholds.tsv`, in words too; those of children are wide limits that
hold at every age from infancy on, and what has none is not judged in a child. Further rows hold narrower limits for
some years of childhood, `2-5` from the second birthday to the fifth. A row without limits is judged only by a range
that the note prints, or by a word: renin raised.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from kg_builder.extraction.phrases import PhraseFinder
from kg_builder.extraction.tables import read_table
from ontologies.term_id import TermId

__all__ = ["Threshold", "analyte_finder", "load_thresholds", "thresholds_by_alias", "units"]

_ADULT_YEARS = 18.0
_SPANS = {"any": (0.0, math.inf), "adult": (_ADULT_YEARS, math.inf), "child": (0.0, _ADULT_YEARS)}


@dataclass(frozen=True, slots=True)
class Threshold:
    """Normal limits of one measurement in one unit: normal is `low <= value < high`.

    Args:
        analyte: what is measured.
        aliases: how notes call it, in lower case.
        units: spellings of the unit, in lower case.
        part: 1, or 2 for the number after the slash.
        ages: whose limits they are: `adult`, `child`, `any`, or years such as `2-5`.
        sex: `male`, `female` or `any`.
        low: lower limit; None where a low value means nothing.
        high: first value that is too high; None likewise.
        plausible: range in which a bare number is taken for this unit.
        low_term: the finding below the limit.
        high_term: the finding from the upper limit.
        limits: the limits in words.
    """

    analyte: str
    aliases: tuple[str, ...]
    units: tuple[str, ...]
    part: int
    ages: str
    sex: str
    low: float | None
    high: float | None
    plausible: tuple[float, float]
    low_term: TermId | None
    high_term: TermId | None
    limits: str

    def holds_at(self, age_years: float | None) -> bool:
        """Whether these limits are those of an age; a patient of unknown age is taken for an adult."""
        age = _ADULT_YEARS if age_years is None else age_years
        if self.ages in _SPANS:
            return _SPANS[self.ages][0] <= age < _SPANS[self.ages][1]
        first, _, last = self.ages.partition("-")
        return float(first) <= age < float(last)


@cache
def load_thresholds() -> tuple[Threshold, ...]:
    """The table of limits."""
    return tuple(_threshold(row) for row in read_table("thresholds.tsv"))


def _threshold(row: dict[str, str]) -> Threshold:
    return Threshold(
        analyte=row["analyte"],
        aliases=tuple(row["aliases"].split("|")),
        units=tuple(row["units"].split("|")),
        part=int(row["part"]),
        ages=row["ages"],
        sex=row["sex"],
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        plausible=(float(row["plausible_low"]), float(row["plausible_high"])),
        low_term=TermId.parse(row["low_term"]) if row["low_term"] else None,
        high_term=TermId.parse(row["high_term"]) if row["high_term"] else None,
        limits=row["limits"],
    )


@cache
def analyte_finder() -> PhraseFinder:
    """Finds what is measured, under all its names."""
    return PhraseFinder(alias for threshold in load_thresholds() for alias in threshold.aliases)


@cache
def thresholds_by_alias() -> dict[str, tuple[Threshold, ...]]:
    """The rows of each name."""
    found: dict[str, list[Threshold]] = {}
    for threshold in load_thresholds():
        for alias in threshold.aliases:
            found.setdefault(alias, []).append(threshold)
    return {alias: tuple(rows) for alias, rows in found.items()}


@cache
def units() -> tuple[str, ...]:
    """All spellings of units, the longest first."""
    found = {unit for threshold in load_thresholds() for unit in threshold.units}
    return tuple(sorted(found, key=lambda unit: (-len(unit), unit)))
