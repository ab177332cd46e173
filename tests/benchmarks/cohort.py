"""Times many cases through the command's engine: from terms and from English and Chinese notes.

    python tests/benchmarks/cohort.py --graph DIR [--cases 10000] [--notes 1000] [--jobs 2] [--seed 1]

A case is 3 to 20 symptoms that the graph gives one disease, drawn at random; a note names them in a sentence, every
third in Chinese. "per_second" is by the clock, opening included; "per_cpu_second" divides by the CPU time of all
processes, which other work on the machine leaves alone. Exits with 1 below 500 cases per second from terms or 20 from
notes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from one_thread import ROOT  # isort: split

import numpy as np

from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.cohort.engine import ProcessEngine
from reasoner.cohort.run import open_case_worker, run_cohort

FEWEST, MOST = 3, 20
LEAST_CASES, LEAST_NOTES = 500.0, 20.0


def main() -> int:
    arguments = _arguments()
    snapshot = Snapshot.open(arguments.graph)
    drawn = _cases(snapshot, random.Random(arguments.seed))
    with tempfile.TemporaryDirectory() as folder:
        terms, notes = Path(folder) / "terms.jsonl", Path(folder) / "notes.jsonl"
        _write(terms, [_packet(number, drawn) for number in range(arguments.cases)])
        _write(notes, [_note(number, drawn, snapshot) for number in range(arguments.notes)])
        measured = {path.stem: _timed(arguments, path, arguments.jobs) for path in (terms, notes)}
    figures = {
        "build": snapshot.build_id,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "jobs": arguments.jobs,
        "seed": arguments.seed,
        **measured,
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    reached = measured["terms"]["per_second"] >= LEAST_CASES and measured["notes"]["per_second"] >= LEAST_NOTES
    return 0 if reached else 1


def _timed(arguments: argparse.Namespace, cases: Path, jobs: int) -> dict[str, float | int]:
    opened = partial(open_case_worker, arguments.graph, language="auto", top=10, explained=False, options={})
    started, used = time.perf_counter(), _cpu_seconds()
    counts = run_cohort(cases, cases.with_suffix(".out"), ProcessEngine(opened, jobs=jobs), run={})
    seconds, cpu = time.perf_counter() - started, _cpu_seconds() - used
    return {
        "cases": counts.done,
        "per_second": round(counts.done / seconds, 1),
        "per_cpu_second": round(counts.done / cpu, 1),
        "largest_worker_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def _cpu_seconds() -> float:
    each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in each)


def _cases(snapshot: Snapshot, rng: random.Random) -> list[list[TermId]]:
    symptoms: dict[str, list[str]] = {}
    for _, disease, term in snapshot.edge_table(["subject", "object"], (Relation.HAS_SYMPTOM,)).iter_rows():
        symptoms.setdefault(disease, []).append(term)
    rich = [sorted(set(terms)) for _, terms in sorted(symptoms.items()) if len(set(terms)) >= FEWEST]
    drawn = [rng.sample(terms, rng.randint(FEWEST, min(MOST, len(terms)))) for terms in rich]
    rng.shuffle(drawn)
    return [[TermId.parse(term) for term in terms] for terms in drawn]


def _packet(number: int, drawn: list[list[TermId]]) -> dict[str, Any]:
    features = [{"type": {"id": str(term), "label": str(term)}} for term in drawn[number % len(drawn)]]
    return {"id": str(number), "phenotypicFeatures": features, "metaData": {"phenopacketSchemaVersion": "2.0"}}


def _note(number: int, drawn: list[list[TermId]], snapshot: Snapshot) -> dict[str, Any]:
    nodes = [node for term in drawn[number % len(drawn)] if (node := snapshot.node(term)) is not None]
    named = [node for node in nodes if node.label is Label.SYMPTOM]
    if number % 3 == 2:
        return {"id": str(number), "text": f"患者表现为{'、'.join(node.name_zh or node.name for node in named)}。"}
    return {"id": str(number), "text": f"The patient presented with {', '.join(node.name for node in named)}."}


def _write(path: Path, documents: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--notes", type=int, default=1_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "benchmarks" / "history" / "cohort.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
