"""Genes and proposals in a certificate: what was given, what it adds, and nothing that was not given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import reasoner.proof.certificate as certificate_module
from kg_builder.node import Node
from kg_builder.schema import Label
from kg_builder.snapshot import Snapshot
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import diagnose
from reasoner.intake.case import Case
from reasoner.intake.gene_list import PatientGene, Zygosity
from reasoner.proof.certificate import CertificateMaker
from reasoner.proof.patient_terms import gene_shares
from reasoner.proof.verification import verify
from reasoner.proposals.proposal import DiseaseProposal
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.patient_genes import CARRIER_NATS, GeneDisease, GeneMatch
from tests.independent_checker import check
from tests.reasoner.certified import GENES, PROPOSALS, disease, small_case, term
from tests.reasoner.clinic import aitia
from tests.reasoner.tamper import reseal

SCHEMA_FILE = Path(certificate_module.__file__).with_name("certificate.schema.json")


def _holds(certificate: dict[str, Any], snapshot: Snapshot) -> bool:
    issues = verify(certificate, build=snapshot.build_id, snapshot=snapshot)
    return not issues and not check(certificate, snapshot.build_id)


def _certified(maker: CertificateMaker, case: Case, **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(maker.certify(case, **given)))
    return made


def test_the_certificate_is_of_the_diagnosis_with_genes_and_proposals(
    furnished: dict[str, Any], snapshot: Snapshot, ranker: CaseRanker
) -> None:
    jsonschema.validate(furnished, json.loads(SCHEMA_FILE.read_bytes()))
    places = diagnose(snapshot, ranker, small_case(), genes=GENES, proposals=PROPOSALS).differential
    assert [place["id"] for place in furnished["differential"]] == [str(place.node.id) for place in places]
    for held, place in zip(furnished["differential"], places, strict=True):
        priors = {prior["name"]: float(prior["value"]) for prior in held["priors"]}
        assert priors == pytest.approx(place.ranked.priors, rel=1e-5)
    assert {prior["name"] for place in furnished["differential"] for prior in place["priors"]} >= {
        "genes",
        "proposals",
    }


def test_what_was_given_is_kept_with_what_became_of_it(furnished: dict[str, Any]) -> None:
    assert [(gene["name"], gene["node"]) for gene in furnished["genes"]] == [
        ("GENE0", "NCBIGENE:0"),
        ("gene1", "NCBIGENE:1"),
        ("GENE2", "NCBIGENE:2"),
        ("NCBIGENE:3", "NCBIGENE:3"),
        ("NOPE1", None),
    ]
    assert [(each["text"], bool(each["diseases"])) for each in furnished["proposals"]] == [
        (each.text, each.rank > 2) for each in PROPOSALS
    ]
    assert all((each["rejection"] is None) == bool(each["diseases"]) for each in furnished["proposals"])


def test_a_claims_gene_rests_on_the_association_and_the_inheritance(furnished: dict[str, Any]) -> None:
    for claim in furnished["claims"]:
        records = {edge["record"]["id"]: edge["record"] for edge in claim["links"]}
        for share in claim["genes"]:
            relations = [records[edge]["relation"] for edge in share["edges"]]
            assert relations == ["ASSOCIATED_WITH", "HAS_INHERITANCE"]
    assert all("patient-genes/1" in claim["rules"] for claim in furnished["claims"])
    proposed = {claim["disease"]["id"] for claim in furnished["claims"] if "proposals/1" in claim["rules"]}
    assert proposed == {str(disease(0))}


def test_one_copy_of_a_recessive_gene_is_counted_from_the_inheritance_edge(
    maker: CertificateMaker, snapshot: Snapshot
) -> None:
    certificate = _certified(maker, small_case(), genes=[PatientGene("GENE0", Zygosity.HETEROZYGOUS)])
    added = {place["id"]: {p["name"]: p["value"] for p in place["priors"]} for place in certificate["differential"]}
    assert {key: "genes" in priors for key, priors in added.items()} == {
        str(disease(0)): False,
        str(disease(1)): True,
        str(disease(2)): False,
    }
    assert float(added[str(disease(1))]["genes"]) == pytest.approx(CARRIER_NATS, abs=1e-5)
    assert _holds(certificate, snapshot)


@pytest.mark.parametrize(
    ("genes", "code"),
    [((PatientGene("NOPE1"),), "contradiction"), ((PatientGene("GENE0"), PatientGene("NCBIGENE:0")), None)],
)
def test_genes_that_rule_out_everything_or_are_listed_twice_are_certified(
    genes: tuple[PatientGene, ...], code: str | None, maker: CertificateMaker, snapshot: Snapshot
) -> None:
    certificate = _certified(maker, small_case(), genes=genes)
    assert (certificate["abstained"] or {"code": None})["code"] == code
    assert [gene["name"] for gene in certificate["genes"]] == [gene.name for gene in genes]
    assert sum(gene["node"] is not None for gene in certificate["genes"]) == (code is None)
    assert _holds(certificate, snapshot)


def test_without_findings_neither_counts(maker: CertificateMaker, snapshot: Snapshot) -> None:
    certificate = _certified(maker, Case("empty"), genes=GENES, proposals=PROPOSALS)
    assert (certificate["genes"], certificate["proposals"]) == ([], [])
    assert _holds(certificate, snapshot)


def test_a_ranking_with_genes_cannot_pass_for_one_without(furnished: dict[str, Any], snapshot: Snapshot) -> None:
    changed = json.loads(json.dumps(furnished)) | {"genes": [], "proposals": []}
    reseal(changed)
    assert {issue.category for issue in verify(changed)} >= {"wrong-prior", "wrong-proposal"}
    assert check(changed, snapshot.build_id)


def test_an_id_of_a_proposal_that_is_none_is_no_certificate(furnished: dict[str, Any]) -> None:
    changed = json.loads(json.dumps(furnished))
    changed["proposals"][0]["id"] = "no id"
    reseal(changed)
    assert {issue.category for issue in verify(changed)} == {"not-a-certificate"}


def test_the_command_certifies_genes_and_proposals(tmp_path: Path, snapshot: Snapshot) -> None:
    genes, table, proof = tmp_path / "genes.txt", tmp_path / "model.tsv", tmp_path / "proof.json"
    genes.write_text("GENE0 het P\nNOPE1\n", "utf-8")
    terms = ["--terms", f"{term(1)},{term(2)},-{term(3)}"]
    plain = aitia("diagnose", *terms, "--format", "json", graph=snapshot.folder).json()
    table.write_text(f"case_id\trank\tproposed\n{plain['case_id']}\t1\tdisease 0\n", "utf-8")
    given = ["--genes", genes, "--proposer", table, "--certificate", proof]
    assert aitia("diagnose", *terms, *given, graph=snapshot.folder).code == 0
    held = json.loads(proof.read_bytes())
    assert [each["diseases"] for each in held["proposals"]] == [[str(disease(0))]]
    assert [(gene["name"], gene["node"]) for gene in held["genes"]] == [("GENE0", "NCBIGENE:0"), ("NOPE1", None)]
    verified = aitia("verify", proof, "--build", snapshot.build_id, graph=snapshot.folder)
    assert (verified.code, verified.out) == (0, "verified: portable, snapshot\n")
    held["proposals"] = []
    proof.write_text(json.dumps(held), "utf-8")
    assert aitia("verify", proof, "--portable").code == 1


def test_proposals_are_shared_out_in_a_class(maker: CertificateMaker, snapshot: Snapshot) -> None:
    proposals = [DiseaseProposal(rank, f"disease {number}") for rank, number in enumerate((1, 2, 7), 1)]
    certificate = _certified(maker, small_case(), proposals=proposals)
    assert _holds(certificate, snapshot)
    certificate["proposals"][0]["diseases"].append(str(disease(13)))
    reseal(certificate)
    assert "wrong-proposal" in {issue.category for issue in verify(certificate)}


def test_shares_are_in_the_order_of_the_genes_ids(snapshot: Snapshot) -> None:
    """Not of the gene ranking, which knows the scores."""
    edge = snapshot.edge_at(0)
    held = (GeneDisease(7, edge, 1.0),)
    matches = [
        GeneMatch(PatientGene(key), Node(TermId("NCBIGENE", key), Label.GENE, key), held)
        for key in ("8514", "5590", "79133")
    ]
    assert [str(share.gene) for share in gene_shares(matches, 7)] == [
        "NCBIGENE:5590",
        "NCBIGENE:79133",
        "NCBIGENE:8514",
    ]
    assert gene_shares(matches, 8) == []
