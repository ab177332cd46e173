"""Verification at every depth: what holds passes, what is altered fails, also when every hash was sealed again."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.issue import Issue
from reasoner.proof.certificate import certify
from reasoner.proof.verification import verify
from tests.independent_checker import check
from tests.reasoner.certified import NOTE, PlainRanker, disease, read_note, small_case, small_snapshot, term
from tests.reasoner.tamper import ALTERATIONS, altered, reseal

ROUNDS = 120
# What no single file can show about itself: that it fits a document, or that nothing is missing.
BEYOND_PORTABLE = {"contrary edge left out", "derived artefact", "edge left out", "finding", "finding left out"}
BEYOND_PORTABLE |= {
    "disease id",
    "evidence",
    "number",
    "places swapped",
    "quote",
    "rival left out",
    "score",
    "span",
    "step kind",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return small_snapshot(tmp_path_factory.mktemp("graph"))


@pytest.fixture(scope="module")
def certificate(snapshot: Snapshot) -> dict[str, Any]:
    wanted = [Relation.HAS_SYMPTOM]
    edges = [e for n in range(9) for e in snapshot.edges_from(disease(n), relations=wanted) if e.object == term(1)]
    return certify(snapshot, PlainRanker(snapshot), small_case(), steps=[("supports", edges[0].id)])


@pytest.fixture(scope="module")
def ranker(snapshot: Snapshot) -> PlainRanker:
    return PlainRanker(snapshot)


def _all_depths(certificate: Any, snapshot: Snapshot, ranker: PlainRanker) -> list[Issue]:
    return verify(
        certificate,
        build=snapshot.build_id,
        snapshot=snapshot,
        ranker=ranker,
        document=NOTE.encode(),
        reader=read_note,
        store=snapshot,
    )


def test_an_honest_certificate_holds_at_every_depth(
    certificate: dict[str, Any], snapshot: Snapshot, ranker: PlainRanker
) -> None:
    assert _all_depths(certificate, snapshot, ranker) == []
    assert check(json.loads(json.dumps(certificate)), snapshot.build_id) == []


def test_every_alteration_is_rejected(certificate: dict[str, Any], snapshot: Snapshot, ranker: PlainRanker) -> None:
    rng = random.Random(7)
    kinds = Counter[str]()
    for _ in range(ROUNDS):
        kind, changed = altered(certificate, rng)
        kinds[kind] += 1
        assert _all_depths(changed, snapshot, ranker), kind
    assert kinds.keys() == ALTERATIONS.keys()


def test_checker_and_portable_depth_agree(certificate: dict[str, Any], snapshot: Snapshot) -> None:
    rng = random.Random(8)
    for _ in range(ROUNDS):
        kind, changed = altered(certificate, rng)
        ours = bool(verify(changed, build=snapshot.build_id))
        assert ours or kind in BEYOND_PORTABLE, kind
        # The schema is stricter than the checker, never the reverse.
        assert ours >= bool(check(changed, snapshot.build_id)), kind


def test_a_broken_seal_is_found(certificate: dict[str, Any]) -> None:
    changed = {**certificate, "missing_sources": ["mondo"]}
    assert [issue.category for issue in verify(changed)] == ["broken-seal"]


def test_the_trusted_build_must_be_named(certificate: dict[str, Any]) -> None:
    assert [issue.category for issue in verify(certificate, build="0" * 64)] == ["other-build"]


def test_another_snapshot_is_said(certificate: dict[str, Any], snapshot: Snapshot, ranker: PlainRanker) -> None:
    changed = copy.deepcopy(certificate)
    changed["build"]["id"] = "0" * 64
    reseal(changed)
    issues = verify(changed, snapshot=snapshot, ranker=ranker)
    assert {issue.category for issue in issues} == {"build-id-mismatch", "other-build"}


def test_another_document_is_said(certificate: dict[str, Any]) -> None:
    issues = verify(certificate, document=b"another note", reader=read_note)
    assert [issue.category for issue in issues] == ["other-document"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_answered_with_issues(value: Any) -> None:
    assert {issue.category for issue in verify(value)} == {"not-a-certificate"}
    assert check(value) != []


def test_an_altered_number_is_one_line_with_both_values(
    certificate: dict[str, Any], snapshot: Snapshot, ranker: PlainRanker
) -> None:
    changed = copy.deepcopy(certificate)
    changed["differential"][4]["score"] = "1.5"
    reseal(changed)
    messages = [i.message for i in verify(changed, snapshot=snapshot, ranker=ranker) if i.category == "altered"]
    assert any(message.startswith("/differential/4/score") and '"1.5"' in message for message in messages)


def test_an_empty_span_is_no_finding(certificate: dict[str, Any], snapshot: Snapshot, ranker: PlainRanker) -> None:
    changed = copy.deepcopy(certificate)
    changed["case"]["findings"][0].update(start=5, end=5)
    reseal(changed)
    issues = _all_depths(changed, snapshot, ranker)
    assert [issue.category for issue in issues] == ["not-a-certificate"]
    assert "not a span" in issues[0].message
