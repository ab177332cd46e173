"""Diseases that somebody proposes for a case: a model, a record of its answers, a colleague."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from graphrag.models.text_model import TextModel
from graphrag.prompts.prompt import load_prompt
from ontologies.errors import FileFormatError, InputError, TermIdError
from ontologies.term_id import TermId
from reasoner.intake.case import Case

__all__ = ["DiseaseProposal", "ModelProposer", "Proposer", "RecordedProposals", "parse_answer"]

MAX_PROPOSALS = 10
_LINE = re.compile(r"\s*(?:[-*•]|\(?\d{1,2}[.):])\s*(.+)")
_CURIE = re.compile(r"\b(?:OMIM|ORPHA|MONDO|DOID|MESH):\w+\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DiseaseProposal:
    """One line of a proposed differential.

    Args:
        rank: from 1.
        text: as it was written.
        id: the disease's identifier, where the text holds one.
    """

    rank: int
    text: str
    id: TermId | None = None


class Proposer(Protocol):
    """Whoever proposes diseases."""

    @property
    def name(self) -> str:
        """How reports call it."""

    def propose(self, case: Case) -> Sequence[DiseaseProposal]:
        """Diseases for a case, best first; none where it has nothing to say."""


class ModelProposer:
    """Asks a language model for a differential.

    Args:
        model: writes the answer.
        count: how many diseases to ask for.
    """

    def __init__(self, model: TextModel, *, count: int = MAX_PROPOSALS) -> None:
        self.name = model.name
        self._model = model
        self._count = count
        self._prompt = load_prompt("propose_diseases")

    def propose(self, case: Case) -> Sequence[DiseaseProposal]:
        """The diseases that the model's answer lists."""
        names = {finding.term: finding.name for finding in case.findings}
        text = self._prompt.render(
            age="unknown" if case.age_years is None else f"{case.age_years:g} years",
            count=str(self._count),
            excluded=", ".join(names[term] for term in case.excluded) or "nothing",
            observed=", ".join(names[term] for term in case.observed) or "nothing",
            sex=(case.sex or "unknown").lower(),
        )
        return parse_answer(self._model.complete(text))[: self._count]


class RecordedProposals:
    """A record of what was proposed: a table with the columns case_id, rank and proposed.

    Args:
        path: the table, tab-separated.

    Raises:
        FileFormatError: a column is missing or a rank is no number.
        InputError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self._by_case: dict[str, list[DiseaseProposal]] = {}
        for case_id, proposal in _rows(path):
            self._by_case.setdefault(case_id, []).append(proposal)
        for held in self._by_case.values():
            held.sort(key=lambda proposal: proposal.rank)

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._by_case

    def propose(self, case: Case) -> Sequence[DiseaseProposal]:
        """What was proposed for the case of that id."""
        return self._by_case.get(case.id, [])


def parse_answer(text: str) -> list[DiseaseProposal]:
    r"""The items of a numbered or bulleted list; other lines are talk.

    >>> [proposal.text for proposal in parse_answer("Likely:\n1. Marfan syndrome\n2) Loeys-Dietz syndrome")]
    ['Marfan syndrome', 'Loeys-Dietz syndrome']
    """
    found = (match[1].strip().strip("*_ ").rstrip(".") for line in text.splitlines() if (match := _LINE.match(line)))
    return [_proposal(rank, item) for rank, item in enumerate(dict.fromkeys(item for item in found if item), 1)]


def _proposal(rank: int, text: str) -> DiseaseProposal:
    match = _CURIE.search(text)
    try:
        return DiseaseProposal(rank, text, None if match is None else TermId.parse(match[0].upper()))
    except TermIdError:
        return DiseaseProposal(rank, text)


def _numbered(table: csv.DictReader[str], path: Path, remedy: str) -> Iterator[tuple[int, dict[str | Any, str | Any]]]:
    try:
        yield from enumerate(table, 2)
    except csv.Error as error:
        raise FileFormatError(f"not a table of proposals ({error})", value=path, remedy=remedy) from error


def _rows(path: Path) -> Iterator[tuple[str, DiseaseProposal]]:
    remedy = "Give a tab-separated table with the columns case_id, rank and proposed"
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(
            f"cannot read the proposals ({error.strerror})", value=path, remedy="Check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise FileFormatError("the proposals are not text", value=path, remedy=remedy) from error
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if not {"case_id", "rank", "proposed"} <= set(table.fieldnames or ()):
        raise FileFormatError("not a table of proposals", value=path, remedy=remedy)
    for number, row in _numbered(table, path, remedy):
        if not (row["rank"] or "").isdigit() or not row["proposed"]:
            raise FileFormatError(f"line {number} is no proposal", value=path, remedy=remedy)
        yield row["case_id"], _proposal(int(row["rank"]), row["proposed"])
