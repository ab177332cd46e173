"""Verification at every depth: what holds passes, what is altered fails, also when every hash was sealed again."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from reasoner.proof.certificate import CertificateMaker
from reasoner.proof.certified_step import StepEdges
from reasoner.proof.verification import Verifier, verify
from reasoner.ranking.case_ranker import CaseRanker
from tests.independent_checker import check
from tests.reasoner.certified import NOTE, disease, read_note, small_case
from tests.reasoner.tamper import BEYOND_CHECKER, BEYOND_PORTABLE, VISIBLE, altered, reseal

ROUNDS = 3


@pytest.fixture(scope="module")
def verifier(snapshot: Snapshot, ranker: CaseRanker) -> Verifier:
    return Verifier(
        build=snapshot.build_id,
        snapshot=snapshot,
        document=NOTE.encode(),
        reader=read_note,
        store=snapshot,
    )


def test_an_honest_certificate_holds_at_every_depth(
    certificate: dict[str, Any], furnished: dict[str, Any], snapshot: Snapshot, verifier: Verifier
) -> None:
    for honest in (certificate, furnished):
        assert honest["steps"]
        assert verifier.by_depth(honest) == {"portable": [], "snapshot": [], "database": [], "document": []}
        assert check(honest, snapshot.build_id) == []


@pytest.mark.parametrize("kind", [*VISIBLE, *BEYOND_PORTABLE])
def test_every_alteration_is_rejected_at_the_depth_that_can_see_it(
    kind: str, certificate: dict[str, Any], furnished: dict[str, Any], snapshot: Snapshot, verifier: Verifier
) -> None:
    rng, made = random.Random(7), 0
    for honest in [certificate, furnished] * ROUNDS:
        changed = copy.deepcopy(honest)
        (VISIBLE | BEYOND_PORTABLE)[kind](changed, rng)
        if changed == honest:
            continue
        reseal(changed, rules=kind != "rules", query=kind != "query")
        made += 1
        found = verifier.by_depth(changed)
        assert any(found.values())
        assert found["portable"] or kind not in VISIBLE
        assert check(changed, snapshot.build_id) or kind not in VISIBLE or kind in BEYOND_CHECKER
    assert made


def test_random_alterations_are_rejected(furnished: dict[str, Any], verifier: Verifier) -> None:
    rng = random.Random(8)
    passed = []
    for _ in range(30):
        kind, changed = altered(furnished, rng)
        if not verifier.verify(changed):
            passed.append(kind)
    assert passed == []


def test_a_broken_seal_is_found(certificate: dict[str, Any]) -> None:
    changed = {**certificate, "missing_sources": ["orphanet"]}
    assert [issue.category for issue in verify(changed)] == ["broken-seal"]


def test_the_trusted_build_must_be_named(certificate: dict[str, Any]) -> None:
    assert [issue.category for issue in verify(certificate, build="0" * 64)] == ["other-build"]


def test_another_snapshot_is_said(certificate: dict[str, Any], snapshot: Snapshot, ranker: CaseRanker) -> None:
    changed = copy.deepcopy(certificate)
    changed["build"]["id"] = "0" * 64
    reseal(changed)
    issues = verify(changed, snapshot=snapshot)
    assert {issue.category for issue in issues} == {"build-id-mismatch", "other-build"}


def test_another_document_is_said(certificate: dict[str, Any]) -> None:
    issues = verify(certificate, document=b"another note", reader=read_note)
    assert [issue.category for issue in issues] == ["other-document"]


def test_a_document_needs_its_reader(certificate: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="needs its reader"):
        verify(certificate, document=b"a note")


def test_findings_without_spans_are_compared_as_findings(maker: CertificateMaker) -> None:
    findings = tuple(
        type(finding)(finding.term, finding.name, finding.status, finding.experiencer)
        for finding in small_case().findings
    )
    case = type(small_case())("packet", findings, document_sha256=small_case().document_sha256)
    certificate = json.loads(json.dumps(maker.certify(case)))
    assert verify(certificate, document=NOTE.encode(), reader=lambda _: (NOTE, case)) == []
    other = type(case)("packet", findings[1:], document_sha256=case.document_sha256)
    issues = verify(certificate, document=NOTE.encode(), reader=lambda _: (NOTE, other))
    assert [issue.category for issue in issues] == ["findings-differ"]


def test_steps_of_a_model_need_not_be_those_of_the_numbers(maker: CertificateMaker, verifier: Verifier) -> None:
    steps = maker.steps_by_numbers(small_case())[:1]
    certificate = json.loads(json.dumps(maker.certify(small_case(), steps=steps, steps_by="transformers:small")))
    assert verifier.verify(certificate) == []
    certificate["steps_by"] = "numbers"
    reseal(certificate)
    assert {issue.category for issue in verifier.verify(certificate)} == {"altered"}


def test_a_step_about_another_disease_is_no_step(maker: CertificateMaker, snapshot: Snapshot) -> None:
    edge = next(edge for edge in snapshot.edges_from(disease(13)) if edge.relation == "HAS_SYMPTOM")
    step = StepEdges("supports", str(edge.object), (edge.id,))
    certificate = json.loads(json.dumps(maker.certify(small_case(), steps=[step], steps_by="somebody")))
    assert certificate["differential"][0]["id"] != str(disease(13))
    assert "wrong-step" in {issue.category for issue in verify(certificate)}


@settings(max_examples=30)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_answered_with_issues_that_say_where(value: Any) -> None:
    issues = verify(value)
    assert {issue.category for issue in issues} == {"not-a-certificate"}
    assert not any(issue.message.startswith(": ") for issue in issues)
    assert check(value) != []


def test_an_altered_number_is_one_line_with_both_values(
    certificate: dict[str, Any], snapshot: Snapshot, ranker: CaseRanker
) -> None:
    changed = copy.deepcopy(certificate)
    changed["differential"][4]["score"] = "1.5"
    reseal(changed)
    messages = [i.message for i in verify(changed, snapshot=snapshot) if i.category == "altered"]
    assert any(message.startswith("/differential/4/score") and '"1.5"' in message for message in messages)


def test_an_empty_span_is_no_finding(certificate: dict[str, Any], verifier: Verifier) -> None:
    changed = copy.deepcopy(certificate)
    changed["case"]["findings"][0].update(start=5, end=5)
    reseal(changed)
    issues = verifier.verify(changed)
    assert [issue.category for issue in issues] == ["not-a-certificate"]
    assert "not a span" in issues[0].message


def test_another_schema_is_one_line(certificate: dict[str, Any]) -> None:
    (issue,) = verify({**certificate, "schema": "aitia-certificate/2"})
    assert issue.message == "its schema is aitia-certificate/2, and this version reads aitia-certificate/4"
