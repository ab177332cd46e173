"""Times the ranking of one case, top 100, on one core of a built graph.

    python tests/benchmarks/ranking_speed.py --graph DIR [--cases 200] [--seed 1] [--uniform-prior] [--ranker shipped]

A case is 3 to 20 symptoms that the graph gives one disease, drawn at random. "first" ranks each case once, in the order
drawn, after one case to warm up; "repeated" ranks all again; "read" is what it takes to read all that the places of a
ranking hold, which they look up when asked. Times are CPU times. Exits with 1 if the median first ranking takes
more than 0.3 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from one_thread import ROOT  # isort: split

import numpy as np

from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.case_ranking import RankedDisease

TOP, MILLISECONDS = 100, 0.3
FEWEST, MOST = 3, 20


def main() -> int:
    arguments = _arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    snapshot = Snapshot.open(arguments.graph)
    started = time.perf_counter()
    ranker = CaseRanker.open(snapshot, uniform_prior=arguments.uniform_prior, ranker=arguments.ranker)
    opening = time.perf_counter() - started
    warm_up, *cases = _cases(snapshot, arguments.cases + 1, random.Random(arguments.seed))

    def rank(case: Sequence[TermId]) -> list[RankedDisease]:
        return ranker.rank(case).leading(TOP)

    _read(rank(warm_up))
    first = [_milliseconds(rank, case) for case in cases]
    repeated = [_milliseconds(rank, case) for case in cases]
    read = [_milliseconds(_read, rank(case)) for case in cases]
    figures = {
        "build": snapshot.build_id,
        "machine": f"{platform.system()} {platform.machine()}",
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "cases": len(cases),
        "median_findings": statistics.median(len(case) for case in cases),
        "ranker": ranker.settings,
        "rank_of_correction": 0 if ranker.correction is None else ranker.correction.vectors.rank,
        "diseases": len(ranker.index.disease_ids),
        "top": TOP,
        "seed": arguments.seed,
        "opening_ms": round(opening * 1000, 2),
        "first_ms": _summary(first),
        "read_ms": _summary(read),
        "repeated_ms": _summary(repeated),
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    return 0 if statistics.median(first) <= MILLISECONDS else 1


def _cases(snapshot: Snapshot, count: int, rng: random.Random) -> list[list[TermId]]:
    symptoms: dict[TermId, set[TermId]] = {}
    relation = list(Relation).index(Relation.HAS_SYMPTOM)
    rows = np.flatnonzero(snapshot.edge_relation == relation).tolist()
    rng.shuffle(rows)
    for row in rows:
        disease = snapshot.node_at(int(snapshot.edge_subject[row]))
        if disease.label is Label.DISEASE and disease.id not in symptoms:
            symptoms[disease.id] = {
                edge.object for edge in snapshot.edges_from(disease.id, relations=[Relation.HAS_SYMPTOM])
            }
        if sum(len(terms) >= FEWEST for terms in symptoms.values()) == count:
            break
    rich = [sorted(terms) for terms in symptoms.values() if len(terms) >= FEWEST]
    return [rng.sample(terms, rng.randint(FEWEST, min(MOST, len(terms)))) for terms in rich]


def _milliseconds(work: Callable[[Any], object], item: object) -> float:
    started = time.process_time()
    work(item)
    return (time.process_time() - started) * 1000


def _read(places: Sequence[RankedDisease]) -> None:
    for place in places:
        _ = place.id, place.score, place.probability, place.log10_likelihood_ratio, place.correction, place.priors


def _summary(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "median": round(statistics.median(ordered), 4),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 4),
        "largest": round(ordered[-1], 4),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--uniform-prior", action="store_true")
    parser.add_argument("--ranker", default="shipped")
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "benchmarks" / "history" / "ranking_speed.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
