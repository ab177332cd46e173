"""Vital signs and laboratory values with units, to findings: `K 6.2 mmol/L` is hyperkalemia.

The limits are those of `thresholds.tsv`, or those that the note prints behind the value, `ALT 126 U/L (0-40)`: they
are the laboratory's own, of the patient's age. A flag behind a value (↑, 降低) is the laboratory's word, too.
A number without a unit is read only where it is plausible in exactly one unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg_builder.extraction.directions import VITAL_SIGNS, direction_after, term_of_direction
from kg_builder.extraction.thresholds import Threshold, analyte_finder, thresholds_by_alias, units
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["ValueFinding", "find_values"]

_NUMBER = re.compile(
    r"[\s|]*(?:[(（][^()（）\n]{0,12}[)）]\s*)?(?:is|was|of|at|level|were|为|是|约|达|[:：=])?\s*(?:of|at|to|was)?\s*[<>≥≤~]?\s*"
    r"(?P<one>\d{1,3}(?:,\d{3})+|\d{1,6}(?:\.\d{1,4})?)"
    r"(?:\s*/\s*(?P<two>\d{2,3})|\s?[-–—~～至]\s?(?P<to>\d{1,6}(?:\.\d{1,4})?))?(?![\d.]*\d)"
)
_OTHER_UNIT = re.compile(
    r" ?(?:(?:mg|mcg|µg|ug|kg|ml|cc|iu|units?|tabs?|tablets?|cm|hours?|hrs?|days?|weeks?)(?![a-z])"
    r"|(?:个|/) ?[hl]pf?\b|/高倍)"
)
"""Units of doses, sizes, times and what a microscope shows: not a bare number of the measurement."""
_LIMIT = r"\d{1,6}(?:\.\d{1,4})?"
_PRINTED = re.compile(
    r"\s?[^\s()（）\[\]，,。；;:：]{0,14}\s?(?:[hl*]\s?)?[(（\[]\s?"
    r"(?:(?:ref(?:erence)?(?: range| interval)?|normal(?: range)?|nr?|nl"
    r"|参考(?:值范围|值|范围|区间)?|正常(?:参考值|值|范围)?)\s?[:：]?\s?)?"
    rf"(?:(?P<low>{_LIMIT})\s?[-–—~～至]+\s?(?P<high>{_LIMIT})|[<≤＜]\s?(?P<most>{_LIMIT})|[>≥＞]\s?(?P<least>{_LIMIT}))"
    r"\s?(?!days?|weeks?|months?|years?|hours?|hrs?|天|周|月|年|岁|次)[^\s()（）\[\]]{0,16}[)）\]]"
)
"""Limits in brackets behind a value, perhaps behind a unit that no row knows."""
_COLUMN = re.compile(
    r"[\s|]+(?:[^\s|\d<>][^\s|]{0,13}[\s|]+)?"
    rf"(?:(?P<low>{_LIMIT})\s?[-–—]\s?(?P<high>{_LIMIT})|[<≤]\s?(?P<most>{_LIMIT})|[>≥]\s?(?P<least>{_LIMIT}))"
    r"(?=\s*$|\s*\||\s\s|\s+(?:hh?|ll?)(?![a-z]))"
)
"""Limits in a column of their own, perhaps behind a column of units."""
_SHARE_BEFORE = re.compile(
    r"(?P<one>\d{1,3}(?:\.\d)?)\s?%\s(?:of\s|were\s|are\s|atypical\s|reactive\s|segmented\s)?(?P<two>(?!))?(?P<to>(?!))?$"
)
"""86% neutrophils."""
_LONGEST_SHARE = 24
_OTHER_SAMPLE = re.compile(
    r"\b(?:(?:csf|lp|pleural|ascitic|synovial|joint|aspirate)\b(?!.*\b(?:blood|serum|plasma)\b)(?:[^.;]|\.(?=\d)){0,40}"
    r"|(?:urine|urinary|urinalysis|ua|u/a|dip|dipstick|stool)\b(?! output)[^.;a-z]{0,4})$"
)
_FLUIDS = frozenset(
    {
        "albumin",
        "creatinine",
        "glucose",
        "lactate",
        "lactate dehydrogenase",
        "leukocytes",
        "lymphocytes",
        "neutrophils",
        "potassium",
        "sodium",
        "urea",
    }
)
"""What is also measured in other fluids than blood, with other limits."""
_UNKNOWN_UNIT = re.compile(r"\s?[a-zµμ%/][a-z0-9µμ%/.^*²·]{0,11}(?![a-z])")


@dataclass(frozen=True, slots=True)
class ValueFinding:
    """An abnormal value at a place."""

    start: int
    end: int
    term: TermId


def find_values(flat: str, *, sex: str | None, age_years: float | None) -> tuple[list[ValueFinding], list[Issue]]:
    """Abnormal values in a flattened text, and what could not be judged."""
    findings: list[ValueFinding] = []
    skipped: set[str] = set()
    for start, end, alias, match in _measured(flat):
        unit, finish = _unit_at(flat, match.end()) if match.end() > end else ("%", end)
        if unit is None and not _is_measurement(alias, match, end):
            continue
        readings = list(_readings(alias, match, unit, (sex or "any").lower()))
        judged = [(row, value) for row, value in readings if row.holds_at(age_years)]
        printed = _by_printed_limits(flat, finish, alias, match, unit, judged)
        if not judged and printed is None:
            skipped.update(row.analyte for row, _ in readings)
        terms = _judge_range(judged, match) if match["to"] else _judge_all(judged if printed is None else printed)
        if not terms and printed is None:
            terms = _flagged(flat, finish, alias)
        findings += [ValueFinding(start, finish, term) for term in terms]
    return findings, _adult_limits_only(skipped)


def _measured(flat: str) -> Iterator[tuple[int, int, str, re.Match[str]]]:
    """Start and end of each name of a measurement of blood that has a number, the name, and its number."""
    for start, end, alias in analyte_finder().find(flat):
        if thresholds_by_alias()[alias][0].analyte in _FLUIDS and _OTHER_SAMPLE.search(flat, max(0, start - 60), start):
            continue
        if match := _NUMBER.match(flat, end):
            yield start, end, alias, match
        elif share := _SHARE_BEFORE.search(flat, max(0, start - _LONGEST_SHARE), start):
            yield share.start(), end, alias, share


def _adult_limits_only(analytes: set[str]) -> list[Issue]:
    return [
        Issue(
            IssueLevel.INFO,
            "adult-limits-only",
            f"{analyte} was not judged: the limits are those of adults",
            "State the finding in words",
        )
        for analyte in sorted(analytes)
    ]


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
    for unit in units():
        if flat.startswith(unit, start):
            end = start + len(unit)
            after = flat[end : end + 1]
            if not (
                unit[-1].isascii() and unit[-1].isalnum() and after.isascii() and (after.isalnum() or after == "/")
            ):
                return unit, end
    other = _OTHER_UNIT.match(flat, position)
    return (None, position) if other is None else (other.group().strip(), other.end())


def _readings(alias: str, match: re.Match[str], unit: str | None, sex: str) -> Iterator[tuple[Threshold, float]]:
    rows = [row for row in thresholds_by_alias()[alias] if row.part == 1 or match["two"]]
    pressure = any(row.part == 2 for row in thresholds_by_alias()[alias])
    if match["two"] and not pressure:
        return
    readings = [(row, _value(match, row.part)) for row in rows]
    if unit is not None:
        fitting = [(row, value) for row, value in readings if unit in row.units]
    else:
        fitting = [(row, value) for row, value in readings if row.plausible[0] <= value <= row.plausible[1]]
        if len({row.units[0] for row, _ in fitting}) > 1:
            return
    by_sex = any(row.sex == sex for row, _ in fitting)
    yield from ((row, value) for row, value in fitting if row.sex == (sex if by_sex and row.ages == "adult" else "any"))


def _value(match: re.Match[str], part: int) -> float:
    return float(match["two"] if part == 2 else match["one"].replace(",", ""))


def _by_printed_limits(
    flat: str,
    position: int,
    alias: str,
    match: re.Match[str],
    unit: str | None,
    judged: Sequence[tuple[Threshold, float]],
) -> list[tuple[Threshold, float]] | None:
    """The value against the limits that stand behind it, and against further limits of the table; None without any."""
    printed = _PRINTED.match(flat, position) or _COLUMN.match(flat, position)
    rows = thresholds_by_alias()[alias]
    if printed is None or match["two"] or rows[0].analyte in VITAL_SIGNS:
        return None
    fitting = [row for row in rows if unit in row.units] or list(rows)
    if len({row.analyte for row in fitting}) != 1:
        return None
    base = min(fitting, key=lambda row: math.inf if row.high is None else row.high)
    low, high = printed["low"] or printed["least"], printed["high"] or printed["most"]
    own = replace(base, low=float(low) if low else None, high=math.nextafter(float(high), math.inf) if high else None)
    further = [(row, value) for row, value in judged if row.high is not None and row.high > (base.high or math.inf)]
    return [(own, _value(match, 1)), *further]


def _judge_range(judged: Sequence[tuple[Threshold, float]], match: re.Match[str]) -> list[TermId]:
    """`K 2.4-2.9`: what holds at both ends."""
    other = set(_judge_all([(row, float(match["to"])) for row, _ in judged]))
    return [term for term in _judge_all(judged) if term in other]


def _flagged(flat: str, position: int, alias: str) -> list[TermId]:
    """The finding of an arrow or a word behind a value, perhaps behind a unit that no row knows."""
    unit = _UNKNOWN_UNIT.match(flat, position)
    direction = direction_after(flat, unit.end() if unit else position)
    term = term_of_direction(alias, direction) if direction else None
    return [] if term is None else [term]


def _judge_all(judged: Sequence[tuple[Threshold, float]]) -> list[TermId]:
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
