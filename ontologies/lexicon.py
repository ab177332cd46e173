"""Words for symptoms that clinicians and patients write and that the ontology does not hold, read from plain tables.

One table per language lies in `lexicons/` and is meant to be corrected by hand. Its rows are sorted by identifier and
kind; within a kind the order is a preference, so the first `name` of a term is the one to show. A table of the Chinese
names of diseases lies beside them, by the same rules.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from ontologies.errors import FileFormatError, InputError, TermIdError
from ontologies.term_id import TermId

__all__ = [
    "LANGUAGES",
    "DiseaseName",
    "Lexicon",
    "LexiconEntry",
    "NameStatus",
    "WordKind",
    "load_disease_names",
    "load_lexicon",
    "read_disease_names",
    "read_lexicon",
]

LANGUAGES = ("en", "zh")

_FOLDER = Path(__file__).with_name("lexicons")
_HEADER = ("hpo_id", "label", "kind", "word")
_DISEASE_HEADER = ("disease_id", "label", "status", "word")
_Kind = TypeVar("_Kind", bound=StrEnum)


class WordKind(StrEnum):
    """Who writes such a word, in the order of the rows."""

    NAME = "name"
    SHORT = "short"
    LAY = "lay"
    ABBREVIATION = "abbreviation"


class NameStatus(StrEnum):
    """Where a disease's name comes from: in common use, or put together from one and the number of the subtype."""

    COMMON = "common name"
    COMPOSED = "composed"


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """A word for a term.

    Args:
        term: a phenotypic abnormality.
        label: the term's English label, for the person who corrects the table.
        kind: formal name, charting short form, lay word or abbreviation.
        word: as people write it.
    """

    term: TermId
    label: str
    kind: WordKind
    word: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, in the order of their table."""

    language: str
    entries: tuple[LexiconEntry, ...]

    def words(self) -> Iterator[tuple[str, TermId]]:
        """All words with their terms, in the order of preference."""
        return ((entry.word, entry.term) for entry in self.entries)

    def name_by_term(self) -> dict[TermId, str]:
        """The formal name to show for each term that has one."""
        names: dict[TermId, str] = {}
        for entry in self.entries:
            if entry.kind is WordKind.NAME:
                names.setdefault(entry.term, entry.word)
        return names


@dataclass(frozen=True, slots=True)
class DiseaseName:
    """A Chinese name of a disease.

    Args:
        disease: an entry of OMIM or Orphanet.
        label: the entry's name in the annotations, for the person who corrects the table.
        status: in common use, or composed.
        word: the name; the first of an entry is the one to show.
    """

    disease: TermId
    label: str
    status: NameStatus
    word: str


@functools.cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon that comes with Aitia, for a language of `LANGUAGES`.

    Raises:
        InputError: there is none for that language.
        FileFormatError: the table was damaged.
    """
    if language not in LANGUAGES:
        raise InputError("no lexicon for this language", value=language, remedy=f"Use one of {', '.join(LANGUAGES)}")
    return read_lexicon(_FOLDER / f"hpo_{language}.tsv", language)


def read_lexicon(path: Path, language: str) -> Lexicon:
    """Read a table of words: tab-separated, with a header, in UTF-8.

    Raises:
        FileFormatError: with file and line of the first row that cannot be used.
    """
    owner_by_word: dict[str, TermId] = {}
    entries = []
    for number, line in _numbered_rows(path, _HEADER):
        entry = LexiconEntry(*_parse_row(line, _HEADER, WordKind, example="HP:0001250", path=path, number=number))
        if entry.word.casefold() in owner_by_word:
            owner = owner_by_word[entry.word.casefold()]
            raise _error(f"the word {entry.word} is there already, for {owner}", path, number, "Keep it for one term")
        owner_by_word[entry.word.casefold()] = entry.term
        entries.append(entry)
    return Lexicon(language, tuple(entries))


@functools.cache
def load_disease_names() -> tuple[DiseaseName, ...]:
    """The Chinese names of diseases that come with Aitia, sorted by identifier, the preferred name of each first.

    Raises:
        FileFormatError: the table was damaged.
    """
    return read_disease_names(_FOLDER / "disease_zh.tsv")


def read_disease_names(path: Path) -> tuple[DiseaseName, ...]:
    """Read a table of disease names: tab-separated, with a header, in UTF-8.

    One name may stand for the OMIM and the Orphanet entry of one disease, not for two entries of one of them.

    Raises:
        FileFormatError: with file and line of the first row that cannot be used.
    """
    owner_by_name: dict[tuple[str, str], TermId] = {}
    names: list[DiseaseName] = []
    for number, line in _numbered_rows(path, _DISEASE_HEADER):
        name = DiseaseName(
            *_parse_row(line, _DISEASE_HEADER, NameStatus, example="OMIM:154700", path=path, number=number)
        )
        key = (name.disease.prefix, name.word.casefold())
        if key in owner_by_name:
            owner = owner_by_name[key]
            raise _error(f"the name {name.word} is there already, for {owner}", path, number, "Keep it for one entry")
        owner_by_name[key] = name.disease
        names.append(name)
    return tuple(names)


def _numbered_rows(path: Path, header: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError("the word table cannot be read", value=path, remedy="Save it as UTF-8 text") from error
    if not lines or tuple(lines[0].split("\t")) != header:
        raise _error("the header is not that of a word table", path, 1, f"Write {' '.join(header)}, separated by tabs")
    return enumerate(lines[1:], start=2)


def _cells(line: str, header: tuple[str, ...], path: Path, number: int) -> list[str]:
    cells = line.split("\t")
    if len(cells) != len(header) or any(not cell or cell != cell.strip() for cell in cells):
        raise _error("a row has not four filled cells without spaces around", path, number, f"Write {' '.join(header)}")
    return cells


def _parse_row(
    line: str, header: tuple[str, ...], kinds: type[_Kind], *, example: str, path: Path, number: int
) -> tuple[TermId, str, _Kind, str]:
    """Identifier, label, kind and word of a row; `example` is an identifier as the table writes them."""
    identifier, label, kind, word = _cells(line, header, path, number)
    try:
        return TermId.parse(identifier), label, kinds(kind), word
    except TermIdError as error:
        raise _error(f"{identifier} is not an identifier", path, number, f"Write it like {example}") from error
    except ValueError as error:
        raise _error(
            f"{kind} is not a {header[2]} of a word", path, number, f"Use one of {', '.join(kinds)}"
        ) from error


def _error(message: str, path: Path, number: int, remedy: str) -> FileFormatError:
    return FileFormatError(message, value=f"{path}, line {number}", remedy=remedy)
