"""The symptoms of a snapshot as the words that intake looks for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import polars as pl

from kg_builder.extraction.dictionary import NameMatcher
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_layout import DERIVED
from ontologies.lexicon import LANGUAGES, load_lexicon
from ontologies.term_id import TermId

__all__ = ["SnapshotVocabulary", "compile_names", "load_matcher"]


class SnapshotVocabulary:
    """A `SymptomVocabulary` over the Symptom nodes of a build and the lexicons.

    What was looked up of a symptom is kept: cohorts ask for the same few thousand again and again. What is no symptom
    is not, so that a stream of strange ids takes no memory.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._node_by_term: dict[TermId, Node] = {}
        self._ancestors_by_term: dict[TermId, frozenset[TermId]] = {}

    @cached_property
    def _symptoms(self) -> pl.DataFrame:
        table = self._snapshot.node_table(["id", "label", "name", "name_zh", "synonyms"])
        return table.filter(pl.col("label") == Label.SYMPTOM.value)

    def names(self) -> Iterator[tuple[str, TermId]]:
        """Every name of every symptom; the first owner of a name keeps it: labels, then our words, then synonyms."""
        rows = [(TermId(*row[1].split(":", 1)), *row[3:]) for row in self._symptoms.iter_rows()]
        yield from ((name, term) for term, name, _, _ in rows)
        for language in LANGUAGES:
            yield from load_lexicon(language).words()
        yield from ((name_zh, term) for term, _, name_zh, _ in rows if name_zh)
        yield from ((synonym, term) for term, _, _, synonyms in rows for synonym in synonyms or ())

    def resolve(self, term: TermId) -> TermId | None:
        """The symptom's own id; None where the graph has no such symptom."""
        node = self._node(term)
        return node.id if node is not None and node.label is Label.SYMPTOM else None

    def label(self, term: TermId) -> str:
        """The symptom's English name; the id itself where there is none."""
        node = self._node(term)
        return str(term) if node is None else node.name

    def is_phenotypic_abnormality(self, term: TermId) -> bool:
        """Whether the graph has such a symptom."""
        return self.resolve(term) is not None

    def ancestors(self, term: TermId) -> frozenset[TermId]:
        """All symptoms above a symptom."""
        held = self._ancestors_by_term.get(term)
        if held is None:
            held = self._climb(term)
            if self.resolve(term) is not None:
                self._ancestors_by_term[term] = held
        return held

    def _node(self, term: TermId) -> Node | None:
        held = self._node_by_term.get(term)
        if held is not None:
            return held
        node = self._snapshot.node(term)
        if node is not None and node.label is Label.SYMPTOM:
            self._node_by_term[term] = node
        return node

    def _climb(self, term: TermId) -> frozenset[TermId]:
        found: set[TermId] = set()
        stack = [term]
        while stack:
            for edge in self._snapshot.edges_from(stack.pop(), relations=(Relation.IS_A,)):
                if edge.object not in found:
                    found.add(edge.object)
                    stack.append(edge.object)
        return frozenset(found)


def compile_names(snapshot: Snapshot) -> None:
    """Compile the names that intake looks for into the snapshot's folder."""
    NameMatcher.build(SnapshotVocabulary(snapshot).names()).save(snapshot.folder / DERIVED / "names")


def load_matcher(snapshot: Snapshot) -> NameMatcher:
    """The compiled names of a snapshot.

    Raises:
        GraphDamagedError: they are missing or not whole.
    """
    return NameMatcher.load(snapshot.folder / DERIVED / "names")
