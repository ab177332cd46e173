"""Checks that every named term of a score may be there, and that genes and proposals add what was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg_builder.schema import Relation
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.intake.gene_list import PatientGene
from reasoner.proof.decimals import decimal_string, rounding
from reasoner.proof.fault import fault
from reasoner.proof.patient_terms import genes_of
from reasoner.proposals.fusion import PROPOSALS, proposal_nats
from reasoner.proposals.grounding import MAX_CLASS, Rejection
from reasoner.ranking.patient_genes import GENES, variant_nats
from reasoner.ranking.priors import Setting

__all__ = ["check_patient_terms"]

Json = Mapping[str, Any]


def check_patient_terms(certificate: Json) -> list[Issue]:
    """Whether the terms of genes and proposals are those of what was given."""
    issues = [issue for proposal in certificate["proposals"] for issue in _check_proposal(proposal)]
    for place in certificate["differential"]:
        names = [prior["name"] for prior in place["priors"]]
        if names != sorted(set(names)):
            issues.append(fault("wrong-prior", f"the priors of {place['id']} are not each there once"))
        for prior in place["priors"]:
            if not _may_shift(certificate, prior["name"], float(prior["value"])):
                issues.append(fault("wrong-prior", f"nothing given lets {prior['name']} shift {place['id']} so"))
        worth = _proposed(certificate, place["id"])
        if _differ(_prior(place, PROPOSALS), worth):
            issues.append(fault("wrong-proposal", f"the proposals add {worth:.6g} to {place['id']}"))
    for claim in certificate["claims"] if certificate["genes"] else ():
        issues.extend(_check_genes(certificate, claim))
    return issues


def _may_shift(certificate: Json, name: str, nats: float) -> bool:
    """Whether a named term can be worth that much for this patient under these settings."""
    case, settings = certificate["case"], certificate["settings"]
    priors = not settings["uniform_prior"]
    costs = {
        "unmentioned": True,
        "absent": any(finding["status"] == "absent" for finding in case["findings"]),
        "prevalence": priors and settings["setting"] == Setting.HOSPITAL,
        "age": priors and case["age_years"] is not None,
    }
    if name in costs:
        return nats < 0 and costs[name]
    return name == PROPOSALS or (name == GENES and bool(certificate["genes"]))


def _check_proposal(proposal: Json) -> Iterator[Issue]:
    diseases, rejection = proposal["diseases"], proposal["rejection"]
    if rejection is not None and rejection not in list(Rejection):
        yield fault("wrong-proposal", f"there is no rejection {rejection}")
    if (rejection is None) != bool(diseases):
        yield fault("wrong-proposal", f"proposal {proposal['rank']} neither stands nor is it refused")
    if diseases != sorted(set(diseases)) or len(diseases) > MAX_CLASS:
        yield fault("wrong-proposal", f"proposal {proposal['rank']} means no such diseases")


def _proposed(certificate: Json, disease: str) -> float:
    """What the proposals add to a disease: the most that any of them gives it."""
    named = (each for each in certificate["proposals"] if disease in each["diseases"])
    return max((proposal_nats(each["rank"], len(each["diseases"])) for each in named), default=0.0)


def _check_genes(certificate: Json, claim: Json) -> Iterator[Issue]:
    """Each gene's share follows from its variant and from the edges; the best of them is the disease's."""
    disease, sex = claim["disease"]["id"], certificate["case"]["sex"]
    nodes = [gene["node"] for gene in certificate["genes"]]
    gene_by_node = dict(zip(nodes, genes_of(certificate), strict=True))
    records = {edge["record"]["id"]: edge["record"] for edge in claim["links"]}
    for share in claim["genes"]:
        if nodes.count(share["gene"]) != 1:
            yield fault("wrong-genes", f"{share['gene']} is none of the patient's genes")
            continue
        modes = _modes(share, disease, records)
        if modes is None:
            yield fault("wrong-genes", f"the edges do not associate {share['gene']} with {disease}")
        elif share["value"] != (value := _value(gene_by_node[share["gene"]], modes, sex)):
            yield fault("wrong-genes", f"{share['gene']} adds {value} to {disease}")
    genes = [share["gene"] for share in claim["genes"]]
    best = max((float(share["value"]) for share in claim["genes"]), default=None)
    if genes != sorted(set(genes)) or best is None or _differ(_prior(claim["disease"], GENES), best):
        yield fault("wrong-genes", f"the genes do not add what is added to {disease}")


def _modes(share: Json, disease: str, records: Mapping[str, Json]) -> set[TermId] | None:
    """The modes of inheritance that the edges name; None where they are not about the gene and the disease."""
    held = [records[edge] for edge in share["edges"] if edge in records]
    if len(held) != len(share["edges"]) or not held:
        return None
    association, *inheritance = [(record["subject"], record["relation"], record["object"]) for record in held]
    of_disease = all(each[:2] == (disease, Relation.HAS_INHERITANCE) for each in inheritance)
    if association != (share["gene"], Relation.ASSOCIATED_WITH, disease) or not of_disease:
        return None
    return {TermId.parse(mode) for _, _, mode in inheritance}


def _value(gene: PatientGene, modes: set[TermId], sex: str | None) -> str:
    return decimal_string(variant_nats(gene, modes, sex))


def _prior(place: Json, name: str) -> float:
    return next((float(prior["value"]) for prior in place["priors"] if prior["name"] == name), 0.0)


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > rounding((one, other))
