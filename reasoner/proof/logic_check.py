"""Checks that the parts of a certificate belong together: places, claims, rules, steps, abstention and query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphrag.steps import KINDS_BY_RELATION, FindingStatus, StepEdge, StepKind, presentation_kind
from graphrag.subgraph import Direction, polarity_of
from kg_builder.schema import Relation
from kg_builder.stores.cypher import rederive
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.diagnosis.abstention import AbstentionCode
from reasoner.proof.certificate import CLAIMS, RIVALS
from reasoner.proof.claim_check import check_claim, leads_up
from reasoner.proof.fault import fault
from reasoner.proof.merkle_check import certified_edges
from reasoner.proof.patient_terms_check import check_patient_terms
from reasoner.proof.rules import fired_rules

__all__ = ["check_logic"]

Json = Mapping[str, Any]
_WITHOUT_PLACES = (AbstentionCode.NO_FINDING, AbstentionCode.NO_LINK, AbstentionCode.CONTRADICTION)
_PRESENTATION = (Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM)


def check_logic(certificate: Json) -> list[Issue]:
    """Whether claims, edges, findings, rivals, rules, steps and query belong together."""
    issues = []
    places, claims = certificate["differential"], certificate["claims"]
    if len(places) > RIVALS or len(claims) != min(CLAIMS, len(places)):
        issues.append(fault("claims-missing", f"{len(claims)} claims for {len(places)} places"))
    observed, excluded = _terms(certificate, "present"), _terms(certificate, "absent")
    linked = observed - set(certificate["case"]["unlinked"])
    for place, claim in zip(places, claims, strict=False):
        if claim["disease"] != place or claim["rivals"] != [rival["id"] for rival in places if rival is not place]:
            issues.append(fault("rivals-differ", f"the claim about {claim['disease']['id']} does not fit the ranking"))
        if claim["rules"] != fired_rules(certificate, claim):
            issues.append(fault("other-rules", f"other rules decided about {claim['disease']['id']}"))
        issues.extend(check_claim(claim, linked, excluded))
    issues.extend(_check_names(certificate))
    issues.extend(check_patient_terms(certificate))
    issues.extend(_check_abstention(certificate, observed))
    if (certificate["steps_by"] is None) != (not certificate["steps"]):
        issues.append(fault("wrong-step", "it is not said who chose the steps"))
    if certificate["steps"] and not places:
        issues.append(fault("wrong-step", "steps without a diagnosis"))
    for step in certificate["steps"] if places else ():
        issues.extend(_check_step(step, places[0]["id"], observed, excluded))
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


def _check_step(step: Json, leading: str, observed: set[str], excluded: set[str]) -> Iterator[Issue]:
    record = step["edge"]["record"]
    relation, kind = Relation(record["relation"]), step["kind"]
    if step["polarity"] != polarity_of(relation):
        yield fault("wrong-polarity", f"step {kind} has not the polarity of its edge")
    if kind not in KINDS_BY_RELATION.get(relation, ()):
        yield fault("wrong-step", f"a step {kind} cannot rest on {relation}")
    elif relation in _PRESENTATION:
        yield from _check_presentation(step, leading, observed, excluded)
    elif step["finding"] is not None or step["hierarchy"]:
        yield fault("wrong-step", f"a step {kind} is about no finding")


def _check_presentation(step: Json, leading: str, observed: set[str], excluded: set[str]) -> Iterator[Issue]:
    record, kind, finding = step["edge"]["record"], step["kind"], step["finding"]
    path = [edge["record"] for edge in step["hierarchy"]]
    if record["subject"] != leading:
        yield fault("wrong-step", f"edge {record['id']} is not about {leading}")
    if kind == StepKind.MISSING:
        # Whether the case speaks of a relative of the symptom can only be told with the graph at hand.
        if finding is not None or path or record["object"] in observed | excluded:
            yield fault("wrong-step", f"the case speaks of {record['object']}")
        return
    up = leads_up(record["object"], finding or "", path)
    down = leads_up(finding or "", record["object"], path[::-1])
    direction = Direction.FORWARD if up else Direction.BACKWARD
    walked = [_walked(edge, direction) for edge in path]
    statuses = [FindingStatus.OBSERVED] * (finding in observed) + [FindingStatus.EXCLUDED] * (finding in excluded)
    kinds = [presentation_kind(Relation(record["relation"]), status, walked) for status in statuses]
    if not (up or down) or kind not in kinds:
        yield fault("wrong-step", f"edge {record['id']} is no step {kind} for {finding}")


def _walked(record: Json, direction: Direction) -> StepEdge:
    ends = TermId.parse(record["subject"]), TermId.parse(record["object"])
    relation = Relation(record["relation"])
    return StepEdge(str(record["id"]), ends[0], relation, ends[1], direction, polarity_of(relation))
