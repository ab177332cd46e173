"""Fixtures that all tests share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("aitia", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("aitia")


@pytest.fixture(scope="module", autouse=True)
def closed_graphs() -> Iterator[None]:
    """Frees a module's graphs: each holds some fifty files open, and cycles keep it until they are collected."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of the source mirror: `AITIA_MIRROR`, or `../shared/data` beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("AITIA_MIRROR", beside))
    if not folder.is_dir():
        pytest.skip("NO SOURCE MIRROR: set AITIA_MIRROR to a folder laid out like the catalogue's mirror paths")
    return folder
