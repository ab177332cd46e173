"""The chain of thought for the leading diagnosis: every step is an edge of the graph."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from graphrag.steps import StepKind
from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.errors import InputError
from ontologies.term_id import TermId
from reasoner.artefacts import ARTEFACTS
from reasoner.diagnosis.abstention import Abstention, AbstentionCode
from reasoner.diagnosis.diagnosis import diagnose
from reasoner.diagnosis.document import diagnosis_document
from reasoner.diagnosis.explanation import explain_leading
from reasoner.diagnosis.explanation_text import explanation_text
from reasoner.intake.case import Case
from reasoner.intake.reading import parse_terms
from reasoner.intake.vocabulary import SnapshotVocabulary
from reasoner.ranking.case_ranker import CaseRanker
from tests.reasoner.certified import small_case, small_snapshot
from tests.reasoner.clinic import aitia, clinic_snapshot

TERMS = "HP:0001166,HP:0001083,-HP:0001250"


@pytest.fixture(scope="module")
def index(clinic: Snapshot) -> CaseRanker:
    return CaseRanker.open(clinic)


@pytest.fixture(scope="module")
def case(clinic: Snapshot) -> Case:
    return parse_terms(TERMS, SnapshotVocabulary(clinic))


def test_every_step_is_made_of_edges_of_the_graph(clinic: Snapshot, index: CaseRanker, case: Case) -> None:
    found = explain_leading(diagnose(clinic, index, case))
    assert (found["disease"], found["name"]) == ("OMIM:100000", "disease 0")
    assert found["steps"]
    for step in found["steps"]:
        edges = [clinic.edge(edge) for edge in step["edges"]]
        assert edges
        assert None not in edges
        assert step["kind"] in list(StepKind)
        assert step["references"] == sorted({one for e in edges if e for one in e.evidence.references})


def test_supporting_steps_rest_on_present_findings_of_the_disease(
    clinic: Snapshot, index: CaseRanker, case: Case
) -> None:
    steps = [step for step in explain_leading(diagnose(clinic, index, case))["steps"] if step["kind"] == "supports"]
    edges = [clinic.edge(edge) for step in steps for edge in step["edges"]]
    has = {(str(e.subject), str(e.object)) for e in edges if e and e.relation is Relation.HAS_SYMPTOM}
    assert has == {("OMIM:100000", "HP:0001166"), ("OMIM:100000", "HP:0001083")}


def test_explanation_is_the_same_each_time(clinic: Snapshot, index: CaseRanker, case: Case) -> None:
    assert explain_leading(diagnose(clinic, index, case)) == explain_leading(diagnose(clinic, index, case))


def test_steps_are_phrased_in_the_language_asked_for(clinic: Snapshot, index: CaseRanker, case: Case) -> None:
    english = [step["text"] for step in explain_leading(diagnose(clinic, index, case))["steps"]]
    chinese = [step["text"] for step in explain_leading(diagnose(clinic, index, case), language="zh")["steps"]]
    assert len(english) == len(chinese)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in chinese)


def test_case_without_findings_cannot_be_explained(clinic: Snapshot, index: CaseRanker) -> None:
    with pytest.raises(InputError, match="nothing to explain"):
        explain_leading(diagnose(clinic, index, Case("empty")))


def test_a_leading_disease_no_better_than_chance_is_said_to_be_no_answer(
    clinic: Snapshot, index: CaseRanker, case: Case, tmp_path: Path
) -> None:
    snapshot = clinic_snapshot(tmp_path, common="OMIM:100011")
    common, seizure = CaseRanker.open(snapshot), parse_terms("HP:0001250", SnapshotVocabulary(snapshot))
    found = explain_leading(diagnose(snapshot, common, seizure))
    assert found["disease"] == "OMIM:100011"
    assert found["abstained"] == diagnosis_document(diagnose(snapshot, common, seizure))["abstained"]
    assert found["abstained"]["code"] == "nothing_stands_out"
    assert "better than chance" in found["abstained"]["reason"]
    assert explain_leading(diagnose(clinic, index, case))["abstained"] is None


def test_unknown_kind_of_model_is_refused(clinic: Snapshot, index: CaseRanker, case: Case) -> None:
    with pytest.raises(InputError, match="not a model"):
        explain_leading(diagnose(clinic, index, case), model="oracle")


def test_command_prints_what_each_step_is_about_with_its_reference(clinic_graph: Path) -> None:
    outcome = aitia("explain", "--terms", TERMS, graph=clinic_graph)
    held = aitia("explain", "--terms", TERMS, "--format", "json", graph=clinic_graph).json()
    assert outcome.code == 0
    for step in held["steps"]:
        shown = step["object"]["name"] if step["finding"] or step["kind"] == "missing" else step["text"]
        lines = [line for line in outcome.out.splitlines() if shown in line]
        assert any(set(step["references"]) <= set(re.findall(r"[A-Z]+:\d+", line)) for line in lines)
    assert "Speaks for it" in outcome.out and "Speaks against it" in outcome.out


def test_screen_in_chinese_has_chinese_headings(clinic_graph: Path) -> None:
    outcome = aitia("explain", "--terms", TERMS, "--language", "zh", graph=clinic_graph)
    assert outcome.code == 0
    assert {"支持", "不支持"} <= set(outcome.out.splitlines())
    assert outcome.out.startswith("某病")


def test_an_abstention_names_no_treatment(tmp_path: Path) -> None:
    snapshot = clinic_snapshot(tmp_path, common="OMIM:100011")
    seizure = parse_terms("HP:0001250", SnapshotVocabulary(snapshot))
    found = explain_leading(diagnose(snapshot, CaseRanker.open(snapshot), seizure))
    assert found["abstained"] is not None
    assert not {step["kind"] for step in found["steps"]} & {"treats", "contraindicated_by", "interacts_with"}
    assert "No diagnosis (nothing_stands_out)" in explanation_text(found)


def test_findings_that_neighbours_lend_name_gene_diseases_and_edges(tmp_path: Path) -> None:
    snapshot = small_snapshot(tmp_path)
    found = explain_leading(diagnose(snapshot, CaseRanker.open(snapshot), small_case()))
    about = {step["finding"] for step in found["steps"]} | {one["finding"]["id"] for one in found["general"]}
    for lent in found["lent"]:
        relations = {edge.relation for one in lent["edges"] if (edge := snapshot.edge(one)) is not None}
        assert relations == {Relation.HAS_SYMPTOM, Relation.ASSOCIATED_WITH}
        assert lent["genes"] and lent["finding"]["id"] not in about
        assert f"{lent['genes'][0]['name']}: {lent['diseases'][0]['name']}" in explanation_text(found)
    assert about | {lent["finding"]["id"] for lent in found["lent"]} >= {str(term) for term in small_case().observed}


def test_what_was_learned_and_the_prior_are_shown_apart(clinic: Snapshot, index: CaseRanker, case: Case) -> None:
    found = explain_leading(diagnose(clinic, index, case))
    step = next(step for step in found["steps"] if step["kind"] == "supports")
    step.update(log10_likelihood_ratio=1.5, correction=0.25)
    found.update(correction=0.25, priors={"prevalence": -2.0, "unmentioned": -0.5})
    lines = explanation_text(found).splitlines()
    assert "learned +0.2; beside the findings: prevalence -2.0, unmentioned findings -0.5" in lines[1]
    assert any(line.startswith(f"  +1.50 +0.25  {step['object']['name']}") for line in lines)


def test_a_known_sign_that_is_commoner_elsewhere_does_not_speak_for_the_disease(
    clinic: Snapshot, index: CaseRanker, case: Case
) -> None:
    found = explain_leading(diagnose(clinic, index, case))
    step = next(step for step in found["steps"] if step["kind"] == "supports")
    step["log10_likelihood_ratio"] = -0.5
    text = explanation_text(found)
    assert text.index("Speaks for it") < text.index("Known of it") < text.index(f"-0.50  {step['object']['name']}")


def test_an_explanation_abstains_as_its_diagnosis_does(clinic: Snapshot, index: CaseRanker, case: Case) -> None:
    unsure = Abstention(AbstentionCode.NOTHING_STANDS_OUT, "hardly ever right")
    found = explain_leading(replace(diagnose(clinic, index, case), abstained=unsure))
    assert found["abstained"] == {"code": "nothing_stands_out", "reason": "hardly ever right"}


def test_a_brief_diagnosis_abstains_and_explains_as_a_whole_one(
    clinic: Snapshot, index: CaseRanker, case: Case
) -> None:
    brief, whole = diagnose(clinic, index, case, explained=False), diagnose(clinic, index, case)
    assert (brief.confidence, brief.abstained) == (whole.confidence, whole.abstained)
    assert explain_leading(brief) == explain_leading(whole)


def test_the_number_of_a_finding_is_shown_once(clinic: Snapshot, index: CaseRanker, case: Case) -> None:
    """One source has the symptom, another denies it: both are shown, and the sum of the numbers is still the total."""
    found = explain_leading(diagnose(clinic, index, case))
    supporting = next(step for step in found["steps"] if step["kind"] == "supports")
    against = supporting | {"kind": "argues_against", "frequency": {"n": 0, "m": 7}}
    found["steps"] = [supporting, against]
    lines = [line for line in explanation_text(found).splitlines() if supporting["object"]["name"] in line]
    assert len(lines) == 2
    assert re.match(r" +[+-]\d", lines[0])
    assert re.match(r" +-  ", lines[1]) and "0/7" in lines[1]


def test_contraindications_are_those_of_the_disease_and_not_of_what_else_the_drug_is_bad_for(tmp_path: Path) -> None:
    def edge(subject: str, relation: Relation, target: str) -> Edge:
        evidence = Evidence("made-up", "1", "CC0-1.0", Tier.UNREVIEWED)
        return Edge(TermId.parse(subject), relation, TermId.parse(target), evidence)

    names = {f"OMIM:{number}": f"disease {number}" for number in range(1, 9)}
    nodes = [Node(TermId.parse(key), Label.DISEASE, name) for key, name in names.items()]
    nodes += [Node(TermId("DRUGBANK", "DB01109"), Label.DRUG, "Heparin")]
    nodes += [
        Node(TermId("HP", number), Label.SYMPTOM, name) for number, name in (("0000118", "any"), ("0001250", "Seizure"))
    ]
    edges = [edge("DRUGBANK:DB01109", Relation.CONTRAINDICATED_IN, key) for key in names]
    edges += [edge("OMIM:8", Relation.HAS_SYMPTOM, "HP:0001250"), edge("HP:0001250", Relation.IS_A, "HP:0000118")]
    edges += [edge(key, Relation.HAS_SYMPTOM, "HP:0000118") for key in names if key != "OMIM:8"]
    snapshot = write_snapshot(tmp_path, nodes, edges, about={}, derive=ARTEFACTS)
    case = parse_terms("HP:0001250", SnapshotVocabulary(snapshot))
    steps = explain_leading(diagnose(snapshot, CaseRanker.open(snapshot), case))["steps"]
    assert [step["object"]["id"] for step in steps if step["kind"] == "contraindicated_by"] == ["OMIM:8"]


def test_a_sentence_of_several_edges_is_shown_once_with_all_its_references(
    clinic: Snapshot, index: CaseRanker, case: Case
) -> None:
    found = explain_leading(diagnose(clinic, index, case))
    gene = {**found["steps"][0], "kind": "explained_by", "text": "It is associated with the gene A."}
    told = [{**gene, "references": [f"PMID:{number}"]} for number in (1, 2)]
    lines = explanation_text({**found, "steps": told, "cut": {"explained_by": 3}}).splitlines()
    place = lines.index("What may lie behind it")
    assert lines[place + 1].startswith("  It is associated with the gene A.  [PMID:1, PMID:2")
    assert lines[place + 2 : place + 4] == ["  … and 3 more", ""]
