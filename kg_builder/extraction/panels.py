"""What a panel says in short: 尿常规：蛋白(++)，潜血(-) is protein and no blood in the urine.

An item counts only behind the name of its panel, within the statement, and with its result next to it: a sign, an
arrow, or a number in the panel's unit that lies beyond the limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg_builder.extraction.tables import read_table
from ontologies.term_id import TermId

__all__ = ["PanelFinding", "find_panel_findings"]

_HEADING = re.compile(
    r"(?P<urine>(?:小便|尿液?)(?:常规|分析|检查|检|沉渣)(?:检查)?|尿(?=[:：]))"
    r"|(?P<stool>(?:大便|粪便?|便)(?:常规|检查|检|化验)(?:检查)?)"
    r"|(?P<cerebrospinal_fluid>脑脊液|腰穿|腰椎穿刺|csf)"
    r"|(?P<other>血(?:常规|气|生化|清|培养|沉|糖)|生化|肝功|肾功|凝血|尿培养|便培养|胸片|b超|ct|mri|24小时)"
)
_SAMPLES = ("尿", "便", "脑脊液", "腰", "csf")
"""One of them is in the name of each panel that is read; to look for them first is quicker."""
_RESULT = (
    r"\s?[:：]?\s?(?:定量|定性)?\s?(?:"
    r"[（(]?\s?(?P<positive>\d?\+{1,4}|阳性)(?![\d/])"
    r"|[（(]?\s?(?P<negative>[-－–—](?=\s?[)），,。；;、\s]|$)|阴性)"
    r"|(?P<number>\d{1,5}(?:\.\d+)?)(?:\s?[-－~～]\s?\d{1,4})?\s?(?:个)?\s?(?P<unit>[/a-z]+)?\s?(?P<arrow>[↑↓])?"
    r"|(?P<full>满视野|多数|大量))"
)


@dataclass(frozen=True, slots=True)
class PanelFinding:
    """A result at a place; `denied` where it is negative."""

    start: int
    end: int
    term: TermId
    denied: bool


def find_panel_findings(flat: str) -> Iterator[PanelFinding]:
    """The results of the panels that a flattened statement names."""
    if not any(sample in flat for sample in _SAMPLES):
        return
    headings = [*_HEADING.finditer(flat)]
    ends = [each.start() for each in headings[1:]]
    for heading, end in zip(headings, [*ends, len(flat)], strict=False):
        panel = (heading.lastgroup or "").replace("_", " ")
        if panel in _items():
            yield from _results(flat, panel, heading.end(), end)


def _results(flat: str, panel: str, start: int, end: int) -> Iterator[PanelFinding]:
    pattern, row_by_item = _items()[panel]
    for match in pattern.finditer(flat, start, end):
        row = row_by_item[match["item"]]
        term = _term(row, match)
        if term is not None:
            yield PanelFinding(match.start(), match.end(), term, match["negative"] is not None)


def _term(row: dict[str, str], match: re.Match[str]) -> TermId | None:
    """The term that a result states or, where it is negative, denies."""
    high = row["high_term"] if row["high_term"] != "-" else None
    low = row["low_term"] if row["low_term"] != "-" else None
    found = high
    if match["number"]:
        found = _beyond(row, float(match["number"]), match["unit"], match["arrow"], low, high)
    return None if found is None else TermId.parse(found)


def _beyond(
    row: dict[str, str], value: float, unit: str | None, arrow: str | None, low: str | None, high: str | None
) -> str | None:
    if arrow:
        return high if arrow == "↑" else low
    if unit is None or not unit.startswith(row["unit"]):
        return None
    if row["low"] and value < float(row["low"]):
        return low
    return high if row["high"] and value >= float(row["high"]) else None


@cache
def _items() -> dict[str, tuple[re.Pattern[str], dict[str, dict[str, str]]]]:
    """A pattern for the items of each panel, with the row of each item."""
    rows: dict[str, dict[str, dict[str, str]]] = {}
    for row in read_table("panels.tsv"):
        rows.setdefault(row["panel"], {}).update(dict.fromkeys(row["items"].split("|"), row))
    return {panel: (_pattern(items), items) for panel, items in rows.items()}


def _pattern(items: dict[str, dict[str, str]]) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, items), key=lambda item: (-len(item), item)))
    return re.compile(rf"(?<![a-z\d])(?P<item>{words}){_RESULT}")
