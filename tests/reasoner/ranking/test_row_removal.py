"""Leaving rows out gives the profiles that would have been compiled without them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reasoner.ranking.disease_profile import Profiles, RankingInput
from reasoner.ranking.row_removal import RemovedRows
from tests.reasoner.ranking.strategies import dense, ranking_inputs, without_rows

_PUBLICATIONS = ("PMID:1", "PMID:2", "PMID:3")


@st.composite
def _cited(draw: st.DrawFn) -> tuple[RankingInput, list[frozenset[str]]]:
    data = draw(ranking_inputs())
    references = [draw(st.frozensets(st.sampled_from(_PUBLICATIONS))) for _ in data.row_term]
    return data, references


@given(_cited(), st.frozensets(st.sampled_from(_PUBLICATIONS), min_size=1))
def test_profiles_are_those_compiled_without_the_rows(
    cited: tuple[RankingInput, list[frozenset[str]]], publications: frozenset[str]
) -> None:
    data, references = cited
    gone = {row for row, held in enumerate(references) if held & publications}
    before, after = Profiles(data), Profiles(without_rows(data, gone))
    removed = RemovedRows(before, references)
    matrix = dense(before, before.final)
    for disease, profile in removed.profiles_without(publications).items():
        matrix[disease] = profile
    assert np.allclose(matrix, dense(after, after.final), atol=1e-12)


@given(_cited(), st.sampled_from(_PUBLICATIONS))
def test_what_cites_and_what_is_left(cited: tuple[RankingInput, list[frozenset[str]]], publication: str) -> None:
    data, references = cited
    profiles = Profiles(data)
    removed = RemovedRows(profiles, references)
    for disease in range(len(data.diseases)):
        mine = [row for row, entry in enumerate(data.row_entry) if data.entry_disease[entry] == disease]
        assert removed.cites(disease, frozenset({publication})) == any(publication in references[row] for row in mine)
        own = [row for row in mine if data.row_entry[row] == profiles.primary[disease]]
        left = any(publication not in references[row] for row in own)
        assert removed.has_rows(disease, frozenset({publication})) == left
