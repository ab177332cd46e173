"""The lazy graph automaton: which tokens may follow, so that whatever a model writes is a path in the subgraph.

A path is written as its hops, ` --RELATION--> name` along an edge and ` <--RELATION-- name` against it, and ends with
the end-of-sequence token. Each node has one small token trie of its hops, built when a sequence first reaches the
node, from names that are tokenised once. A state holds the hops behind it by node id, since one name can belong to
several nodes, and several states are kept where the text so far can mean several paths. The automaton holds no place
in any sequence: a state is a value of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graphrag.subgraph import Direction, Move, Subgraph
from kg_builder.schema import Relation
from ontologies.errors import GraphDamagedError, InputError
from ontologies.term_id import TermId

__all__ = ["GraphAutomaton", "Path", "State", "Tokenizer", "hop_text", "path_text"]

_CHECKED_HOPS = 512


class Tokenizer(Protocol):
    """What the automaton needs of a tokenizer."""

    @property
    def eos_id(self) -> int:
        """Id of the end-of-sequence token."""

    def encode(self, text: str) -> Sequence[int]:
        """Token ids of a text, without special tokens."""


@dataclass(frozen=True, slots=True)
class Path:
    """Hops from a start node, each an edge of the subgraph.

    Args:
        moves: the hops in order; never empty.
        text: as it was written.
        log_probability: sum over tokens in nats under the constraint, None where the model gives none.
    """

    moves: tuple[Move, ...]
    text: str
    log_probability: float | None = None


@dataclass(slots=True)
class _Trie:
    """A node of a token trie: where each token leads, and the hops that are complete here."""

    next_by_token: dict[int, _Trie] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Thread:
    """One reading of the tokens so far: complete hops, and a place in the trie of the node they lead to."""

    trail: tuple[Move, ...]
    place: _Trie


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where one sequence stands; immutable, so beams can share and copy it."""

    threads: tuple[_Thread, ...]
    complete: tuple[tuple[Move, ...], ...] = ()
    ended: bool = False


