"""The double of a language model: it writes what it was told, under the same automaton."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from graphrag.automaton import GraphAutomaton, Path
from graphrag.models.model import Proposal
from graphrag.subgraph import Subgraph
from kg_builder.schema import Relation
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["CodePointTokenizer", "ScriptedModel"]


class CodePointTokenizer:
    """Each code point is a token; 0 ends a sequence."""

    eos_id = 0

    def encode(self, text: str) -> Sequence[int]:
        """Code points of a text."""
        return [ord(character) for character in text]


class ScriptedModel:
    """Proposes given texts, such as ` --HAS_SYMPTOM--> Arachnodactyly`; what is no path is dropped, with the place.

    Args:
        texts: what it writes, in order.
    """

    name = "scripted"

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

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
        """The first `count` of its texts that are paths."""
        if not any(not relations or move.relation in relations for move in subgraph.moves(start)):
            return Proposal(())
        automaton = GraphAutomaton(subgraph, CodePointTokenizer(), start=start, max_hops=max_hops, relations=relations)
        paths: dict[tuple[object, ...], Path] = {}
        dropped: list[Issue] = []
        for text in self._texts:
            found, refused_at = _write(automaton, text)
            paths.update({path.moves: path for path in found if path.moves not in paths})
            if not found:
                message = f"{text!r} is no path of the subgraph, from character {refused_at} on"
                dropped.append(Issue(IssueLevel.WARNING, "not-a-path", message, "The step is left out."))
        return Proposal(tuple(paths.values())[:count], tuple(dropped))


def _write(automaton: GraphAutomaton, text: str) -> tuple[list[Path], int]:
    """The paths that a text means, and the offset of the first token that the automaton refused."""
    tokens = [*CodePointTokenizer().encode(text), CodePointTokenizer.eos_id]
    for place, token in enumerate(tokens):
        if token not in automaton.allowed(tokens[:place]):
            return [], place
    return automaton.paths(tokens, text=text), len(text)
