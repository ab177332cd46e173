"""Questions that tell most, and pairs of diseases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.term_id import TermId
from reasoner.diagnosis.next_findings import expected_information_gain, next_findings
from reasoner.diagnosis.two_diseases import best_pair
from reasoner.ranking.index import RankingIndex
from tests.reasoner.clinic import clinic_snapshot


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> RankingIndex:
    folder: Path = tmp_path_factory.mktemp("questions")
    return RankingIndex.open(clinic_snapshot(folder))


def _number(index: RankingIndex, term: str) -> int:
    return index.term_number(TermId.parse(term))


SHARES = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5)


@given(SHARES, st.data())
def test_a_gain_is_between_nothing_and_one_bit(shares: list[float], data: st.DataObject) -> None:
    prior = np.array(shares) / sum(shares)
    frequency = np.array(data.draw(st.lists(st.floats(0, 1), min_size=len(shares), max_size=len(shares))))[:, None]
    gain = expected_information_gain(prior, frequency)
    assert 0.0 <= gain[0] <= 1.0


def test_a_question_that_splits_two_equal_diseases_is_worth_a_bit_and_a_shared_one_nothing() -> None:
    prior = np.array([0.5, 0.5])
    gains = expected_information_gain(prior, np.array([[1.0, 0.7], [0.0, 0.7]]))
    assert gains == pytest.approx([1.0, 0.0], abs=1e-6)


def test_what_is_known_is_not_asked_and_answers_name_who_would_lead(index: RankingIndex) -> None:
    eyes = _number(index, "HP:0001083")
    scores = index.scores([eyes])
    asked = next_findings(index, scores, [eyes])
    assert asked
    assert eyes not in {question.term for question in asked}
    assert asked == sorted(asked, key=lambda question: -question.gain_bits)
    arachnodactyly = next(q for q in asked if q.term in (_number(index, "HP:0001166"), _number(index, "HP:0001238")))
    assert str(index.disease_ids[arachnodactyly.present.disease]) == "OMIM:100000"
    assert str(index.disease_ids[arachnodactyly.absent.disease]) == "OMIM:100001"


def test_no_question_lies_above_another_or_below_an_excluded_finding(index: RankingIndex) -> None:
    eyes, fingers = _number(index, "HP:0001083"), _number(index, "HP:0001238")
    scores = index.scores([eyes])
    terms = [question.term for question in next_findings(index, scores, [eyes], [fingers])]
    assert {fingers, _number(index, "HP:0001166")}.isdisjoint(terms)
    for first in terms:
        assert not any(first in index.ancestors(other) for other in terms if other != first)


def test_what_may_not_be_asked_gives_way_to_the_next_best(index: RankingIndex) -> None:
    eyes = _number(index, "HP:0001083")
    scores = index.scores([eyes])
    best = next_findings(index, scores, [eyes])[0].term
    allowed = next_findings(index, scores, [eyes], may_ask=lambda term: term != best)
    assert allowed
    assert best not in {question.term for question in allowed}
    assert next_findings(index, scores, [eyes], may_ask=lambda term: False) == []


def test_a_question_tells_entities_apart_and_not_their_subtypes(index: RankingIndex) -> None:
    eyes = _number(index, "HP:0001083")
    scores = index.scores([eyes])
    assert next_findings(index, scores, [eyes], entity_of=lambda disease: "one for all") == []
    for question in next_findings(index, scores, [eyes]):
        answers = (question.present, question.absent)
        assert answers[0].disease != answers[1].disease or answers[0].second != answers[1].second
        assert all(answer.disease != answer.second for answer in answers)


def test_questions_that_decide_who_leads_come_first(index: RankingIndex) -> None:
    eyes = _number(index, "HP:0001083")
    decides = [q.present.disease != q.absent.disease for q in next_findings(index, index.scores([eyes]), [eyes])]
    assert decides == sorted(decides, reverse=True)
    assert decides[0]


def test_one_candidate_leaves_nothing_to_ask(index: RankingIndex) -> None:
    scores = np.full(len(index.disease_ids), -np.inf, dtype=np.float32)
    scores[0] = 1.0
    assert next_findings(index, scores, []) == []


def test_one_disease_that_explains_all_needs_no_second(index: RankingIndex) -> None:
    terms = [_number(index, "HP:0001166"), _number(index, "HP:0001083")]
    first = index.disease_number(TermId.parse("OMIM:100000"))
    assert first is not None
    assert best_pair(index, terms, first, np.ones(len(index.disease_ids), dtype=bool)) is None
