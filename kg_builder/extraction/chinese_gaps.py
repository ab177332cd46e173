"""Chinese names with a word inside: 脊柱轻度侧弯 is 脊柱侧弯, 腹部隐痛 is 腹痛, 视乳头无水肿 denies 视乳头水肿."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
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
_INNER = tuple(
    re.compile(rf"(?<=[一-鿿])(?:{words})(?=[一-鿿])")
    for words in (
        rf"{_DEGREE}|{_QUALITY}",
        rf"(?:{_COPULA})(?:{_DEGREE})?",
        rf"(?P<no>(?:均|亦|也)?(?:{_NO})(?:{_DEGREE}|任何|确切)?)",
    )
)
"""Each kind is taken out by itself, for a name may hold a word of another: 主动脉瓣重度关闭不全."""
_SIZE = frozenset("大小长短")
_GROWN = frozenset("增扩肿肥宽膨过粗高散等性声不矮细狭窄缩延减瘦个")
"""What stands before such a letter where the two are one word, so that 大小 or 长度 cannot follow."""
_OPPOSITES = frozenset({"多少", "高低", "快慢"})
"""Words of measure, so that 饮水多 is none in 饮水多少."""
_BARE_DENIALS = frozenset({"无尿", "无汗"})
"""Findings that look like the denial of a longer one: 无尿频, 无汗出."""
_GOES_ON = frozenset("伴且而及和或与并的平浅")
"""Letters that may follow a name that is one only at the end of its words."""


@dataclass(frozen=True, slots=True)
class Shortened:
    """A text without the words that may stand inside names.

    Args:
        text: what is left.
        places: for each code point of it, where it stood; and the length of the text that was shortened.
        gaps: places in the shortened text where something was taken out.
        denies: whether what was taken out denies.
    """

    text: str
    places: tuple[int, ...]
    gaps: tuple[int, ...]
    denies: bool

    def first_gap(self, start: int, end: int) -> int | None:
        """The first gap inside a span of the shortened text."""
        place = bisect_right(self.gaps, start)
        return self.gaps[place] if place < len(self.gaps) and self.gaps[place] < end else None


def without_inner_words(text: str) -> Iterator[Shortened]:
    """The text without such words, once for each kind of them that it has."""
    for inner in _INNER:
        spans = [match.span() for match in inner.finditer(text) if match.group()]
        if spans:
            yield _shorten(text, spans, "no" in inner.groupindex)


def _shorten(text: str, spans: Sequence[tuple[int, int]], denies: bool) -> Shortened:
    pieces: list[str] = []
    places: list[int] = []
    gaps: list[int] = []
    position = 0
    for start, end in (*spans, (len(text), len(text))):
        pieces.append(text[position:start])
        places.extend(range(position, start))
        gaps.append(len(places))
        position = end
    return Shortened("".join(pieces), (*places, len(text)), tuple(gaps[:-1]), denies)


def may_end_here(name: str, following: str) -> bool:
    """Whether a Chinese name may stand before a letter: 头大 not before 小, 饮水多 not before 少.

    None may stand before 剂; 无尿 not before 频. A short name that ends in a bare size, or begins
    with 无, is one only where its clause ends or goes on with `and`.
    """
    if following == "剂":
        return False
    if not "一" <= following <= "鿿" or following in _GOES_ON:
        return True
    if name in _BARE_DENIALS or name[-1] + following in _OPPOSITES:
        return False
    return len(name) < 2 or name[-1] not in _SIZE or name[-2] in _GROWN
