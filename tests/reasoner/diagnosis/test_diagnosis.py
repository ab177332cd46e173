"""From a case to a ranked differential: numbers, explanations, abstention."""

from __future__ import annotations

import json
import math

import pytest

from kg_builder.snapshot import Snapshot
from ontologies.annotation import AssertionStatus
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import DIAGNOSIS_SCHEMA, diagnose
from reasoner.intake.case import Case, Finding
from reasoner.ranking.index import RankingIndex
from tests.reasoner.clinic import DISEASES


@pytest.fixture(scope="module")
def index(clinic: Snapshot) -> RankingIndex:
    return RankingIndex.open(clinic)


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


def test_explanation_adds_up_to_the_likelihood_ratio(clinic: Snapshot, index: RankingIndex) -> None:
    diagnosis = diagnose(clinic, index, case_of("HP:0001166", "HP:0001083", "HP:0000098"), top=len(DISEASES))
    assert len(diagnosis.differential) == len(DISEASES)
    for place in diagnosis.differential:
        parts = sum(part.log_likelihood_ratio for part in place.explanation) / math.log(10)
        assert parts == pytest.approx(place.ranked.log10_likelihood_ratio, abs=1e-5)


def test_probabilities_of_all_diseases_sum_to_one_and_fall(clinic: Snapshot, index: RankingIndex) -> None:
    places = diagnose(clinic, index, case_of("HP:0001250"), top=len(DISEASES)).to_dict()["differential"]
    probabilities = [place["probability"] for place in places]
    assert sum(probabilities) == pytest.approx(1, abs=1e-4)
    assert probabilities == sorted(probabilities, reverse=True)


def test_a_finding_more_precise_than_the_annotation_matches_its_ancestor(clinic: Snapshot, index: RankingIndex) -> None:
    places = diagnose(clinic, index, case_of("HP:0001166"), top=len(DISEASES)).differential
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
def test_abstention_says_why_and_ranks_nothing(case: Case, code: str, clinic: Snapshot, index: RankingIndex) -> None:
    found = diagnose(clinic, index, case).to_dict()
    assert (found["schema"], found["abstained"]["code"], found["differential"]) == (DIAGNOSIS_SCHEMA, code, [])
    assert found["abstained"]["reason"]


def test_a_finding_that_all_diseases_share_stands_out_for_none(clinic: Snapshot, index: RankingIndex) -> None:
    found = diagnose(clinic, index, case_of("HP:0000118"), top=3)
    ratios = [place.ranked.log10_likelihood_ratio for place in found.differential]
    assert len(ratios) == 3
    assert (found.abstained is not None) == (ratios[0] <= 0)


def test_record_is_plain_json_and_names_missing_sources(clinic: Snapshot, index: RankingIndex) -> None:
    found = diagnose(clinic, index, case_of("HP:0001083", "-HP:0001250")).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["missing_sources"] == ["mondo"]
    assert found == diagnose(clinic, index, case_of("HP:0001083", "-HP:0001250")).to_dict()
