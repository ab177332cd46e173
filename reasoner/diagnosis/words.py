"""Words of the screens, in English and Chinese, and the marks that go with Chinese."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache

from ontologies.package_table import read_package_table

__all__ = ["beside_the_findings", "chinese_marks", "screen_words", "strength"]

# Strength of evidence in words, by decimal logarithm of the likelihood ratio against the mean disease.
_STRENGTH = ((6.0, "very_strong"), (4.0, "strong"), (2.0, "moderate"), (0.5, "weak"), (-math.inf, "none"))
_CHINESE = r"[\u4e00-\u9fff]"
_QUOTE = re.compile("(“[^”]*”)")
_MARKS = ((", ", "，"), ("; ", "；"), (": ", "："))


@cache
def screen_words(language: str) -> Mapping[str, str]:
    """What each key is called; every language but `zh` is English."""
    column = "zh" if language == "zh" else "en"
    return {row["key"]: row[column] for row in read_package_table("reasoner.diagnosis", "words.tsv")}


def strength(log10_likelihood_ratio: float) -> str:
    """Key of the strength of evidence in words.

    >>> screen_words("en")[strength(4.2)]
    'strong'
    """
    return f"strength_{next(word for bound, word in _STRENGTH if log10_likelihood_ratio >= bound)}"


def beside_the_findings(priors: Mapping[str, float], words: Mapping[str, str]) -> str:
    """What counts beside the findings, each by its name; nothing where nothing does.

    Args:
        priors: powers of ten by name.
        words: of the screen.
    """
    told = [f"{words[f'prior_{name}']} {value:+.1f}" for name, value in sorted(priors.items()) if value]
    return f"{words['beside']}: {', '.join(told)}" if told else ""


def chinese_marks(line: str) -> str:
    """The line with the marks of Chinese beside Chinese characters; what is quoted stays as it was written.

    >>> chinese_marks("若有: 肺炎 (3 个条目); 若无: 脓胸 居首  “咳嗽, 发热”")
    '若有：肺炎（3 个条目）；若无：脓胸居首  “咳嗽, 发热”'
    """
    return "".join(part if part.startswith("“") else _marked(part) for part in _QUOTE.split(line))


def _marked(text: str) -> str:
    for inside in (rf"(?<={_CHINESE}) *\(([^()]*)\)", rf" *\(([^()]*{_CHINESE}[^()]*)\)"):
        text = re.sub(inside, r"（\1）", text)
    for mark, own in _MARKS:
        text = re.sub(rf"(?<=[\u4e00-\u9fff）]){mark}|{mark}(?={_CHINESE})", own, text)
    return re.sub(rf"(?<={_CHINESE}) (?={_CHINESE})", "", text)
