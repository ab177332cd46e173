"""Certificates: complete, the same twice, in the published schema, and with a query that says only what it should."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reasoner.proof.certificate as certificate_module
from kg_builder.canonical import canonical_json
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from kg_builder.stores.cypher import quote
from ontologies.errors import InputError
from reasoner.intake.case import Case
from reasoner.proof.certificate import CLAIMS, RIVALS, build_certificate, certify, edge_index
from reasoner.proof.certificate_schema import json_schema
from tests.reasoner.certified import PlainRanker, disease, small_case, small_snapshot, term

SCHEMA_FILE = Path(certificate_module.__file__).with_name("certificate.schema.json")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return small_snapshot(tmp_path_factory.mktemp("graph"))


def test_schema_file_is_the_schema_of_the_model() -> None:
    assert json.loads(SCHEMA_FILE.read_bytes()) == json_schema()


def test_certificate_fits_the_published_schema_and_is_the_same_twice(snapshot: Snapshot) -> None:
    one, other = (certify(snapshot, PlainRanker(snapshot), small_case()) for _ in range(2))
    jsonschema.validate(one, json.loads(SCHEMA_FILE.read_bytes()))
    assert canonical_json(one) == canonical_json(other)
    assert canonical_json(json.loads(json.dumps(one))) == canonical_json(one)


def test_certificate_holds_rivals_claims_and_what_argues_against(snapshot: Snapshot) -> None:
    certificate = certify(snapshot, PlainRanker(snapshot), small_case())
    assert len(certificate["differential"]) == RIVALS and len(certificate["claims"]) == CLAIMS
    for claim in certificate["claims"]:
        assert len(claim["rivals"]) == RIVALS - 1
        # Half of the diseases lack symptom 2, half lack symptom 6, an ancestor of symptom 1; the patient has 1 and 2.
        assert "LACKS_SYMPTOM" in {edge["record"]["relation"] for edge in claim["contrary"]}


def test_has_symptom_of_an_excluded_findings_descendant_is_contrary(snapshot: Snapshot) -> None:
    certificate = certify(snapshot, PlainRanker(snapshot), small_case())
    against = {
        edge["record"]["object"]
        for claim in certificate["claims"]
        for edge in claim["contrary"]
        if edge["record"]["relation"] == "HAS_SYMPTOM"
    }
    assert against <= {str(term(3)), str(term(4))}


def test_steps_carry_their_edge_and_polarity(snapshot: Snapshot) -> None:
    edges = snapshot.edges_from(disease(1), relations=[Relation.LACKS_SYMPTOM])
    certificate = certify(snapshot, PlainRanker(snapshot), small_case(), steps=[("argues_against", edges[0].id)])
    (step,) = certificate["steps"]
    assert (step["polarity"], step["edge"]["record"]["id"]) == ("negative", edges[0].id)


def test_case_without_findings_abstains_with_an_empty_differential(snapshot: Snapshot) -> None:
    certificate = certify(snapshot, PlainRanker(snapshot), Case("empty"))
    assert certificate["claims"] == [] and certificate["query"] == ""
    assert certificate["abstained"]["code"] == "no_finding"


def test_unexplained_disease_and_foreign_step_are_refused(snapshot: Snapshot) -> None:
    ranked = PlainRanker(snapshot).rank(small_case().observed)
    with pytest.raises(InputError, match="no explanation"):
        build_certificate(snapshot, small_case(), ranked, {})
    with pytest.raises(InputError, match="no edge"):
        edge_index(snapshot, "0" * 32)


def test_edge_index_finds_every_edge(snapshot: Snapshot) -> None:
    assert all(edge_index(snapshot, snapshot.edge_at(i).id) == i for i in range(snapshot.edge_count))


@given(st.text())
def test_a_cypher_literal_ends_where_it_should(text: str) -> None:
    literal = quote(text)
    body = literal[1:-1]
    plain = body.replace("\\\\", "")
    assert literal[0] == literal[-1] == "'" and "\n" not in literal
    assert plain.count("'") == plain.count("\\'")
    assert not (len(plain) - len(plain.rstrip("\\"))) % 2
