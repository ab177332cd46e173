"""DDInter: which two drugs interact, and how severely; for those alone whose use its licence allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.table import read_table
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["read_ddinter"]

_COLUMNS = ("DDInterID_A", "Drug_A", "DDInterID_B", "Drug_B", "Level")
# Unknown: the two interact, and nobody has said how severely.
_LEVELS = ("Major", "Moderate", "Minor", "Unknown")


def read_ddinter(paths: Iterable[Path], source: Source, drug_by_name: Mapping[str, TermId]) -> Iterator[Node | Edge]:
    """One edge for each pair of drugs, and a node for each drug that the graph does not hold by that name.

    A name with a route, such as `Aciclovir (topical)`, is a drug of its own: what holds of a cream does not hold of
    a tablet. A pair is in the table of each class of either drug, and is read once.

    Args:
        paths: the tables, one for each class of drugs.
        source: its entry in the catalogue.
        drug_by_name: drugs that the graph holds already, by case-folded name.

    Raises:
        FileFormatError: a column or a level is not known.
    """
    ids: dict[str, TermId] = {}
    read: set[tuple[str, str]] = set()
    for path in paths:
        for number, row in read_table(path, _COLUMNS, "a table of DDInter", delimiter=","):
            if row["Level"] not in _LEVELS:
                raise FileFormatError(f"line {number} has an unknown level", value=row["Level"], remedy=f"See {path}")
            for side in "AB":
                key, name = row[f"DDInterID_{side}"], row[f"Drug_{side}"]
                if key not in ids:
                    held = drug_by_name.get(name.casefold())
                    ids[key] = held or TermId("DDINTER", key)
                    if held is None:
                        yield Node(ids[key], Label.DRUG, name)
            one, other = sorted((row["DDInterID_A"], row["DDInterID_B"]))
            first, second = sorted((ids[one], ids[other]))
            # Two names of one drug say nothing of two drugs.
            if first != second and (one, other) not in read:
                read.add((one, other))
                evidence = source.evidence(record=f"{one}|{other}")
                yield Edge(first, Relation.INTERACTS_WITH, second, evidence, (("level", row["Level"].lower()),))
