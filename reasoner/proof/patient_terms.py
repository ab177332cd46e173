"""The patient's genes and a model's proposals as a certificate holds them: what was given, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ontologies.term_id import TermId
from reasoner.intake.gene_list import AcmgClass, PatientGene, Zygosity
from reasoner.proof.decimals import decimal_string
from reasoner.proposals.grounding import CheckedProposal
from reasoner.proposals.proposal import DiseaseProposal
from reasoner.ranking.patient_genes import GeneDisease, GeneMatch

__all__ = [
    "GeneShare",
    "gene_records",
    "gene_shares",
    "genes_of",
    "proposal_records",
    "proposals_of",
    "share_record",
]


class GeneShare(NamedTuple):
    """What one of the patient's genes adds to one disease.

    Args:
        gene: its node.
        held: the association, the inheritance and the number.
    """

    gene: TermId
    held: GeneDisease


def gene_records(genes: Sequence[PatientGene], matches: Sequence[GeneMatch]) -> list[dict[str, Any]]:
    """Each listed gene as it was read, with its node; null where the graph has none or several, or has it already."""
    node_by_gene = {match.gene: str(match.node.id) for match in matches}
    return [
        {
            "name": gene.name,
            "zygosity": None if gene.zygosity is None else gene.zygosity.value,
            "acmg_class": None if gene.acmg_class is None else gene.acmg_class.value,
            "node": node_by_gene.pop(gene, None),
        }
        for gene in genes
    ]


def gene_shares(matches: Sequence[GeneMatch], disease: int) -> list[GeneShare]:
    """What each gene that is associated with a disease adds to it, by the spelling of their ids."""
    found = [GeneShare(match.node.id, held) for match in matches for held in match.diseases if held.disease == disease]
    return sorted(found, key=lambda share: str(share.gene))


def share_record(share: GeneShare) -> dict[str, Any]:
    """The share with the ids of its edges: the association first, then every known mode of inheritance."""
    edges = [share.held.edge.id, *(edge.id for edge in share.held.inheritance)]
    return {"gene": str(share.gene), "edges": edges, "value": decimal_string(share.held.nats)}


def proposal_records(checked: Sequence[CheckedProposal], diseases: Sequence[TermId]) -> list[dict[str, Any]]:
    """Each proposal with the candidates that it means, or the reason why it is refused.

    Args:
        checked: the proposals.
        diseases: the candidates by number.
    """
    return [
        {
            "rank": each.proposal.rank,
            "text": each.proposal.text,
            "id": None if each.proposal.id is None else str(each.proposal.id),
            "rejection": None if each.rejection is None else each.rejection.value,
            "diseases": [str(diseases[number]) for number in each.diseases],
        }
        for each in checked
    ]


def genes_of(certificate: Mapping[str, Any]) -> tuple[PatientGene, ...]:
    """The genes that were given."""
    return tuple(_gene_of(gene) for gene in certificate["genes"])


def _gene_of(gene: Mapping[str, Any]) -> PatientGene:
    zygosity, acmg_class = gene["zygosity"], gene["acmg_class"]
    return PatientGene(
        gene["name"],
        None if zygosity is None else Zygosity(zygosity),
        None if acmg_class is None else AcmgClass(acmg_class),
    )


def proposals_of(certificate: Mapping[str, Any]) -> tuple[DiseaseProposal, ...]:
    """The proposals that were given.

    Raises:
        TermIdError: an id that is none.
    """
    return tuple(
        DiseaseProposal(each["rank"], each["text"], None if each["id"] is None else TermId.parse(each["id"]))
        for each in certificate["proposals"]
    )
