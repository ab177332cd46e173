"""Names of symptoms in a text: Aho–Corasick over normalised names, the longest match wins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ahocorasick_rs

from kg_builder.extraction.chinese_gaps import may_end_here, without_inner_words
from kg_builder.extraction.chinese_lists import find_shared_endings
from kg_builder.extraction.loose_names import LooseMatch, LooseNames
from kg_builder.extraction.normalisation import BREAK, NormalText, normalise
from kg_builder.extraction.vocabulary import PHENOTYPIC_ABNORMALITY
from ontologies.errors import GraphDamagedError
from ontologies.term_id import TermId

__all__ = ["Match", "NameMatcher", "is_negative_result"]

_FILE = "names.tsv"
_ACRONYM_LENGTH = 6
_SHORTEST_LATIN = 3
_NEGATIVE_RESULT = re.compile(r"(?<!反射)(?:阴性|[（(]\s?[-－–—]\s?[)）])$")
_TWO_INITIALS = re.compile(r"[A-Z]\s?[/&]\s?[A-Z]")
_LACK = re.compile(" (?:no|without) [^ ]+")
_AFTER_LACK = re.compile(
    r"\s*(?:$|(?!-\w)[^\w\s/&]"
    r"|(?:after|at|but|by|for|from|he|in|now|on|she|since|so|still|until|when|with|yet"
    r"|and (?:has|is|no|not|poor|very))\b)"
)
_JOINED = re.compile(rf" and |{BREAK}|(?<=[㐀-鿿])[和及伴](?=[㐀-鿿])")


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A name at a place.

    Args:
        start: first code point.
        end: the code point after it.
        term: whose name it is.
        denied: whether a word inside says that there is none: 视乳头无水肿.
    """

    start: int
    end: int
    term: TermId
    denied: bool = False


