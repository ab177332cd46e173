"""Alters certificates of a real graph at random, seals them again, and counts how many are rejected at which depth.

    python tests/benchmarks/tampering.py --graph DIR [--cases phenopackets.tar.xz] [--alterations 2000] [--seed 1]

The cases are the two example notes and 20 phenopackets of the archive; without one, of the source mirror. Every second
one comes with genes and proposals: some of its leading diseases', some drawn at random. Exits with 1
if a single altered certificate passes all depths, if one of a kind that the portable depth can see passes it, or if an
honest certificate does not hold. The portable depth is given the true build id.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tarfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from kg_builder.schema import Relation  # noqa: E402
from kg_builder.snapshot import Snapshot  # noqa: E402
from ontologies.term_id import TermId  # noqa: E402
from reasoner.diagnosis.diagnosis import diagnose  # noqa: E402
from reasoner.intake.case import Case  # noqa: E402
from reasoner.intake.gene_list import AcmgClass, PatientGene, Zygosity  # noqa: E402
from reasoner.intake.reading import document_reader  # noqa: E402
from reasoner.intake.vocabulary import SnapshotVocabulary, load_matcher  # noqa: E402
from reasoner.proof.certificate import CertificateMaker  # noqa: E402
from reasoner.proof.verification import Verifier  # noqa: E402
from reasoner.proposals.proposal import DiseaseProposal  # noqa: E402
from reasoner.ranking.case_ranker import CaseRanker  # noqa: E402
from tests.independent_checker import check  # noqa: E402
from tests.reasoner.tamper import BEYOND_CHECKER, VISIBLE, altered  # noqa: E402

NOTES = ("note_en.txt", "note_zh.txt")
PACKETS = 20
GENES = 10
LINK = Relation.ASSOCIATED_WITH
ZYGOSITIES, CLASSES = (None, *Zygosity), (None, *AcmgClass)
ARCHIVE = Path("phenopacket-store") / "phenopackets_dev.tar.xz"


def main() -> int:
    arguments = _arguments()
    started = time.perf_counter()
    documents = [(name, (ROOT / "docs" / "examples" / name).read_bytes()) for name in NOTES]
    documents += packets(arguments.cases, arguments.seed)
    total, cpu_seconds = Counts(), 0.0
    tasks = [
        (
            name,
            document,
            arguments.alterations * (place + 1) // len(documents) - done,
            f"{arguments.seed}/{name}",
            place % 2 == 1,
        )
        for place, (name, document) in enumerate(documents)
        for done in [arguments.alterations * place // len(documents)]
    ]
    with ProcessPoolExecutor(arguments.jobs, initializer=_open, initargs=(arguments.graph,)) as pool:
        for (name, *_), (counts, seconds) in zip(tasks, pool.map(_run, tasks), strict=True):
            total.add(counts)
            cpu_seconds += seconds
            print(f"{time.perf_counter() - started:6.1f} s  {name}", file=sys.stderr)
    figures = total.figures() | {
        "build": Snapshot.open(arguments.graph).build_id,
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "jobs": arguments.jobs,
        "seed": arguments.seed,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {"python": platform.python_version(), **{one: version(one) for one in ("numpy", "polars")}},
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", "utf-8")
    print(json.dumps(figures, indent=2, sort_keys=True))
    return 0 if total.holds() else 1


class Bench:
    """One open graph, and what reads, certifies and verifies over it."""

    def __init__(self, graph: Path) -> None:
        self.snapshot = Snapshot.open(graph)
        self.maker = CertificateMaker(self.snapshot, CaseRanker.open(self.snapshot))
        self.genes = sorted(set(self.snapshot.edge_table(["subject"], (LINK,))["subject"].to_list()))
        self.read = document_reader(SnapshotVocabulary(self.snapshot), load_matcher(self.snapshot))

    def given(self, case: Case, rng: random.Random) -> dict[str, Any]:
        """Genes with which other diseases lead than without, and proposals that stand and that are refused."""
        leading = [
            place.node for place in diagnose(self.snapshot, self.maker.ranker, case, explained=False).differential
        ]
        edges = [edge for node in leading for edge in self.snapshot.edges_to(node.id, relations=(LINK,))]
        own = sorted({str(edge.subject) for edge in edges})
        symbols = [str(self.snapshot.node(TermId.parse(key)).name) for key in own + rng.sample(self.genes, GENES)]
        drawn = [PatientGene(symbol, rng.choice(ZYGOSITIES), rng.choice(CLASSES)) for symbol in dict.fromkeys(symbols)]
        names = [node.name for node in rng.sample(leading, min(3, len(leading)))]
        proposals = [DiseaseProposal(rank, name) for rank, name in enumerate([*names, "no such disease"], 1)]
        return {"genes": drawn, "proposals": proposals}

    def run(self, document: bytes, alterations: int, rng: random.Random, *, furnished: bool) -> Counts:
        case = self.read(document)[1]
        given = self.given(case, rng) if furnished else {}
        steps = self.maker.steps_by_numbers(case, **given)
        certificate = json.loads(json.dumps(self.maker.certify(case, steps=steps, **given)))
        counts = Counts()
        verifier = Verifier(build=self.snapshot.build_id, snapshot=self.snapshot, document=document, reader=self.read)
        honest = not verifier.verify(certificate) and not check(certificate, self.snapshot.build_id)
        counts.honest[honest] += 1
        for _ in range(alterations):
            kind, changed = altered(certificate, rng)
            found = {depth for depth, issues in verifier.by_depth(changed).items() if issues}
            counts.made[kind] += 1
            counts.rejected[kind] += bool(found)
            counts.portable[kind] += "portable" in found
            counts.rejected_at["+".join(sorted(found)) or "none"] += 1
            counts.independent[kind] += bool(check(changed, self.snapshot.build_id))
        return counts


_benches: list[Bench] = []


def _open(graph: Path) -> None:
    _benches.append(Bench(graph))


def _run(task: tuple[str, bytes, int, str, bool]) -> tuple[Counts, float]:
    """Counts of one case and the processor seconds that it took; in a worker."""
    _, document, alterations, seed, furnished = task
    started = time.process_time()
    counts = _benches[0].run(document, alterations, random.Random(seed), furnished=furnished)
    return counts, time.process_time() - started


@dataclass
class Counts:
    """What was altered, and what each depth rejected, by kind."""

    made: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    portable: Counter[str] = field(default_factory=Counter)
    independent: Counter[str] = field(default_factory=Counter)
    rejected_at: Counter[str] = field(default_factory=Counter)
    honest: Counter[bool] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        for one in fields(self):
            getattr(self, one.name).update(getattr(other, one.name))

    def holds(self) -> bool:
        """Whether nothing passed that should not."""
        visible = all(self.portable[kind] == self.made[kind] for kind in VISIBLE)
        agreed = all(self.independent[kind] == self.made[kind] for kind in VISIBLE if kind not in BEYOND_CHECKER)
        return not self.honest[False] and self.rejected == self.made and visible and agreed

    def figures(self) -> dict[str, Any]:
        kinds = sorted(self.made)
        groups = {"visible": [k for k in kinds if k in VISIBLE], "beyond": [k for k in kinds if k not in VISIBLE]}
        checked = [kind for kind in groups["visible"] if kind not in BEYOND_CHECKER]
        return {
            "honest": {"certificates": self.honest.total(), "accepted": self.honest[True]},
            "altered": self.made.total(),
            "rejected": self.rejected.total(),
            "visible_to_portable": self._sum(self.made, groups["visible"]),
            "visible_rejected_by_portable": self._sum(self.portable, groups["visible"]),
            "beyond_portable": self._sum(self.made, groups["beyond"]),
            "beyond_rejected_by_portable_all_the_same": self._sum(self.portable, groups["beyond"]),
            "visible_to_independent_checker": self._sum(self.made, checked),
            "visible_rejected_by_independent_checker": self._sum(self.independent, checked),
            "rejected_at": dict(sorted(self.rejected_at.items())),
            "by_kind": {
                kind: {
                    "made": self.made[kind],
                    "rejected": self.rejected[kind],
                    "portable": self.portable[kind],
                    "independent": self.independent[kind],
                }
                for kind in kinds
            },
        }

    @staticmethod
    def _sum(counts: Counter[str], kinds: list[str]) -> int:
        return sum(counts[kind] for kind in kinds)


def packets(archive: Path | None, seed: int) -> list[tuple[str, bytes]]:
    """Phenopackets of the archive, drawn by the seed; none, and a word about it, where there is no archive."""
    beside = Path(os.environ.get("AITIA_MIRROR", ROOT.parent / "shared" / "data"))
    path = archive or beside / ARCHIVE
    if not path.is_file():
        print(f"NO PHENOPACKETS at {path}: the notes alone are used", file=sys.stderr)
        return []
    with tarfile.open(path) as whole:
        names = sorted(one.name for one in whole.getmembers() if one.isfile() and one.name.endswith(".json"))
        wanted = sorted(random.Random(seed).sample(names, PACKETS))
        files = [(name, whole.extractfile(name)) for name in wanted]
        return [(Path(name).name, file.read()) for name, file in files if file is not None]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--alterations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "benchmarks" / "history" / "tampering.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
