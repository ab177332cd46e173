"""Checks of a certificate's inner logic: formula, sums, ranks, and what each edge is used for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from graphrag.steps import KINDS_BY_RELATION
from kg_builder.schema import RELATION_SPECS, Relation
from ontologies.issue import Issue, IssueLevel
from reasoner.proof.certificate import CLAIMS, FORMULA, RIVALS, cypher_query
from reasoner.proof.merkle_check import certified_edges

__all__ = ["check_arithmetic", "check_logic"]

# Six significant digits of numbers below 100 leave this much room.
_TOLERANCE = 5e-4
_PSEUDO_RATIO = 0.1
_IC_WEIGHT = 0.5


def check_arithmetic(certificate: Mapping[str, Any]) -> list[Issue]:
    """Whether each number follows from the numbers under it."""
    issues = list(_check_differential(certificate["differential"]))
    for claim in certificate["claims"]:
        for number in claim["numbers"]:
            issues.extend(_check_number(claim["disease"]["id"], number))
        total = sum(float(number["log_likelihood_ratio"]) for number in claim["numbers"]) / math.log(10)
        if not _close(total, float(claim["disease"]["log10_likelihood_ratio"])):
            issues.append(_error("wrong-sum", f"the findings of {claim['disease']['id']} sum to {total:.6g}"))
    return issues


def check_logic(certificate: Mapping[str, Any]) -> list[Issue]:
    """Whether claims, edges, findings, rivals, steps and query belong together."""
    issues = []
    differential = certificate["differential"]
    if len(differential) > RIVALS or len(certificate["claims"]) != min(CLAIMS, len(differential)):
        issues.append(_error("claims-missing", f"{len(certificate['claims'])} claims for {len(differential)} places"))
    observed, excluded = _terms(certificate, "present"), _terms(certificate, "absent")
    for entry, claim in zip(differential, certificate["claims"], strict=False):
        rivals = [rival["id"] for rival in differential if rival is not entry]
        if claim["disease"] != entry or claim["rivals"] != rivals:
            issues.append(_error("rivals-differ", f"the claim about {claim['disease']['id']} does not fit the ranking"))
        issues.extend(_check_claim(claim, observed))
        issues.extend(_check_contrary(claim, excluded))
    for step in certificate["steps"]:
        issues.extend(_check_step(step))
    if certificate["query"] != cypher_query(edge["record"] for _, edge in certified_edges(certificate)):
        issues.append(_error("other-query", "the query does not ask for the certified edges"))
    return issues


def _terms(certificate: Mapping[str, Any], status: str) -> set[str]:
    findings = certificate["case"]["findings"]
    return {item["id"] for item in findings if item["status"] == status and item["experiencer"] == "patient"}


def _check_differential(differential: list[dict[str, Any]]) -> Iterator[Issue]:
    if [entry["rank"] for entry in differential] != list(range(1, len(differential) + 1)):
        yield _error("wrong-rank", "the ranks are not 1, 2, 3 …")
    if len({entry["id"] for entry in differential}) != len(differential):
        yield _error("wrong-rank", "a disease has two places")
    scores = [float(entry["score"]) for entry in differential]
    probabilities = [float(entry["probability"]) for entry in differential]
    if any(later > earlier + _TOLERANCE for earlier, later in pairwise(scores)):
        yield _error("wrong-order", "a lower place has a higher score")
    if any(not 0 <= value <= 1 for value in probabilities) or sum(probabilities) > 1 + _TOLERANCE:
        yield _error("wrong-probability", "the probabilities are no distribution")
    if any(later > earlier + _TOLERANCE for earlier, later in pairwise(probabilities)):
        yield _error("wrong-order", "a lower place has a higher probability")


def _check_number(disease: str, number: Mapping[str, Any]) -> Iterator[Issue]:
    if number["matched"] is None:
        if float(number["frequency"]) or not _close(float(number["log_likelihood_ratio"]), math.log(_PSEUDO_RATIO)):
            yield _error("wrong-number", f"{number['finding']} is not matched in {disease} and scores all the same")
        return
    frequency, background = float(number["frequency"]), float(number["background"])
    if not 0 <= frequency <= 1 or not 0 < background <= 1:
        yield _error("wrong-number", f"frequency or background of {number['finding']} in {disease} is no probability")
        return
    lost = float(number["ic_finding"]) - float(number["ic_matched"])
    expected = math.log(frequency / background + _PSEUDO_RATIO) - _IC_WEIGHT * lost
    if not _close(expected, float(number["log_likelihood_ratio"])):
        yield _error("wrong-number", f"{number['finding']} in {disease} should score {expected:.6g}")
    if not _close(-math.log(background), float(number["ic_matched"])):
        yield _error("wrong-number", f"information content of {number['matched']} in {disease} is not -ln background")
    if number["matched"] == number["finding"] and number["ic_matched"] != number["ic_finding"]:
        yield _error("wrong-number", f"{number['finding']} in {disease} has two information contents")


def _check_claim(claim: Mapping[str, Any], observed: set[str]) -> Iterator[Issue]:
    disease = claim["disease"]["id"]
    if claim["formula"] != FORMULA:
        yield _error("other-formula", f"the claim about {disease} names another formula")
    findings = [number["finding"] for number in claim["numbers"]]
    if len(findings) != len(set(findings)) or not set(findings) <= observed:
        yield _error("findings-differ", f"the claim about {disease} is not about the observed findings")
    used = {edge_id for number in claim["numbers"] for edge_id in number["edges"]}
    if sorted(used) != sorted(edge["record"]["id"] for edge in claim["edges"]):
        yield _error("edges-differ", f"the numbers of {disease} do not rest on its edges")
    for edge in claim["edges"]:
        if _negative(edge) is not False:
            yield _error("wrong-polarity", f"edge {edge['record']['id']} does not support {disease}")


def _check_contrary(claim: Mapping[str, Any], excluded: set[str]) -> Iterator[Issue]:
    disease = claim["disease"]["id"]
    for edge in claim["contrary"]:
        record = edge["record"]
        denies = record["relation"] == Relation.LACKS_SYMPTOM
        asserts = record["relation"] == Relation.HAS_SYMPTOM and bool(excluded)
        if record["subject"] != disease or not (denies or asserts):
            yield _error("wrong-polarity", f"edge {record['id']} does not argue against {disease}")


def _check_step(step: Mapping[str, Any]) -> Iterator[Issue]:
    negative = _negative(step["edge"])
    if negative is None or step["polarity"] != ("negative" if negative else "positive"):
        yield _error("wrong-polarity", f"step {step['kind']} has not the polarity of its edge")
    relation = step["edge"]["record"]["relation"]
    if step["kind"] not in KINDS_BY_RELATION.get(Relation(relation), ()):
        yield _error("wrong-step", f"a step {step['kind']} cannot rest on {relation}")


def _negative(edge: Mapping[str, Any]) -> bool | None:
    relation = edge["record"].get("relation")
    return RELATION_SPECS[Relation(relation)].negative if relation in list(Relation) else None


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= _TOLERANCE


def _error(category: str, message: str) -> Issue:
    return Issue(IssueLevel.ERROR, category, message, "Do not rely on this certificate")
