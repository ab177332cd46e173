"""Certificates: complete, the same twice, in the published schema, and with a query that says only what it should."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reasoner.proof.certificate as certificate_module
from kg_builder.canonical import canonical_json
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from kg_builder.stores.cypher import quote
from ontologies.annotation import AssertionStatus
from ontologies.errors import InputError
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import diagnose
from reasoner.intake.case import Case, Finding
from reasoner.proof.certificate import CLAIMS, RIVALS, CertificateMaker, certify
from reasoner.proof.certificate_schema import json_schema
from reasoner.proof.certified_edge import EdgeCertifier, edge_index
from reasoner.proof.certified_step import StepEdges
from reasoner.proof.claim import ClaimMaker
from reasoner.proof.decimals import decimal_string, rounding
from reasoner.proof.verification import verify
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.likelihood_ratio import FLOOR, FindingLikelihood, MatchType
from tests.reasoner.certified import disease, small_case, term

SCHEMA_FILE = Path(certificate_module.__file__).with_name("certificate.schema.json")


def test_schema_file_is_the_schema_of_the_model() -> None:
    assert json.loads(SCHEMA_FILE.read_bytes()) == json_schema()


def test_certificate_fits_the_published_schema_and_is_the_same_twice(snapshot: Snapshot, ranker: CaseRanker) -> None:
    one, other = (certify(snapshot, ranker, small_case()) for _ in range(2))
    jsonschema.validate(json.loads(json.dumps(one)), json.loads(SCHEMA_FILE.read_bytes()))
    assert canonical_json(one) == canonical_json(other)
    assert canonical_json(json.loads(json.dumps(one))) == canonical_json(one)


def test_certificate_holds_rivals_claims_and_what_argues_against(certificate: dict[str, Any]) -> None:
    assert len(certificate["differential"]) == RIVALS and len(certificate["claims"]) == CLAIMS
    for claim in certificate["claims"]:
        assert len(claim["rivals"]) == RIVALS - 1
        # Half of the diseases lack symptom 2, half lack symptom 6, an ancestor of symptom 1; the patient has 1 and 2.
        assert "LACKS_SYMPTOM" in {edge["record"]["relation"] for edge in claim["contrary"]}


def test_has_symptom_of_an_excluded_findings_descendant_is_contrary(certificate: dict[str, Any]) -> None:
    against = {
        (edge["record"]["object"], edge["finding"], len(edge["path"]))
        for claim in certificate["claims"]
        for edge in claim["contrary"]
        if edge["record"]["relation"] == "HAS_SYMPTOM"
    }
    assert against <= {(str(term(3)), str(term(3)), 0), (str(term(4)), str(term(3)), 1)}
    assert against


def test_every_frequency_follows_from_edges_also_where_neighbours_lend(certificate: dict[str, Any]) -> None:
    numbers = [number for claim in certificate["claims"] for number in claim["numbers"]]
    assert all(number["own"] or number["lent"] for number in numbers if number["matched"])
    assert any(number["lent"] for number in numbers)
    for claim in certificate["claims"]:
        for neighbour in claim["neighbours"]:
            links = [edge["record"] for edge in claim["links"] if edge["record"]["id"] in neighbour["links"]]
            assert {link["object"] for link in links} == {claim["disease"]["id"], neighbour["disease"]}
            assert len({link["subject"] for link in links}) == 1


def test_a_match_by_an_ancestor_carries_the_way_up(certificate: dict[str, Any]) -> None:
    walks = []
    for claim in certificate["claims"]:
        up = {edge["record"]["id"]: edge["record"] for edge in claim["hierarchy"]}
        assert {record["relation"] for record in up.values()} <= {"IS_A"}
        for number in claim["numbers"]:
            walks += [(number["finding"], number["matched"], [up[edge] for edge in number["path"]])]
    for finding, matched, walk in walks:
        ends = [finding, *(record["object"] for record in walk)]
        assert [record["subject"] for record in walk] == ends[:-1]
        assert ends[-1] == (matched or finding)
    assert any(walk for _, _, walk in walks)


def test_score_is_evidence_correction_and_named_priors(certificate: dict[str, Any]) -> None:
    for place in certificate["differential"]:
        priors = [float(prior["value"]) for prior in place["priors"]]
        evidence = float(place["log10_likelihood_ratio"]) * math.log(10)
        assert float(place["score"]) == pytest.approx(
            evidence + float(place["correction"]) + math.fsum(priors), abs=1e-3
        )


def test_numbers_are_those_of_the_diagnosis(
    certificate: dict[str, Any], snapshot: Snapshot, ranker: CaseRanker
) -> None:
    places = diagnose(snapshot, ranker, small_case()).differential
    assert [claim["disease"]["id"] for claim in certificate["claims"]] == [str(p.node.id) for p in places[:CLAIMS]]
    for claim, place in zip(certificate["claims"], places, strict=False):
        for number, part in zip(claim["numbers"], place.explanation, strict=True):
            assert (number["finding"], number["match_type"]) == (str(part.finding), part.match_type.value)
            assert float(number["log_likelihood_ratio"]) == pytest.approx(part.log_likelihood_ratio, abs=1e-4)


def test_a_finding_that_no_disease_has_is_certified_without_a_match(
    snapshot: Snapshot, certificate: dict[str, Any]
) -> None:
    part = FindingLikelihood(term(1), None, MatchType.NO_MATCH, FLOOR, 0.0, 0.0, 5.0, 5.0, ())
    claim = ClaimMaker(EdgeCertifier(snapshot)).claim(small_case(), certificate["differential"][0], [part])
    (number,) = claim["numbers"]
    assert (number["log_likelihood_ratio"], number["own"], number["lent"], number["path"]) == ("-2.30259", None, [], [])
    assert number["background"] == number["background_finding"] == decimal_string(math.exp(-5.0))
    assert number["ic_matched"] == number["ic_finding"] == "5"


def test_names_are_proved_by_nodes(certificate: dict[str, Any]) -> None:
    names = {node["record"]["id"]: node["record"]["name"] for node in certificate["nodes"]}
    for named in (*certificate["differential"], *certificate["case"]["findings"]):
        assert names[named["id"]] == named["name"]


def test_steps_carry_their_edges_finding_and_polarity(snapshot: Snapshot, ranker: CaseRanker) -> None:
    edges = snapshot.edges_from(disease(1), relations=[Relation.LACKS_SYMPTOM])
    up = snapshot.edges_from(term(1), relations=[Relation.IS_A])
    given_step = StepEdges("argues_against", str(term(1)), (edges[0].id, up[0].id))
    (step,) = certify(snapshot, ranker, small_case(), steps=[given_step], steps_by="somebody")["steps"]
    assert (step["polarity"], step["edge"]["record"]["id"]) == ("negative", edges[0].id)
    assert [edge["record"]["id"] for edge in step["hierarchy"]] == [up[0].id]


def test_case_without_findings_abstains_with_an_empty_differential(snapshot: Snapshot, ranker: CaseRanker) -> None:
    certificate = json.loads(json.dumps(certify(snapshot, ranker, Case("empty"))))
    assert certificate["claims"] == [] and certificate["query"] == ""
    assert certificate["abstained"]["code"] == "no_finding"
    assert verify(certificate, build=snapshot.build_id, snapshot=snapshot) == []


def test_findings_that_the_graph_does_not_hold_are_named(snapshot: Snapshot, ranker: CaseRanker) -> None:
    findings = [Finding(TermId("HP", local), "?", AssertionStatus.PRESENT) for local in ("7777777", "0000001")]
    certificate = json.loads(json.dumps(certify(snapshot, ranker, Case("strange", tuple(findings)))))
    assert certificate["case"]["unlinked"] == ["HP:7777777"]
    assert [finding["name"] for finding in certificate["case"]["findings"]] == ["?", "symptom 0000001"]
    assert verify(certificate, build=snapshot.build_id, snapshot=snapshot) == []


def test_foreign_and_empty_steps_are_refused(snapshot: Snapshot, maker: CertificateMaker) -> None:
    with pytest.raises(InputError, match="no edge"):
        edge_index(snapshot, "0" * 32)
    with pytest.raises(InputError, match="rests on no edge"):
        maker.certify(small_case(), steps=[StepEdges("supports", None, ())])


def test_edge_index_finds_every_edge(snapshot: Snapshot) -> None:
    assert all(edge_index(snapshot, snapshot.edge_at(i).id) == i for i in range(snapshot.edge_count))


@given(st.floats(-1e9, 1e9))
def test_a_decimal_string_is_near_the_number_and_stays_as_it_is(value: float) -> None:
    text = decimal_string(value)
    assert float(text) == pytest.approx(value, rel=1e-5)
    assert decimal_string(float(text)) == text


@given(st.lists(st.floats(-100, 100), max_size=20))
def test_a_sum_of_rounded_numbers_is_within_their_rounding(values: list[float]) -> None:
    strings = [float(decimal_string(value)) for value in values]
    total = float(decimal_string(math.fsum(values)))
    assert abs(math.fsum(strings) - total) <= rounding([*strings, total]) + 1e-12


@given(st.text())
def test_a_cypher_literal_ends_where_it_should(text: str) -> None:
    literal = quote(text)
    body = literal[1:-1]
    plain = body.replace("\\\\", "")
    assert literal[0] == literal[-1] == "'" and "\n" not in literal
    assert plain.count("'") == plain.count("\\'")
    assert not (len(plain) - len(plain.rstrip("\\"))) % 2


def test_what_none_of_m_patients_had_is_never_certified_as_had(certificate: dict[str, Any]) -> None:
    """Such a row gives its low frequency, and argues against the disease."""
    lacking = [
        (claim, edge["record"])
        for claim in certificate["claims"]
        for edge in claim["edges"]
        if edge["record"]["relation"] == "LACKS_SYMPTOM"
    ]
    assert lacking
    for claim, record in lacking:
        assert (record["frequency_n"], record["object"]) == (0, str(term(5)))
        against = {edge["record"]["id"]: edge["finding"] for edge in claim["contrary"]}
        assert record["subject"] != claim["disease"]["id"] or against[record["id"]] == str(term(5))
