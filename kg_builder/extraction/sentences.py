"""Sentence spans, in English and Chinese, also in notes with one statement per line."""

from __future__ import annotations

import re

__all__ = ["sentence_spans"]

# A line that goes on in lower case is a wrapped line; every other line break ends a sentence, and so does a semicolon.
_BOUNDARY = re.compile(
    r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bvs)(?<!\bNo)(?<!e\.g)(?<!i\.e)(?<![.!?])"
    r"(?:[.!]++|[.!]*+(?<=\S)\?++(?!\s{1,9}(?:[Nn]o|[Yy]es|[Nn]one|[Dd]enie[sd])\b))(?=\s{1,99}[\"'(\[]?[^\sa-z])"
    r"|[.!?](?=[一-鿿])(?<!\d\.)|[。！？；;]+|\n(?![ \t\r]{0,99}[a-z])"
)
"""No part looks further than a fixed way or twice at a run of signs, so that no text takes quadratic time."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans that cover the text without gap or overlap; each ends after its boundary.

    >>> [text[a:b] for text in ["No fever. Has cough."] for a, b in sentence_spans(text)]
    ['No fever.', ' Has cough.']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        spans.append((start, match.end()))
        start = match.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans
