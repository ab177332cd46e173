"""Open the graph and the case that a command names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ontologies.errors import InputError
from reasoner.cli.options import check_choice, graph_folder

if TYPE_CHECKING:
    from kg_builder.snapshot import Snapshot
    from reasoner.intake.case import Case

__all__ = ["language_of", "open_case"]


def open_case(graph: Path | None, source: str | None, terms: str | None, language: str) -> tuple[Snapshot, Case]:
    """Open the graph, and read the case from a file, standard input or terms.

    Raises:
        InputError: not exactly one of the two is given, it is many cases, or it cannot be read.
    """
    from kg_builder.snapshot import Snapshot
    from reasoner.cohort.inputs import is_cohort
    from reasoner.intake.reading import parse_terms, read_case
    from reasoner.intake.vocabulary import SnapshotVocabulary, load_matcher

    if (source is None) == (terms is None):
        raise InputError(
            "give a case or terms", remedy="Name a file, or - for standard input, or write --terms HP:…,-HP:…"
        )
    if source is not None and source != "-" and is_cohort(Path(source)):
        remedy = "Diagnose them by `aitia diagnose`, with --out FILE.jsonl for their results"
        raise InputError("many cases", value=source, remedy=remedy)
    check_choice("language", language, "auto", "en", "zh")
    snapshot = Snapshot.open(graph_folder(graph))
    vocabulary = SnapshotVocabulary(snapshot)
    if terms is not None:
        return snapshot, parse_terms(terms, vocabulary)
    return snapshot, read_case(
        str(source), ontology_names=vocabulary, language=language, matcher=load_matcher(snapshot)
    )


def language_of(case: Case) -> str:
    """The language that a case was written in, by its quotes: `zh` or `en`."""
    quotes = "".join(finding.text or "" for finding in case.findings)
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in quotes) else "en"
