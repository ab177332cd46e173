"""One spelling for names and texts, with the way back to the code points of the original.

A Latin word becomes a space and its stem (lower case, singular, American spelling); a run of Chinese
characters stays as it is; punctuation between words becomes one break character, so that no name is found across it
unless the name has it too.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, lru_cache
from unicodedata import combining, normalize

from kg_builder.extraction.tables import read_table

__all__ = ["BREAK", "NormalText", "normalise", "stem"]

BREAK = "\x1f"

_COMPOUNDING = (
    "age|all|alpha|anti|back|barrel|beta|blood|body|bone|broad|cafe|co|cone|cross|cup|dark|day|deep|down|drug|dry"
    "|end|ex|exercise|eye|fatty|finger|first|flat|follow|four|full|gamma|half|hand|head|heart|high|ill|intra"
    "|large|late|left|life|light|limb|long|low|lower|mid|middle|month|near|new|non|off|on|one|open|out|over|poor"
    "|port|post|pre|pseudo|ragged|red|right|rod|salt|second|self|semi|short|side|single|sleep|slow|small|soft"
    "|spike|stiff|stroke|sub|sun|third|three|toe|tongue|tonic|two|ultra|under|up|upper|web|wedge|week|weight|well"
    "|wide|year"
)
_BROKEN = (
    r"(?=[A-Za-z]{2,20}-\r?\n)(?<![A-Za-z-])"
    rf"(?!(?:{_COMPOUNDING}|[A-Za-z])-)[A-Za-z]{{2,20}}-\r?\n[ \t]{{0,20}}[a-z]{{2,20}}(?![a-z-])"
)
"""A word that a line break parts: fal-tering; the hyphen of low-set is its own. The rare break is looked for first."""
_TOKEN = re.compile(
    r"(?P<grade>(?<=[一-鿿])(?:[ⅠⅡⅢⅣⅤ]|I{1,3}V?|V)[°º]?度?(?=[肿增水脱凹萎]))"
    rf"|{_BROKEN}"
    r"|[A-Za-zÀ-ÖØ-öø-ɏͰ-ϿⅠ-Ⅻ]+(?:['’]s\b)?"
    r"|(?P<zh_sign>(?<=[一-鿿])\s?[:：]?\s?(?:[（(]\s?(?:\d?[+＋]{1,4}|[-－–—])\s?[)）]|\d?[+＋]{1,4}(?![\d.])))"
    r"|(?P<en_sign>(?<=[A-Za-z])(?<!eflex)(?<!eflexes)(?<!jerk)(?<!jerks)(?<!DTR)(?<!DTRs)"
    r"(?:(?:[ :]{1,2}[（(]?|[（(])(?:\+{2,4}|[1-4]?\+(?:ve\b)?)(?![\d+])[)）]?"
    r"|\s?[（(]\s?[-－–—]\s?[)）]))"
    r"|\d+(?:\.\d+)?|[㐀-䶿一-鿿]+"
)
"""Words; a grade inside a name (甲状腺Ⅱ度肿大), which is passed over; and the sign of a result, read as a word.

Reflexes have grades, of which two is normal: no sign of theirs is that of a result.
"""
_HYPHENATION = re.compile(r"-\s+")
_PASSABLE = re.compile(r"(?:[ \t\-‐-―/'’]|\r?\n(?![ \t]*\r?\n))*")
_ARTICLES = frozenset({"the", "a", "an"})
_AMERICAN_SPELLINGS = {
    "ae": "e",
    "oe": "e",
    "our": "or",
    "isation": "ization",
    "ised": "ized",
    "ising": "izing",
    "yse": "yze",
    "fibre": "fiber",
    "centre": "center",
    "leuco": "leuko",
    "sulph": "sulf",
    "grey": "gray",
}
_AMERICAN = re.compile("|".join(sorted(_AMERICAN_SPELLINGS, key=len, reverse=True)))
_SHORTEST_SPELT = 3
"""Words up to this length have one spelling: doe and toe are not de and te."""
_SHORTEST_TUMOUR = 6
_NOT_PLURAL = ("ss", "us", "is", "as", "os")


@cache
def _inflections() -> dict[str, str]:
    """Base form by irregular plural, and noun by adjective or verb where a name exists for the noun only."""
    return {row["word"]: row["base"] for row in read_table("inflections.tsv")}


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The form under which a Latin word is looked up.

    >>> [stem(word) for word in ("Seizures", "headaches", "patches", "anaemia", "biopsies", "Teeth", "pus")]
    ['seizure', 'headache', 'patch', 'anemia', 'biopsy', 'tooth', 'pus']
    """
    low = word.lower() if word.isascii() else _without_accents(word.lower())
    if low.endswith(("'s", "’s")):
        low = low[:-2]
    low = _inflections().get(low) or _singular(low)
    if len(low) <= _SHORTEST_SPELT:
        return low
    return _AMERICAN.sub(lambda match: _AMERICAN_SPELLINGS[match.group()], low)


