"""Names whose words stand in another order, form or company: `ears are low-set`, `hypoplasia of thumbs and radii`.

A name is the set of its content words, each replaced by its family (`anomaly`, `malformation` and `abnormality` are
one). It is found where all stand in one clause with nothing between but function words and modifiers, or, next to a
coordinator, the other members of a list: `cardiac and renal anomalies` holds two names. So does a row of adjectives
each of which makes a name with the noun: `small, widely spaced teeth`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from kg_builder.extraction.normalisation import BREAK, NormalText, stem
from kg_builder.extraction.tables import read_table

__all__ = ["LooseMatch", "LooseNames"]

_FILE = "loose_names.tsv"
_REACH = 7
"""Words on either side of the rarest word of a name."""
_FEWEST_WORDS, _MOST_WORDS = 2, 6
_LONGEST_LIST_GAP = 3
_HARD_BREAK = re.compile(r"[.;:!?()\[\]（）。；：！？]|\n[ \t\r]*\n")
_SLASH = re.compile(r"[/&]")
_LIST_COMMA = re.compile(r"[,、，]")
_BARRIER, _COORDINATOR, _COMMA = "\x00", "\x01", "\x02"

LooseMatch = tuple[tuple[int, ...], str, bool]
"""Indices of the words of the name, id, and whether a list was read across."""


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    return {stem(row["word"]): (stem(row["family"]), row["kind"]) for row in read_table("word_families.tsv")}


@cache
def _words_of_kind(kind: str) -> frozenset[str]:
    return frozenset(family for family, each in _kinds().values() if each == kind)


def _family(word: str) -> str:
    return _kinds().get(word, (word, ""))[0]


class LooseNames:
    """Finds names by their words; `build` from normalised names, `load` what `save` wrote."""

    def __init__(self, packed_by_key: dict[str, str]) -> None:
        self._packed_by_key = packed_by_key
        self._entries_by_key: dict[str, dict[str, list[tuple[frozenset[str], str]]]] = {}

    @classmethod
    def build(cls, names: Iterable[tuple[str, str]]) -> LooseNames:
        """From normalised names and ids; the first owner of a set of words keeps it, whole sets come first."""
        term_by_words: dict[frozenset[str], str] = {}
        bags = [(words, term) for name, term in names if (words := _words(name)) is not None]
        for words, term in bags:
            term_by_words.setdefault(words, term)
        for words, term in bags:
            fewer = words - _words_of_kind("optional")
            if len(fewer) >= _FEWEST_WORDS:
                term_by_words.setdefault(fewer, term)
        frequency = Counter(word for words in term_by_words for word in words)
        entries: dict[str, list[str]] = {}
        for words, term in term_by_words.items():
            ordered = sorted(words, key=lambda word: (frequency[word], word))
            entries.setdefault(ordered[0], []).append(" ".join([term, *ordered[1:]]))
        return cls({key: "\t".join(sorted(entries[key])) for key in sorted(entries)})

    @classmethod
    def load(cls, folder: Path) -> LooseNames | None:
        """What `save` wrote; None where nothing was saved."""
        path = folder / _FILE
        if not path.is_file():
            return None
        lines = (line.partition("\t") for line in path.read_text("utf-8").splitlines())
        return cls({key: packed for key, _, packed in lines})

    def save(self, folder: Path) -> None:
        """Write the index."""
        lines = (f"{key}\t{packed}\n" for key, packed in self._packed_by_key.items())
        (folder / _FILE).write_text("".join(lines), "utf-8", newline="\n")

    def find(self, text: str, normal: NormalText) -> Iterator[LooseMatch]:
        """All loose readings, also such as contain each other."""
        families = [_family(word) for word in normal.words]
        parted: list[tuple[tuple[int, ...], frozenset[int], str]] = []
        ended: dict[int, set[int]] = {}
        for own, term, fits, coordinated in self._readings(text, normal, families):
            if fits:
                ended.setdefault(own[-1], set()).update(own)
                yield own, term, coordinated
            elif gap := _adjectives(text, normal, families, own):
                parted.append((own, gap, term))
        for own, gap, term in sorted(parted, key=lambda each: (len(each[1]), each[0], each[2])):
            if gap <= ended.get(own[-1], set()):
                ended[own[-1]].update(own)
                yield own, term, True

    def _readings(
        self, text: str, normal: NormalText, families: Sequence[str]
    ) -> Iterator[tuple[tuple[int, ...], str, bool, bool]]:
        """Places of all words of a name, its id, whether they fit together, and whether as a list."""
        present = frozenset(families)
        for at, key in enumerate(families):
            if key not in self._packed_by_key:
                continue
            by_second = self._entries(key)
            possible = [
                (others, term)
                for second in sorted(by_second.keys() & present)
                for others, term in by_second[second]
                if others <= present
            ]
            if not possible:
                continue
            places = _places(text, normal, families, at)
            for others, term in possible:
                if others <= places.keys():
                    own = tuple(sorted({at, *(places[word] for word in others)}))
                    fits, coordinated = _fit(text, normal, families, own)
                    yield own, term, fits, coordinated

    def _entries(self, key: str) -> dict[str, list[tuple[frozenset[str], str]]]:
        if key not in self._entries_by_key:
            found: dict[str, list[tuple[frozenset[str], str]]] = {}
            for entry in self._packed_by_key[key].split("\t"):
                term, second, *rest = entry.split(" ")
                found.setdefault(second, []).append((frozenset([second, *rest]), term))
            self._entries_by_key[key] = found
        return self._entries_by_key[key]


def _words(name: str) -> frozenset[str] | None:
    """The content words of a name; None where it has too few or too many, or a word that bars a loose reading."""
    if any(letter >= "㐀" for letter in name):
        return None
    words = [word for word in name.replace(BREAK, " ").split(" ") if word]
    kinds = {_kinds().get(word, ("", ""))[1] for word in words}
    if "barrier" in kinds or "coordinator" in kinds:
        return None
    bag = frozenset(_family(word) for word in words) - _words_of_kind("function")
    if not _FEWEST_WORDS <= len(bag) <= _MOST_WORDS or any(word[0].isdigit() for word in bag):
        return None
    return bag


def _places(text: str, normal: NormalText, families: Sequence[str], at: int) -> dict[str, int]:
    """The nearest place of each word around a word, within its clause."""
    places: dict[str, int] = {}
    for step in (-1, 1):
        index = at
        for _ in range(_REACH):
            index += step
            if not 0 <= index < len(families) or not normal.latin[index]:
                break
            if families[index] in _words_of_kind("barrier") or _gap(text, normal, max(index, index - step)) == _BARRIER:
                break
            nearest = places.setdefault(families[index], index)
            if abs(index - at) < abs(nearest - at):
                places[families[index]] = index
    return places


def _gap(text: str, normal: NormalText, index: int) -> str:
    """What lies between a word and the word before it."""
    start, end = normal.original_ends[index - 1], normal.original_starts[index]
    if end - start <= 1:
        between = text[start:end]
        return "" if between in (" ", "-") else _class_of(between)
    return _class_of(text[start:end])


def _class_of(between: str) -> str:
    if _HARD_BREAK.search(between):
        return _BARRIER
    if _SLASH.search(between):
        return _COORDINATOR
    return _COMMA if _LIST_COMMA.search(between) else ""


def _fit(text: str, normal: NormalText, families: Sequence[str], own: Sequence[int]) -> tuple[bool, bool]:
    """Whether the words between are no obstacle, and whether they are members of a list."""
    skipped = _words_of_kind("function") | _words_of_kind("modifier")
    run: list[str] = []
    coordinated = False
    for index in range(own[0], own[-1] + 1):
        if index > own[0] and (gap := _gap(text, normal, index)):
            run.append(gap)
        if index in own:
            if run and not _is_list_gap(run):
                return False, False
            coordinated = coordinated or bool(run)
            run = []
        elif families[index] in _words_of_kind("coordinator"):
            run.append(_COORDINATOR)
        elif families[index] not in skipped:
            run.append(families[index])
    return True, coordinated


def _adjectives(text: str, normal: NormalText, families: Sequence[str], own: Sequence[int]) -> frozenset[int]:
    """The words between the noun that ends a name and the word before it; none where another clause lies between."""
    skipped = _words_of_kind("function") | _words_of_kind("modifier")
    between = range(own[-2] + 1, own[-1])
    clear = all(_gap(text, normal, index) in ("", _COMMA) for index in range(own[-2] + 1, own[-1] + 1))
    if (
        not clear
        or own[-2] - own[0] != len(own) - 2
        or any(families[index] in _words_of_kind("coordinator") for index in between)
    ):
        return frozenset()
    return frozenset(index for index in between if families[index] not in skipped)


def _is_list_gap(run: Sequence[str]) -> bool:
    """Whether the words of a gap are other members of a list: `and renal` or `thumbs and`, but not `and` alone.

    Commas alone make no list, a second `and` begins another, and a gap between two coordinators is a list of its own.
    """
    content = sum(word not in (_COMMA, _COORDINATOR) for word in run)
    ends = (run[0] in (_COMMA, _COORDINATOR)) + (run[-1] in (_COMMA, _COORDINATOR))
    return 0 < content <= _LONGEST_LIST_GAP and ends == 1 and run.count(_COORDINATOR) == 1
