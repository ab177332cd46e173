"""A note as statements: sentences that lie in one section, each with what a line above hands to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg_builder.extraction.sections import NoteSections
from kg_builder.extraction.sentences import sentence_spans

__all__ = ["Statement", "statements"]

_LONGEST = 4_000
"""A longer statement is cut at a space: no sentence is so long, and what a cue reaches must end somewhere."""
_BULLET = re.compile(r"\s*(?:[-*•·▪◦o]\s|\d{1,2}[.)、]|[(（]\d{1,2}[)）])")
_SHORT_ITEM = 50


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence.

    Args:
        start: its first code point.
        end: the code point after it.
        body: first code point after a section heading at its start.
        section: the section it lies in.
        opens_list: whether it ends in a colon.
        is_item: whether it may be an item of the list above it.
    """

    start: int
    end: int
    body: int
    section: str
    opens_list: bool
    is_item: bool


def statements(text: str) -> Iterator[Statement]:
    """Statements that cover the text without gap or overlap."""
    sections = NoteSections(text)
    boundaries = iter([*sections.boundaries[1:], len(text)])
    boundary = next(boundaries)
    for start, end in sentence_spans(text):
        while start < end:
            while boundary <= start < len(text):
                boundary = next(boundaries)
            finish = _cut(text, start, min(end, boundary))
            quote = text[start:finish].strip()
            yield Statement(
                start,
                finish,
                min(max(start, sections.start_of(start)), finish),
                sections.at(start),
                quote.endswith((":", "：")),
                bool(_BULLET.match(text, start, finish)) or 0 < len(quote) <= _SHORT_ITEM,
            )
            start = finish


def _cut(text: str, start: int, end: int) -> int:
    if end - start <= _LONGEST:
        return end
    space = max(text.rfind(" ", start, start + _LONGEST), text.rfind("，", start, start + _LONGEST))
    return space + 1 if space > start else start + _LONGEST
