"""Fixed phrases in a text, in one pass: cues, and the names of measurements."""

from __future__ import annotations

import re
from collections.abc import Iterable

import ahocorasick_rs

__all__ = ["PhraseFinder", "flatten"]

_SPACES = str.maketrans("\n\r\t\u00a0\u3000’", "     '")
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a pair cannot be encoded, so the automaton refuses it."""


def flatten(text: str) -> str:
    """Lower case with plain spaces, each code point in its place."""
    plain = _SURROGATE.sub("\ufffd", text.translate(_SPACES))
    low = plain.lower()
    if len(low) == len(plain):
        return low
    return "".join(one if len(one := letter.lower()) == 1 else letter for letter in plain)


class PhraseFinder:
    """Finds phrases; Latin ones at word boundaries, the longest at each place, none overlapping."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.phrases = sorted({phrase.lower() for phrase in phrases})
        self._automaton = ahocorasick_rs.AhoCorasick(self.phrases, store_patterns=False)

    def find(self, flat: str) -> list[tuple[int, int, str]]:
        """Start, end and phrase in a text that `flatten` made."""
        hits = self._automaton.find_matches_as_indexes(flat, overlapping=True)
        spans = sorted((start, -end, index) for index, start, end in hits if _stands_alone(flat, start, end))
        chosen: list[tuple[int, int, str]] = []
        for start, minus_end, index in spans:
            if not chosen or start >= chosen[-1][1]:
                chosen.append((start, -minus_end, self.phrases[index]))
        return chosen


_JOINING = frozenset(letter for letter in map(chr, range(0x2E80)) if letter.isalpha())
"""Letters of scripts that part words by spaces."""


def _stands_alone(flat: str, start: int, end: int) -> bool:
    if start and flat[start - 1] in _JOINING and flat[start] in _JOINING:
        return False
    return not (end < len(flat) and flat[end] in _JOINING and flat[end - 1] in _JOINING)
