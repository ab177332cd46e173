"""From a case to a ranked differential: numbers, explanations, abstention."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from kg_builder.snapshot import Snapshot
from ontologies.annotation import AssertionStatus
from ontologies.errors import InputError
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import diagnose
from reasoner.diagnosis.document import DIAGNOSIS_SCHEMA, brief_document, diagnosis_document
from reasoner.intake.case import Case, Finding
from reasoner.intake.gene_list import PatientGene
from reasoner.proposals.proposal import DiseaseProposal
from reasoner.ranking.case_ranker import CaseRanker
from tests.reasoner.clinic import DISEASES, clinic_snapshot


@pytest.fixture(scope="module")
def ranker(clinic: Snapshot) -> CaseRanker:
    return CaseRanker.open(clinic)


def case_of(*terms: str, experiencer: str = "patient") -> Case:
    return Case(
        "case",
        tuple(
            Finding(
                TermId.parse(term.removeprefix("-")),
                term,
                AssertionStatus.ABSENT if term.startswith("-") else AssertionStatus.PRESENT,
                experiencer,
            )
            for term in terms
        ),
    )


def test_a_diagnosis_shows_its_places_and_a_ranker_its_settings(clinic: Snapshot, ranker: CaseRanker) -> None:
    diagnosis = diagnose(clinic, ranker, case_of("HP:0001166", "HP:0001083"), top=1)
    assert repr(diagnosis).startswith("Diagnosis('case': 1 disease 0 (OMIM:100000)")
    assert "abstained: " in repr(diagnose(clinic, ranker, case_of()))
    assert "setting='hospital'" in repr(ranker)


def test_no_place_and_no_such_setting_are_refused(clinic: Snapshot, ranker: CaseRanker) -> None:
    with pytest.raises(InputError, match="too few places"):
        diagnose(clinic, ranker, case_of("HP:0001166"), top=0)
    with pytest.raises(InputError, match=r"unknown setting: ward\. Write hospital or genetics"):
        CaseRanker.open(clinic, setting="ward")


def test_explanation_adds_up_to_the_likelihood_ratio(clinic: Snapshot, ranker: CaseRanker) -> None:
    diagnosis = diagnose(clinic, ranker, case_of("HP:0001166", "HP:0001083", "HP:0000098"), top=len(DISEASES))
    assert len(diagnosis.differential) == len(DISEASES)
    for place in diagnosis.differential:
        parts = sum(part.log_likelihood_ratio for part in place.explanation) / math.log(10)
        assert parts == pytest.approx(place.ranked.log10_likelihood_ratio, abs=1e-5)


def test_probabilities_of_all_diseases_sum_to_one_and_fall(clinic: Snapshot, ranker: CaseRanker) -> None:
    places = diagnosis_document(diagnose(clinic, ranker, case_of("HP:0001250"), top=len(DISEASES)))["differential"]
    probabilities = [place["probability"] for place in places]
    assert sum(probabilities) == pytest.approx(1, abs=1e-4)
    assert probabilities == sorted(probabilities, reverse=True)


def test_a_finding_more_precise_than_the_annotation_matches_its_ancestor(clinic: Snapshot, ranker: CaseRanker) -> None:
    places = diagnose(clinic, ranker, case_of("HP:0001166"), top=len(DISEASES)).differential
    (part,) = next(place for place in places if str(place.node.id) == "OMIM:100003").explanation
    assert (str(part.matched), str(part.match_type)) == ("HP:0001238", "ancestor")


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (case_of(), "no_finding"),
        (case_of("-HP:0001250"), "no_finding"),
        (case_of("HP:0001250", experiencer="family"), "no_finding"),
        (case_of("HP:9999999"), "no_link"),
    ],
)
def test_abstention_says_why_and_ranks_nothing(case: Case, code: str, clinic: Snapshot, ranker: CaseRanker) -> None:
    found = diagnosis_document(diagnose(clinic, ranker, case))
    assert (found["schema"], found["abstained"]["code"], found["differential"]) == (DIAGNOSIS_SCHEMA, code, [])
    assert found["abstained"]["reason"]


def test_a_finding_that_all_diseases_share_stands_out_for_none(clinic: Snapshot, ranker: CaseRanker) -> None:
    found = diagnose(clinic, ranker, case_of("HP:0000118"), top=3)
    ratios = [place.ranked.log10_likelihood_ratio for place in found.differential]
    assert len(ratios) == 3
    assert (found.abstained is not None) == (ratios[0] <= 0)


def test_record_is_plain_json_and_names_missing_sources(clinic: Snapshot, ranker: CaseRanker) -> None:
    found = diagnosis_document(diagnose(clinic, ranker, case_of("HP:0001083", "-HP:0001250")))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["missing_sources"] == ["mondo"]
    assert found == diagnosis_document(diagnose(clinic, ranker, case_of("HP:0001083", "-HP:0001250")))


def test_subtypes_are_one_entity_and_told_apart(clinic: Snapshot, ranker: CaseRanker) -> None:
    found = diagnose(clinic, ranker, case_of("HP:0001083"), top=5)
    leader = found.entities[0]
    assert (leader.id, leader.rank) == ("SERIES:disease", 1)
    assert len(leader.members) == 12
    assert [member.score for member in leader.members] == sorted((m.score for m in leader.members), reverse=True)
    assert leader.probability == pytest.approx(sum(member.probability for member in leader.members))
    assert leader.distinguished_by is not None
    assert leader.distinguished_by.term is not None
    document = diagnosis_document(found)["groups"][0]
    assert document["distinguished_by"]["finding"]["frequencies"].keys() <= set(document["members"])


def test_an_urgent_disease_is_not_excluded_until_what_it_always_has_is_absent(tmp_path: Path) -> None:
    snapshot = clinic_snapshot(tmp_path, urgent="OMIM:100002")
    ranker = CaseRanker.open(snapshot)
    (held,) = diagnose(snapshot, ranker, case_of("HP:0001250", "HP:0001083")).urgent
    assert str(held.node.id) == "OMIM:100002"
    assert [test.name for test in held.settled_by] == ["electroencephalogram"]
    assert ranker.index.term_id(held.supported_by[0]) == TermId("HP", "0001250")
    assert diagnose(snapshot, ranker, case_of("HP:0001166")).urgent == ()


def test_proposals_shift_the_score_as_a_named_term(clinic: Snapshot, ranker: CaseRanker) -> None:
    case = case_of("HP:0001083")
    before = diagnose(clinic, ranker, case)
    second = before.differential[1].node
    after = diagnose(clinic, ranker, case, proposals=[DiseaseProposal(1, second.name), DiseaseProposal(2, "nonsense")])
    place = next(place for place in after.differential if place.node.id == second.id)
    assert place.ranked.priors["proposals"] == pytest.approx(3.0)
    assert place.ranked.score == pytest.approx(before.differential[1].ranked.score + 3.0, abs=1e-4)
    assert [row["rejected"] for row in diagnosis_document(after)["proposals"]] == [None, "no_such_disease"]


def test_genes_without_a_disease_leave_nothing_possible_and_say_so(clinic: Snapshot, ranker: CaseRanker) -> None:
    found = diagnose(clinic, ranker, case_of("HP:0001083"), genes=[PatientGene("NOPE1")])
    assert found.differential == ()
    assert found.abstained is not None
    assert "genes" in found.abstained.reason
    assert [issue.category for issue in found.issues] == ["gene-not-found"]


def test_a_brief_record_has_the_same_places(clinic: Snapshot, ranker: CaseRanker) -> None:
    case = case_of("HP:0001166", "HP:0001083")
    whole = diagnosis_document(diagnose(clinic, ranker, case))
    brief = brief_document(diagnose(clinic, ranker, case, explained=False))
    assert [place["id"] for place in brief["differential"]] == [place["id"] for place in whole["differential"]]
    assert np.isclose(brief["differential"][0]["probability"], whole["differential"][0]["probability"])
