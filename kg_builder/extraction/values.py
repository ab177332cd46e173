"""Vital signs and laboratory values with units, to findings: `K 6.2 mmol/L` is hyperkalemia.

Adults and children have rows of their own in `thresholds.tsv`, in words too; those of children are wide limits that
hold at every age from infancy on, and what has none is not judged in a child.
A number without a unit is read only where it is plausible in exactly one unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg_builder.extraction.phrases import PhraseFinder
from kg_builder.extraction.tables import read_table
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["ADULT_YEARS", "Threshold", "ValueFinding", "find_values", "load_thresholds"]

ADULT_YEARS = 18.0

_NUMBER = re.compile(
    r"\s*(?:\([^()\n]{0,12}\)\s*)?(?:is|was|of|at|level|were|为|是|约|达|[:：=])?\s*(?:of|at|to|was)?\s*[<>≥≤~]?\s*"
    r"(?P<one>\d{1,3}(?:,\d{3})+|\d{1,6}(?:\.\d{1,4})?)(?:\s*/\s*(?P<two>\d{2,3}))?(?![\d.]*\d)"
)
_DOSE_UNIT = re.compile(r" ?(?:mg|mcg|µg|ug|kg|ml|cc|iu|units?|tabs?|tablets?|cm|hours?|hrs?|days?|weeks?)(?![a-z])")
"""Units of doses, sizes and times: a number with one of them is not a bare number of the measurement."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Normal limits of one measurement in one unit: normal is `low <= value < high`.

    Args:
        analyte: what is measured.
        aliases: how notes call it, in lower case.
        units: spellings of the unit, in lower case.
        part: 1, or 2 for the number after the slash.
        ages: whose limits they are: `adult`, `child` or `any`.
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


@dataclass(frozen=True, slots=True)
class ValueFinding:
    """An abnormal value at a place."""

    start: int
    end: int
    term: TermId


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
def _finder() -> PhraseFinder:
    return PhraseFinder(alias for threshold in load_thresholds() for alias in threshold.aliases)


@cache
def _thresholds_by_alias() -> dict[str, tuple[Threshold, ...]]:
    found: dict[str, list[Threshold]] = {}
    for threshold in load_thresholds():
        for alias in threshold.aliases:
            found.setdefault(alias, []).append(threshold)
    return {alias: tuple(rows) for alias, rows in found.items()}


@cache
def _units() -> tuple[str, ...]:
    units = {unit for threshold in load_thresholds() for unit in threshold.units}
    return tuple(sorted(units, key=lambda unit: (-len(unit), unit)))


def find_values(flat: str, *, sex: str | None, age_years: float | None) -> tuple[list[ValueFinding], list[Issue]]:
    """Abnormal values in a flattened text, and what could not be judged."""
    # A patient of unknown age is taken for an adult.
    group = "child" if age_years is not None and age_years < ADULT_YEARS else "adult"
    findings: list[ValueFinding] = []
    skipped: set[str] = set()
    for start, end, alias in _finder().find(flat):
        match = _NUMBER.match(flat, end)
        if match is None:
            continue
        unit, finish = _unit_at(flat, match.end())
        if unit is None and not _is_measurement(alias, match, end):
            continue
        readings = list(_readings(alias, match, unit, (sex or "any").lower()))
        judged = [(row, value) for row, value in readings if row.ages in ("any", group)]
        if not judged:
            skipped.update(row.analyte for row, _ in readings)
        findings += [ValueFinding(start, finish, term) for term in _judge_all(judged)]
    issues = [
        Issue(
            IssueLevel.INFO,
            "adult-limits-only",
            f"{analyte} was not judged: the limits are those of adults",
            "State the finding in words",
        )
        for analyte in sorted(skipped)
    ]
    return findings, issues


def _is_measurement(alias: str, match: re.Match[str], end: int) -> bool:
    """Whether a bare number is a measurement.

    On a letter it is one in T39.5 and K6.2; P53 is a protein, T12 a vertebra. The pH of blood has two decimals, that
    of urine has not.
    """
    number = match["one"]
    if alias.endswith("ph"):
        return len(number.partition(".")[2]) == 2
    return len(alias) > 1 or match.start("one") != end or (alias in ("t", "k") and "." in number)


def _unit_at(flat: str, position: int) -> tuple[str | None, int]:
    start = position + 1 if flat[position : position + 1] == " " else position
    for unit in _units():
        if flat.startswith(unit, start):
            end = start + len(unit)
            after = flat[end : end + 1]
            if not (
                unit[-1].isascii() and unit[-1].isalnum() and after.isascii() and (after.isalnum() or after == "/")
            ):
                return unit, end
    dose = _DOSE_UNIT.match(flat, position)
    return (None, position) if dose is None else (dose.group().strip(), dose.end())


def _readings(alias: str, match: re.Match[str], unit: str | None, sex: str) -> Iterator[tuple[Threshold, float]]:
    rows = [row for row in _thresholds_by_alias()[alias] if row.part == 1 or match["two"]]
    pressure = any(row.part == 2 for row in _thresholds_by_alias()[alias])
    if match["two"] and not pressure:
        return
    readings = [(row, _value(match, row.part)) for row in rows]
    if unit is not None:
        fitting = [(row, value) for row, value in readings if unit in row.units]
    else:
        fitting = [(row, value) for row, value in readings if row.plausible[0] <= value <= row.plausible[1]]
        if len({row.units for row, _ in fitting}) > 1:
            return
    by_sex = any(row.sex == sex for row, _ in fitting)
    yield from ((row, value) for row, value in fitting if row.sex == (sex if by_sex and row.ages == "adult" else "any"))


def _value(match: re.Match[str], part: int) -> float:
    return float(match["two"] if part == 2 else match["one"].replace(",", ""))


def _judge_all(judged: list[tuple[Threshold, float]]) -> list[TermId]:
    """A finding for each measurement; where it has several limits, of the furthest that the value has passed."""
    by_analyte: dict[tuple[str, int], tuple[float, TermId]] = {}
    for threshold, value in judged:
        term = _judge(threshold, value)
        limit = threshold.high if term == threshold.high_term else threshold.low
        if term is None or limit is None:
            continue
        distance = abs(value - limit)
        if distance <= by_analyte.get((threshold.analyte, threshold.part), (distance, term))[0]:
            by_analyte[threshold.analyte, threshold.part] = distance, term
    return [term for _, term in by_analyte.values()]


def _judge(threshold: Threshold, value: float) -> TermId | None:
    if threshold.low is not None and value < threshold.low:
        return threshold.low_term
    if threshold.high is not None and value >= threshold.high:
        return threshold.high_term
    return None
