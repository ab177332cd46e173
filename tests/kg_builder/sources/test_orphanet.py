"""Orphanet's packets: the reader, and what they become in the graph."""

from __future__ import annotations

import io
import json
import tarfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.catalogue import SOURCES
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.orphanet import orphanet_matches, per_person, read_orphanet
from ontologies.cross_reference import MappingPredicate
from ontologies.errors import FileFormatError
from ontologies.readers.orphapacket import Orphapacket, parse_orphapacket, read_orphapackets
from ontologies.term_id import TermId
from tests.kg_builder.graphs import id_of

_DATA = Path(__file__).parents[2] / "data" / "orphapackets"
_FBN1 = TermId("NCBIGENE", "2200")


def _content(code: str = "558") -> dict[str, Any]:
    packet: dict[str, Any] = json.loads((_DATA / f"ORPHApacket_{code}.json").read_bytes())
    return packet


def _packet(code: str = "558") -> Orphapacket:
    return parse_orphapacket((_DATA / f"ORPHApacket_{code}.json").read_bytes(), code)


def _edges(relation: Relation, code: str = "558") -> list[Edge]:
    items = read_orphanet([_packet(code)], SOURCES["orphanet"], {"FBN1": _FBN1})
    return [item for item in items if isinstance(item, Edge) and item.relation is relation]


def _archive(folder: Path, members: dict[str, bytes], name: str = "packets.tar.xz", mode: str = "w:xz") -> Path:
    path = folder / name
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for member, content in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def test_a_packet_is_read_whatever_its_lists_are_wrapped_in() -> None:
    marfan = _packet()
    assert (str(marfan.id), marfan.label, marfan.kind, marfan.synonyms) == (
        "ORPHA:558",
        "Marfan syndrome",
        "Disease",
        ("MFS",),
    )
    assert [str(parent) for parent in marfan.parents] == ["ORPHA:139030", "ORPHA:284993"]
    assert [(str(x.target), x.predicate) for x in marfan.xrefs] == [
        ("OMIM:610168", MappingPredicate.BROADER),
        ("OMIM:154700", MappingPredicate.NARROWER),
    ]
    assert marfan.onset == ("All ages",)


def test_the_archive_is_read_in_the_order_of_the_names(tmp_path: Path) -> None:
    members = {f"json/{path.name}": path.read_bytes() for path in sorted(_DATA.iterdir(), reverse=True)}
    path = _archive(tmp_path, {**members, "json/README.md": b"no packet"})
    packets = list(read_orphapackets(path))
    assert [packet.id.local for packet in packets] == sorted(path.stem.split("_")[1] for path in _DATA.iterdir())


def test_an_upstream_archive_is_read_too(tmp_path: Path) -> None:
    content = (_DATA / "ORPHApacket_558.json").read_bytes()
    path = _archive(tmp_path, {"orphapacket-cbae63b/json/ORPHApacket_558.json": content}, "upstream.tar.gz", "w:gz")
    assert [str(packet.id) for packet in read_orphapackets(path)] == ["ORPHA:558"]


def test_what_is_no_archive_of_packets_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.tar.xz").write_bytes(b"no archive")
    cut = _archive(tmp_path, {"json/ORPHApacket_558.json": (_DATA / "ORPHApacket_558.json").read_bytes()})
    cut.write_bytes(cut.read_bytes()[:200])
    for path in (tmp_path / "text.tar.xz", cut, tmp_path / "absent", _archive(tmp_path, {}, "empty.tar.xz")):
        with pytest.raises(FileFormatError, match="Fetch the pinned archive"):
            list(read_orphapackets(path))


@pytest.mark.parametrize("member", ["ORPHAcode", "Label", "DisorderType", "version"])
def test_a_packet_without_what_it_needs_is_refused_by_name(member: str) -> None:
    packet = _content()
    del packet["Orphapacket"][member]
    with pytest.raises(FileFormatError, match="ORPHApacket_558"):
        parse_orphapacket(json.dumps(packet).encode(), "ORPHApacket_558.json")


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_foreign_json_is_refused(content: object) -> None:
    with pytest.raises(FileFormatError):
        parse_orphapacket(json.dumps({"Orphapacket": content}).encode(), "packet")


