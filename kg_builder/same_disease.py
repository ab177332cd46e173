"""Entries of OMIM and Orphanet that are one disease by name and gene, for what no mapping source has settled."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.term_id import TermId

__all__ = ["match_by_name_and_gene", "name_words"]

# Words that tell no two diseases apart, and numbers that one vocabulary writes in Roman.
_EMPTY_WORDS = frozenset("and disease disorder due in of syndrome the to type with".split())
_ARABIC = dict(zip("i ii iii iv v vi vii viii ix x".split(), map(str, range(1, 11)), strict=True))


def name_words(name: str) -> tuple[str, ...]:
    """The words of a disease's name, whatever their order, accents, case and numerals.

    >>> name_words("Sjögren-Larsson syndrome") == name_words("SJOGREN LARSSON SYNDROME")
    True
    >>> name_words("Familial amyloidosis, type II")
    ('2', 'amyloidosis', 'familial')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'s ", " ")
    words = (word for word in re.findall(r"[a-z0-9]+", plain) if word not in _EMPTY_WORDS)
    return tuple(sorted(_ARABIC.get(word, word) for word in words))


def match_by_name_and_gene(
    nodes: Iterable[Node], edges: Iterable[Edge], settled: Iterable[TermId]
) -> Iterator[tuple[TermId, TermId]]:
    """An Orphanet entry and the one OMIM entry that shares a name and a gene with it.

    A name alone is not enough: one name may stand for a disease and for the group that it belongs to.

    Args:
        nodes: what the sources describe.
        edges: what the sources assert; genes are read.
        settled: entries that a mapping source matches; it decides about them.
    """
    decided = set(settled)
    genes = _genes(edges)
    found: dict[TermId, set[TermId]] = defaultdict(set)
    for omim, orpha in _namesakes(nodes):
        if orpha not in decided and genes[omim] & genes[orpha]:
            found[orpha].add(omim)
    wanted = Counter(omim for same in found.values() for omim in same)
    for orpha in sorted(found):
        same = sorted(found[orpha])
        if len(same) == 1 and wanted[same[0]] == 1:
            yield orpha, same[0]


def _genes(edges: Iterable[Edge]) -> dict[TermId, set[TermId]]:
    genes: dict[TermId, set[TermId]] = defaultdict(set)
    for edge in edges:
        if edge.relation is Relation.ASSOCIATED_WITH:
            genes[edge.object].add(edge.subject)
    return genes


def _namesakes(nodes: Iterable[Node]) -> Iterator[tuple[TermId, TermId]]:
    """The OMIM and the Orphanet entry of each name that one of either has."""
    by_name: dict[tuple[str, ...], dict[str, set[TermId]]] = defaultdict(lambda: {"OMIM": set(), "ORPHA": set()})
    for node in nodes:
        if node.label is Label.DISEASE and node.id.prefix in ("OMIM", "ORPHA"):
            for name in (node.name, *node.synonyms):
                by_name[name_words(name)][node.id.prefix].add(node.id)
    for words, entries in by_name.items():
        if words and len(entries["OMIM"]) == len(entries["ORPHA"]) == 1:
            yield min(entries["OMIM"]), min(entries["ORPHA"])
