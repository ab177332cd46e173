"""The lazy graph automaton."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag.automaton import GraphAutomaton
from graphrag.models.scripted import CodePointTokenizer
from graphrag.subgraph import Subgraph
from kg_builder.schema import Relation
from ontologies.errors import GraphDamagedError, InputError
from ontologies.term_id import TermId

MARFAN = TermId("OMIM", "154700")


def _ids(text: str) -> list[int]:
    return [*CodePointTokenizer().encode(text), 0]


def test_a_path_is_read_back(subgraph: Subgraph) -> None:
    automaton = GraphAutomaton(subgraph, CodePointTokenizer(), start=MARFAN)
    (path,) = automaton.paths(_ids(" <--TREATS-- Losartan --CONTRAINDICATED_IN--> Pregnancy"))
    assert [(str(m.target), m.relation) for m in path.moves] == [
        ("DRUGBANK:DB00678", Relation.TREATS),
        ("AITIA:pregnancy", Relation.CONTRAINDICATED_IN),
    ]


def test_a_name_of_two_ids_keeps_both_until_an_edge_decides(subgraph: Subgraph) -> None:
    automaton = GraphAutomaton(subgraph, CodePointTokenizer(), start=MARFAN)
    both = automaton.paths(_ids(" <--PALLIATES-- Twin"))
    assert [str(p.moves[0].target) for p in both] == ["DRUGBANK:DB00001", "DRUGBANK:DB00002"]
    (one,) = automaton.paths(_ids(" <--PALLIATES-- Twin --CONTRAINDICATED_IN--> Pregnancy"))
    assert str(one.moves[0].target) == "DRUGBANK:DB00002"


def test_tries_are_built_when_reached(subgraph: Subgraph) -> None:
    automaton = GraphAutomaton(subgraph, CodePointTokenizer(), start=MARFAN)
    assert automaton.tries_built == 0
    automaton.allowed(_ids(" <--TREATS-- Losartan")[:-1])
    assert automaton.tries_built == 1


@given(tokens=st.lists(st.integers(0, 200), max_size=12))
def test_off_every_path_only_the_end_is_allowed(subgraph: Subgraph, tokens: list[int]) -> None:
    automaton = GraphAutomaton(subgraph, CodePointTokenizer(), start=MARFAN)
    legal = all(token in automaton.allowed(tokens[:place]) for place, token in enumerate(tokens))
    assert automaton.allowed(tokens)
    assert legal or automaton.allowed(tokens) == [0]


@given(data=st.data())
def test_any_walk_through_allowed_tokens_is_a_path(subgraph: Subgraph, data: st.DataObject) -> None:
    automaton = GraphAutomaton(subgraph, CodePointTokenizer(), start=MARFAN, max_hops=3)
    tokens: list[int] = []
    while 0 not in tokens:
        tokens.append(data.draw(st.sampled_from(automaton.allowed(tokens))))
    paths = automaton.paths([*tokens, 0, 0, 65])
    assert paths
    for path in paths:
        here, seen = MARFAN, {MARFAN}
        for move in path.moves:
            assert move in subgraph.moves(here)
            assert move.target not in seen
            here = move.target
            seen.add(here)


def test_relations_and_first_hops_can_be_barred(subgraph: Subgraph) -> None:
    only = [m for m in subgraph.moves(MARFAN) if m.relation is Relation.TREATS]
    automaton = GraphAutomaton(
        subgraph, CodePointTokenizer(), start=MARFAN, relations=[Relation.TREATS], banned_first=only[:1]
    )
    assert automaton.paths(_ids(" --HAS_SYMPTOM--> Arachnodactyly")) == []
    names = [subgraph.node_by_id[m.target].name for m in only]
    assert [bool(automaton.paths(_ids(f" <--TREATS-- {name}"))) for name in names] == [False, True]


def test_no_hop_is_an_error_never_everything(subgraph: Subgraph) -> None:
    with pytest.raises(InputError, match="no hop leaves"):
        GraphAutomaton(subgraph, CodePointTokenizer(), start=MARFAN, relations=[Relation.CITES])


def test_an_unfinished_sequence_is_no_path(subgraph: Subgraph) -> None:
    automaton = GraphAutomaton(subgraph, CodePointTokenizer(), start=MARFAN)
    assert automaton.paths(_ids(" <--TREATS-- Losartan")[:-1]) == []


class _JoiningTokenizer(CodePointTokenizer):
    """Makes one token of an arrow's end and the space behind it."""

    def encode(self, text: str) -> Sequence[int]:
        return super().encode(text.replace("> ", "\u2192"))


class _EndingTokenizer(CodePointTokenizer):
    """Takes a letter for the end of the sequence."""

    eos_id = ord("S")


def test_a_tokenizer_that_joins_over_borders_is_refused(subgraph: Subgraph) -> None:
    with pytest.raises(InputError, match="joins tokens"):
        GraphAutomaton(subgraph, _JoiningTokenizer(), start=MARFAN)


def test_a_name_that_holds_the_end_token_is_refused(subgraph: Subgraph) -> None:
    with pytest.raises(GraphDamagedError):
        GraphAutomaton(subgraph, _EndingTokenizer(), start=MARFAN)
