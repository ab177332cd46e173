"""One evaluation: the cases that it reads, and the files and the manifest that it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ontologies.issue import Issue
from reasoner.evaluation.read_cases import read_cases
from reasoner.evaluation.results import describe_cases, describe_machine, write_results
from reasoner.intake.case import Case
from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["EvaluationRun"]


class EvaluationRun:
    """What every evaluation is given beside a ranker, and how it ends.

    Args:
        cases_path: a folder, `.tar.xz` or `.jsonl` of phenopackets, or a JSON list of `[[HPO ids], [disease ids]]`.
        out_dir: where the files go.
        seed: of all chance in it.
        command: what was called, for the manifest.
        progress: is told what is being done.
    """

    def __init__(
        self,
        cases_path: Path,
        out_dir: Path,
        *,
        seed: int = 0,
        command: Sequence[str] = (),
        progress: Callable[[str], None] = lambda message: None,
    ) -> None:
        self.cases_path = cases_path
        self.out_dir = out_dir
        self.seed = seed
        self.progress = progress
        self._command = command

    @cached_property
    def _read(self) -> tuple[list[Case], list[Issue]]:
        return read_cases(self.cases_path)

    @property
    def cases(self) -> list[Case]:
        """The cases that can be read.

        Raises:
            InputError: nothing is there, or no case can be read.
        """
        return self._read[0]

    def write(
        self,
        ranker: CaseRanker,
        rows: tuple[Sequence[str], Iterable[Sequence[object]]],
        figures: Mapping[str, Any],
        *,
        counts: Mapping[str, int],
        options: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Write `rows.tsv`, `metrics.json` and `manifest.json`.

        Args:
            ranker: what ranked.
            rows: columns and cells of `rows.tsv`.
            figures: what was measured.
            counts: cases, and how many of them were left out and why.
            options: what this evaluation was asked for beside what all are.

        Returns:
            What `metrics.json` holds.

        Raises:
            InputError: they cannot be written.
        """
        unreadable = [str(issue) for issue in self._read[1]]
        metrics = {**figures, "counts": {**counts, "unreadable": len(unreadable)}, "unreadable": unreadable}
        manifest = {
            **describe_machine(self._command),
            **ranker.settings,
            **options,
            "build_id": ranker.index.snapshot.build_id,
            "cases": describe_cases(self.cases_path),
            "counts": metrics["counts"],
            "issues": [str(issue) for issue in ranker.issues],
            "seed": self.seed,
            "vectors": ranker.artefacts.get("vectors", ""),
        }
        write_results(self.out_dir, rows, metrics, manifest)
        return metrics
