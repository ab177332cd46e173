"""Rounding alone breaks no sum; what is more than rounding does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reasoner.proof.arithmetic_check import check_arithmetic
from reasoner.proof.decimals import decimal_string
from reasoner.proof.derived_numbers import information_of, likelihood_of
from reasoner.ranking.likelihood_ratio import information_content, term_log_ratio
from tests.independent_checker import carried, near

_SHARES = st.floats(1e-5, 0.999)


def _number(frequency: float, background: float, background_finding: float, place: int) -> dict[str, Any]:
    """As a claim writes it."""
    backgrounds = decimal_string(background), decimal_string(background_finding)
    number = {
        "finding": f"HP:{place:07d}",
        "matched": f"HP:1{place:06d}",
        "frequency": decimal_string(frequency),
        "own": {"frequency": decimal_string(frequency), "weight": "1"},
        "lent": [],
        "background": backgrounds[0],
        "background_finding": backgrounds[1],
        "ic_matched": information_of(backgrounds[0]),
        "ic_finding": information_of(backgrounds[1]),
        "correction": "0",
    }
    return number | {"log_likelihood_ratio": likelihood_of(number)}


def _certificate(parts: list[tuple[float, float, float]], apart: float = 0.0) -> dict[str, Any]:
    """Of one disease whose score the ranker would give in single precision, or one that is `apart` from it."""
    ratios = (term_log_ratio(p, bg, information_content(f), information_content(bg)) for p, bg, f in parts)
    score = float(np.float32(math.fsum(ratios) + apart))
    place = {
        "rank": 1,
        "id": "OMIM:1",
        "log10_likelihood_ratio": decimal_string(score / math.log(10)),
        "correction": "0",
        "priors": [],
        "score": decimal_string(score),
        "probability": "1",
    }
    numbers = [_number(*part, place=number) for number, part in enumerate(parts)]
    return {"differential": [place], "claims": [{"disease": place, "numbers": numbers, "neighbours": []}]}


@given(st.lists(st.tuples(_SHARES, _SHARES, _SHARES), min_size=1, max_size=25))
def test_rounding_is_no_fault(parts: list[tuple[float, float, float]]) -> None:
    certificate = _certificate(parts)
    assert check_arithmetic(certificate) == []
    (claim,) = certificate["claims"]
    ratios = [float(number["log_likelihood_ratio"]) for number in claim["numbers"]]
    total = float(claim["disease"]["log10_likelihood_ratio"]) * math.log(10)
    assert near(ratios, total, sum(map(carried, claim["numbers"])))


@given(st.lists(st.tuples(_SHARES, _SHARES, _SHARES), min_size=1, max_size=25), st.floats(0.005, 5.0))
def test_more_than_rounding_is(parts: list[tuple[float, float, float]], apart: float) -> None:
    issues = check_arithmetic(_certificate(parts, apart))
    assert "wrong-sum" in {issue.category for issue in issues}


def test_two_ratios_that_nearly_cancel_hold() -> None:
    """As published: an ancestor and a match whose ratios leave a hundredth of themselves."""
    certificate = _certificate([(0.885804, 0.0463901, 0.00091234), (0.176923, 0.00737269, 0.0000412345)])
    assert check_arithmetic(certificate) == []
