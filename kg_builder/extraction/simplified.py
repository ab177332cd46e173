"""Traditional characters as simplified ones and full-width ones as plain, one for one: every span keeps its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

__all__ = ["simplify"]

_CHINESE = re.compile("[㐀-鿿]")
_WIDE_MARKS = "／．％＜＞＋－＝＊＾～"
_PLAIN = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))} | {
    ord(mark): ord(mark) - 0xFEE0 for mark in _WIDE_MARKS
}
"""Letters, digits and the marks of measurements; wide punctuation stays, it parts Chinese clauses."""


def simplify(text: str) -> str:
    """The text in simplified and plain characters, of the same length.

    >>> simplify("發熱，Ｔ３８．５℃")
    '发热，T38.5℃'
    """
    letters = set(_CHINESE.findall(text))
    if not letters:
        return text
    return text.translate(_PLAIN | {ord(letter): _simplified(letter) for letter in letters})


@cache
def _convert() -> Callable[[str], str]:
    # Opening it reads its tables: only where a text holds Chinese.
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


@cache
def _simplified(letter: str) -> str:
    found = _convert()(letter)
    return found if len(found) == 1 else letter
