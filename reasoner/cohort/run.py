"""Diagnose a cohort: cases in, lines out, on from where an interrupted run stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from kg_builder.snapshot import Snapshot
from reasoner.cohort.engine import Engine
from reasoner.cohort.inputs import read_cohort
from reasoner.cohort.results import ResultFile
from reasoner.cohort.worker import CaseWorker
from reasoner.diagnosis.diagnosis import diagnose
from reasoner.diagnosis.document import brief_document, diagnosis_document
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["CohortCounts", "open_case_worker", "run_cohort"]


class CohortCounts(NamedTuple):
    """What a run did.

    Args:
        done: lines written by this run.
        before: lines that were there before.
        broken: cases that could not be read, of this run and before it.
    """

    done: int
    before: int
    broken: int


def open_case_worker(
    graph: Path, *, language: str, top: int, explained: bool, options: Mapping[str, Any]
) -> CaseWorker:
    """A worker that diagnoses with the given options.

    Args:
        graph: the graph's folder.
        language: of notes: `auto`, `en` or `zh`.
        top: how many places.
        explained: keep the explanation of every place; without it a line is short and quick.
        options: of `CaseRanker.open`.
    """

    def open_diagnose(snapshot: Snapshot) -> Callable[[Case], dict[str, Any]]:
        ranker = CaseRanker.open(snapshot, **options)

        def diagnose_case(case: Case) -> dict[str, Any]:
            diagnosis = diagnose(snapshot, ranker, case, top=top, explained=explained)
            return diagnosis_document(diagnosis) if explained else brief_document(diagnosis)

        return diagnose_case

    return CaseWorker(graph, open_diagnose, language=language)


def run_cohort(
    cases: Path,
    out: Path,
    engine: Engine,
    *,
    run: Mapping[str, Any],
    progress: Callable[[int], None] = lambda done: None,
) -> CohortCounts:
    """Diagnose the cases of a path into a file of lines.

    Args:
        cases: a folder, a tar archive or a `.jsonl` file.
        out: the file; if it holds the lines of the same run, the run goes on after them.
        engine: does the work.
        run: what the results depend on.
        progress: told how many cases are done.

    Raises:
        InputError: the cases cannot be read, or the file belongs to another run.
    """
    items = read_cohort(cases)
    # Before anything is written: cases that are not there leave no file.
    items = chain([next(items)], items)
    with ResultFile(out, run) as results:
        before = results.done
        _skip(items, before)
        done, broken = 0, results.broken
        for result in engine.run(items):
            results.append(result.lines)
            done += len(result.lines)
            broken += result.broken
            progress(before + done)
    return CohortCounts(done, before, broken)


def _skip(items: Iterator[Any], count: int) -> None:
    next(islice(items, count, count), None)