def test_prevalence_keeps_the_class_and_says_it_per_person() -> None:
    (edge,) = [e for e in _edges(Relation.HAS_PREVALENCE) if e.evidence.reference == "PMID:20301510"]
    assert str(edge.object) == "PLACE:worldwide"
    assert edge.property("source_class") == "1-5 / 10 000"
    assert (edge.property("per_person_low"), edge.property("per_person_high")) == ("0.0001", "0.0005")
    assert edge.property("asserted_subject") == "ORPHA:558"


def test_a_mean_is_given_per_person_and_cited_by_its_publication() -> None:
    edges = [e for e in _edges(Relation.HAS_PREVALENCE, "100985") if e.property("per_person")]
    assert [(e.property("per_person"), e.evidence.reference) for e in edges] == [("0.0000091", "PMID:23609960")]


@pytest.mark.parametrize(
    ("band", "bounds"),
    [
        ("<1 / 1 000 000", (None, "0.000001")),
        ("1-9 / 1 000 000", ("0.000001", "0.000009")),
        ("6-9 / 10 000", ("0.0006", "0.0009")),
        (">1 / 1000", ("0.001", None)),
        ("Unknown", (None, None)),
        (None, (None, None)),
    ],
)
def test_bounds_of_every_class(band: str | None, bounds: tuple[str | None, str | None]) -> None:
    assert per_person(band) == bounds


@given(st.integers(1, 9), st.integers(3, 7))
def test_bounds_are_shares(low: int, exponent: int) -> None:
    lower, upper = per_person(f"{low}-9 / {10**exponent}")
    assert lower is not None
    assert upper is not None
    assert Decimal(lower) * 10**exponent == low
    assert 0 < Decimal(lower) <= Decimal(upper) <= 1


def test_onset_inheritance_and_groups() -> None:
    assert [str(e.object) for e in _edges(Relation.HAS_ONSET)] == ["HP:0003674"]
    (mode,) = _edges(Relation.HAS_INHERITANCE)
    assert (str(mode.object), mode.property("source_class")) == ("HP:0000006", "Autosomal dominant")
    assert [str(e.object) for e in _edges(Relation.IS_A)] == ["ORPHA:139030", "ORPHA:284993"]
    assert {e.property("predicate") for e in _edges(Relation.MAPPED_TO)} == {"broader", "narrower"}


def test_a_gene_that_the_graph_holds_learns_its_other_id() -> None:
    items = list(read_orphanet([_packet("284963")], SOURCES["orphanet"], {"FBN1": _FBN1}))
    (gene,) = (x for x in items if isinstance(x, Node) and x.label is Label.GENE)
    assert (gene.id, gene.xrefs, gene.synonyms) == (_FBN1, (TermId("HGNC", "3603"),), ("fibrillin 1",))
    (edge,) = (x for x in items if isinstance(x, Edge) and x.relation is Relation.ASSOCIATED_WITH)
    assert edge.property("kind") == "Disease-causing germline mutation(s) in"
    unknown = read_orphanet([_packet("284963")], SOURCES["orphanet"], {})
    assert TermId("HGNC", "3603") in {x.id for x in unknown if isinstance(x, Node)}


def test_mondo_decides_where_it_knows_the_disorder() -> None:
    packets = [_packet("98896"), _packet("558")]
    assert list(orphanet_matches(packets, ())) == [(id_of("ORPHA:98896"), id_of("OMIM:310200"))]
    assert list(orphanet_matches(packets, {id_of("ORPHA:98896")})) == []


def test_the_whole_of_the_pinned_archive(mirror: Path) -> None:
    packets = list(read_orphapackets(mirror / "orphanet" / "orphapacket_json.tar.xz"))
    assert len(packets) == 9960
    assert sum(bool(packet.prevalences) for packet in packets) == 6440
    edges = [x for x in read_orphanet(packets, SOURCES["orphanet"], {}) if isinstance(x, Edge)]
    # "No data available" is no class of onset, "Unknown" and "Not applicable" no mode of inheritance.
    assert len({e.subject for e in edges if e.relation is Relation.HAS_ONSET}) == 6726
    assert {str(e.property("kind")) for e in edges if e.relation is Relation.HAS_PREVALENCE} == {
        "annual incidence",
        "cases/families",
        "lifetime prevalence",
        "point prevalence",
        "prevalence at birth",
    }
