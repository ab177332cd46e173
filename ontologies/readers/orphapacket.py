"""Reader of Orphanet's packets: one JSON document per disorder, all of them in one archive.

Format: https://github.com/Orphanet/orphapacket. The documents were converted from XML: a list with one element is
sometimes that element, and an element is sometimes wrapped in its own name. `_elements` undoes both.
"""

from __future__ import annotations

import json
import lzma
import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ontologies.cross_reference import MappingPredicate
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["OrphaGene", "OrphaPrevalence", "OrphaXref", "Orphapacket", "parse_orphapacket", "read_orphapackets"]

_REMEDY = "Fetch the pinned archive of Orphanet's packets again"
_MEMBER = re.compile(r"(?:.*/)?ORPHApacket_[0-9]+\.json")
# What a packet writes where it holds nothing.
_NOTHING = frozenset({"", "no data", "No data available", "Not yet documented"})
_PREDICATE_BY_RELATION = {
    "E": MappingPredicate.EXACT,
    "BTNT": MappingPredicate.NARROWER,
    "NTBT": MappingPredicate.BROADER,
}


class OrphaXref(NamedTuple):
    """A cross-reference.

    Args:
        target: identifier in the other vocabulary.
        predicate: BROADER says that the target is broader than the disorder; XREF that the packet does not say.
    """

    target: TermId
    predicate: MappingPredicate


class OrphaGene(NamedTuple):
    """A gene that has to do with the disorder.

    Args:
        symbol: its symbol.
        name: its name.
        hgnc: its HGNC id, None where the packet gives none.
        kind: how they are associated, in the packet's words.
    """

    symbol: str
    name: str
    hgnc: TermId | None
    kind: str


class OrphaPrevalence(NamedTuple):
    """One epidemiological statement.

    Args:
        kind: such as `Point prevalence`, `Prevalence at birth`, `Annual incidence`, `Cases/families`.
        qualification: such as `Class only` or `Case(s)`.
        band: the class, such as `1-9 / 100 000`; None where unknown.
        value: mean per 100,000 persons, or a number of cases or families; None where none is given.
        place: country or region.
        source: where it comes from, such as `19016727[PMID]`.
    """

    kind: str
    qualification: str | None
    band: str | None
    value: str | None
    place: str
    source: str | None

    @property
    def publications(self) -> tuple[TermId, ...]:
        """The publications among its sources, sorted."""
        return tuple(sorted({TermId("PMID", pmid) for pmid in re.findall(r"([0-9]+)\[PMID\]", self.source or "")}))


class Orphapacket(NamedTuple):
    """A disorder, a group of disorders or a subtype.

    Args:
        id: its ORPHA code.
        label: its preferred name.
        kind: such as `Disease`, `Category` or `Clinical subtype`.
        version: of the nomenclature.
        synonyms: further names.
        definition: a sentence or two; None where there is none.
        parents: disorders and groups that it belongs to.
        xrefs: entries of other vocabularies.
        genes: associated genes.
        prevalences: epidemiological statements.
        onset: classes of age, in the packet's words.
        inheritance: modes, in the packet's words.
    """

    id: TermId
    label: str
    kind: str
    version: str
    synonyms: tuple[str, ...]
    definition: str | None
    parents: tuple[TermId, ...]
    xrefs: tuple[OrphaXref, ...]
    genes: tuple[OrphaGene, ...]
    prevalences: tuple[OrphaPrevalence, ...]
    onset: tuple[str, ...]
    inheritance: tuple[str, ...]


def read_orphapackets(path: Path) -> Iterator[Orphapacket]:
    """Read every packet of the archive, sorted by code.

    Raises:
        FileFormatError: no archive of packets, or one of them is broken; names the packet.
    """
    contents: dict[str, bytes] = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and _MEMBER.fullmatch(member.name):
                    file = archive.extractfile(member)
                    contents[member.name.rpartition("/")[2]] = file.read() if file else b""
    except (tarfile.TarError, lzma.LZMAError, EOFError, OSError) as error:
        raise FileFormatError("not an archive of Orphanet's packets", value=path, remedy=_REMEDY) from error
    if not contents:
        raise FileFormatError("the archive holds no packets", value=path, remedy=_REMEDY)
    for name in sorted(contents):
        yield parse_orphapacket(contents[name], name)


