"""One small build, its ranking, and a certificate with the steps that the numbers choose."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg_builder.snapshot import Snapshot
from reasoner.proof.certificate import CertificateMaker
from reasoner.ranking.case_ranker import CaseRanker
from tests.reasoner.certified import GENES, PROPOSALS, small_case, small_snapshot


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return small_snapshot(tmp_path_factory.mktemp("certified") / "graph")


@pytest.fixture(scope="session")
def ranker(snapshot: Snapshot) -> CaseRanker:
    return CaseRanker.open(snapshot)


@pytest.fixture(scope="session")
def maker(snapshot: Snapshot, ranker: CaseRanker) -> CertificateMaker:
    return CertificateMaker(snapshot, ranker)


@pytest.fixture(scope="session")
def furnished(maker: CertificateMaker) -> dict[str, Any]:
    """A certificate with the patient's genes and a model's proposals."""
    given = {"genes": GENES, "proposals": PROPOSALS}
    steps = maker.steps_by_numbers(small_case(), **given)
    made: dict[str, Any] = json.loads(json.dumps(maker.certify(small_case(), steps=steps, **given)))
    return made


@pytest.fixture(scope="session")
def certificate(maker: CertificateMaker) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(
        json.dumps(maker.certify(small_case(), steps=maker.steps_by_numbers(small_case())))
    )
    return made
