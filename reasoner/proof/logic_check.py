"""Checks that the parts of a certificate belong together: places, claims, rules, steps, abstention and query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg_builder.stores.cypher import rederive
from ontologies.issue import Issue
from reasoner.diagnosis.abstention import AbstentionCode
from reasoner.proof.certificate import CLAIMS, RIVALS
from reasoner.proof.claim_check import check_claim
from reasoner.proof.fault import fault
from reasoner.proof.merkle_check import certified_edges
from reasoner.proof.patient_terms_check import check_patient_terms
from reasoner.proof.rules import fired_rules
from reasoner.proof.step_check import check_steps

__all__ = ["check_logic"]

Json = Mapping[str, Any]
_WITHOUT_PLACES = (AbstentionCode.NO_FINDING, AbstentionCode.NO_LINK, AbstentionCode.CONTRADICTION)


def check_logic(certificate: Json) -> list[Issue]:
    """Whether claims, edges, findings, rivals, rules, steps and query belong together."""
    issues = []
    places, claims = certificate["differential"], certificate["claims"]
    if len(places) > RIVALS or len(claims) != min(CLAIMS, len(places)):
        issues.append(fault("claims-missing", f"{len(claims)} claims for {len(places)} places"))
    observed, excluded = _terms(certificate, "present"), _terms(certificate, "absent")
    unlinked = certificate["case"]["unlinked"]
    if unlinked != sorted(set(unlinked) & {finding["id"] for finding in certificate["case"]["findings"]}):
        issues.append(fault("findings-differ", "what is said to be unlinked is no list of findings"))
    linked = observed - set(unlinked)
    for place, claim in zip(places, claims, strict=False):
        if claim["disease"] != place or claim["rivals"] != [rival["id"] for rival in places if rival is not place]:
            issues.append(fault("rivals-differ", f"the claim about {claim['disease']['id']} does not fit the ranking"))
        if claim["rules"] != fired_rules(certificate, claim):
            issues.append(fault("other-rules", f"other rules decided about {claim['disease']['id']}"))
        issues.extend(check_claim(claim, linked, excluded))
    issues.extend(_check_names(certificate))
    issues.extend(check_patient_terms(certificate))
    issues.extend(_check_abstention(certificate, observed))
    issues.extend(check_steps(certificate, observed, excluded))
    if certificate["query"] != rederive(edge["record"] for _, edge in certified_edges(certificate)):
        issues.append(fault("other-query", "the query does not ask for the certified edges"))
    return issues


def _terms(certificate: Json, status: str) -> set[str]:
    findings = certificate["case"]["findings"]
    return {item["id"] for item in findings if item["status"] == status and item["experiencer"] == "patient"}


def _check_names(certificate: Json) -> Iterator[Issue]:
    """Whether every disease, finding and gene is called what the graph calls it."""
    named = [(item["id"], item["name"]) for item in (*certificate["differential"], *certificate["case"]["findings"])]
    genes = {share["gene"] for claim in certificate["claims"] for share in claim["genes"]}
    ids = [node["record"].get("id") for node in certificate["nodes"]]
    if ids != sorted(genes | {term for term, _ in named if term not in certificate["case"]["unlinked"]}):
        yield fault("wrong-name", "the nodes are not those of the diseases, findings and genes")
    name_by_id = {node["record"].get("id"): node["record"].get("name") for node in certificate["nodes"]}
    for term, name in named:
        if name_by_id.get(term, name) != name:
            yield fault("wrong-name", f"{term} is not called {name}")
    record_by_id = {node["record"].get("id"): node["record"] for node in certificate["nodes"]}
    for gene in certificate["genes"]:
        record = record_by_id.get(gene["node"])
        if record is not None and gene["name"].casefold() not in _names(record):
            yield fault("wrong-name", f"{gene['node']} is not called {gene['name']}")


def _names(gene: Json) -> set[str]:
    """Every name and id by which a list may mean a gene."""
    several = [*(gene.get("synonyms") or ()), *(gene.get("xrefs") or ())]
    return {str(name).casefold() for name in (gene.get("id"), gene.get("name"), gene.get("name_zh"), *several)}


def _check_abstention(certificate: Json, observed: set[str]) -> Iterator[Issue]:
    places, abstained = certificate["differential"], certificate["abstained"]
    code = None if abstained is None else abstained["code"]
    if code is not None and code not in list(AbstentionCode):
        yield fault("wrong-abstention", f"there is no abstention {code}")
    if abstained is None and (not places or float(places[0]["log10_likelihood_ratio"]) <= 0):
        yield fault("wrong-abstention", "nothing stands out, and a diagnosis is given all the same")
    if (code == AbstentionCode.NO_FINDING) != (not observed):
        yield fault("wrong-abstention", "the abstention does not fit the findings")
    if (code in _WITHOUT_PLACES) != (not places):
        yield fault("wrong-abstention", "the abstention does not fit the ranking")
