"""A disease without one of its references: compared with the formula on a graph that never had those rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from reasoner.ranking.compiling import compile_arrays
from reasoner.ranking.disease_profile import Profiles, RankingInput
from reasoner.ranking.likelihood_ratio import FLOOR, information_content, log_likelihood_ratio
from reasoner.ranking.reference_views import excess_without, reference_views
from tests.reasoner.ranking.learnable import learnable_input
from tests.reasoner.ranking.strategies import dense, ranking_inputs, without_rows


def alternating(data: RankingInput) -> list[frozenset[str]]:
    return [frozenset({f"PMID:{row % 3}"} if row % 4 else {"OMIM:1", "PMID:0"}) for row in range(len(data.row_term))]


@given(ranking_inputs())
def test_a_view_scores_as_a_graph_without_the_rows(data: RankingInput) -> None:
    references = alternating(data)
    profiles = Profiles(data)
    arrays = compile_arrays(profiles)
    background, information = arrays["background"], arrays["information_content"]
    views = reference_views(profiles, references)
    cited = sorted({reference for row in references for reference in row})
    for number, disease in enumerate(views.diseases.tolist()):
        held = views.profile.row(number)
        own = np.zeros(len(data.terms))
        own[held[0]] = held[1]
        candidates = []
        for reference in cited:
            gone = {row for row, cites in enumerate(references) if reference in cites}
            rest = Profiles(without_rows(data, gone))
            candidates.append(dense(rest, rest.final)[disease])
        assert any(np.allclose(own, other) for other in candidates)
        for term in range(len(data.terms)):
            above = profiles.ancestors[profiles.starts[term] : profiles.starts[term + 1]].tolist()
            profile = [(float(own[a]), float(background[a])) for a in above if background[a] > 0]
            if not background[term]:
                continue
            expected = log_likelihood_ratio(profile, information_content(float(background[term]))) - FLOOR
            found = excess_without(views, np.array([number]), np.array([term]), profiles, background, information)
            assert found[0] == pytest.approx(max(expected, 0.0), abs=1e-5)


def test_each_disease_is_seen_once_by_each_of_its_publications() -> None:
    data, references = learnable_input()
    views = reference_views(Profiles(data), references)
    assert np.bincount(views.diseases).tolist() == [2] * len(data.diseases)
    assert views.publication.all()
    for number in range(len(views.diseases)):
        assert views.shown.row(number)[0].size
        assert views.profile.row(number)[0].size


def test_a_disease_of_one_reference_has_no_view() -> None:
    data, references = learnable_input()
    alone = [frozenset({"PMID:1"})] * len(references)
    assert len(reference_views(Profiles(data), alone).diseases) == 0
