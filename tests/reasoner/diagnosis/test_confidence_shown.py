"""How sure a diagnosis is: in the JSON, in the report, and where it is too unsure to name a disease."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from kg_builder.snapshot import Snapshot
from reasoner.diagnosis.abstention import LEAST_CONFIDENCE, AbstentionCode, abstention_of
from reasoner.diagnosis.diagnosis import Diagnosis, diagnose
from reasoner.diagnosis.document import diagnosis_document
from reasoner.diagnosis.report import text_report
from reasoner.intake.reading import parse_terms
from reasoner.intake.vocabulary import SnapshotVocabulary
from reasoner.proposals.proposal import DiseaseProposal
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.confidence import Confidence, shipped_model
from reasoner.ranking.confidence_features import FEATURES, Features


@pytest.fixture
def diagnosis(clinic: Snapshot) -> Diagnosis:
    """Of two findings of one disease."""
    case = parse_terms("HP:0001166,HP:0001083", SnapshotVocabulary(clinic))
    return diagnose(clinic, CaseRanker.open(clinic, ranker="none"), case)


@pytest.fixture
def confidence() -> Confidence:
    """Of some features."""
    return shipped_model().confidence(Features(*[0.0] * len(FEATURES)))


def test_the_document_explains_the_confidence(diagnosis: Diagnosis) -> None:
    held = diagnosis_document(diagnosis)["confidence"]
    assert 0.0 <= held["leading_is_right"] <= held["entity_is_right"] <= held["in_graph"] <= 1.0
    assert list(held["features"]) == list(FEATURES)
    log_odds = sum(held["contributions"].values())
    assert 1.0 / (1.0 + math.exp(-log_odds)) == pytest.approx(held["in_graph"], abs=1e-3)


def test_without_a_calibrated_number_none_is_shown(diagnosis: Diagnosis) -> None:
    unknown = replace(diagnosis, confidence=None)
    assert diagnosis_document(unknown)["confidence"] is None
    assert "such cases" not in text_report(unknown)


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.0, "fewer than 1 of 20"), (0.32, "about 3 of 10 such cases (32%)"), (0.99, "more than 19 of 20")],
)
def test_the_report_counts_cases(diagnosis: Diagnosis, confidence: Confidence, probability: float, words: str) -> None:
    shown = replace(diagnosis, confidence=replace(confidence, entity_is_right=probability))
    assert f"The first one is right: in {words}" in text_report(shown)
    assert "图谱中含有该患者的疾病" in text_report(shown, language="zh")


def test_a_leading_entity_that_is_hardly_ever_right_is_not_named(diagnosis: Diagnosis, confidence: Confidence) -> None:
    ranking = diagnosis.ranking
    assert ranking is not None
    unsure = abstention_of(ranking, replace(confidence, entity_is_right=LEAST_CONFIDENCE / 2))
    assert unsure is not None
    assert unsure.code is AbstentionCode.NOTHING_STANDS_OUT
    assert "1%" in unsure.reason
    assert abstention_of(ranking, replace(confidence, entity_is_right=LEAST_CONFIDENCE)) is None
    assert abstention_of(ranking, None) is None


def test_why_no_probability_is_given_is_said(clinic: Snapshot) -> None:
    case = parse_terms("HP:0001166,HP:0001083", SnapshotVocabulary(clinic))
    ranker = CaseRanker.open(clinic, ranker="none")
    proposed = diagnose(clinic, ranker, case, proposals=[DiseaseProposal(1, "disease 0")])
    assert proposed.confidence is None
    (issue,) = [issue for issue in proposed.issues if issue.category == "no-confidence"]
    assert "genes or proposals" in issue.message
    assert str(issue) in text_report(proposed)
    assert str(issue) in diagnosis_document(proposed)["issues"]
    assert not any(issue.category == "no-confidence" for issue in diagnose(clinic, ranker, case).issues)
