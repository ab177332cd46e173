"""Loads a whole graph into a real Neo4j and into the embedded server, by the command; asks both for a proof's edges.

    python tests/benchmarks/loading.py --graph DIR [--only neo4j|embedded]

`aitia load --bolt` and `aitia serve` run as a person runs them, in a process of their own. Then the query of a
certificate of the example note is run on each database and must give exactly the certified edges. Exits with 1 where it
does not; a database that cannot be started (no Java, no extra) is left out, and said.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402

from kg_builder.snapshot import Snapshot  # noqa: E402
from kg_builder.stores.bolt import BoltStore  # noqa: E402
from reasoner.intake.reading import document_reader  # noqa: E402
from reasoner.intake.vocabulary import SnapshotVocabulary, load_matcher  # noqa: E402
from reasoner.proof.certificate import CertificateMaker  # noqa: E402
from reasoner.proof.merkle_check import certified_edges  # noqa: E402
from reasoner.proof.verification import Verifier  # noqa: E402
from reasoner.ranking.case_ranker import CaseRanker  # noqa: E402
from tests.kg_builder.stores.neo4j_server import neo4j_process  # noqa: E402

COMMAND = [sys.executable, "-c", "from reasoner.cli.app import main; main()"]
WAIT_SECONDS = 3600


def main() -> int:
    arguments = _arguments()
    snapshot = Snapshot.open(arguments.graph)
    certificate = _certificate(snapshot)
    figures: dict[str, Any] = json.loads(arguments.out.read_text("utf-8")) if arguments.out.is_file() else {}
    figures |= {
        "build": snapshot.build_id,
        "nodes": snapshot.node_count,
        "edges": snapshot.edge_count,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {one: version(one) for one in ("neo4j", "arcadedb-embedded")} | {"neo4j server": "5.26.0"},
    }
    servers = {"neo4j": _loaded_neo4j, "embedded": _served}
    for name in [arguments.only] if arguments.only else list(servers):
        with servers[name](arguments.graph) as (store, seconds):
            figures[name] = {"seconds": round(seconds, 1), **_ask(store, certificate)}
            print(f"{name}: {figures[name]}", file=sys.stderr)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", "utf-8")
    print(json.dumps(figures, indent=2, sort_keys=True))
    return 0 if all(figures[name]["exact"] for name in servers if name in figures) else 1


def _ask(store: BoltStore, certificate: dict[str, Any]) -> dict[str, Any]:
    """Whether the certificate's query gives the certified edges and no other, which the database holds as certified."""
    started = time.perf_counter()
    rows = store.read(certificate["query"])
    query_seconds = time.perf_counter() - started
    wanted = {edge["record"]["id"]: edge["record"] for _, edge in certified_edges(certificate)}
    found = {row["id"]: (row["subject"], row["relation"], row["object"]) for row in rows}
    right = {one: (r["subject"], r["relation"], r["object"]) for one, r in wanted.items()}
    started = time.perf_counter()
    issues = Verifier(build=store.build_id, store=store).verify(certificate)
    return {
        "certified_edges": len(wanted),
        "exact": found == right and len(rows) == len(right) and not issues,
        "query_seconds": round(query_seconds, 2),
        "verify_bolt_seconds": round(time.perf_counter() - started, 2),
    }


def _certificate(snapshot: Snapshot) -> dict[str, Any]:
    read = document_reader(SnapshotVocabulary(snapshot), load_matcher(snapshot))
    case = read((ROOT / "docs" / "examples" / "note_en.txt").read_bytes())[1]
    maker = CertificateMaker(snapshot, CaseRanker.open(snapshot))
    made: dict[str, Any] = json.loads(json.dumps(maker.certify(case, steps=maker.steps_by_numbers(case))))
    return made


@contextmanager
def _loaded_neo4j(graph: Path) -> Iterator[tuple[BoltStore, float]]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            with neo4j_process(Path(folder), heap="2g") as (uri, _):
                started = time.perf_counter()
                call = [*COMMAND, "load", "--bolt", uri, "--graph", str(graph)]
                subprocess.run(call, cwd=ROOT, check=True, timeout=WAIT_SECONDS)
                seconds = time.perf_counter() - started
                with BoltStore.connect(uri) as store:
                    yield store, seconds
        except pytest.skip.Exception as skipped:
            raise SystemExit(str(skipped)) from skipped


@contextmanager
def _served(graph: Path) -> Iterator[tuple[BoltStore, float]]:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        call = [*COMMAND, "serve", "--graph", str(graph), "--data", folder]
        process = subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            said = "".join(process.stdout.readline() for _ in range(3)) if process.stdout else ""
            seconds = time.perf_counter() - started
            uri, database, user, password = (
                re.search(pattern, said)[1]  # type: ignore[index]
                for pattern in (r"at (\S+)", r"database (\S+),", r"user (\S+)", r"password (\S+);")
            )
            with BoltStore.connect(uri, user=user, password=password, database=database) as store:
                yield store, seconds
        finally:
            process.terminate()
            process.wait(60)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--only", choices=["neo4j", "embedded"])
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "benchmarks" / "history" / "loading.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
