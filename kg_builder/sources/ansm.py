"""The French medicines agency's interaction thesaurus: substances, classes and the condition of every level."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["read_ansm"]

# The thesaurus's four levels, worst first, and the word used here for each.
_LEVELS = {
    "contre-indication": "contraindicated",
    "association deconseillee": "discouraged",
    "precaution d'emploi": "precaution",
    "a prendre en compte": "take into account",
}


def read_ansm(
    thesaurus: Path, index: Path, source: Source, drug_by_name: Mapping[str, TermId]
) -> Iterator[Node | Edge]:
    """Substances and classes, membership, and one edge for each rule and level, with its condition.

    Args:
        thesaurus: rules between two substances or classes.
        index: substances with the classes that they belong to.
        source: its entry in the catalogue.
        drug_by_name: drugs that the graph holds already, by folded name; a substance found there is not made anew.

    Raises:
        FileFormatError: not the thesaurus.
    """
    members = _load(index, ("drug_classes", "substance"))
    rules = _load(thesaurus, ("interaction_mechanism", "main_drug", "plus_drug", "severity_levels"))
    classes = sorted({name for row in members for name in row["drug_classes"]})
    ids: dict[str, TermId] = {}
    for name in classes:
        ids[_fold(name)] = TermId("ANSM", f"class-{_slug(name)}")
        yield Node(ids[_fold(name)], Label.DRUG_CLASS, name)
    evidence = source.evidence()
    for row in members:
        yield from _substance(row["substance"], ids, drug_by_name)
        for name in row["drug_classes"]:
            yield Edge(ids[_fold(row["substance"])], Relation.IS_A, ids[_fold(name)], evidence)
    for rule in rules:
        for name in (rule["main_drug"], rule["plus_drug"]):
            yield from _substance(name, ids, drug_by_name)
        yield from _interactions(rule, ids, source)


def _load(path: Path, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_bytes())
    except ValueError as error:
        raise FileFormatError("not the interaction thesaurus", value=path, remedy="Fetch the pinned file") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.keys() >= {*keys} for row in rows):
        raise FileFormatError("not the interaction thesaurus", value=path, remedy="Fetch the pinned file")
    return rows


def _substance(name: object, ids: dict[str, TermId], drug_by_name: Mapping[str, TermId]) -> Iterator[Node]:
    folded = _fold(str(name))
    if folded in ids:
        return
    held = drug_by_name.get(folded)
    ids[folded] = held or TermId("ANSM", _slug(folded))
    if held is None:
        yield Node(ids[folded], Label.DRUG, str(name).lower())


def _interactions(rule: Mapping[str, object], ids: Mapping[str, TermId], source: Source) -> Iterator[Edge]:
    first, second = sorted((ids[_fold(str(rule["main_drug"]))], ids[_fold(str(rule["plus_drug"]))]))
    levels = rule["severity_levels"]
    if not isinstance(levels, list) or not all(
        isinstance(level, dict) and level.keys() >= {"info", "level"} for level in levels
    ):
        raise FileFormatError("a rule without levels", value=rule["main_drug"], remedy="Fetch the pinned file")
    for level in levels:
        own = {
            "level": _LEVELS.get(_fold(level["level"]).removesuffix("s"), _fold(level["level"])),
            "condition": _line(level["info"]),
            "mechanism": _line(str(rule["interaction_mechanism"])),
        }
        held = tuple(sorted((name, value) for name, value in own.items() if value))
        record = f"{rule['main_drug']}|{rule['plus_drug']}"
        yield Edge(first, Relation.INTERACTS_WITH, second, source.evidence(record=record), held)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(plain.lower().split())


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _fold(text)).strip("-")


def _line(text: str) -> str:
    return " ".join(text.split())
