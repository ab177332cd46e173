"""What is measured and which way it is off, without a number: `albumin low`, `elevated CK`, `IgG、IgA均降低`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kg_builder.extraction.thresholds import analyte_finder, thresholds_by_alias
from ontologies.term_id import TermId

__all__ = ["VITAL_SIGNS", "direction_after", "find_directions", "term_of_direction"]

VITAL_SIGNS = frozenset(
    {
        "body mass index",
        "diastolic pressure",
        "heart rate",
        "liver below the costal margin",
        "oxygen saturation",
        "respiratory rate",
        "spleen below the costal margin",
        "systolic pressure",
        "temperature",
    }
)
"""They have words of their own, and a range behind one is what was measured, not what is normal."""
_HIGH, _LOW = "high", "low"
_SHORTEST = 3
"""A shorter Latin name has too many meanings (pt, ca) for an English word, but not for an arrow or a Chinese one."""
_DEGREE = (
    r"(?:均|都|亦|也|呈|明显|显著|轻度|中度|重度|进行性|持续|稍|略"
    r"|(?:(?:is|was|were|are|both|all|markedly|mildly|slightly|moderately|severely|significantly|grossly|very"
    r"|persistently|extremely)\s))*"
)
_FLAG_ENDS = r"(?=\s?[)\]|,;.]|\s\s|\s?$)(?<=[\s(\[|h][hl])"
"""A flag of the laboratory, H, LL or (L), stands alone in its column or bracket."""
_AFTER = re.compile(
    r"\s?(?:(?:levels?|concentration|count|activity|水平|浓度|含量|活性|计数|值)\s?)?[(（]?\s?"
    rf"{_DEGREE}"
    rf"(?:(?P<high>升高|增高|增加|增多|偏高|上升|↑+|(?:elevated|raised|high|increased)(?![a-z-])|高(?=[，,。；;、）)\s]|$)|hh?{_FLAG_ENDS})"
    rf"|(?P<low>降低|减低|减少|下降|偏低|低下|↓+|(?:low|decreased|reduced|diminished)(?![a-z-])|低(?=[，,。；;、）)\s]|$)|ll?{_FLAG_ENDS}))"
)
_BEFORE = re.compile(
    r"(?<![a-z])(?:(?P<high>elevated|raised|high|increased)|(?P<low>low|decreased|reduced|diminished))"
    r"(?: (?:serum|plasma|blood|circulating|total|free|urinary|urine|fasting))?"
    r"(?: level| levels| concentrations?)?(?: of)? $"
)
_LONGEST_BEFORE = 45
_JOINT = re.compile(r"\s?(?:、|及|和|与|/|,|，|and|&|, and)\s?")
_NO_LONE_NAME = re.compile(
    r"\s?[:：=]?\s?[<>≤≥]?\d|[ -](?:diets?|intake|foods?|supplement\w*|replacement|dose|therapy)\b"
)
"""A number decides by itself, and food is no measurement."""


def direction_after(flat: str, position: int) -> str | None:
    """`high` or `low` where an arrow or such a word stands at a place."""
    return _direction(_AFTER.match(flat, position))


def term_of_direction(alias: str, direction: str) -> TermId | None:
    """The finding that a measurement is too high or too low; None where it has none."""
    row = thresholds_by_alias()[alias][0]
    return row.high_term if direction == _HIGH else row.low_term


def find_directions(flat: str) -> Iterator[tuple[int, int, TermId]]:
    """Start, end and term of each measurement in a flattened text that is said to be off."""
    hits = [
        (start, end, alias)
        for start, end, alias in analyte_finder().find(flat)
        if thresholds_by_alias()[alias][0].analyte not in VITAL_SIGNS
    ]
    joined = [bool(_JOINT.fullmatch(flat, one[1], other[0])) for one, other in pairwise(hits)]
    before = _handed_on([_stated_before(flat, start) for start, _, _ in hits], joined)
    behind = _handed_on([direction_after(flat, end) for _, end, _ in hits][::-1], joined[::-1])[::-1]
    for (start, end, alias), ahead, after in zip(hits, before, behind, strict=True):
        direction = after or ahead
        if direction is not None and not _NO_LONE_NAME.match(flat, end) and _is_clear(flat, alias, end):
            term = term_of_direction(alias, direction)
            if term is not None:
                yield start, end, term


def _is_clear(flat: str, alias: str, end: int) -> bool:
    if len(alias) >= _SHORTEST or not alias.isascii():
        return True
    behind = _AFTER.match(flat, end)
    return behind is not None and not (behind["high"] or behind["low"]).isascii()


def _stated_before(flat: str, start: int) -> str | None:
    return _direction(_BEFORE.search(flat[max(0, start - _LONGEST_BEFORE) : start]))


def _handed_on(directions: list[str | None], joined: Sequence[bool]) -> list[str | None]:
    """The members of a list share what one of them has: `low IgG and IgA`; from its end, 肾素、醛固酮升高."""
    for index, is_joined in enumerate(joined):
        if is_joined and directions[index + 1] is None:
            directions[index + 1] = directions[index]
    return directions


def _direction(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    return _HIGH if match["high"] else _LOW
