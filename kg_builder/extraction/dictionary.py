"""Names of symptoms in a text: Aho–Corasick over normalised names, the longest match wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import ahocorasick_rs

from kg_builder.extraction.normalisation import BREAK, normalise
from ontologies.errors import GraphDamagedError
from ontologies.term_id import TermId

__all__ = ["Match", "NameMatcher"]

_FILE = "names.tsv"
_ACRONYM_LENGTH = 6
_SHORTEST_LATIN = 3


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A name at a place.

    Args:
        start: first code point.
        end: the code point after it.
        term: whose name it is.
    """

    start: int
    end: int
    term: TermId


class NameMatcher:
    """Finds names; built from rows of normalised name, id and whether capitals matter.

    Use `NameMatcher.build` for names as people write them and `NameMatcher.load` for what `save` wrote.
    """

    def __init__(self, rows: Iterable[tuple[str, str, bool]]) -> None:
        self._rows = list(rows)
        self._automaton = ahocorasick_rs.AhoCorasick(
            [row[0] for row in self._rows],
            store_patterns=False,
            implementation=ahocorasick_rs.Implementation.NoncontiguousNFA,
        )

    @classmethod
    def build(cls, names: Iterable[tuple[str, TermId]]) -> NameMatcher:
        """Normalise names; the first owner of a name keeps it."""
        row_by_name: dict[str, tuple[str, str, bool]] = {}
        for name, term in names:
            for variant in _variants(name):
                normal = normalise(variant).text
                if _is_usable(normal):
                    row_by_name.setdefault(normal, (normal, str(term), _is_acronym(variant)))
        return cls(row for _, row in sorted(row_by_name.items()))

    @classmethod
    def load(cls, folder: Path) -> NameMatcher:
        """Load what `save` wrote.

        Raises:
            GraphDamagedError: the file is missing or not whole.
        """
        try:
            lines = (folder / _FILE).read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise GraphDamagedError(
                "the name table cannot be read", value=folder / _FILE, remedy="Run aitia build"
            ) from error
        if lines.pop() != "":
            raise GraphDamagedError("the name table is truncated", value=folder / _FILE, remedy="Run aitia build")
        rows = [line.split("\t") for line in lines]
        if any(len(row) != 3 for row in rows):
            raise GraphDamagedError("the name table is damaged", value=folder / _FILE, remedy="Run aitia build")
        return cls((name, term, flag == "1") for name, term, flag in rows)

    def save(self, folder: Path) -> None:
        """Write the normalised names, so that a later process need not normalise them."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = (f"{name}\t{term}\t{'1' if acronym else '0'}\n" for name, term, acronym in self._rows)
        (folder / _FILE).write_text("".join(lines), "utf-8", newline="\n")

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, text: str) -> list[Match]:
        """All names in the text from left to right, none overlapping, the longest at each place."""
        chosen: list[Match] = []
        for match in sorted(self._candidates(text), key=lambda each: (each.start, -each.end)):
            if not chosen or match.start >= chosen[-1].end:
                chosen.append(match)
        return chosen

    def _candidates(self, text: str) -> Iterator[Match]:
        normal = normalise(text)
        for index, start, end in self._automaton.find_matches_as_indexes(normal.text, overlapping=True):
            span = normal.span(start, end)
            if span is None:
                continue
            _, term, acronym = self._rows[index]
            if acronym and not _has_capitals(text[span[0] : span[1]]):
                continue
            yield Match(span[0], span[1], TermId(*term.split(":", 1)))


def _variants(name: str) -> Iterator[str]:
    """The name, and `mild pain` for `Pain, mild`."""
    yield name
    parts = name.split(", ")
    if len(parts) == 2 and "(" not in name:
        yield f"{parts[1]} {parts[0]}"


def _is_usable(normal: str) -> bool:
    if "\t" in normal or not normal.strip(" " + BREAK):
        return False
    letters = normal.replace(" ", "").replace(BREAK, "")
    if letters.replace(".", "").isdigit():
        return False
    chinese = any(letter >= "㐀" for letter in letters)
    return len(letters) >= (2 if chinese else _SHORTEST_LATIN)


def _is_acronym(name: str) -> bool:
    return name.isascii() and len(name) <= _ACRONYM_LENGTH and name == name.upper() and name != name.lower()


def _has_capitals(quote: str) -> bool:
    return sum(letter.isupper() for letter in quote) >= 2
