"""Checks that each number of a certificate follows from the numbers under it.

What follows from strings of the certificate must be the very string. Places of the differential come from the ranker in
single precision: there a difference below the rounding of the parts means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ontologies.issue import Issue
from reasoner.proof.decimals import rounding
from reasoner.proof.derived_numbers import frequency_of, information_of, likelihood_of
from reasoner.proof.fault import fault

__all__ = ["check_arithmetic"]

Json = Mapping[str, Any]
_LN10 = math.log(10)
_SIMILARITIES = 1e-5
"""Twice the rounding of a similarity, relative: what it may change in a weighted mean of what neighbours lend."""


def check_arithmetic(certificate: Json) -> list[Issue]:
    """Whether each number follows from the numbers under it, and equal things have equal numbers."""
    issues = list(_check_differential(certificate["differential"]))
    for claim in certificate["claims"]:
        for number in claim["numbers"]:
            issues.extend(_check_number(claim, number))
        issues.extend(_check_sums(claim))
    issues.extend(_check_shared_numbers(certificate["claims"]))
    return issues


def _check_differential(places: Sequence[Json]) -> Iterator[Issue]:
    if [place["rank"] for place in places] != list(range(1, len(places) + 1)):
        yield fault("wrong-rank", "the ranks are not 1, 2, 3 …")
    if len({place["id"] for place in places}) != len(places):
        yield fault("wrong-rank", "a disease has two places")
    scores = [float(place["score"]) for place in places]
    shares = [float(place["probability"]) for place in places]
    for values in (scores, shares):
        if any(later > earlier + rounding((later, earlier)) for earlier, later in pairwise(values)):
            yield fault("wrong-order", "a lower place has a higher score or probability")
    if any(not 0 <= share <= 1 for share in shares) or sum(shares) > 1 + rounding(shares):
        yield fault("wrong-probability", "the probabilities are no distribution")
        return
    for place in places:
        yield from _check_place(place, places[0])


def _check_place(place: Json, first: Json) -> Iterator[Issue]:
    parts = [float(place["log10_likelihood_ratio"]) * _LN10, float(place["correction"])]
    parts += [float(prior["value"]) for prior in place["priors"]]
    score = float(place["score"])
    if abs(math.fsum(parts) - score) > _LN10 * rounding([*parts, score]):
        yield fault("wrong-sum", f"evidence, correction and priors of {place['id']} do not make its score")
    share, first_share = float(place["probability"]), float(first["probability"])
    apart = score - float(first["score"])
    if share and first_share:
        slack = rounding((score, float(first["score"]))) + 2e-5
        if abs(math.log(share / first_share) - apart) > slack:
            yield fault("wrong-probability", f"the probability of {place['id']} does not follow from its score")
    elif share or apart > -600:
        yield fault("wrong-probability", f"the probability of {place['id']} does not follow from its score")


def _check_number(claim: Json, number: Json) -> Iterator[Issue]:
    disease, finding = claim["disease"]["id"], number["finding"]
    backgrounds = float(number["background"]), float(number["background_finding"])
    if not 0 <= float(number["frequency"]) <= 1 or not all(0 < value <= 1 for value in backgrounds):
        yield fault("wrong-number", f"frequency or background of {finding} in {disease} is no probability")
        return
    if number["matched"] is None:
        if float(number["frequency"]) or number["own"] or number["lent"]:
            yield fault("wrong-number", f"{finding} is not matched in {disease} and rests on edges all the same")
    elif number["frequency"] != (frequency := frequency_of(number["own"], number["lent"], claim["neighbours"])):
        yield fault("wrong-number", f"the frequency of {finding} in {disease} should be {frequency}")
    for key, background in (("ic_matched", "background"), ("ic_finding", "background_finding")):
        if number[key] != information_of(number[background]):
            yield fault("wrong-number", f"{key} of {finding} in {disease} is not -ln {background}")
    if number["matched"] in (None, finding) and number["background"] != number["background_finding"]:
        yield fault("wrong-number", f"{finding} in {disease} has two backgrounds")
    expected = likelihood_of(number)
    if number["log_likelihood_ratio"] != expected:
        yield fault("wrong-number", f"{finding} in {disease} should score {expected}")


def _check_sums(claim: Json) -> Iterator[Issue]:
    place = claim["disease"]
    ratios = [float(number["log_likelihood_ratio"]) for number in claim["numbers"]]
    total = float(place["log10_likelihood_ratio"]) * _LN10
    slack = _LN10 * rounding([*ratios, total]) + math.fsum(map(_carried, claim["numbers"]))
    if abs(math.fsum(ratios) - total) > slack:
        yield fault("wrong-sum", f"the findings of {place['id']} sum to {math.fsum(ratios) / _LN10:.6g}")
    corrections = [float(number["correction"]) for number in claim["numbers"]]
    if abs(math.fsum(corrections) - float(place["correction"])) > rounding([*corrections, float(place["correction"])]):
        yield fault("wrong-sum", f"the corrections of {place['id']} sum to {math.fsum(corrections):.6g}")


def _carried(number: Json) -> float:
    """By how much the rounding of what a ratio is computed from may carry it away from the ranker's, nats."""
    if number["matched"] is None:
        return 0.0
    shares = [float(number[key]) for key in ("frequency", "background")]
    contents = [float(number[key]) for key in ("ic_finding", "ic_matched")]
    lent = _SIMILARITIES if number["lent"] else 0.0
    return math.fsum(rounding([share]) / share for share in shares if share) + rounding(contents) / 2 + lent


def _check_shared_numbers(claims: Sequence[Json]) -> Iterator[Issue]:
    """A term has one background, and two diseases one similarity, wherever they are named."""
    known: dict[tuple[str, ...], str] = {}
    for key, value in _shared_numbers(claims):
        if known.setdefault(key, value) != value:
            yield fault("wrong-number", f"{' and '.join(key)} has two numbers: {known[key]} and {value}")


def _shared_numbers(claims: Sequence[Json]) -> Iterator[tuple[tuple[str, ...], str]]:
    for claim in claims:
        for number in claim["numbers"]:
            yield ("finding", number["finding"]), number["background_finding"]
            if number["matched"] is not None:
                yield ("term", number["matched"]), number["background"]
                if number["matched"] == number["finding"]:
                    yield ("finding", number["finding"]), number["background"]
        for neighbour in claim["neighbours"]:
            if neighbour["entry"] == neighbour["disease"]:
                pair = sorted((claim["disease"]["id"], neighbour["entry"]))
                yield ("similarity", *pair), neighbour["similarity"]
