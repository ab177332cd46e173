"""Words of the screens, in English and Chinese, and the marks that go with Chinese."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["chinese_marks", "screen_words", "strength"]

# Strength of evidence in words, by decimal logarithm of the likelihood ratio against the mean disease.
_STRENGTH = ((6.0, "very_strong"), (4.0, "strong"), (2.0, "moderate"), (0.5, "weak"), (-math.inf, "none"))
_CHINESE = r"[\u4e00-\u9fff）]"


@cache
def screen_words(language: str) -> Mapping[str, str]:
    """What each key is called; every language but `zh` is English."""
    text = files("reasoner.diagnosis").joinpath("words.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["key"]: row["zh" if language == "zh" else "en"] for row in rows}


def strength(log10_likelihood_ratio: float) -> str:
    """Key of the strength of evidence in words.

    >>> screen_words("en")[strength(4.2)]
    'strong'
    """
    return f"strength_{next(word for bound, word in _STRENGTH if log10_likelihood_ratio >= bound)}"


def chinese_marks(line: str) -> str:
    """The line with the marks of Chinese where they follow a Chinese character.

    >>> chinese_marks("若有: 肺炎; 若无: 脓胸 居首")
    '若有：肺炎；若无：脓胸居首'
    """
    for mark, own in ((", ", "，"), ("; ", "；"), (": ", "：")):
        line = re.sub(rf"(?<={_CHINESE}){mark}", own, line)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", line)
