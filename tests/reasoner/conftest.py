"""Fixtures that the tests of the reasoner share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg_builder.snapshot import Snapshot
from tests.reasoner.clinic import PACKETS, clinic_snapshot, packet


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A small build with names and ranking compiled."""
    return clinic_snapshot(tmp_path_factory.mktemp("clinic") / "graph")


@pytest.fixture(scope="session")
def clinic_graph(clinic: Snapshot) -> Path:
    """The folder that `--graph` takes."""
    return clinic.folder.parent


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of phenopackets."""
    folder = tmp_path_factory.mktemp("cases")
    for row in PACKETS:
        (folder / f"{row[0]}.json").write_text(json.dumps(packet(*row)), "utf-8")
    return folder
