"""Steps: chosen, checked, phrased."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag.checking import check_step
from graphrag.choosing import choose_steps, choose_steps_with_model
from graphrag.models.scripted import ScriptedModel
from graphrag.phrasing import load_phrases, phrase_step
from graphrag.retrieval import retrieve_subgraph
from graphrag.steps import KINDS_BY_RELATION, CaseTerms, FindingStatus, Step, StepKind, steps_of_edge
from graphrag.subgraph import Direction, Polarity, Subgraph
from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.stores.memory import MemoryStore
from ontologies.term_id import TermId


@pytest.fixture
def steps(graph: MemoryStore, subgraph: Subgraph, case: CaseTerms) -> tuple[Step, ...]:
    return choose_steps(graph, subgraph, case).steps


def _by_kind(steps: tuple[Step, ...], kind: StepKind) -> list[tuple[str, str]]:
    return [(str(s.subject), str(s.object)) for s in steps if s.kind is kind]


def test_the_numbers_find_every_kind(steps: tuple[Step, ...]) -> None:
    assert {s.kind for s in steps} == set(StepKind)
    assert _by_kind(steps, StepKind.SUPPORTS) == [("OMIM:154700", "HP:0001238"), ("OMIM:154700", "HP:0000545")]
    assert set(_by_kind(steps, StepKind.ARGUES_AGAINST)) == {
        ("OMIM:154700", "HP:0001083"),
        ("OMIM:154700", "HP:0001249"),
    }
    assert _by_kind(steps, StepKind.MISSING) == [("OMIM:154700", "HP:0001065")]


def test_a_contraindication_that_is_not_of_the_patient_is_no_step(graph: MemoryStore, subgraph: Subgraph) -> None:
    kinds = {step.kind for step in choose_steps(graph, subgraph, CaseTerms()).steps}
    assert StepKind.TREATS in kinds
    assert StepKind.CONTRAINDICATED_BY not in kinds


def test_levels_of_one_interaction_are_not_merged(steps: tuple[Step, ...]) -> None:
    assert len(_by_kind(steps, StepKind.INTERACTS_WITH)) == 2


def test_parallel_assertions_are_named(steps: tuple[Step, ...]) -> None:
    assert sorted(len(s.also) for s in steps if s.kind is StepKind.SUPPORTS) == [0, 1]


def test_an_excluded_specific_finding_does_not_argue_against_the_general_one(subgraph: Subgraph) -> None:
    specific = next(e for e in subgraph.edges if e.relation is Relation.HAS_SYMPTOM and e.object.local == "0011003")
    general = replace(specific, object=TermId("HP", "0000545"))
    case = CaseTerms(excluded=frozenset({TermId("HP", "0011003")}))
    assert steps_of_edge(general, subgraph, case) == []
    turned = CaseTerms(excluded=frozenset({TermId("HP", "0000545")}))
    assert [s.kind for s in steps_of_edge(specific, subgraph, turned)] == [StepKind.ARGUES_AGAINST]


def test_weights_order_the_support(graph: MemoryStore, subgraph: Subgraph, case: CaseTerms) -> None:
    weights = {TermId("HP", "0000545"): 3.0, TermId("HP", "0001238"): 1.0}
    chosen = choose_steps(graph, subgraph, case, weight_by_finding=weights).steps
    assert _by_kind(chosen, StepKind.SUPPORTS)[0][1] == "HP:0000545"


def test_what_is_not_shown_is_said(graph: MemoryStore, subgraph: Subgraph, case: CaseTerms) -> None:
    reasoning = choose_steps(graph, subgraph, case, per_kind=1)
    shown, everything = (
        Counter(step.kind for step in held.steps)
        for held in (reasoning, choose_steps(graph, subgraph, case, per_kind=100))
    )
    assert reasoning.cut
    assert reasoning.cut == everything - shown


def test_every_chosen_step_holds(graph: MemoryStore, case: CaseTerms, steps: tuple[Step, ...]) -> None:
    assert all(check_step(step, graph, case=case).ok for step in steps)


def _alterations(step: Step) -> list[Step]:
    head, *rest = step.edges
    turned = {Direction.FORWARD: Direction.BACKWARD, Direction.BACKWARD: Direction.FORWARD}
    opposite = {Polarity.POSITIVE: Polarity.NEGATIVE, Polarity.NEGATIVE: Polarity.POSITIVE}
    other = TermId("HP", "0001250")
    kinds = [k for k in StepKind if k is not step.kind]
    heads = [
        replace(head, edge_id="0" * 32),
        replace(head, direction=turned[head.direction]),
        replace(head, polarity=opposite[head.polarity]),
        replace(head, subject=other),
        replace(head, object=other),
        *(replace(head, relation=relation) for relation in Relation if relation is not head.relation),
    ]
    return [
        *(replace(step, edges=(altered, *rest)) for altered in heads),
        *(replace(step, kind=kind) for kind in kinds),
        replace(step, polarity=opposite[step.polarity]),
        replace(step, object=other),
        replace(step, subject=other),
        replace(step, edges=()),
        replace(step, edges=(*step.edges, head)),
        replace(step, also=("0" * 32,)),
        *(replace(step, status=status) for status in (None, *FindingStatus) if status is not step.status),
    ]


@given(data=st.data())
def test_any_altered_step_fails(graph: MemoryStore, subgraph: Subgraph, case: CaseTerms, data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(choose_steps(graph, subgraph, case).steps))
    altered = data.draw(st.sampled_from(_alterations(step)))
    assert not check_step(altered, graph, case=case).ok


def test_every_step_has_a_sentence_in_both_languages(graph: MemoryStore, steps: tuple[Step, ...]) -> None:
    for step in steps:
        english, chinese = phrase_step(step, graph), phrase_step(step, graph, language="zh")
        assert english.endswith(".")
        assert chinese.endswith("。")
        assert graph.node(step.object).name.lower() in english.lower()  # type: ignore[union-attr]
        assert re.search(r"[{}]", english + chinese) is None


def test_sentences_keep_polarity_and_condition(graph: MemoryStore, steps: tuple[Step, ...]) -> None:
    sentences = {phrase_step(step, graph) for step in steps}
    assert "Propranolol is not indicated for Marfan syndrome." in sentences
    assert "Propranolol interacts with Verapamil (avoid; intravenous)." in sentences
    assert "Slender finger, which is observed, supports Marfan syndrome (the source says Arachnodactyly)." in sentences
    chinese = {phrase_step(step, graph, language="zh") for step in steps}
    assert "已排除晶状体异位，不支持马方综合征。" in chinese
    assert "妊娠是氯沙坦的禁忌（absolute）。" in chinese


def test_a_model_cannot_hide_what_argues_against(graph: MemoryStore, subgraph: Subgraph, case: CaseTerms) -> None:
    model = ScriptedModel([" --HAS_SYMPTOM--> Arachnodactyly", " --TREATS--> Arachnodactyly"])
    reasoning = choose_steps_with_model(model, graph, subgraph, case)
    assert reasoning.chosen_by == "scripted"
    assert [s.kind for s in reasoning.steps] == [StepKind.SUPPORTS, *[StepKind.ARGUES_AGAINST] * 2]
    assert [issue.category for issue in reasoning.issues] == ["not-a-path"]


def test_a_disease_and_a_sign_of_one_name_are_told_apart() -> None:
    names = (("OMIM:1", Label.DISEASE), ("HP:0002758", Label.SYMPTOM))
    nodes = [Node(TermId.parse(one), label, "Osteoarthritis", name_zh="骨关节炎") for one, label in names]
    evidence = Evidence("made-up", "1", "CC0-1.0", Tier.CURATED)
    edge = Edge(nodes[0].id, Relation.HAS_SYMPTOM, nodes[1].id, evidence)
    store = MemoryStore(nodes, [edge])
    missing, seen = CaseTerms(), CaseTerms(frozenset({nodes[1].id}))
    for case, english in (
        (missing, "The case does not mention the sign Osteoarthritis, after which the disease is named."),
        (seen, "The sign Osteoarthritis, which is observed, supports the disease of that name."),
    ):
        around = retrieve_subgraph(store, nodes[0].id, case.observed)
        (step,) = steps_of_edge(edge, around, case)
        assert phrase_step(step, store) == english
        assert phrase_step(step, store, language="zh").count("骨关节炎") == 1


def test_every_kind_of_step_has_its_phrases() -> None:
    phrases = load_phrases()
    kinds = {(kind, relation) for relation, kinds in KINDS_BY_RELATION.items() for kind in kinds}
    assert {(kind, relation) for kind, relation, _, _ in phrases} == kinds
    assert all(text.strip() == text and text for texts in phrases.values() for text in texts)
