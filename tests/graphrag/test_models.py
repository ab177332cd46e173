"""Models that write under the automaton: the scripted double and a tiny random transformer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphrag.choosing import choose_steps_with_model
from graphrag.models.loading import Decoding, load_model
from graphrag.models.scripted import ScriptedModel
from graphrag.models.transformers_model import TransformersModel
from graphrag.steps import CaseTerms
from graphrag.subgraph import Subgraph
from kg_builder.schema import Relation
from kg_builder.stores.memory import MemoryStore
from ontologies.errors import InputError
from ontologies.term_id import TermId

MARFAN = TermId("OMIM", "154700")
MODES: tuple[Decoding, ...] = ("greedy", "sample", "beam")


@pytest.mark.parametrize("decoding", MODES)
def test_every_path_is_in_the_subgraph(tiny: tuple[Any, Any], subgraph: Subgraph, decoding: Decoding) -> None:
    model = TransformersModel(*tiny, decoding=decoding, seed=3)
    proposal = model.propose("Marfan syndrome", subgraph, start=MARFAN, count=5, max_hops=2)
    assert proposal.paths
    assert len({p.moves for p in proposal.paths}) == len(proposal.paths)
    for path in proposal.paths:
        here = MARFAN
        for move in path.moves:
            assert move in subgraph.moves(here)
            here = move.target
        assert path.log_probability is not None
        assert path.log_probability <= 1e-4


@pytest.mark.parametrize("decoding", MODES)
def test_the_same_seed_gives_the_same_paths(tiny: tuple[Any, Any], subgraph: Subgraph, decoding: Decoding) -> None:
    runs = [
        TransformersModel(*tiny, decoding=decoding, seed=11).propose("Q", subgraph, start=MARFAN, count=3)
        for _ in range(2)
    ]
    assert runs[0].paths == runs[1].paths


def test_more_beams_than_paths_gives_each_path_once(tiny: tuple[Any, Any], subgraph: Subgraph) -> None:
    model = TransformersModel(*tiny, decoding="beam")
    proposal = model.propose("Q", subgraph, start=MARFAN, count=6, relations=[Relation.LACKS_SYMPTOM])
    assert [p.text for p in proposal.paths] == [" --LACKS_SYMPTOM--> Intellectual disability"]
    assert proposal.paths[0].log_probability == pytest.approx(0.0, abs=1e-4)
    assert all(issue.category == "dead-beam" for issue in proposal.dropped)


def test_greedy_writes_different_first_hops(tiny: tuple[Any, Any], subgraph: Subgraph) -> None:
    model = TransformersModel(*tiny, decoding="greedy")
    paths = model.propose("Q", subgraph, start=MARFAN, count=100, relations=[Relation.HAS_SYMPTOM]).paths
    hops = [m for m in subgraph.moves(MARFAN) if m.relation is Relation.HAS_SYMPTOM]
    assert {p.moves[0] for p in paths} == set(hops)


def test_a_path_that_is_too_long_is_dropped_and_said(tiny: tuple[Any, Any], subgraph: Subgraph) -> None:
    model = TransformersModel(*tiny, decoding="greedy", max_new_tokens=2)
    proposal = model.propose("Q", subgraph, start=MARFAN, count=2)
    assert proposal.paths == ()
    assert [issue.category for issue in proposal.dropped] == ["path-too-long"]


def test_no_hop_gives_no_paths(tiny: tuple[Any, Any], subgraph: Subgraph) -> None:
    for model in (TransformersModel(*tiny), ScriptedModel([" x"])):
        assert model.propose("Q", subgraph, start=MARFAN, count=2, relations=[Relation.CITES]).paths == ()


@pytest.mark.parametrize("decoding", MODES)
def test_steps_of_a_random_model_hold(
    tiny: tuple[Any, Any], graph: MemoryStore, subgraph: Subgraph, case: CaseTerms, decoding: Decoding
) -> None:
    model = TransformersModel(*tiny, decoding=decoding)
    reasoning = choose_steps_with_model(model, graph, subgraph, case, count=4)
    assert reasoning.steps
    edge_ids = {e.edge_id for step in reasoning.steps for e in step.edges}
    assert all(graph.edge(edge_id) is not None for edge_id in edge_ids)


def test_a_saved_model_is_loaded_by_name(tiny: tuple[Any, Any], subgraph: Subgraph, tmp_path: Path) -> None:
    for part in tiny:
        part.save_pretrained(tmp_path)
    model = load_model(f"transformers:{tmp_path}", decoding="greedy")
    direct = TransformersModel(*tiny, decoding="greedy")
    assert [p.text for p in model.propose("Q", subgraph, start=MARFAN, count=2).paths] == [
        p.text for p in direct.propose("Q", subgraph, start=MARFAN, count=2).paths
    ]


@pytest.mark.parametrize("name", ["gpt2", "transformers:", "transformers:/nowhere/at/all"])
def test_a_model_that_is_not_there_is_one_clear_line(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load_model(name)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a model"):
        load_model(f"transformers:{tmp_path}")


def test_the_double_drops_what_is_no_path(subgraph: Subgraph) -> None:
    texts = [
        " --HAS_SYMPTOM--> Arachnodactyly",
        " <--HAS_SYMPTOM-- Arachnodactyly",
        " --LACKS_SYMPTOM--> Arachnodactyly",
    ]
    proposal = ScriptedModel(texts).propose("Q", subgraph, start=MARFAN, count=5)
    assert [p.text for p in proposal.paths] == texts[:1]
    assert len(proposal.dropped) == 2
