"""Words for symptoms that clinicians and patients write and that the ontology does not hold, read from plain tables.

One table per language lies in `lexicons/` and is meant to be corrected by hand. Its rows are sorted by identifier and
kind; within a kind the order is a preference, so the first `name` of a term is the one to show.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ontologies.errors import FileFormatError, InputError, TermIdError
from ontologies.term_id import TermId

__all__ = ["LANGUAGES", "Lexicon", "LexiconEntry", "WordKind", "load_lexicon", "read_lexicon"]

LANGUAGES = ("en", "zh")

_FOLDER = Path(__file__).with_name("lexicons")
_HEADER = ("hpo_id", "label", "kind", "word")


class WordKind(StrEnum):
    """Who writes such a word, in the order of the rows."""

    NAME = "name"
    SHORT = "short"
    LAY = "lay"
    ABBREVIATION = "abbreviation"


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
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError("the word table cannot be read", value=path, remedy="Save it as UTF-8 text") from error
    if not lines or tuple(lines[0].split("\t")) != _HEADER:
        raise _error("the header is not that of a word table", path, 1, f"Write {' '.join(_HEADER)}, separated by tabs")
    owner_by_word: dict[str, TermId] = {}
    entries = []
    for number, line in enumerate(lines[1:], start=2):
        entry = _parse_row(line, path, number)
        if entry.word.casefold() in owner_by_word:
            owner = owner_by_word[entry.word.casefold()]
            raise _error(f"the word {entry.word} is there already, for {owner}", path, number, "Keep it for one term")
        owner_by_word[entry.word.casefold()] = entry.term
        entries.append(entry)
    return Lexicon(language, tuple(entries))


def _parse_row(line: str, path: Path, number: int) -> LexiconEntry:
    cells = line.split("\t")
    if len(cells) != len(_HEADER) or any(not cell or cell != cell.strip() for cell in cells):
        raise _error(
            "a row has not four filled cells without spaces around", path, number, f"Write {' '.join(_HEADER)}"
        )
    identifier, label, kind, word = cells
    try:
        return LexiconEntry(TermId.parse(identifier), label, WordKind(kind), word)
    except TermIdError as error:
        raise _error(f"{identifier} is not an identifier", path, number, "Write it like HP:0001250") from error
    except ValueError as error:
        kinds = ", ".join(WordKind)
        raise _error(f"{kind} is not a kind of word", path, number, f"Use one of {kinds}") from error


def _error(message: str, path: Path, number: int, remedy: str) -> FileFormatError:
    return FileFormatError(message, value=f"{path}, line {number}", remedy=remedy)