def parse_orphapacket(content: bytes, name: str) -> Orphapacket:
    """Parse one packet.

    Args:
        content: the JSON document.
        name: what an error calls it.

    Raises:
        FileFormatError: not a packet.
    """
    try:
        packet = json.loads(content)["Orphapacket"]
        return Orphapacket(
            id=TermId("ORPHA", _text(packet["ORPHAcode"])),
            label=_text(packet["Label"]),
            kind=_text(packet["DisorderType"]["value"]),
            version=_text(packet["version"]),
            synonyms=tuple(_words(packet, "Synonyms", "Synonym")),
            definition=_optional((packet.get("TextSection") or {}).get("Contents")),
            parents=tuple(sorted({TermId("ORPHA", _text(e["ORPHAcode"])) for e in _elements(packet.get("Parents"))})),
            xrefs=tuple(_xref(element) for element in _elements(packet.get("ExternalReferences"))),
            genes=tuple(_gene(element) for element in _elements(packet.get("Genes"))),
            prevalences=tuple(_prevalence(element) for element in _elements(packet.get("Prevalences"))),
            onset=tuple(_words(packet, "AverageAgeOfOnsets", "value")),
            inheritance=tuple(_words(packet, "TypeOfInheritances", "value")),
        )
    # A packet is foreign JSON: a member of another shape shows as any of these.
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileFormatError(f"{name} is not an Orphanet packet", value=repr(error), remedy=_REMEDY) from error


def _elements(node: Any) -> Iterator[Mapping[str, Any]]:
    """The innermost records of a section, whatever they are wrapped in."""
    if isinstance(node, list):
        for element in node:
            yield from _elements(element)
    elif isinstance(node, dict):
        inner = next(iter(node.values())) if len(node) == 1 else None
        if isinstance(inner, list | dict):
            yield from _elements(inner)
        else:
            yield node
    elif node is not None and node not in _NOTHING:
        raise TypeError(f"{node!r} where records should be")


def _words(packet: Mapping[str, Any], section: str, key: str) -> list[str]:
    words = {_optional(element[key]) for element in _elements(packet.get(section))}
    return sorted(word for word in words if word is not None)


def _xref(element: Mapping[str, Any]) -> OrphaXref:
    relation = _text(element["DisorderMappingRelation"]).split(" ", 1)[0]
    predicate = _PREDICATE_BY_RELATION.get(relation, MappingPredicate.XREF)
    return OrphaXref(TermId.parse(f"{_text(element['Source'])}:{_text(element['Reference'])}"), predicate)


def _gene(element: Mapping[str, Any]) -> OrphaGene:
    references = {e["Source"]: e["Reference"] for e in _elements(element.get("ExternalReferences"))}
    hgnc = references.get("HGNC")
    return OrphaGene(
        symbol=_text(element["Symbol"]),
        name=_optional(element.get("Name")) or _optional(element.get("Label")) or "",
        hgnc=TermId("HGNC", _text(hgnc)) if hgnc else None,
        kind=_text(element["DisorderGeneAssociationType"]),
    )


def _prevalence(element: Mapping[str, Any]) -> OrphaPrevalence:
    value = _optional(element["ValMoy"])
    return OrphaPrevalence(
        kind=_text(element["PrevalenceType"]),
        qualification=_optional(element["PrevalenceQualification"]),
        band=_optional(element["PrevalenceClass"]),
        # A packet writes 0.0 where it knows the class only.
        value=None if value is None or float(value) == 0 else value,
        place=_text(element["PrevalenceGeographic"]),
        source=_optional(element["Source"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{value!r} where a text should be")
    return " ".join(value.split())


def _optional(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where a text should be")
    return None if value.strip() in _NOTHING else " ".join(value.split())
