"""Orphanet's packets: rare diseases with their groups, genes, prevalence, onset and inheritance."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from decimal import Decimal

from kg_builder.canonical import PropertyValue
from kg_builder.catalogue import Source
from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.cross_reference import MappingPredicate
from ontologies.readers.orphapacket import OrphaGene, Orphapacket, OrphaPrevalence
from ontologies.term_id import TermId

__all__ = ["orphanet_matches", "per_person", "read_orphanet"]

# Orphanet's words for the age of onset, to the terms of the HPO that together cover them. Orphanet's childhood lasts
# longer than that of the HPO, and its adolescence too. The packets give no bounds in years, so none are made up here.
_ONSET = {
    "Antenatal": ("HP:0030674",),
    "Neonatal": ("HP:0003577", "HP:0003623"),
    "Infancy": ("HP:0003593",),
    "Childhood": ("HP:0011463", "HP:0003621"),
    "Adolescent": ("HP:0003621", "HP:0025708"),
    "Adult": ("HP:0003581",),
    "Elderly": ("HP:0003584",),
    "All ages": ("HP:0003674",),
}
_INHERITANCE = {
    "Autosomal dominant": "HP:0000006",
    "Autosomal recessive": "HP:0000007",
    "Mitochondrial inheritance": "HP:0001427",
    "Multigenic/multifactorial": "HP:0001426",
    "Oligogenic": "HP:0010983",
    "Semi-dominant": "HP:0032113",
    "X-linked dominant": "HP:0001423",
    "X-linked recessive": "HP:0001419",
    "Y-linked": "HP:0001450",
}
_BAND = re.compile(r"(?:([0-9]+)-([0-9]+)|([<>])([0-9]+)) ?/ ?([0-9 ]+)")
_Own = tuple[tuple[str, PropertyValue], ...]


def orphanet_matches(packets: Iterable[Orphapacket], settled: Container[TermId]) -> Iterator[tuple[TermId, TermId]]:
    """Disorders and the entries that the packets call the same.

    Where Mondo matches the disorder itself, Mondo decides: it tells a disease with several subtypes from its first
    subtype, which a packet often calls the same. That statement stays in the graph as a mapping.

    Args:
        packets: the packets.
        settled: disorders that Mondo matches.
    """
    for packet in packets:
        for xref in packet.xrefs:
            if xref.predicate is MappingPredicate.EXACT and packet.id not in settled:
                yield packet.id, xref.target


def read_orphanet(
    packets: Iterable[Orphapacket], source: Source, gene_by_symbol: Mapping[str, TermId]
) -> Iterator[Node | Edge]:
    """Disorders, places and genes, and what the packets say of them.

    Args:
        packets: the packets; parents among them are joined.
        source: their entry in the catalogue.
        gene_by_symbol: genes that the graph holds already; one found there is not made anew, but learns its HGNC id.
    """
    places: dict[str, TermId] = {}
    genes: dict[str, Node] = {}
    for packet in packets:
        yield _disease(packet)
        yield from _relatives(packet, source)
        yield from _course(packet, source)
        for statement in packet.prevalences:
            place = places.setdefault(statement.place, TermId("PLACE", _slug(statement.place)))
            yield from _prevalence(packet, statement, place, source)
        for gene in packet.genes:
            node = genes.setdefault(gene.symbol, _gene(gene, gene_by_symbol))
            own: _Own = (("asserted_object", str(packet.id)), ("kind", gene.kind))
            yield Edge(node.id, Relation.ASSOCIATED_WITH, packet.id, _evidence(packet, source), own)
    for name, place in sorted(places.items()):
        yield Node(place, Label.PLACE, name)
    yield from (genes[symbol] for symbol in sorted(genes))


def _disease(packet: Orphapacket) -> Node:
    own: list[tuple[str, PropertyValue]] = [("disorder_kind", packet.kind)]
    if packet.definition:
        own.insert(0, ("definition", packet.definition))
    synonyms = tuple(sorted({*packet.synonyms} - {packet.label}))
    return Node(packet.id, Label.DISEASE, packet.label, synonyms=synonyms, properties=tuple(own))


def _relatives(packet: Orphapacket, source: Source) -> Iterator[Edge]:
    evidence = _evidence(packet, source)
    for parent in packet.parents:
        own: _Own = (("asserted_object", str(parent)), ("asserted_subject", str(packet.id)))
        yield Edge(packet.id, Relation.IS_A, parent, evidence, own)
    for xref in packet.xrefs:
        mapped: _Own = (
            ("asserted_object", str(xref.target)),
            ("asserted_subject", str(packet.id)),
            ("predicate", xref.predicate.value),
        )
        yield Edge(packet.id, Relation.MAPPED_TO, xref.target, evidence, mapped)


def _course(packet: Orphapacket, source: Source) -> Iterator[Edge]:
    evidence = _evidence(packet, source)
    for word in packet.onset:
        own: _Own = (("asserted_subject", str(packet.id)), ("source_class", word))
        for term in _ONSET.get(word, ()):
            yield Edge(packet.id, Relation.HAS_ONSET, TermId.parse(term), evidence, own)
    for word in packet.inheritance:
        # "Not applicable" and "Unknown" are no mode of inheritance.
        if word in _INHERITANCE:
            own = (("asserted_subject", str(packet.id)), ("source_class", word))
            yield Edge(packet.id, Relation.HAS_INHERITANCE, TermId.parse(_INHERITANCE[word]), evidence, own)


def _prevalence(packet: Orphapacket, statement: OrphaPrevalence, place: TermId, source: Source) -> Iterator[Edge]:
    counted = statement.kind == "Cases/families"
    low, high = per_person(statement.band)
    own: dict[str, PropertyValue] = {
        "asserted_subject": str(packet.id),
        "kind": statement.kind.lower(),
        "qualification": statement.qualification,
        "source_class": statement.band,
        "per_person_low": low,
        "per_person_high": high,
    }
    if statement.value is not None:
        own["cases" if counted else "per_person"] = statement.value if counted else _plain(statement.value, 100_000)
    if statement.band is None and statement.value is None and not counted:
        return
    references = [str(publication) for publication in statement.publications] or [str(packet.id)]
    held = tuple(sorted((name, value) for name, value in own.items() if value is not None))
    evidence = source.evidence(reference=";".join(references), record=statement.source)
    yield Edge(packet.id, Relation.HAS_PREVALENCE, place, evidence, held)


def per_person(band: str | None) -> tuple[str | None, str | None]:
    """Bounds of a class of prevalence as decimal strings per person; None for an open or an unknown bound.

    >>> per_person("1-9 / 100 000")
    ('0.00001', '0.00009')
    >>> per_person("<1 / 1 000 000")
    (None, '0.000001')
    """
    match = _BAND.fullmatch(band or "")
    if match is None:
        return None, None
    low, high, sign, bound, size = match.groups()
    persons = int(size.replace(" ", ""))
    if sign:
        share = _plain(bound, persons)
        return (share, None) if sign == ">" else (None, share)
    return _plain(low, persons), _plain(high, persons)


def _plain(value: str, persons: int) -> str:
    """A share of persons without an exponent."""
    text = f"{Decimal(value) / persons:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _gene(gene: OrphaGene, gene_by_symbol: Mapping[str, TermId]) -> Node:
    held = gene_by_symbol.get(gene.symbol)
    names = (gene.name,) if gene.name and gene.name != gene.symbol else ()
    if held is not None:
        return Node(held, Label.GENE, gene.symbol, synonyms=names, xrefs=(gene.hgnc,) if gene.hgnc else ())
    return Node(gene.hgnc or TermId("HGNC.SYMBOL", gene.symbol), Label.GENE, gene.symbol, synonyms=names)


def _evidence(packet: Orphapacket, source: Source) -> Evidence:
    return source.evidence(reference=str(packet.id))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
