"""The patient's genes among the diseases: which stay possible, how well each gene fits, and which gene is to blame.

A disease that no listed gene is associated with is left out; one that is gains what its variant's class is worth and
loses what its inheritance makes unlikely. No variant is called here: classes and zygosity are the laboratory's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId
from reasoner.intake.gene_list import AcmgClass, PatientGene, Zygosity
from reasoner.ranking.score_term import ScoreTerm

__all__ = [
    "ACMG_NATS",
    "CARRIER_NATS",
    "GENES",
    "GeneDisease",
    "GeneMatch",
    "RankedGene",
    "gene_term",
    "match_genes",
    "rank_genes",
    "variant_nats",
]

GENES = "genes"
"""Name of the term."""

ACMG_NATS = {
    AcmgClass.PATHOGENIC: math.log(0.99 / 0.01),
    AcmgClass.LIKELY_PATHOGENIC: math.log(0.95 / 0.05),
    AcmgClass.UNCERTAIN: 0.0,
    AcmgClass.LIKELY_BENIGN: -math.log(0.95 / 0.05),
    AcmgClass.BENIGN: -math.log(0.99 / 0.01),
}
"""Log odds that a variant of each class is causal; "likely" means more than 90 % sure by the classes' definition."""
CARRIER_NATS = -math.log(10.0)
"""Cost of one heterozygous variant for a disease that needs both copies: the second may have been missed."""

_RECESSIVE = TermId("HP", "0000007")
_X_RECESSIVE = TermId("HP", "0001419")
_ONE_COPY = frozenset(
    TermId("HP", local) for local in ("0000006", "0001423", "0001417", "0001450", "0001427", "0003745")
)


@dataclass(frozen=True, slots=True)
class GeneDisease:
    """A disease of one of the patient's genes.

    Args:
        disease: number of the candidate in the index.
        edge: the association in the graph.
        nats: what class and inheritance add to the disease.
        inheritance: the inheritance edges that were weighed; empty where the graph knows none.
    """

    disease: int
    edge: Edge
    nats: float
    inheritance: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class GeneMatch:
    """One of the patient's genes in the graph, with its diseases among the candidates."""

    gene: PatientGene
    node: Node
    diseases: tuple[GeneDisease, ...]


@dataclass(frozen=True, slots=True)
class RankedGene:
    """A place of the gene ranking.

    Args:
        match: the gene.
        rank: from 1; equal scores share the mean of their places.
        score: logarithm of the summed likelihoods of its diseases, nats; minus infinity without a candidate.
        best: number of its likeliest disease; None without one.
    """

    match: GeneMatch
    rank: float
    score: float
    best: int | None


def match_genes(
    snapshot: Snapshot, genes: Iterable[PatientGene], number_of: dict[TermId, int], *, sex: str | None = None
) -> tuple[list[GeneMatch], list[Issue]]:
    """Find the genes in the graph and weigh their diseases.

    Args:
        snapshot: the graph.
        genes: the patient's.
        number_of: number of each candidate disease by its node's id.
        sex: `MALE`, `FEMALE` or None.

    Returns:
        Genes in the graph, sorted by node id, and an issue for each that is not found, ambiguous or without a disease.
    """
    issues: list[Issue] = []
    matches: dict[TermId, GeneMatch] = {}
    for gene in genes:
        nodes = _nodes_of(snapshot, gene.name)
        if not nodes:
            issues.append(_issue("gene-not-found", f"the graph has no gene {gene.name}", "Write the HGNC symbol"))
        elif len(nodes) > 1:
            found = ", ".join(f"{node.name} ({node.id})" for node in nodes)
            issues.append(_issue("gene-ambiguous", f"{gene.name} may be {found}: left out", "Write the HGNC id"))
        else:
            diseases = _diseases_of(snapshot, gene, nodes[0], number_of, sex)
            if not diseases:
                issues.append(_issue("gene-without-disease", f"no candidate is associated with {gene.name}", ""))
            matches.setdefault(nodes[0].id, GeneMatch(gene, nodes[0], diseases))
    return [matches[key] for key in sorted(matches)], issues


def gene_term(matches: Iterable[GeneMatch], count: int) -> ScoreTerm:
    """What the genes add to each of `count` candidates: minus infinity without an association."""
    nats = np.full(count, -np.inf, dtype=np.float32)
    for match in matches:
        for held in match.diseases:
            nats[held.disease] = max(nats[held.disease], held.nats)
    return ScoreTerm(GENES, nats)


def rank_genes(matches: Sequence[GeneMatch], scores: npt.NDArray[np.float32]) -> list[RankedGene]:
    """Rank the genes by what their diseases come to, best first.

    Args:
        matches: the patient's genes.
        scores: of every candidate without the term of the genes, nats.
    """
    totals: list[tuple[float, int | None]] = []
    for match in matches:
        each = np.array([float(scores[held.disease]) + held.nats for held in match.diseases])
        if len(each) and each.max() > -np.inf:
            best = int(each.argmax())
            totals.append((each.max() + math.log(np.exp(each - each.max()).sum()), match.diseases[best].disease))
        else:
            totals.append((-math.inf, None))
    values = np.array([total for total, _ in totals])
    ranked = [
        RankedGene(match, float((values > total).sum() + ((values == total).sum() + 1) / 2), float(total), best)
        for match, (total, best) in zip(matches, totals, strict=True)
    ]
    return sorted(ranked, key=lambda place: (place.rank, place.match.node.id))


def _nodes_of(snapshot: Snapshot, name: str) -> list[Node]:
    if ":" in name:
        node = snapshot.node(TermId.parse(name))
        return [] if node is None or node.label is not Label.GENE else [node]
    named = snapshot.nodes_named(name, label=Label.GENE)
    exact = [node for node in named if node.name.casefold() == name.casefold()]
    return exact or named


def _diseases_of(
    snapshot: Snapshot, gene: PatientGene, node: Node, number_of: dict[TermId, int], sex: str | None
) -> tuple[GeneDisease, ...]:
    held: dict[int, GeneDisease] = {}
    for edge in snapshot.edges_from(node.id, relations=(Relation.ASSOCIATED_WITH,)):
        number = number_of.get(edge.object)
        if number is None or number in held:
            continue
        inheritance = tuple(snapshot.edges_from(edge.object, relations=(Relation.HAS_INHERITANCE,)))
        nats = variant_nats(gene, {each.object for each in inheritance}, sex)
        held[number] = GeneDisease(number, edge, nats, inheritance)
    return tuple(held[number] for number in sorted(held))


def variant_nats(gene: PatientGene, modes: set[TermId], sex: str | None) -> float:
    """What a gene's variant adds to a disease: what its class is worth, and what the inheritance makes unlikely.

    Args:
        gene: with the variant's class and zygosity.
        modes: of inheritance, as far as they are known of the disease.
        sex: `MALE`, `FEMALE` or None.
    """
    worth = 0.0 if gene.acmg_class is None else ACMG_NATS[gene.acmg_class]
    return worth + _carrier_nats(gene.zygosity, modes, sex)


def _carrier_nats(zygosity: Zygosity | None, modes: set[TermId], sex: str | None) -> float:
    """Cost of a single altered copy where every known mode of inheritance needs two."""
    if zygosity is not Zygosity.HETEROZYGOUS or modes & _ONE_COPY:
        return 0.0
    if _X_RECESSIVE in modes:
        return CARRIER_NATS if sex == "FEMALE" else 0.0
    return CARRIER_NATS if _RECESSIVE in modes else 0.0


def _issue(category: str, message: str, remedy: str) -> Issue:
    return Issue(IssueLevel.WARNING, category, message, remedy)
