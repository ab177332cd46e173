"""PharmacotherapyDB: which drug modifies, palliates or is not indicated for which disease."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.table import read_table
from ontologies.errors import FileFormatError, TermIdError
from ontologies.term_id import TermId

__all__ = ["read_pharmacotherapydb"]

_COLUMNS = ("doid_id", "drugbank_id", "disease", "drug", "category")
_RELATION = {"DM": Relation.TREATS, "SYM": Relation.PALLIATES, "NOT": Relation.NOT_INDICATED_FOR}


def read_pharmacotherapydb(path: Path, source: Source) -> Iterator[Node | Edge]:
    """Curated drug–disease pairs, and the drugs and diseases that they name.

    Raises:
        FileFormatError: a column or a category is not known.
    """
    for number, row in read_table(path, _COLUMNS, "an indication table"):
        try:
            relation = _RELATION[row["category"]]
            drug, disease = TermId("DRUGBANK", row["drugbank_id"]), TermId.parse(row["doid_id"])
        except (KeyError, TermIdError) as error:
            raise FileFormatError(
                f"line {number} is not an indication", value=path, remedy=f"Unknown: {error}"
            ) from error
        yield Node(drug, Label.DRUG, row["drug"])
        yield Node(disease, Label.DISEASE, row["disease"])
        evidence = source.evidence(record=f"{drug}|{disease}")
        yield Edge(drug, relation, disease, evidence, (("asserted_object", str(disease)),))
