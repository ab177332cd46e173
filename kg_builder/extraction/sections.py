"""Sections of a note by their headings, in English and Chinese.

A heading that the table does not know ends the section before it, unless it names a relative. A section whose text
began on the line of its heading ends at a blank line, and at a line that begins a new statement about the patient.
A heading in capitals or with a slash (FHx, O/E, A/) needs no colon.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache

from kg_builder.extraction.tables import read_table

__all__ = ["NoteSections"]

UNTITLED = "untitled"
_LONGEST_BARE = 5
"""Letters of a heading that may go without a colon: longer ones are words of a sentence."""

_OTHER_HEADING = re.compile(
    r"^[ \t#*]*(?P<en>[A-Z][A-Za-z]+(?:[ /&-][A-Za-z]+){0,3})[ \t*]*[:：]"
    r"|^[ \t　【\[]*(?P<zh>[一-鿿]{2,8})[ \t】\]]*[:：]",
    re.MULTILINE,
)
_NEW_SUBJECT = re.compile(
    r"\n[ \t\r]*\n|(?<=[.。])[ \t\r]*\n"
    r"(?=(?:She|He|They|The patient|Patient|On|Today|Now|Currently|At)\b|患者|患儿|本次|今)"
)

_INLINE_PAST = re.compile(r"^[ \t　]*既往(?!史|[:：])[^。\n]*[;；][^。\n]*", re.MULTILINE)
"""A line on the past without a colon: it reaches over its semicolons to the full stop."""


@cache
def _section_by_heading() -> dict[str, str]:
    return {row["heading"]: row["section"] for row in read_table("sections.tsv")}


@cache
def _relatives() -> frozenset[str]:
    return frozenset(row["words"] for row in read_table("informants.tsv") if row["kind"] == "person")


@cache
def _heading_pattern() -> re.Pattern[str]:
    ordered = sorted(_section_by_heading(), key=lambda heading: (-len(heading), heading))
    latin = "|".join(re.escape(heading) for heading in ordered if heading.isascii())
    chinese = "|".join(re.escape(heading) for heading in ordered if not heading.isascii())
    abbreviations = "|".join(re.escape(each) for each in ordered if each.isascii() and len(each) <= _LONGEST_BARE)
    # An English heading starts a line; a Chinese one may also follow the end of a sentence.
    return re.compile(
        rf"^[ \t#*\-]*(?P<en>{latin})[ \t*]*(?::|：|$)"
        rf"|(?:^|(?<=[。；;\n]))[ \t　【\[]*(?P<zh>{chinese})[ \t】\]]*(?:[:：]|$)"
        rf"|(?:^|(?<=[。；;\n]))[ \t　]*【(?P<box>{chinese})】"
        rf"|^[ \t#*\-]*(?=(?-i:[A-Z][A-Z/]|[A-Z]x))(?P<bare>{abbreviations})(?:/(?=[ \t])|(?=[ \t]))",
        re.IGNORECASE | re.MULTILINE,
    )


@cache
def _relative_pattern() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _relatives()), key=lambda word: (-len(word), word)))
    return re.compile(rf"^[ \t#*\-]*(?:{words})[ \t]*[:：](?P<line>[^\n]*\S[^\n]*)", re.IGNORECASE | re.MULTILINE)


class NoteSections:
    """Where each section starts.

    >>> NoteSections("Family history: diabetes").at(20)
    'family'
    """

    def __init__(self, text: str) -> None:
        found = {match.start(): (match.start(), "") for match in _OTHER_HEADING.finditer(text) if _ends_section(match)}
        known = [
            (match.start(), match.end(), _section_by_heading()[_heading_of(match)])
            for match in _heading_pattern().finditer(text)
        ]
        found |= {start: (end, name) for start, end, name in known}
        starts = [start for start, _, _ in known]
        for (_, end, name), following in zip(known, [*starts[1:], len(text)], strict=False):
            blank = _NEW_SUBJECT.search(text, end, following)
            if blank and text[end : text.find("\n", end)].strip() and name != UNTITLED:
                found.setdefault(blank.end(), (blank.end(), ""))
        for match in _INLINE_PAST.finditer(text):
            found.setdefault(match.end(), (match.end(), _section_before(known, starts, match.start())))
            found.setdefault(match.start(), (match.start(), "past"))
        for match in _relative_pattern().finditer(text):
            # `Mother: asthma; she had eczema, too.` is hers to the end of the line.
            found.setdefault(match.end(), (match.end(), _section_before(known, starts, match.start())))
            found[match.start()] = (match.start("line"), "family")
        ordered = sorted(found.items())
        self.boundaries = [0, *(start for start, _ in ordered)]
        self._starts = [0, *(end for _, (end, _) in ordered)]
        self._names = [UNTITLED, *(name or UNTITLED for _, (_, name) in ordered)]

    def at(self, position: int) -> str:
        """The section of a code point; `untitled` before the first heading."""
        return self._names[bisect_right(self.boundaries, position) - 1]

    def start_of(self, position: int) -> int:
        """Where the section of a code point starts, after its heading."""
        return self._starts[bisect_right(self.boundaries, position) - 1]


def _section_before(known: list[tuple[int, int, str]], starts: list[int], position: int) -> str:
    """The section that a line interrupts: family history goes on, any other has ended."""
    place = bisect_left(starts, position)
    return "family" if place and known[place - 1][2] == "family" else ""


def _heading_of(match: re.Match[str]) -> str:
    return (match["en"] or match["zh"] or match["box"] or match["bare"]).lower()


def _ends_section(match: re.Match[str]) -> bool:
    heading = (match["en"] or match["zh"]).lower()
    return not any(word in _relatives() for word in (heading, *heading.split()))
