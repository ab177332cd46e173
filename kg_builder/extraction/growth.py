"""Body measures against those of other children: 身高86cm（-2.6SD）, head circumference below the 3rd centile.

Below the 3rd centile or two standard deviations is too small, above the 97th or two is too large.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontologies.term_id import TermId

__all__ = ["find_growth"]

_MEASURES = {
    "height": (
        r"身高|身长|(?<!facial )(?<!vertebral )(?<!disc )height|(?<![a-z])ht|stature"
        r"|(?:(?<=body )|(?<=heel )|(?<=her )|(?<=his )|(?<=and )|(?<=, )|(?<=^))length",
        TermId("HP", "0004322"),
        TermId("HP", "0000098"),
    ),
    "weight": (
        r"(?<!出生)(?<!birth )体重|(?<!birth )(?<!birth-)weight|(?<![a-z])wt",
        TermId("HP", "0004325"),
        TermId("HP", "0004324"),
    ),
    "head": (
        r"(?<!出生)头围|head circumference|occipitofrontal circumference|ofc|(?<![a-z])hc",
        TermId("HP", "0000252"),
        TermId("HP", "0000256"),
    ),
}
"""Names, and the findings of too little and too much."""
_MEASURE = "|".join(f"(?P<{name}>{words})" for name, (words, _, _) in _MEASURES.items())
_PLAIN = "|".join(words for words, _, _ in _MEASURES.values())
_BELOW = "<|＜|≤|低于|小于|不足|below|less than|under"
_ABOVE = ">|＞|≥|高于|大于|超过|above|more than|over|greater than"
_CENTILE = r"(?:百分位数?|percentile|centile|%ile)"
_OF_CENTILES = rf"(?:(?:st|nd|rd|th)?\s?{_CENTILE}|(?(below)(?:st|nd|rd|th)(?![a-z])|(?!)))"
"""`<0.4th` needs no further word."""
_GROWTH = re.compile(
    rf"(?<![a-z])(?P<what>(?:{_PLAIN})(?:\s?(?:、|及|和|与|/|,|，|\band\b)\s?(?:{_PLAIN})){{0,3}})"
    r"\s?[:：=]?\s?(?:均|都|both|all)?\s?(?:now\s)?(?:is|was|are|were|为|约|仅|at|of)?\s?"
    r"(?:约|仅|only)?\s?(?:\d{1,6}(?:\.\d{1,3})?(?![\d.])\s?(?:cm|kg|g|m|厘米|公斤|千克)?)?\s?[,，;；(（\[]?\s?"
    r"(?:均|is|was|are|were|处于|位于|在|which is|on|at)?\s?(?:the\s)?"
    rf"(?:(?:(?P<below>{_BELOW})|(?P<above>{_ABOVE}))?\s?(?:the\s)?(?:同(?:年?龄|性别)+(?:儿童?)?)?(?:的|均值)?第?\s?"
    rf"(?:p\s?(?P<less>[<＜])?\s?(?P<p>\d{{1,2}}(?:\.\d)?)(?![\d.])|(?P<c>\d{{1,2}}(?:\.\d)?){_OF_CENTILES})"
    rf"|(?:(?P<under>{_BELOW})|(?P<beyond>{_ABOVE}))?\s?(?:同(?:年?龄|性别)+(?:儿童?)?)?"
    r"(?:的|均值|平均值?|均数|the mean by\s)*\s?"
    r"(?:z(?:-?\s?score|\s?评分|值)?\s?[:：=]?\s?)?(?P<sign>[-−–—+])?\s?(?P<sd>\d(?:\.\d{1,2})?)"
    r"\s?(?:sds?\b|s\.d\.|个?标准差|standard deviations?|z\b))"
)
_MARKS = ("身", "重", "头围", "ht", "stature", "length", "wt", "circumference", "ofc", "hc")
"""One of them is in each name of a measure; to look for them first is quicker."""
_LOW_CENTILE, _HIGH_CENTILE, _DEVIATIONS = 3.0, 97.0, 2.0


def find_growth(flat: str) -> Iterator[tuple[int, int, TermId]]:
    """Start, end and term of each measure in a flattened text that is said to be out of the range of others."""
    if not any(mark in flat for mark in _MARKS):
        return
    for match in _GROWTH.finditer(flat):
        side = _side_by_centile(match) if match["sd"] is None else _side_by_deviation(match)
        if side:
            for measure in re.finditer(_MEASURE, match["what"]):
                low, high = _MEASURES[measure.lastgroup or ""][1:]
                yield match.start() + measure.start(), match.end(), low if side < 0 else high


def _side_by_centile(match: re.Match[str]) -> int:
    """-1 below, 1 above, 0 within; a bare centile must lie beyond the limit, not on it."""
    centile = float(match["p"] or match["c"])
    if match["below"] or match["less"]:
        return -1 if centile <= _LOW_CENTILE else 0
    if match["above"]:
        return 1 if centile >= _HIGH_CENTILE else 0
    return (centile > _HIGH_CENTILE) - (centile < _LOW_CENTILE)


def _side_by_deviation(match: re.Match[str]) -> int:
    if float(match["sd"]) < _DEVIATIONS:
        return 0
    if match["sign"]:
        return 1 if match["sign"] == "+" else -1
    return -1 if match["under"] else 1 if match["beyond"] else 0
