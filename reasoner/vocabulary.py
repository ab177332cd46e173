"""The symptoms of a snapshot as the words that intake looks for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import polars as pl

from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from ontologies.lexicon import load_lexicon
from ontologies.term_id import TermId

__all__ = ["SnapshotVocabulary"]

_LANGUAGES = ("en", "zh")


class SnapshotVocabulary:
    """A `SymptomVocabulary` over the Symptom nodes of a build and the lexicons."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def _symptoms(self) -> pl.DataFrame:
        table = self._snapshot.node_table(["id", "label", "name", "name_zh", "synonyms"])
        return table.filter(pl.col("label") == Label.SYMPTOM.value)

    def names(self) -> Iterator[tuple[str, TermId]]:
        """Every name of every symptom, in English and Chinese."""
        for _, curie, _, name, name_zh, synonyms in self._symptoms.iter_rows():
            term = TermId(*curie.split(":", 1))
            yield name, term
            if name_zh:
                yield name_zh, term
            for synonym in synonyms or ():
                yield synonym, term
        for language in _LANGUAGES:
            for entry in load_lexicon(language).entries:
                yield entry.word, entry.term

    def resolve(self, term: TermId) -> TermId | None:
        """The symptom's own id; None where the graph has no such symptom."""
        node = self._snapshot.node(term)
        return node.id if node is not None and node.label is Label.SYMPTOM else None

    def label(self, term: TermId) -> str:
        """The symptom's English name; the id itself where there is none."""
        node = self._snapshot.node(term)
        return str(term) if node is None else node.name

    def is_phenotypic_abnormality(self, term: TermId) -> bool:
        """Whether the graph has such a symptom."""
        return self.resolve(term) is not None

    def ancestors(self, term: TermId) -> frozenset[TermId]:
        """All symptoms above a symptom."""
        found: set[TermId] = set()
        stack = [term]
        while stack:
            for edge in self._snapshot.edges_from(stack.pop(), relations=(Relation.IS_A,)):
                if edge.object not in found:
                    found.add(edge.object)
                    stack.append(edge.object)
        return frozenset(found)
