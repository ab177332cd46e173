"""How a diagnosis is put into words: names in one language, and what a line rests on."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from kg_builder.node import Node
from kg_builder.schema import Tier
from kg_builder.snapshot import Snapshot
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.diagnosis.citing import citation
from reasoner.diagnosis.words import chinese_marks, screen_words

__all__ = ["Screen"]


class Screen:
    """The words and names of one language.

    Args:
        snapshot: the graph.
        language: `zh`, or any other for English.
    """

    def __init__(self, snapshot: Snapshot, language: str) -> None:
        self.snapshot = snapshot
        self.is_chinese = language == "zh"
        self.words = screen_words(language)

    def word(self, key: str) -> str:
        """What a key of the table of words is called."""
        return self.words[key]

    def shown(self, node: Node) -> str:
        """A node's name; a Chinese one where the graph has it."""
        return node.name_zh if self.is_chinese and node.name_zh else node.name

    def name(self, term: TermId | None) -> str:
        """The name of what an id stands for, or the id."""
        node = None if term is None else self.snapshot.node(term)
        return str(term) if node is None else self.shown(node)

    def cited(self, edges: Iterable[int]) -> str:
        """What the edges rest on, by their numbers."""
        evidence = [self.snapshot.edge_at(edge).evidence for edge in edges]
        references = chain.from_iterable(one.references for one in evidence)
        sources = sorted({f"{one.source} {one.source_version}" for one in evidence})
        return citation(
            references, sources, self.words, is_reviewed=any(one.tier != Tier.UNREVIEWED for one in evidence)
        )

    def issue(self, issue: Issue) -> str:
        """What was wrong, in the language of the screen where it has words for it."""
        known = self.words.get(f"issue_{issue.category}") if self.is_chinese else None
        return known or str(issue)

    def line(self, text: str) -> str:
        """The line with the marks of the language."""
        return chinese_marks(text) if self.is_chinese else text
