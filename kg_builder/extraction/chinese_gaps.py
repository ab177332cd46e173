"""Chinese names with a word inside: 脊柱轻度侧弯 is 脊柱侧弯, 腹部隐痛 is 腹痛, 视乳头无水肿 denies 视乳头水肿."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Shortened", "may_end_here", "without_inner_words"]

_DEGREE = (
    "轻度|中度|重度|轻中度|中重度|极重度|轻微|轻型|明显|显著|严重|极度|进行性|持续性?|阵发性|间断性?|间歇性|反复|广泛|弥漫性?|散在|多发性?"
    "|少量|中量|大量|少许|中等量|[稍略较均渐]|逐渐|双侧|左侧|右侧"
)
_COPULA = "可见|见|有|呈|出现|存在"
_QUALITY = (
    "[部区]?(?:阵发性?|持续性?|间断性?|反复|明显|剧烈)?"
    "(?:(?:撕裂|压榨|压迫|针刺|刀割|烧灼|闷胀|牵拉|放射|电击|搏动|痉挛)样?性?)?[隐胀绞刺钝闷剧酸疼灼跳坠]?(?=痛)"
)
_NO = "无|未见|未及|未触及|未闻及|未扪及|未发现|未出现|没有|并无|不"
_INNER = re.compile(
    rf"(?<=[一-鿿])(?:(?P<no>(?:均|亦|也)?(?:{_NO})(?:{_DEGREE}|任何|确切)?)|(?:{_COPULA})?(?:{_DEGREE})|{_COPULA}|{_QUALITY})"
    r"(?=[一-鿿])"
)
_SIZE = frozenset("大小长短")
_GROWN = frozenset("增扩肿肥宽膨过粗高散等性声不矮细狭窄缩延减瘦个")
"""What stands before such a letter where the two are one word, so that 大小 or 长度 cannot follow."""
_GOES_ON = frozenset("伴且而及和或与并的平浅")
"""Letters that may follow a name that is one only at the end of its words."""


@dataclass(frozen=True, slots=True)
class Shortened:
    """A text without the words that may stand inside names.

    Args:
        text: what is left.
        places: for each code point of it, where it stood; and the length of the text that was shortened.
        gaps: places in the shortened text where something was taken out, with whether it denies.
    """

    text: str
    places: tuple[int, ...]
    gaps: tuple[tuple[int, bool], ...]

    def spans(self, start: int, end: int) -> list[tuple[int, bool]]:
        """The gaps inside a span of the shortened text."""
        return [gap for gap in self.gaps if start < gap[0] < end]


def without_inner_words(text: str) -> Shortened | None:
    """The text without such words; None where it has none."""
    pieces: list[str] = []
    places: list[int] = []
    gaps: list[tuple[int, bool]] = []
    position = 0
    for start, end, denies in _inner_words(text):
        pieces.append(text[position:start])
        places.extend(range(position, start))
        gaps.append((len(places), denies))
        position = end
    if not gaps:
        return None
    pieces.append(text[position:])
    places.extend(range(position, len(text) + 1))
    return Shortened("".join(pieces), tuple(places), tuple(gaps))


def _inner_words(text: str) -> Iterator[tuple[int, int, bool]]:
    for match in _INNER.finditer(text):
        if match.group():
            yield match.start(), match.end(), match["no"] is not None


def may_end_here(name: str, following: str) -> bool:
    """Whether a Chinese name may stand before a letter: 头大 not before 小, 无尿 not before 频, no name before 剂.

    A short name that ends in a bare size, or begins with 无, is one only where its clause ends or goes on with `and`.
    """
    if following == "剂":
        return False
    if not "一" <= following <= "鿿" or following in _GOES_ON:
        return True
    if name in _BARE_DENIALS:
        return False
    return len(name) < 2 or name[-1] not in _SIZE or name[-2] in _GROWN


_BARE_DENIALS = frozenset({"无尿", "无汗"})
"""Findings that look like the denial of a longer one: 无尿频, 无汗出."""
