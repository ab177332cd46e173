"""Names in a form in which two spellings of one name are equal, so that vocabularies can be matched by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["fold_name", "name_stems"]

_WORD = re.compile(r"[a-z0-9]+")
_ASIDE = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_POSSESSIVE = re.compile(r"['\u2019]s?(?=\W|$)")
_EMPTY_WORDS = frozenset({"a", "an", "and", "by", "due", "in", "nos", "of", "or", "the", "to", "with"})
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("our", "or"), ("disorder", "disease"))
# What numbers the subtypes of a disease: 1, 2A, IIB, type, and a single letter.
_NUMBERING = re.compile(r"(?:type|form|group)|[0-9]+[a-z]{0,2}|[ivx]+[a-z]?|[a-z]")


def fold_name(name: str) -> str:
    """The words of a name, sorted: without case, accents, plural, possessive, asides in brackets and empty words.

    >>> fold_name("Anemia, sickle-cell") == fold_name("Sickle cell anaemia")
    True
    >>> fold_name("Parkinson's disease [PD]")
    'disease parkinson'
    """
    return " ".join(sorted(_words(name)))


def name_stems(name: str) -> Iterator[str]:
    """Folded forms of ever shorter beginnings of a name: without its numbering, then without what follows a comma.

    >>> list(name_stems("Cardiomyopathy, dilated, 1A"))
    ['cardiomyopathy dilated', 'cardiomyopathy']
    >>> list(name_stems("Bardet-Biedl syndrome 10"))
    ['bardet biedl syndrome']
    """
    seen = {fold_name(name)}
    parts = re.split(r"[,;]", name)
    for count in range(len(parts), 0, -1):
        words = _words(",".join(parts[:count]))
        while words and _NUMBERING.fullmatch(words[-1]):
            words.pop()
        stem = " ".join(sorted(words))
        if stem and stem not in seen:
            seen.add(stem)
            yield stem


def _words(name: str) -> list[str]:
    text = name.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).encode("ascii", "ignore").decode()
    if "(" in text or "[" in text:
        text = _ASIDE.sub(" ", text)
    if "'" in text:
        text = _POSSESSIVE.sub("", text)
    for spelling, other in _SPELLINGS:
        text = text.replace(spelling, other)
    return [_singular(word) for word in _WORD.findall(text) if word not in _EMPTY_WORDS]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
