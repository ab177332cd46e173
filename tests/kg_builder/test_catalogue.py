"""Pinned sources: the right bytes or a refusal."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from kg_builder.catalogue import SOURCES, Source, find_source_file
from kg_builder.schema import Tier
from ontologies.errors import SourceError

_CONTENT = b"drug\tdisease\n"
_SOURCE = Source(
    "s", "A source", "1.0", "CC0-1.0", Tier.CURATED, "owner/name@1", {"f/t.tsv": hashlib.sha256(_CONTENT).hexdigest()}
)


def test_the_pinned_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "t.tsv").write_bytes(_CONTENT)
    assert find_source_file(_SOURCE, "f/t.tsv", tmp_path) == tmp_path / "f" / "t.tsv"


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "t.tsv").write_bytes(_CONTENT + b" ")
    with pytest.raises(SourceError, match=r"not the pinned 1\.0.*Fetch it from owner/name@1"):
        find_source_file(_SOURCE, "f/t.tsv", tmp_path)


def test_an_absent_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--mirror"):
        find_source_file(_SOURCE, "f/t.tsv", tmp_path)


def test_every_source_says_what_an_edge_needs() -> None:
    for key, source in SOURCES.items():
        evidence = source.evidence(reference="PMID:1", record="row 1")
        assert (evidence.source, evidence.source_version, evidence.licence) == (key, source.version, source.licence)
        assert all((source.title, source.version, source.licence, source.upstream))
        assert (evidence.reference, evidence.record, evidence.tier) == ("PMID:1", "row 1", source.tier)


def test_a_source_of_the_mirror_is_pinned_by_hash() -> None:
    for source in SOURCES.values():
        assert bool(source.files) is source.full
        assert all(len(bytes.fromhex(digest)) == 32 for digest in source.files.values())


def test_evidence_follows_the_tier_of_its_source() -> None:
    assert replace(_SOURCE, tier=Tier.DIGEST).evidence().tier is Tier.DIGEST


def test_the_mirror_holds_every_pinned_file(mirror: Path) -> None:
    found = [find_source_file(source, name, mirror) for source in SOURCES.values() for name in source.files]
    assert len(found) == len({*found}) > 0
