"""Findings, correction and priors in one ranking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.term_id import TermId
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.case_ranking import leading_numbers
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.score_term import ScoreTerm
from tests.reasoner.clinic import clinic_snapshot

EYES = TermId("HP", "0001083")
COMMON = "OMIM:100004"
DISEASES = 13
NATS = st.lists(st.floats(-20, 20, width=32) | st.just(-math.inf), min_size=DISEASES, max_size=DISEASES)


class HalfForTheFirst:
    """A correction that favours the first disease by half a nat for each finding."""

    def total(self, terms: Sequence[int]) -> npt.NDArray[np.float32]:
        nats = np.zeros(DISEASES, dtype=np.float32)
        nats[0] = 0.5 * len(terms)
        return nats

    def finding(self, term: int, disease: int) -> float:
        return 0.5 if disease == 0 else 0.0


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> RankingIndex:
    folder: Path = tmp_path_factory.mktemp("ranker")
    return RankingIndex.open(clinic_snapshot(folder, common=COMMON))


def test_without_terms_the_likelihood_ratios_rank(index: RankingIndex) -> None:
    ranking = CaseRanker(index, uniform_prior=True).rank([EYES])
    order = np.argsort(-index.scores(index.term_numbers([EYES])), kind="stable")
    assert [place.number for place in ranking.leading(5)] == order[:5].tolist()
    assert sum(place.probability for place in ranking.leading(99)) == pytest.approx(1.0, abs=1e-5)


def test_a_score_is_the_sum_of_what_is_shown(index: RankingIndex) -> None:
    ranking = CaseRanker(index, correction=HalfForTheFirst()).rank([EYES], sex="MALE", age_years=3.0)
    for place in ranking.leading(20):
        parts = [place.log10_likelihood_ratio * math.log(10), place.correction, *place.priors.values()]
        assert place.score == pytest.approx(math.fsum(parts), abs=1e-5)
    favoured = next(place for place in ranking.leading(20) if place.number == 0)
    assert list(favoured.priors) == ["unmentioned", "prevalence"]
    assert favoured.correction == pytest.approx(0.5)


@given(st.permutations(["prevalence", "sex", "genes"]), NATS, NATS, NATS)
def test_the_order_of_terms_does_not_matter(
    index: RankingIndex, names: list[str], first: list[float], second: list[float], third: list[float]
) -> None:
    terms = {name: ScoreTerm(name, np.float32(nats)) for name, nats in zip(names, (first, second, third), strict=True)}
    ranker = CaseRanker(index, uniform_prior=True)
    one, other = (
        ranker.rank([EYES], further=[terms[name] for name in order]).scores for order in (names, sorted(names))
    )
    assert one == pytest.approx(other, abs=1e-4)
    impossible = np.isneginf([first, second, third]).any(axis=0)
    assert np.isneginf(one).tolist() == impossible.tolist()


def test_the_prior_lifts_what_is_common(index: RankingIndex) -> None:
    number = index.disease_number(TermId.parse(COMMON))
    assert number is not None
    ranks = {
        uniform: {
            place.number: place.rank for place in CaseRanker(index, uniform_prior=uniform).rank([EYES]).leading(99)
        }
        for uniform in (False, True)
    }
    assert ranks[False][number] < ranks[True][number]


def test_what_is_impossible_is_in_no_place(index: RankingIndex) -> None:
    count = len(index.disease_ids)
    nats = np.zeros(count, dtype=np.float32)
    nats[0] = -np.inf
    ranking = CaseRanker(index).rank([EYES], further=[ScoreTerm("genes", nats)])
    assert 0 not in {place.number for place in ranking.leading(count)}
    assert ranking.impossible == {"genes": 1}
    assert sum(place.probability for place in ranking.leading(count)) == pytest.approx(1.0)


def test_when_nothing_is_possible_there_is_no_place(index: RankingIndex) -> None:
    nats = np.full(len(index.disease_ids), -np.inf, dtype=np.float32)
    ranking = CaseRanker(index).rank([EYES], further=[ScoreTerm("genes", nats)])
    assert ranking.leading(10) == []
    assert ranking.is_empty


def test_only_omim_entries_compete_where_asked(index: RankingIndex) -> None:
    places = CaseRanker(index, candidates="omim").rank([TermId("HP", "0001250")]).leading(100)
    assert {place.id.prefix for place in places} == {"OMIM"}


@given(st.lists(st.sampled_from([-math.inf, -2.5, 0.0, 1.5, 3.0]), max_size=30), st.integers(-1, 35))
def test_the_leading_are_the_highest_and_the_first_among_equals(scores: list[float], top: int) -> None:
    ordered = sorted((-score, number) for number, score in enumerate(scores) if score > -math.inf)
    assert leading_numbers(np.float32(scores), top).tolist() == [number for _, number in ordered][: max(top, 0)]


def test_ratios_of_the_callers_take_the_place_of_the_index_s_own(index: RankingIndex) -> None:
    ranker = CaseRanker(index, correction=HalfForTheFirst())
    plain = ranker.rank([EYES])
    other = ranker.rank([EYES], ratios=plain.ratios + np.float32(1.0))
    assert other.scores == pytest.approx(plain.scores + 1.0, abs=1e-5)
    assert other.ratios == pytest.approx(plain.ratios + 1.0)


@pytest.mark.parametrize("age_years", [None, 0.1, 40.0])
@pytest.mark.parametrize("sex", ["MALE", "FEMALE"])
def test_sex_and_age_move_nothing_where_no_disease_depends_on_them(
    index: RankingIndex, sex: str, age_years: float | None
) -> None:
    ranker = CaseRanker(index)
    plain = [place.id for place in ranker.rank([EYES]).leading(99)]
    assert [place.id for place in ranker.rank([EYES], sex=sex, age_years=age_years).leading(99)] == plain
