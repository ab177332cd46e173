"""One worker: opens the graph once, then turns cases into lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from kg_builder.extraction.dictionary import NameMatcher
from kg_builder.snapshot import Snapshot
from ontologies.errors import AitiaError, FileFormatError, InputError
from reasoner.cohort.inputs import CohortItem
from reasoner.cohort.results import ERROR
from reasoner.intake.case import Case
from reasoner.intake.phenopacket import read_phenopacket
from reasoner.intake.reading import check_findings, read_note
from reasoner.intake.vocabulary import SnapshotVocabulary, load_matcher

__all__ = ["CaseWorker", "WorkDone"]

_REMEDY = 'Write {"id": …, "text": …} or a phenopacket'


class WorkDone(NamedTuple):
    """Lines for some cases, in their order, and how many of them tell of a broken case."""

    lines: list[bytes]
    broken: int


class CaseWorker:
    """Reads and diagnoses cases.

    Args:
        graph: the graph's folder.
        open_diagnose: makes, from the opened graph, what turns a case into a document.
        language: `auto`, `en` or `zh`, of notes.
    """

    def __init__(
        self,
        graph: Path,
        open_diagnose: Callable[[Snapshot], Callable[[Case], dict[str, Any]]],
        *,
        language: str = "auto",
    ) -> None:
        self._snapshot = Snapshot.open(graph)
        self._vocabulary = SnapshotVocabulary(self._snapshot)
        self._diagnose = open_diagnose(self._snapshot)
        self._language = language

    @cached_property
    def _matcher(self) -> NameMatcher:
        return load_matcher(self._snapshot)

    def work(self, items: Sequence[CohortItem]) -> WorkDone:
        """A line for each case; a broken one gets a line that says so."""
        lines, broken = [], 0
        for item in items:
            document: dict[str, Any] = {"case": item.name}
            try:
                document |= self._diagnose(self._read(item))
            except AitiaError as error:
                document[ERROR] = str(error)
                broken += 1
            lines.append(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        return WorkDone(lines, broken)

    def _read(self, item: CohortItem) -> Case:
        if item.name.endswith(".txt"):
            return self._read_text(item.data, item.name)
        text = _text_of(item)
        if text is not None:
            return self._read_text(text[1].encode("utf-8", "replace"), text[0])
        return check_findings(read_phenopacket(item.data), self._vocabulary)

    def _read_text(self, data: bytes, name: str) -> Case:
        return read_note(
            data, name=name, ontology_names=self._vocabulary, language=self._language, matcher=self._matcher
        )


def _text_of(item: CohortItem) -> tuple[str, str] | None:
    """Id and text of a line {"id", "text"}; None for another document."""
    if b'"text"' not in item.data:
        return None
    try:
        document = json.loads(item.data)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(
            "not JSON", value=item.name, remedy='Write {"id": …, "text": …} or a phenopacket'
        ) from error
    if not isinstance(document, dict) or "text" not in document:
        return None
    if not isinstance(document["text"], str):
        raise InputError("the text is not a string", value=item.name, remedy=_REMEDY)
    return str(document.get("id", item.name)), document["text"]