def _without_accents(low: str) -> str:
    return "".join(letter for letter in normalize("NFKD", low) if not combining(letter)) or low


def _singular(low: str) -> str:
    if low.endswith("omas") and len(low) > _SHORTEST_TUMOUR:
        return low[:-1]
    if len(low) < 4 or not low.endswith("s") or low.endswith(_NOT_PLURAL):
        return low
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    if low.endswith(("sses", "xes", "ches", "shes")) and not low.endswith("aches"):
        return low[:-2]
    return low[:-1]


@dataclass(frozen=True, slots=True)
class NormalText:
    """A normalised text and, per token, where it stands in both texts.

    Args:
        text: the normalised text.
        starts: first index of each token in the normalised text.
        original_starts: first code point of each token in the original.
        original_ends: the code point after each token in the original.
        latin: 1 for a word, 0 for a run of Chinese characters.
        words: the normalised tokens.
    """

    text: str
    starts: array[int] = field(repr=False)
    original_starts: array[int] = field(repr=False)
    original_ends: array[int] = field(repr=False)
    latin: bytearray = field(repr=False)
    words: list[str] = field(repr=False)

    def tokens(self, start: int, end: int) -> range | None:
        """The tokens of a normalised span; None where it cuts a Latin word."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end - 1) - 1
        if first < 0:
            return None
        if self.latin[last] and end < len(self.text):
            following = self.starts[last + 1] if last + 1 < len(self.starts) else len(self.text)
            if end not in (following, following - 1) or (end == following - 1 and self.text[end] != BREAK):
                return None
        if self.latin[first] and start != self.starts[first]:
            return None
        return range(first, last + 1)

    def span_of(self, tokens: range, start: int, end: int) -> tuple[int, int]:
        """The original span of a normalised one."""
        first, last = tokens[0], tokens[-1]
        begin = self.original_starts[first] + (0 if self.latin[first] else start - self.starts[first])
        finish = self.original_ends[last] if self.latin[last] else self.original_starts[last] + end - self.starts[last]
        return begin, finish


def normalise(text: str) -> NormalText:
    """Normalise a name or a text; linear in its length."""
    pieces: list[str] = []
    words: list[str] = []
    starts, original_starts, original_ends, latin = array("q"), array("q"), array("q"), bytearray()
    position, previous_end = 0, 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word, sign = match.group(), _sign_word(match)
        is_latin = bool(sign) or word[0] < "㐀"
        if match["grade"]:
            previous_end = end
            continue
        if sign:
            word = sign
        elif is_latin:
            word = stem(_HYPHENATION.sub("", word) if "-" in word else word)
            if word in _ARTICLES and match.group().islower():
                previous_end = end if _passes(text, previous_end, start) else previous_end
                continue
        if starts and not _passes(text, previous_end, start):
            pieces.append(BREAK)
            position += 1
        starts.append(position)
        original_starts.append(start)
        original_ends.append(end)
        latin.append(is_latin)
        words.append(word)
        pieces.append(f" {word}" if word[0] < "㐀" else word)
        position += len(pieces[-1])
        previous_end = end
    return NormalText("".join(pieces), starts, original_starts, original_ends, latin, words)


def _sign_word(match: re.Match[str]) -> str:
    """The word that the sign of a result stands for: 尿蛋白(+) is 尿蛋白阳性."""
    if match["en_sign"]:
        return "positive" if "+" in match["en_sign"] else "negative"
    if not match["zh_sign"]:
        return ""
    return "阳性" if "+" in match["zh_sign"] or "＋" in match["zh_sign"] else "阴性"


def _passes(text: str, start: int, end: int) -> bool:
    return start == end or text[start:end] == " " or _PASSABLE.fullmatch(text, start, end) is not None
