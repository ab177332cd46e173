"""What a model that proposes paths must do, and what it hands back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from graphrag.automaton import Path
from graphrag.subgraph import Subgraph
from kg_builder.schema import Relation
from ontologies.issue import Issue
from ontologies.term_id import TermId

__all__ = ["PathModel", "Proposal"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model proposed.

    Args:
        paths: paths of the subgraph, best first, each once.
        dropped: what was thrown away and why.
    """

    paths: tuple[Path, ...]
    dropped: tuple[Issue, ...] = ()


class PathModel(Protocol):
    """A language model whose writing is held to the edges of a subgraph."""

    @property
    def name(self) -> str:
        """How reports name the model."""

    def propose(
        self,
        prompt: str,
        subgraph: Subgraph,
        *,
        start: TermId,
        count: int,
        max_hops: int = 1,
        relations: Collection[Relation] = (),
    ) -> Proposal:
        """Up to `count` different paths that start at a node; no paths where no hop leaves it.

        Args:
            prompt: the question; ends with the name of the start node.
            subgraph: what may be walked.
            start: node that every path starts from.
            count: at most that many paths.
            max_hops: at most that many hops in a path.
            relations: relations that may be walked; all where none is named.
        """
