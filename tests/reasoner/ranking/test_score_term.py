"""Named terms beside the findings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.errors import InputError
from reasoner.ranking.score_term import ScoreTerm, add_terms, possible

NATS = st.lists(st.floats(-20, 20, width=32), min_size=3, max_size=3)


@given(NATS, NATS, NATS)
def test_the_order_of_terms_does_not_matter(ratios: list[float], first: list[float], second: list[float]) -> None:
    terms = [ScoreTerm("prevalence", np.float32(first)), ScoreTerm("sex", np.float32(second))]
    scores = add_terms(np.float32(ratios), terms)
    assert scores == pytest.approx(add_terms(np.float32(ratios), terms[::-1]), abs=1e-4)
    assert scores == pytest.approx(np.add(ratios, np.add(first, second)), abs=1e-4)


def test_an_impossible_disease_stays_impossible() -> None:
    terms = [ScoreTerm("sex", np.float32([0, -np.inf])), ScoreTerm("prevalence", np.float32([-9, 9]))]
    assert possible(terms, 2).tolist() == [True, False]
    assert add_terms(np.float32([1, 100]), terms)[1] == -np.inf
    assert possible([], 2).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_term_is_a_number(value: float) -> None:
    with pytest.raises(InputError, match="a number for every disease"):
        ScoreTerm("onset", np.float32([0, value]))
