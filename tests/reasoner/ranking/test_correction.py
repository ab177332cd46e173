"""The trained correction: the scalar sum and the vectorised one, files, faults, and which one a command takes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from ontologies.term_id import TermId
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.correction import Correction
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.ranker_choice import choose_ranker
from reasoner.ranking.ranker_vectors import RankerVectors, read_vectors, shipped_vectors

RANK = 4


@pytest.fixture(scope="module")
def index(clinic: Snapshot) -> RankingIndex:
    return RankingIndex.open(clinic)


@pytest.fixture(scope="module")
def vectors(index: RankingIndex) -> RankerVectors:
    random = np.random.default_rng(0)
    terms, diseases = index.array("terms")[1:], index.array("diseases")[:-1]
    return RankerVectors.of(
        terms,
        diseases,
        term_vectors=random.normal(size=(len(terms), RANK)).astype(np.float32),
        disease_vectors=random.normal(size=(len(diseases), RANK)).astype(np.float32),
        origin={"build": "made up"},
    )


def scalar_share(vectors: RankerVectors, index: RankingIndex, term: int, disease: int) -> float:
    """One finding's share, number by number."""
    names = [name.decode() for name in vectors.terms]
    above = [number for number in index.ancestors(term) if index.array("background")[number] > 0]
    length = math.sqrt(sum(float(index.array("information_content")[number]) ** 2 for number in above))
    share = 0.0
    for number in above:
        name = index.array("terms")[number].decode()
        if name in names and length:
            weight = float(index.array("information_content")[number]) / length
            share += weight * float(vectors.term_vectors()[names.index(name)] @ vectors.disease_vectors()[disease])
    return share


def test_the_vectorised_correction_is_the_scalar_one(vectors: RankerVectors, index: RankingIndex) -> None:
    correction = Correction(vectors, index)
    for term in range(len(index.array("terms"))):
        for disease in range(len(vectors.diseases)):
            expected = scalar_share(vectors, index, term, disease)
            assert correction.finding(term, disease) == pytest.approx(expected, abs=1e-5)


def test_shares_sum_to_the_correction(vectors: RankerVectors, index: RankingIndex) -> None:
    correction = Correction(vectors, index)
    terms = [1, 2, 4]
    total = correction.total(terms)
    for disease in range(len(index.array("diseases"))):
        parts = [correction.finding(term, disease) for term in terms]
        assert total[disease] == pytest.approx(sum(parts), abs=1e-5)


def test_a_corrected_ranker_ranks_and_explains_by_the_sum(vectors: RankerVectors, index: RankingIndex) -> None:
    observed = [TermId("HP", "0001083"), TermId("HP", "0000098")]
    ranker = CaseRanker(index, uniform_prior=True, correction=Correction(vectors, index))
    ranking = ranker.rank(observed)
    for place in ranking.leading(20):
        parts = ranking.explain(place.number)
        shown = sum(part.log_likelihood_ratio + part.correction for part in parts)
        assert place.score == pytest.approx(shown + place.priors["unmentioned"], abs=1e-4)
        assert place.log10_likelihood_ratio * math.log(10) == pytest.approx(
            sum(part.log_likelihood_ratio for part in parts), abs=1e-4
        )
    assert ranker.artefacts == {"vectors": vectors.sha256}
    plain = CaseRanker(index, uniform_prior=True)
    assert plain.artefacts == {}
    assert [place.score for place in plain.rank(observed).leading(5)] != [place.score for place in ranking.leading(5)]


def test_a_disease_without_vectors_gets_nothing(vectors: RankerVectors, index: RankingIndex) -> None:
    last = len(index.array("diseases")) - 1
    correction = Correction(vectors, index)
    assert correction.total([1, 2])[last] == 0


def test_what_is_read_is_what_was_written(vectors: RankerVectors, tmp_path: Path) -> None:
    path = tmp_path / "new" / "vectors.npz"
    vectors.write(path)
    held = read_vectors(path)
    assert held.sha256 == vectors.sha256
    assert np.array_equal(held.term_vectors(), vectors.term_vectors())
    assert np.array_equal(held.disease_vectors(), vectors.disease_vectors())
    assert dict(held.origin) == {"build": "made up"}
    vectors.write(tmp_path / "again.npz")
    assert path.read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_steps_are_a_127th_of_the_largest_number(vectors: RankerVectors) -> None:
    assert np.abs(vectors.term_steps).max(axis=1).tolist() == [127] * len(vectors.terms)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not an archive", b"{}"])
def test_a_file_that_holds_no_vectors_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a file of vectors"):
        read_vectors(path)


def test_vectors_that_do_not_fit_together_are_refused(vectors: RankerVectors, tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    vectors.write(path)
    with np.load(path) as held:
        arrays = {name: held[name] for name in held.files}
    np.savez(path, **arrays | {"term_scale": arrays["term_scale"][:-1]})
    with pytest.raises(InputError, match="another version"):
        read_vectors(path)


def test_no_file_is_said_with_the_remedy(index: RankingIndex, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="shipped, none or"):
        choose_ranker(index, str(tmp_path / "none.npz"))


def test_none_is_the_formula_alone(index: RankingIndex) -> None:
    assert choose_ranker(index, "none") == (None, "none", "", ())


def test_shipped_vectors_of_another_graph_are_an_issue_and_no_crash(index: RankingIndex) -> None:
    chosen = choose_ranker(index)
    assert chosen.correction is None
    assert [issue.category for issue in chosen.issues] == ["no-vectors"]


def test_a_file_of_the_own_graph_is_taken(vectors: RankerVectors, index: RankingIndex, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    vectors.write(path)
    chosen = choose_ranker(index, str(path))
    assert chosen.correction is not None
    assert chosen.sha256 == vectors.sha256


def test_shipped_vectors_are_small_and_cover_omim() -> None:
    folder = Path(__file__).resolve().parents[3] / "reasoner" / "ranking" / "vectors"
    assert sum(path.stat().st_size for path in folder.glob("*.npz")) <= 3_000_000
    vectors, _ = shipped_vectors(np.array([], dtype="S11"))
    assert sum(name.startswith(b"OMIM:") for name in vectors.diseases.tolist()) > 8000
    assert len(vectors.terms) > 10_000
