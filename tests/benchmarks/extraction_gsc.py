"""How well are findings read from published text? Precision, recall and F1 on GSC+ and ID-68.

    python tests/benchmarks/extraction_gsc.py --graph DIR [--mirror DIR] [--out FILE] [--errors N]

The annotations lie in the source mirror and are not ours to ship. The tuning half is the documents whose name has an
even SHA-256; rules were changed by looking at its errors only, and the other half is reported beside it.
Annotations with obsolete ids count with the id that replaced them; those that are no phenotypic abnormality (modes of
inheritance, onsets) or that this release lacks do not count. `document` compares sets of ids per document;
`mention` pairs each annotation with one finding of the same id whose span overlaps; `mention_any_id` ignores the id;
`document_present` leaves denied annotations and findings out (ID-68 alone marks denial).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from kg_builder.extraction.dictionary import NameMatcher  # noqa: E402
from kg_builder.extraction.pipeline import Mention, extract_findings  # noqa: E402
from kg_builder.snapshot import Snapshot  # noqa: E402
from ontologies.annotation import AssertionStatus  # noqa: E402
from ontologies.errors import TermIdError  # noqa: E402
from ontologies.term_id import TermId  # noqa: E402
from reasoner.intake.vocabulary import SnapshotVocabulary  # noqa: E402

GSC_LINE = re.compile(r"\[(\d+)::(\d+)\]\s+(HP_\d+) \| (.*)")
ID68_ROW = re.compile(r"(\d+)\t(\d+)\t([^\t\n]*)\t(HP:\d{7})(\tNeg)?")
LEAST_PRECISION, LEAST_F1 = 0.7, 0.6


@dataclass(frozen=True)
class Annotation:
    """One annotated span."""

    start: int
    end: int
    term: TermId
    denied: bool = False


@dataclass(frozen=True)
class Document:
    """A text with its annotations."""

    name: str
    text: str
    annotations: tuple[Annotation, ...]

    @property
    def tunes(self) -> bool:
        """Whether the document belongs to the tuning half."""
        return hashlib.sha256(self.name.encode()).digest()[-1] % 2 == 0


def read_documents(folder: Path, vocabulary: SnapshotVocabulary) -> tuple[list[Document], int]:
    """The documents of one corpus, and how many annotations do not count."""
    documents, left_out = [], 0
    for path in sorted((folder / "corpus").iterdir()):
        rows = [
            (int(a), int(b), str(i).replace("_", ":"), False)
            for a, b, i, _ in GSC_LINE.findall((folder / "ann" / path.name).read_text("utf-8"))
        ] or [
            (int(a), int(b), i, bool(denied))
            for a, b, _, i, denied in ID68_ROW.findall((folder / "ann" / path.name).read_text("utf-8"))
        ]
        kept = []
        for start, end, identifier, denied in rows:
            term = resolved(identifier, vocabulary)
            left_out += term is None
            if term is not None:
                kept.append(Annotation(start, end, term, denied))
        documents.append(Document(path.name, path.read_text("utf-8"), tuple(kept)))
    return documents, left_out


def resolved(identifier: str, vocabulary: SnapshotVocabulary) -> TermId | None:
    """The current id of a phenotypic abnormality."""
    try:
        return vocabulary.resolve(TermId.parse(identifier))
    except TermIdError:
        return None


def compare(document: Document, mentions: tuple[Mention, ...]) -> Counter[str]:
    """Hits, misses and false findings of one document at each level."""
    counts: Counter[str] = Counter()
    gold, found = {a.term for a in document.annotations}, {m.term for m in mentions}
    _count(counts, "document", len(gold & found), len(gold), len(found))
    gold = {a.term for a in document.annotations if not a.denied}
    found = {m.term for m in mentions if m.status is not AssertionStatus.ABSENT}
    _count(counts, "document_present", len(gold & found), len(gold), len(found))
    for level, same_id in (("mention", True), ("mention_any_id", False)):
        free = list(mentions)
        hits = 0
        for each in document.annotations:
            fitting = [
                m for m in free if m.start < each.end and each.start < m.end and (not same_id or m.term == each.term)
            ]
            if fitting:
                hits += 1
                free.remove(fitting[0])
        _count(counts, level, hits, len(document.annotations), len(mentions))
    return counts


def _count(counts: Counter[str], level: str, hits: int, gold: int, found: int) -> None:
    counts[f"{level} hits"] += hits
    counts[f"{level} gold"] += gold
    counts[f"{level} found"] += found


def figures_of(counts: Counter[str]) -> dict[str, Any]:
    """Precision, recall and F1 per level, micro over documents."""
    figures: dict[str, Any] = {}
    for level in ("document", "document_present", "mention", "mention_any_id"):
        hits, gold, found = (counts[f"{level} {each}"] for each in ("hits", "gold", "found"))
        precision, recall = hits / found if found else 0.0, hits / gold if gold else 0.0
        score = 2 * precision * recall / (precision + recall) if hits else 0.0
        figures[level] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(score, 4),
            "annotations": gold,
        }
    return figures


def run(graph: Path, corpora: Path, errors: int) -> dict[str, Any]:
    """Read both corpora and count."""
    vocabulary = SnapshotVocabulary(Snapshot.open(graph))
    matcher = NameMatcher.build(vocabulary.names())
    result: dict[str, Any] = {"names": len(matcher)}
    for corpus, folder in (("gsc_plus", corpora), ("id_68", corpora / "ID-68")):
        documents, left_out = read_documents(folder, vocabulary)
        halves = {"tuning_half": Counter[str](), "other_half": Counter[str](), "all": Counter[str]()}
        wrong: Counter[str] = Counter()
        for document in documents:
            mentions = extract_findings(document.text, matcher).mentions
            counts = compare(document, mentions)
            halves["tuning_half" if document.tunes else "other_half"] += counts
            halves["all"] += counts
            if document.tunes:
                wrong.update(_errors(document, mentions, vocabulary))
        result[corpus] = {half: figures_of(counts) for half, counts in halves.items()}
        result[corpus] |= speed(documents, matcher)
        result[corpus] |= {"documents": len(documents), "annotations_left_out": left_out}
        for text, count in wrong.most_common(errors):
            sys.stdout.write(f"{corpus}\t{count}\t{text}\n")
    return result


def speed(documents: list[Document], matcher: NameMatcher) -> dict[str, float]:
    """Texts read per second of one core, a second reading, and what 10 MB of such text would take."""
    began = time.process_time()
    for document in documents:
        extract_findings(document.text, matcher)
    spent = time.process_time() - began
    size = sum(len(document.text.encode()) for document in documents)
    return {
        "texts_per_cpu_second": round(len(documents) / spent, 1),
        "cpu_seconds_per_10_mb": round(spent / size * 1e7, 1),
    }


def _errors(document: Document, mentions: tuple[Mention, ...], vocabulary: SnapshotVocabulary) -> list[str]:
    """What the tuning half shows: missed and false ids of a document."""
    gold, found = {a.term for a in document.annotations}, {m.term for m in mentions}
    missed = {
        f"missed\t{a.term}\t{vocabulary.label(a.term)}\t{document.text[a.start : a.end]}\t{document.name}"
        for a in document.annotations
        if a.term not in found
    }
    false = {
        f"false\t{m.term}\t{vocabulary.label(m.term)}\t{m.text}\t{document.name}"
        for m in mentions
        if m.term not in gold
    }
    return [each.replace("\n", " ") for each in sorted(missed | false)]


def main() -> int:
    """Print the figures and write them; 1 where they fall below what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True, help="a built graph: its names are looked for")
    parser.add_argument(
        "--mirror", type=Path, default=Path(os.environ.get("AITIA_MIRROR", ROOT.parent / "shared" / "data"))
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "history" / "extraction_gsc.json")
    parser.add_argument("--errors", type=int, default=0, help="also print so many errors of the tuning half")
    arguments = parser.parse_args()
    corpora = arguments.mirror / "benchmarks" / "gsc-plus"
    if not corpora.is_dir():
        sys.stderr.write(f"no annotated texts: {corpora}; name the source mirror with --mirror\n")
        return 5
    began = time.perf_counter()
    figures = run(arguments.graph, corpora, arguments.errors)
    figures |= {
        "build": Snapshot.open(arguments.graph).build_id,
        "seconds": round(time.perf_counter() - began, 1),
        "machine": f"{platform.system()} {platform.machine()}",
        "versions": {"python": platform.python_version()},
    }
    text = json.dumps(figures, indent=2, sort_keys=True) + "\n"
    sys.stdout.write(text)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="utf-8")
    overall = figures["gsc_plus"]["all"]["document"]
    return 0 if overall["precision"] >= LEAST_PRECISION and overall["f1"] >= LEAST_F1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
