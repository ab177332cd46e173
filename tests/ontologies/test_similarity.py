"""Information content and similarity: laws, worked figures, the scalar reference against the vectorised index."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.annotation import Annotation
from ontologies.errors import InputError
from ontologies.hierarchy import Hierarchy
from ontologies.information_content import (
    information_content_from_counts,
    information_content_from_frequencies,
    propagated_counts,
)
from ontologies.ontology import Ontology
from ontologies.similarity import Combination, jiang_conrath, lin, resnik, set_similarity
from ontologies.similarity_index import ResnikIndex
from tests.ontologies.strategies import corpora, term_id

Corpus = tuple[Hierarchy, list[list[int]]]


@given(corpora())
def test_information_content_never_rises_toward_the_root(corpus: Corpus) -> None:
    hierarchy, subjects = corpus
    counts = propagated_counts(hierarchy, subjects)
    ic = information_content_from_counts(counts, len(subjects))
    assert (ic >= 0).all()
    for i in np.flatnonzero(counts).tolist():
        assert (ic[hierarchy.ancestors(i)] <= ic[i]).all()


@given(corpora())
def test_pair_similarities_are_symmetric_and_bounded(corpus: Corpus) -> None:
    hierarchy, subjects = corpus
    ic = information_content_from_counts(propagated_counts(hierarchy, subjects), len(subjects))
    annotated = sorted({i for terms in subjects for i in terms})
    for i, j in itertools.product(annotated, repeat=2):
        assert resnik(hierarchy, ic, i, j) == resnik(hierarchy, ic, j, i) <= min(ic[i], ic[j])
        assert lin(hierarchy, ic, i, j) == lin(hierarchy, ic, j, i)
        assert 0 <= lin(hierarchy, ic, i, j) <= 1 + 1e-12
        assert 0 <= jiang_conrath(hierarchy, ic, i, j) <= 1 + 1e-12
        assert jiang_conrath(hierarchy, ic, i, j) == pytest.approx(jiang_conrath(hierarchy, ic, j, i))


@given(corpora(), st.data())
def test_the_index_agrees_with_the_scalar_reference(corpus: Corpus, data: st.DataObject) -> None:
    hierarchy, subjects = corpus
    ic = information_content_from_counts(propagated_counts(hierarchy, subjects), len(subjects))
    query = data.draw(st.lists(st.integers(0, len(hierarchy) - 1), min_size=1, max_size=5))
    index = ResnikIndex(hierarchy, ic, subjects, row_share=data.draw(st.sampled_from([0.0, 0.3, 0.7, 2.0])))
    for combination in Combination:
        expected = [set_similarity(hierarchy, ic, query, terms, combination=combination) for terms in subjects]
        assert index.similarities(query, combination=combination).tolist() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("row_share", [0.0, 0.5, 2.0])
def test_subjects_of_many_terms_are_summed_whole(row_share: float) -> None:
    ids = [term_id(number) for number in range(91)]
    hierarchy = Hierarchy.from_edges(ids, [(ids[i], ids[(i - 1) // 3]) for i in range(1, 91)])
    subjects = [list(range(1, 91, step)) for step in (1, 2, 3, 7, 30)]
    ic = information_content_from_counts(propagated_counts(hierarchy, subjects), len(subjects))
    query = [5, 17, 18, 60, 90]
    expected = [set_similarity(hierarchy, ic, query, terms, combination=Combination.BMA) for terms in subjects]
    index = ResnikIndex(hierarchy, ic, subjects, row_share=row_share)
    assert index.similarities(query).tolist() == pytest.approx(expected, abs=1e-5)


def test_a_worked_example() -> None:
    # 0 is the root, 1 and 2 its children, 3 below both.
    pairs = [(1, 0), (2, 0), (3, 1), (3, 2)]
    hierarchy = Hierarchy.from_edges(map(term_id, range(4)), [(term_id(c), term_id(p)) for c, p in pairs])
    subjects = [[1], [2], [3], [3, 0]]
    counts = propagated_counts(hierarchy, subjects)
    assert counts.tolist() == [4, 3, 3, 2]
    ic = information_content_from_counts(counts, 4)
    assert ic[3] == pytest.approx(math.log(2))
    assert resnik(hierarchy, ic, 1, 2) == 0
    assert resnik(hierarchy, ic, 1, 3) == pytest.approx(math.log(4 / 3))
    assert lin(hierarchy, ic, 1, 3) == pytest.approx(2 * math.log(4 / 3) / (math.log(4 / 3) + math.log(2)))
    assert jiang_conrath(hierarchy, ic, 1, 3) == pytest.approx(1 / (1 + math.log(2) - math.log(4 / 3)))
    bma = set_similarity(hierarchy, ic, [1, 2], [3])
    assert bma == pytest.approx((2 * math.log(4 / 3) + math.log(4 / 3)) / 3)


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="at least one subject"):
        information_content_from_counts([1], 0)
    with pytest.raises(InputError, match="outside 0 to 1"):
        information_content_from_frequencies([0.5, 1.5])
    with pytest.raises(InputError, match="outside 0 to 1"):
        information_content_from_frequencies([float("nan")])


def test_empty_sets() -> None:
    hierarchy = Hierarchy.from_edges([term_id(0)], [])
    assert set_similarity(hierarchy, np.zeros(1), [], [0]) == 0
    with pytest.raises(InputError, match="no term"):
        ResnikIndex(hierarchy, np.zeros(1), [[]])
    with pytest.raises(InputError, match="at least one term"):
        ResnikIndex(hierarchy, np.zeros(1), [[0]]).similarities([])


def test_the_index_agrees_with_the_reference_on_omim(hpo: Ontology, annotations: list[Annotation]) -> None:
    hierarchy = hpo.hierarchy
    terms_by_disease: dict[str, set[int]] = {}
    for row in annotations:
        primary = hpo.resolve(row.term)
        if row.subject.prefix == "OMIM" and row.is_positive and row.aspect == "P" and primary:
            terms_by_disease.setdefault(str(row.subject), set()).add(hierarchy.index(primary))
    diseases = sorted(terms_by_disease)
    subjects = [sorted(terms_by_disease[disease]) for disease in diseases]
    ic = information_content_from_counts(propagated_counts(hierarchy, subjects), len(subjects))
    marfan = diseases.index("OMIM:154700")
    scores = ResnikIndex(hierarchy, ic, subjects).similarities(subjects[marfan])
    assert int(scores.argmax()) == marfan
    for i in range(0, len(diseases), 1_500):
        assert scores[i] == pytest.approx(set_similarity(hierarchy, ic, subjects[marfan], subjects[i]), abs=1e-4)
