"""Alterations of what genes and proposals say in a certificate, for `tests.reasoner.tamper`."""

from __future__ import annotations

import random

from reasoner.proposals.fusion import PROPOSALS, proposal_nats
from reasoner.proposals.grounding import Rejection
from reasoner.ranking.patient_genes import ACMG_NATS
from tests.reasoner.tamper_parts import Alteration, Certificate

__all__ = ["BEYOND_TERMS", "VISIBLE_TERMS"]


def _gene_class(certificate: Certificate, rng: random.Random) -> None:
    """Another class, worth something else, for a gene that a claim rests on."""
    if gene := _counted_gene(certificate, rng):
        worth = {acmg.value: nats for acmg, nats in ACMG_NATS.items()}
        held = worth.get(gene["acmg_class"], 0.0)
        gene["acmg_class"] = rng.choice([name for name, nats in worth.items() if nats != held])


def _gene_name(certificate: Certificate, rng: random.Random) -> None:
    if gene := _counted_gene(certificate, rng):
        gene["name"] = f"{gene['name']}X"


def _gene_left_out(certificate: Certificate, rng: random.Random) -> None:
    if gene := _counted_gene(certificate, rng):
        certificate["genes"].remove(gene)


def _gene_share(certificate: Certificate, rng: random.Random) -> None:
    """A share of a claim: its number, or all of it."""
    if claims := [claim for claim in certificate["claims"] if claim["genes"]]:
        shares = rng.choice(claims)["genes"]
        if rng.random() < 0.5:
            share = rng.choice(shares)
            share["value"] = f"{float(share['value']) + rng.choice([-1, 1]) * rng.uniform(0.01, 3):.6g}"
        else:
            shares.pop(rng.randrange(len(shares)))


def _proposal(certificate: Certificate, rng: random.Random) -> None:
    """A proposal that gives a place what it has: of another rank, with another disease, or refused."""
    if decisive := [each for each in certificate["proposals"] if _decides(each, certificate["differential"])]:
        proposal, change = rng.choice(decisive), rng.choice(["rank", "disease", "refused", "left out"])
        if change == "rank":
            proposal["rank"] = rng.choice([rank for rank in range(1, 6) if rank != proposal["rank"]])
        elif change == "disease":
            proposal["diseases"] = sorted([*proposal["diseases"], "OMIM:000001"])
        elif change == "refused":
            proposal.update(rejection=rng.choice(list(Rejection)).value, diseases=[])
        else:
            certificate["proposals"].remove(proposal)


def _gene_node(certificate: Certificate, rng: random.Random) -> None:
    """Another node, or none, for a gene that no claim rests on."""
    counted = _counted_nodes(certificate)
    if genes := [gene for gene in certificate["genes"] if gene["node"] not in counted]:
        gene = rng.choice(genes)
        gene["node"] = None if gene["node"] else "NCBIGENE:999999999"


def _inheritance_left_out(certificate: Certificate, rng: random.Random) -> None:
    """A mode of inheritance that a gene's share names, with its edge."""
    if claims := [claim for claim in certificate["claims"] if any(len(s["edges"]) > 1 for s in claim["genes"])]:
        claim = rng.choice(claims)
        gone = rng.choice([edge for share in claim["genes"] for edge in share["edges"][1:]])
        for share in claim["genes"]:
            share["edges"] = [edge for edge in share["edges"] if edge != gone]
        claim["links"] = [edge for edge in claim["links"] if edge["record"]["id"] != gone]


def _refusal(certificate: Certificate, rng: random.Random) -> None:
    """Another reason for a refused proposal, or another disease for one that shifts no place."""
    shown = {place["id"] for place in certificate["differential"]}
    if idle := [each for each in certificate["proposals"] if not shown & set(each["diseases"])]:
        proposal = rng.choice(idle)
        if proposal["rejection"] and rng.random() < 0.5:
            proposal["rejection"] = rng.choice([one.value for one in Rejection if one != proposal["rejection"]])
        else:
            proposal.update(rejection=None, diseases=[f"OMIM:{rng.randint(1, 99999):06d}"])


def _counted_nodes(certificate: Certificate) -> set[str]:
    return {share["gene"] for claim in certificate["claims"] for share in claim["genes"]}


def _counted_gene(certificate: Certificate, rng: random.Random) -> Certificate | None:
    counted = _counted_nodes(certificate)
    genes = [gene for gene in certificate["genes"] if gene["node"] in counted]
    return rng.choice(genes) if genes else None


def _decides(proposal: Certificate, places: list[Certificate]) -> bool:
    if not proposal["diseases"]:
        return False
    worth = proposal_nats(proposal["rank"], len(proposal["diseases"]))
    held = [
        float(prior["value"])
        for place in places
        for prior in place["priors"]
        if place["id"] in proposal["diseases"] and prior["name"] == PROPOSALS
    ]
    return any(abs(value - worth) < 1e-4 for value in held)


VISIBLE_TERMS: dict[str, Alteration] = {
    "gene class": _gene_class,
    "gene left out": _gene_left_out,
    "gene name": _gene_name,
    "gene share": _gene_share,
    "proposal": _proposal,
}

BEYOND_TERMS: dict[str, Alteration] = {
    "gene node": _gene_node,
    "inheritance left out": _inheritance_left_out,
    "refusal": _refusal,
}
