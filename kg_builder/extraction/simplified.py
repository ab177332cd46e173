"""Traditional characters as simplified ones, one for one, so that every span keeps its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

__all__ = ["simplify"]

_CHINESE = re.compile("[㐀-鿿]")


def simplify(text: str) -> str:
    """The text in simplified characters, of the same length.

    >>> simplify("發熱，咳嗽")
    '发热，咳嗽'
    """
    letters = set(_CHINESE.findall(text))
    if not letters:
        return text
    return text.translate({ord(letter): _simplified(letter) for letter in letters})


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
