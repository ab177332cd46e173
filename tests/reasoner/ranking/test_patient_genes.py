"""The patient's genes among the diseases."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.term_id import TermId
from reasoner.intake.gene_list import AcmgClass, PatientGene, Zygosity
from reasoner.ranking.patient_genes import ACMG_NATS, CARRIER_NATS, gene_term, match_genes, rank_genes

GENES = {
    "NCBIGENE:1": ("FBN1", "HGNC:3603", ()),
    "NCBIGENE:2": ("ABCD1", None, ("ALD",)),
    "NCBIGENE:3": ("OTC", None, ("ALD",)),
}
MODES = {"HP:0000006": "Autosomal dominant", "HP:0000007": "Autosomal recessive", "HP:0001419": "X-linked recessive"}
LINKS = [
    ("NCBIGENE:1", "OMIM:1", "HP:0000006"),
    ("NCBIGENE:1", "OMIM:2", "HP:0000007"),
    ("NCBIGENE:2", "OMIM:3", "HP:0001419"),
]
NUMBERS = {TermId("OMIM", str(number)): number - 1 for number in range(1, 5)}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    nodes = [Node(TermId.parse(f"OMIM:{number}"), Label.DISEASE, f"disease {number}") for number in range(1, 5)]
    nodes += [Node(TermId.parse(key), Label.INHERITANCE, name) for key, name in MODES.items()]
    nodes += [
        Node(TermId.parse(key), Label.GENE, name, synonyms=synonyms, xrefs=(TermId.parse(xref),) if xref else ())
        for key, (name, xref, synonyms) in GENES.items()
    ]
    edges = [_edge(gene, Relation.ASSOCIATED_WITH, disease) for gene, disease, _ in LINKS]
    edges += [_edge(disease, Relation.HAS_INHERITANCE, mode) for _, disease, mode in LINKS]
    return write_snapshot(tmp_path_factory.mktemp("genes"), nodes, edges, about={})


def _edge(subject: str, relation: Relation, target: str) -> Edge:
    return Edge(
        TermId.parse(subject), relation, TermId.parse(target), Evidence("made-up", "1", "CC0-1.0", Tier.UNREVIEWED)
    )


def _nats(snapshot: Snapshot, *genes: PatientGene, sex: str | None = None) -> list[float]:
    matches, _ = match_genes(snapshot, genes, NUMBERS, sex=sex)
    return [float(value) for value in gene_term(matches, len(NUMBERS)).nats]


def test_only_diseases_of_the_genes_stay_possible(snapshot: Snapshot) -> None:
    assert _nats(snapshot, PatientGene("fbn1")) == [0.0, 0.0, -math.inf, -math.inf]
    assert _nats(snapshot, PatientGene("HGNC:3603")) == [0.0, 0.0, -math.inf, -math.inf]


def test_a_class_shifts_and_a_single_copy_costs_a_recessive_disease(snapshot: Snapshot) -> None:
    nats = _nats(snapshot, PatientGene("FBN1", Zygosity.HETEROZYGOUS, AcmgClass.PATHOGENIC))
    assert nats[0] == pytest.approx(ACMG_NATS[AcmgClass.PATHOGENIC])
    assert nats[1] == pytest.approx(ACMG_NATS[AcmgClass.PATHOGENIC] + CARRIER_NATS)
    assert _nats(snapshot, PatientGene("FBN1", Zygosity.HOMOZYGOUS))[1] == 0.0


def test_one_copy_of_an_x_recessive_gene_costs_in_a_girl_only(snapshot: Snapshot) -> None:
    gene = PatientGene("ABCD1", Zygosity.HETEROZYGOUS)
    assert _nats(snapshot, gene, sex="FEMALE")[2] == pytest.approx(CARRIER_NATS)
    assert _nats(snapshot, gene, sex="MALE")[2] == 0.0


def test_a_gene_that_is_unknown_ambiguous_or_without_disease_is_said(snapshot: Snapshot) -> None:
    genes = [PatientGene("NOPE1"), PatientGene("ALD"), PatientGene("OTC"), PatientGene("HGNC:999999")]
    matches, issues = match_genes(snapshot, genes, NUMBERS)
    assert [issue.category for issue in issues] == [
        "gene-not-found",
        "gene-ambiguous",
        "gene-without-disease",
        "gene-not-found",
    ]
    assert [match.node.name for match in matches] == ["OTC"]


def test_the_gene_of_the_likeliest_disease_leads_and_its_proof_is_an_edge(snapshot: Snapshot) -> None:
    matches, _ = match_genes(snapshot, [PatientGene(name) for name in ("FBN1", "ABCD1", "OTC")], NUMBERS)
    ranked = rank_genes(matches, np.float32([1.0, 0.0, 5.0, 9.0]))
    assert [place.match.node.name for place in ranked] == ["ABCD1", "FBN1", "OTC"]
    assert ranked[0].best == 2
    assert ranked[1].score == pytest.approx(math.log(math.e + 1.0))
    assert ranked[2].score == -math.inf
    assert ranked[0].match.diseases[0].edge.relation is Relation.ASSOCIATED_WITH
    assert ranked[0].match.diseases[0].edge.object == TermId("OMIM", "3")
