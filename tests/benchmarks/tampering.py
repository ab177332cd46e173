"""Alters certificates of a real graph at random, seals them again, and counts how many are rejected.

    python tests/benchmarks/tampering.py --graph DIR [--alterations 2000] [--seed 1]

Exits with 1 if a single altered certificate passes, or an honest one does not. The portable depth is given the true
build id; what it rejects is written apart, because it cannot see what was left out.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from kg_builder.snapshot import Snapshot  # noqa: E402
from reasoner.intake.case import Case  # noqa: E402
from reasoner.intake.reading import document_reader  # noqa: E402
from reasoner.intake.vocabulary import SnapshotVocabulary, load_matcher  # noqa: E402
from reasoner.proof.certificate import certify  # noqa: E402
from reasoner.proof.verification import verify  # noqa: E402
from reasoner.ranking.index import RankingIndex  # noqa: E402
from tests.independent_checker import check  # noqa: E402
from tests.reasoner.tamper import altered  # noqa: E402

NOTES = ("note_en.txt", "note_zh.txt")


def main() -> int:
    arguments = _arguments()
    snapshot = Snapshot.open(arguments.graph)
    ranker = RankingIndex.open(snapshot)
    read = document_reader(SnapshotVocabulary(snapshot), load_matcher(snapshot))
    rng = random.Random(arguments.seed)
    made, full, portable, independent = (Counter[str]() for _ in range(4))
    honest, started = 0, time.perf_counter()
    for number in range(len(NOTES)):
        document = (ROOT / "docs" / "examples" / NOTES[number]).read_bytes()
        certificate = _certificate(snapshot, ranker, read(document)[1])
        depths = {
            "build": snapshot.build_id,
            "snapshot": snapshot,
            "ranker": ranker,
            "document": document,
            "reader": read,
        }
        honest += not verify(certificate, **depths, store=snapshot) and not check(certificate, snapshot.build_id)
        for _ in range(arguments.alterations // len(NOTES)):
            kind, changed = altered(certificate, rng)
            made[kind] += 1
            full[kind] += bool(verify(changed, **depths))
            portable[kind] += bool(verify(changed, build=snapshot.build_id))
            independent[kind] += bool(check(changed, snapshot.build_id))
    figures = {
        "build": snapshot.build_id,
        "machine": f"{platform.system()} {platform.machine()}",
        "versions": {"python": platform.python_version()},
        "honest": {"certificates": len(NOTES), "accepted": honest},
        "altered": sum(made.values()),
        "rejected": sum(full.values()),
        "rejected_portable": sum(portable.values()),
        "rejected_by_independent_checker": sum(independent.values()),
        "by_kind": {kind: [made[kind], full[kind], portable[kind], independent[kind]] for kind in sorted(made)},
        "seconds": round(time.perf_counter() - started, 1),
        "seed": arguments.seed,
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    return 0 if honest == len(NOTES) and full == made else 1


def _certificate(snapshot: Snapshot, ranker: RankingIndex, case: Case) -> dict[str, Any]:
    draft = certify(snapshot, ranker, case)
    leading = draft["claims"][0]
    steps = [("supports", edge["record"]["id"]) for edge in leading["edges"][:3]]
    steps += [("argues_against", edge["record"]["id"]) for edge in leading["contrary"][:1]]
    return json.loads(json.dumps(certify(snapshot, ranker, case, steps=steps)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--alterations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "benchmarks" / "history" / "tampering.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
