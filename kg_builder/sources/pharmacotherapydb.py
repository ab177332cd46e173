"""PharmacotherapyDB: which drug modifies, palliates or is not indicated for which disease."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["read_pharmacotherapydb"]

_RELATION = {"DM": Relation.TREATS, "SYM": Relation.PALLIATES, "NOT": Relation.NOT_INDICATED_FOR}


def read_pharmacotherapydb(path: Path, source: Source) -> Iterator[Node | Edge]:
    """Curated drug–disease pairs, and the drugs and diseases that they name.

    Raises:
        FileFormatError: a column or a category is not known.
    """
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t"), start=2):
            try:
                relation = _RELATION[row["category"]]
                drug, disease = TermId("DRUGBANK", row["drugbank_id"]), TermId.parse(row["doid_id"])
            except KeyError as error:
                raise FileFormatError(
                    f"line {number} is not an indication", value=path, remedy=f"Unknown: {error}"
                ) from error
            yield Node(drug, Label.DRUG, row["drug"])
            yield Node(disease, Label.DISEASE, row["disease"])
            evidence = source.evidence(record=f"{drug}|{disease}")
            yield Edge(drug, relation, disease, evidence, (("asserted_object", str(disease)),))
