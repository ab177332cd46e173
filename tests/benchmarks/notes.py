"""Diagnoses invented notes of the ward with a built graph: findings, traps and the rank of the truth.

    python tests/benchmarks/notes.py --graph DIR [--notes FOLDER] [--history FILE]

A note and its expectations are a file as `tests/reasoner/notes/expectations.py` says; the default folder is the 24
notes on which the lexicons were tuned, so their figures are no estimate for other notes. `wider_tuned` in it holds 50
longer notes that were learned from, `wider_untuned` 40 of which only the sums were looked at. Diagnoses are those of
`aitia diagnose` with its defaults. Adds a line to the history when asked to.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ[name] = "1"
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from kg_builder.extraction.dictionary import NameMatcher  # noqa: E402
from kg_builder.snapshot import Snapshot  # noqa: E402
from reasoner.diagnosis.diagnosis import diagnose  # noqa: E402
from reasoner.diagnosis.document import diagnosis_document  # noqa: E402
from reasoner.intake.reading import read_note  # noqa: E402
from reasoner.intake.vocabulary import SnapshotVocabulary  # noqa: E402
from reasoner.ranking.case_ranker import CaseRanker  # noqa: E402
from tests.reasoner.notes.expectations import Expected, read_expected  # noqa: E402

TOP = 30


@dataclass(frozen=True, slots=True)
class Score:
    """How one note went."""

    expected: Expected
    observed: frozenset[str]
    excluded: frozenset[str]
    rank: int | None
    first: str

    @property
    def trapped(self) -> frozenset[str]:
        """Traps that were read as the patient's."""
        return self.observed & self.expected.traps


def main() -> int:
    arguments = _arguments()
    snapshot = Snapshot.open(arguments.graph)
    vocabulary = SnapshotVocabulary(snapshot)
    matcher = NameMatcher.build(vocabulary.names())
    ranker = CaseRanker.open(snapshot)
    scores = []
    for path in sorted(arguments.notes.glob("*.txt")):
        expected = read_expected(path)
        case = read_note(expected.text.encode(), name=path.name, ontology_names=vocabulary, matcher=matcher)
        places = diagnosis_document(diagnose(snapshot, ranker, case, top=TOP))["differential"]
        rank = next((number for number, place in enumerate(places, 1) if expected.is_right(place["name"])), None)
        observed = frozenset(map(str, case.observed)), frozenset(map(str, case.excluded))
        scores.append(Score(expected, *observed, rank, places[0]["name"] if places else "none"))
        print(_line(scores[-1]))
    figures = {"build": snapshot.build_id, "notes": len(scores), **_figures(scores)}
    print(json.dumps(figures, indent=1))
    if arguments.history:
        history = json.loads(arguments.history.read_text("utf-8")) if arguments.history.exists() else []
        arguments.history.write_text(json.dumps([*history, figures], indent=1) + "\n", "utf-8")
    return 0


def _line(score: Score) -> str:
    wanted = score.expected
    told = [
        f"missed {sorted(wanted.present - score.observed)}",
        f"further {sorted(score.observed - wanted.present - wanted.allowed)}",
        f"not denied {sorted(wanted.absent - score.excluded)}",
        f"trapped {sorted(score.trapped)}",
    ]
    told = [each for each in told if not each.endswith("[]")]
    return f"{wanted.name:24} rank {score.rank or '>30':>3} of {wanted.rank} ({score.first})  {'; '.join(told)}"


def _figures(scores: list[Score]) -> dict[str, Any]:
    found = sum(len(score.observed & score.expected.present) for score in scores)
    return {
        "recall": _share(found, sum(len(score.expected.present) for score in scores)),
        "precision": _share(found, sum(len(score.observed - score.expected.allowed) for score in scores)),
        "denied": _share(
            sum(len(score.excluded & score.expected.absent) for score in scores),
            sum(len(score.expected.absent) for score in scores),
        ),
        "traps_respected": _share(
            sum(len(score.expected.traps - score.observed) for score in scores),
            sum(len(score.expected.traps) for score in scores),
        ),
        "rank_reached": _share(
            sum(score.rank is not None and score.rank <= score.expected.rank for score in scores), len(scores)
        ),
        "first": _share(sum(score.rank == 1 for score in scores), len(scores)),
    }


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--notes", type=Path, default=ROOT / "tests" / "reasoner" / "notes")
    parser.add_argument("--history", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
