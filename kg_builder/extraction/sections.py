"""Sections of a note by their headings, in English and Chinese."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from kg_builder.extraction.tables import read_table

__all__ = ["NoteSections"]

UNTITLED = "untitled"


@cache
def _section_by_heading() -> dict[str, str]:
    return {row["heading"]: row["section"] for row in read_table("sections.tsv")}


@cache
def _heading_pattern() -> re.Pattern[str]:
    ordered = sorted(_section_by_heading(), key=lambda heading: (-len(heading), heading))
    latin = "|".join(re.escape(heading) for heading in ordered if heading.isascii())
    chinese = "|".join(re.escape(heading) for heading in ordered if not heading.isascii())
    # An English heading starts a line; a Chinese one may also follow the end of a sentence.
    return re.compile(
        rf"^[ \t#*\-]*(?P<en>{latin})[ \t*]*(?::|：|$)"
        rf"|(?:^|(?<=[。；;\n]))[ \t　【\[]*(?P<zh>{chinese})[ \t】\]]*(?:[:：]|$)",
        re.IGNORECASE | re.MULTILINE,
    )


class NoteSections:
    """Where each section starts.

    >>> NoteSections("Family history: diabetes").at(20)
    'family'
    """

    def __init__(self, text: str) -> None:
        self._starts = [0]
        self._names = [UNTITLED]
        for match in _heading_pattern().finditer(text):
            heading = (match["en"] or match["zh"]).lower()
            self._starts.append(match.end())
            self._names.append(_section_by_heading()[heading])

    def at(self, position: int) -> str:
        """The section of a code point; `untitled` before the first heading."""
        return self._names[bisect_right(self._starts, position) - 1]

    def start_of(self, position: int) -> int:
        """Where the section of a code point starts, after its heading."""
        return self._starts[bisect_right(self._starts, position) - 1]