class GraphAutomaton:
    """Allowed tokens for sequences that start at one node of a subgraph.

    Args:
        subgraph: what may be walked.
        tokenizer: the model's tokenizer.
        start: node that every path starts from.
        max_hops: at most that many hops in a path.
        relations: relations that may be walked; all where none is named.
        banned_first: hops that may not come first, so that a further path differs from those before it.

    Raises:
        InputError: no hop leaves the start, or the tokenizer joins tokens over the borders of names.
    """

    def __init__(
        self,
        subgraph: Subgraph,
        tokenizer: Tokenizer,
        *,
        start: TermId,
        max_hops: int = 2,
        relations: Collection[Relation] = (),
        banned_first: Collection[Move] = (),
    ) -> None:
        self._subgraph = subgraph
        self._tokenizer = tokenizer
        self._start = start
        self._max_hops = max_hops
        self._relations = frozenset(relations or Relation)
        self._banned_first = frozenset(banned_first)
        self._tokens_by_text: dict[str, tuple[int, ...]] = {}
        self._trie_by_visit: dict[tuple[TermId, frozenset[TermId]], _Trie] = {}
        self._state_by_prefix: dict[tuple[int, ...], State] = {}
        self._check_segments()
        first = [move for move in self._moves(start, frozenset({start})) if move not in self._banned_first]
        if not first:
            raise InputError("no hop leaves the start of the path", value=start, remedy="Retrieve a larger subgraph")
        self._root = State((_Thread((), self._build_trie(first)),))

    @property
    def tries_built(self) -> int:
        """How many tries were built so far, besides the first."""
        return len(self._trie_by_visit)

    def state(self, tokens: Sequence[int]) -> State:
        """Where a sequence stands that wrote these tokens; each prefix is worked out once."""
        prefix = tuple(tokens)
        known = len(prefix)
        while known and prefix[:known] not in self._state_by_prefix:
            known -= 1
        state = self._state_by_prefix[prefix[:known]] if known else self._root
        for end in range(known, len(prefix)):
            state = self._advance(state, prefix[end])
            self._state_by_prefix[prefix[: end + 1]] = state
        return state

    def allowed(self, tokens: Sequence[int]) -> list[int]:
        """Tokens that may follow, sorted; only end-of-sequence after the end and off every path; never empty."""
        state = self.state(tokens)
        following = {token for thread in state.threads for token in thread.place.next_by_token}
        if state.complete or not following:
            following.add(self._tokenizer.eos_id)
        return sorted(following)

    def paths(
        self, tokens: Sequence[int], *, text: str | None = None, log_probability: float | None = None
    ) -> list[Path]:
        """The paths that an ended sequence means, cut at the first end-of-sequence token; empty where it means none.

        More than one only where names belong to several nodes.
        """
        ids = list(tokens)
        if self._tokenizer.eos_id not in ids:
            return []
        trails = self.state(ids[: ids.index(self._tokenizer.eos_id)]).complete
        return [Path(trail, text or path_text(self._subgraph, trail), log_probability) for trail in trails]

    def _advance(self, state: State, token: int) -> State:
        if state.ended or token == self._tokenizer.eos_id:
            return State((), (), ended=True)
        threads: list[_Thread] = []
        complete: list[tuple[Move, ...]] = []
        for thread in state.threads:
            place = thread.place.next_by_token.get(token)
            if place is None:
                continue
            if place.next_by_token:
                threads.append(_Thread(thread.trail, place))
            for move in place.moves:
                trail = (*thread.trail, move)
                complete.append(trail)
                threads.extend(self._onward(trail))
        return State(tuple(threads), tuple(complete))

    def _onward(self, trail: tuple[Move, ...]) -> list[_Thread]:
        if len(trail) >= self._max_hops:
            return []
        here = trail[-1].target
        visit = here, frozenset({self._start, *(move.target for move in trail)})
        if visit not in self._trie_by_visit:
            self._trie_by_visit[visit] = self._build_trie(self._moves(*visit))
        trie = self._trie_by_visit[visit]
        return [_Thread(trail, trie)] if trie.next_by_token else []

    def _moves(self, node_id: TermId, visited: frozenset[TermId]) -> list[Move]:
        moves = self._subgraph.moves(node_id)
        return [move for move in moves if move.relation in self._relations and move.target not in visited]

    def _build_trie(self, moves: Sequence[Move]) -> _Trie:
        root = _Trie()
        for move in moves:
            place = root
            for token in self._hop_tokens(move):
                place = place.next_by_token.setdefault(token, _Trie())
            place.moves.append(move)
        return root

    def _hop_tokens(self, move: Move) -> tuple[int, ...]:
        relation, name = hop_text(self._subgraph, move)
        return self._encode(relation) + self._encode(name)

    def _encode(self, text: str) -> tuple[int, ...]:
        tokens = self._tokens_by_text.get(text)
        if tokens is None:
            tokens = self._tokens_by_text[text] = tuple(self._tokenizer.encode(text))
            if not tokens or self._tokenizer.eos_id in tokens:
                raise GraphDamagedError(
                    "a name gives no tokens, or the end-of-sequence token", value=text, remedy="Rename the node"
                )
        return tokens

    def _check_segments(self) -> None:
        """Hop after hop must give the tokens of the whole text, else the model sees what it would never write."""
        checked = 0
        for node_id in self._subgraph.node_by_id:
            for move in self._subgraph.moves(node_id):
                onward = self._subgraph.moves(move.target)
                pair = (move, onward[checked % len(onward)])
                whole = tuple(
                    self._tokenizer.encode("".join(part for hop in pair for part in hop_text(self._subgraph, hop)))
                )
                if self._hop_tokens(pair[0]) + self._hop_tokens(pair[1]) != whole:
                    raise InputError(
                        "the tokenizer joins tokens over the border between relation and name",
                        value=path_text(self._subgraph, pair),
                        remedy="Use a model with a byte-level tokenizer, such as GPT-2 or Qwen",
                    )
                checked += 1
                if checked >= _CHECKED_HOPS:
                    return


def hop_text(subgraph: Subgraph, move: Move) -> tuple[str, str]:
    """A hop as its two segments, each with its leading space: the arrow with the relation, the name of the target."""
    name = " ".join(subgraph.node_by_id[move.target].name.split())
    relation = move.relation.value
    return (f" --{relation}-->" if move.direction is Direction.FORWARD else f" <--{relation}--"), f" {name}"


def path_text(subgraph: Subgraph, moves: Sequence[Move]) -> str:
    """The text of a path without its start."""
    return "".join(part for move in moves for part in hop_text(subgraph, move))