class NameMatcher:
    """Finds names; built from rows of normalised name, id and whether capitals matter.

    Use `NameMatcher.build` for names as people write them and `NameMatcher.load` for what `save` wrote.
    """

    def __init__(self, rows: Iterable[tuple[str, str, bool]], loose: LooseNames | None = None) -> None:
        self._rows = list(rows)
        self._loose = LooseNames.build((row[0], row[1]) for row in self._rows) if loose is None else loose
        self._chinese = {row[0]: row[1] for row in self._rows if row[0][0] >= "㐀"}
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
            if term == PHENOTYPIC_ABNORMALITY:
                continue  # that something is abnormal is no finding
            for variant in _variants(name):
                normal = normalise(variant).text
                if _is_usable(normal) or _TWO_INITIALS.fullmatch(variant):
                    row_by_name.setdefault(normal, (normal, str(term), _is_acronym(variant)))
        row_by_name = {name: row for name, row in row_by_name.items() if not _names_two(name, row_by_name)}
        loose = LooseNames.build((name, term) for name, term, acronym in row_by_name.values() if not acronym)
        return cls((row for _, row in sorted(row_by_name.items())), loose)

    @classmethod
    def load(cls, folder: Path) -> NameMatcher:
        """Load what `save` wrote.

        Raises:
            GraphDamagedError: the file is missing or not whole.
        """
        try:
            lines = (folder / _FILE).read_text("utf-8").split("\n")
            loose = LooseNames.load(folder)
        except (OSError, UnicodeDecodeError) as error:
            raise GraphDamagedError(
                "the name table cannot be read", value=folder / _FILE, remedy="Run aitia build"
            ) from error
        if lines.pop() != "":
            raise GraphDamagedError("the name table is truncated", value=folder / _FILE, remedy="Run aitia build")
        rows = [line.split("\t") for line in lines]
        if any(len(row) != 3 for row in rows):
            raise GraphDamagedError("the name table is damaged", value=folder / _FILE, remedy="Run aitia build")
        return cls(((name, term, flag == "1") for name, term, flag in rows), loose)

    def save(self, folder: Path) -> None:
        """Write the normalised names, so that a later process need not normalise them."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = (f"{name}\t{term}\t{'1' if acronym else '0'}\n" for name, term, acronym in self._rows)
        (folder / _FILE).write_text("".join(lines), "utf-8", newline="\n")
        self._loose.save(folder)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, text: str) -> list[Match]:
        """All names in the text from left to right, the longest at each place.

        None overlap, but for names that share a word of a list: `short fingers and toes`.
        """
        normal = normalise(text)
        candidates = list(_without_split_denials(text, list(self._candidates(text, normal))))
        chinese = bool(self._chinese) and not text.isascii()
        if chinese:
            candidates += self._around_inner_words(text, candidates)
        chosen = _leftmost_longest(candidates)
        if chinese:
            chosen += self._shared_endings(text, chosen)
        found = sorted(set(self._loose.find(text, normal)), key=lambda each: (-len(each[0]), each))
        if not found:
            return sorted({each[0] for each in chosen})
        return sorted(set(_with_loose(chosen, found, normal)))

    def _shared_endings(self, text: str, chosen: Sequence[tuple[Match, range]]) -> list[tuple[Match, range]]:
        taken = {place for match, _ in chosen for place in range(match.start, match.end)}
        return [
            (Match(start, match.end, _term(term), match.denied), tokens)
            for match, tokens in chosen
            for start, term in find_shared_endings(text, match.start, match.end, self._chinese)
            if start not in taken
        ]

    def _around_inner_words(
        self, text: str, candidates: Sequence[tuple[Match, range]]
    ) -> Iterator[tuple[Match, range]]:
        """Names around a word that is no part of them, but not two findings beside it: 腹痛无腹泻."""
        others = [(match.start, match.end) for match, _ in candidates]
        for short in without_inner_words(text):
            for match, _ in self._candidates(short.text, normalise(short.text)):
                gap = short.first_gap(match.start, match.end)
                if gap is not None:
                    start, end = short.places[match.start], short.places[match.end - 1] + 1
                    before = short.places[gap - 1] + 1
                    if not any(start <= begin and finish <= before for begin, finish in others):
                        yield Match(start, end, match.term, short.denies), range(0)

    def _candidates(self, text: str, normal: NormalText) -> Iterator[tuple[Match, range]]:
        for index, start, end in self._automaton.find_matches_as_indexes(normal.text, overlapping=True):
            tokens = normal.tokens(start, end)
            if tokens is None:
                continue
            span = normal.span_of(tokens, start, end)
            name, term, acronym = self._rows[index]
            if acronym and not _has_capitals(text[span[0] : span[1]]):
                continue
            if name[-1] >= "㐀" and not may_end_here(name, text[span[1] : span[1] + 1]):
                continue
            if _LACK.fullmatch(name) and not _AFTER_LACK.match(text, span[1]):
                continue  # no speech, but not in `no speech or language delay`
            yield Match(span[0], span[1], _term(term)), tokens


@lru_cache(maxsize=50_000)
def _term(identifier: str) -> TermId:
    return TermId(*identifier.split(":", 1))


def _without_split_denials(text: str, candidates: list[tuple[Match, range]]) -> Iterator[tuple[Match, range]]:
    """Without 无尿 in 无尿频: there 无 denies the longer name after it."""
    end_by_start: dict[int, int] = {}
    for match, _ in candidates:
        end_by_start[match.start] = max(match.end, end_by_start.get(match.start, 0))
    for each in candidates:
        if text[each[0].start] != "无" or end_by_start.get(each[0].start + 1, 0) <= each[0].end:
            yield each


def _leftmost_longest(candidates: Iterable[tuple[Match, range]]) -> list[tuple[Match, range]]:
    chosen: list[tuple[Match, range]] = []
    for each in sorted(candidates, key=lambda pair: (pair[0].start, -pair[0].end)):
        if not chosen or each[0].start >= chosen[-1][0].end:
            chosen.append(each)
    return chosen


def _with_loose(
    exact: Sequence[tuple[Match, range]], found: Sequence[LooseMatch], normal: NormalText
) -> Iterator[Match]:
    """Exact names, but where a loose reading holds more words; and what a list adds to a word not yet read."""
    kept = [(match, frozenset(tokens)) for match, tokens in exact]
    lists = [(frozenset(words), term) for words, term, coordinated in found if coordinated]
    for words, term, coordinated in found:
        own = frozenset(words)
        met = [tokens for _, tokens in kept if tokens & own]
        if not coordinated and all(tokens < own for tokens in met):
            kept = [each for each in kept if not each[1] & own]
            kept.append((_match_of(words, term, normal), own))
    for own, term in lists:
        if not own <= frozenset().union(*(tokens for _, tokens in kept)):
            kept.append((_match_of(sorted(own), term, normal), own))
    return (match for match, _ in kept)


def _match_of(words: Sequence[int], term: str, normal: NormalText) -> Match:
    return Match(normal.original_starts[words[0]], normal.original_ends[words[-1]], _term(term))


def _variants(name: str) -> Iterator[str]:
    """The name, `mild pain` for `Pain, mild`, the short 脾大 for 脾肿大, and 尿蛋白阴性, which denies 尿蛋白阳性.

    The sign behind Latin letters is read as an English word: ANA(+), ANA(-).
    """
    yield name
    if name.endswith("阳性"):
        yield f"{name[:-2]}阴性"
        if name[-3].isascii():
            yield f"{name[:-2]} positive"
            yield f"{name[:-2]} negative"
    if name.endswith("肿大"):
        yield f"{name[:-2]}大"
    parts = name.split(", ")
    if len(parts) == 2 and "(" not in name:
        yield f"{parts[1]} {parts[0]}"


def _names_two(name: str, names: Mapping[str, tuple[str, str, bool]]) -> bool:
    """Whether a name lists two findings that have names of their own: each says more than both in one."""
    if name[0] >= "㐀":
        for place in range(2, len(name) - 1):
            owners = [names[part][1] for part in (name[:place], name[place:]) if part in names]
            if len({*owners}) > 1 and names[name][1] in owners:
                return True  # 咳嗽咳痰
    for joint in _JOINED.finditer(name):
        first, second = name[: joint.start()], name[joint.end() :]
        if first in names and (second in names or f" {second}" in names):
            return True
    return False


def is_negative_result(text: str, match: Match) -> bool:
    """Whether a match denies itself: a test with its negative result, as in 尿蛋白(-), or a denial inside.

    A reflex is the exception: one that is negative is gone, and that is the finding.
    """
    return match.denied or _NEGATIVE_RESULT.search(text[match.start : match.end]) is not None


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
