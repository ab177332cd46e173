"""Drug names: DrugBank's open identifiers with generic and brand names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from kg_builder.node import Node
from kg_builder.schema import Label
from kg_builder.sources.plain_pickle import load_plain_pickle
from kg_builder.sources.table import read_table
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["read_drugs"]

_REMEDY = "Install the pinned package again"
# Substances that bear the id of one of their salts, esters or isomers in the package: each with the right id and why.
_EXCEPTIONS = Path(__file__).parent / "drug_id_exceptions.tsv"
_COLUMNS = ("package_id", "id", "name", "reason")


def read_drugs(path: Path) -> Iterator[Node]:
    """Drugs that have a DrugBank id, with their names; a wrong id of the package stays a cross-reference.

    Raises:
        FileFormatError: not the dictionary of the package, or it holds more than plain data.
    """
    data = load_plain_pickle(path, "the drug dictionary", _REMEDY)
    try:
        drugs, canonical_by_name = data["drug_canonical_to_data"], data["drug_variant_to_canonical"]
    except (LookupError, TypeError) as error:
        raise FileFormatError("not the drug dictionary", value=path, remedy=_REMEDY) from error
    names: dict[str, set[str]] = defaultdict(set)
    for variant, canonicals in canonical_by_name.items():
        for canonical in canonicals:
            names[canonical].add(variant)
    merged: dict[str, tuple[str, set[str]]] = {}
    for canonical in sorted(drugs):
        drug = drugs[canonical]
        if "drugbank_id" in drug:
            name, synonyms = merged.setdefault(drug["drugbank_id"], (drug.get("name", canonical), set()))
            synonyms |= {text for text in names[canonical] if text.casefold() != name.casefold()}
    corrected = {
        row["package_id"]: row["id"]
        for _, row in read_table(_EXCEPTIONS, _COLUMNS, "the exceptions")
        if row["id"] not in merged and merged.get(row["package_id"], ("",))[0] == row["name"]
    }
    for local, (name, synonyms) in sorted(merged.items()):
        own, other = TermId("DRUGBANK", corrected.get(local, local)), TermId("DRUGBANK", local)
        xrefs = () if own == other else (other,)
        yield Node(own, Label.DRUG, name, synonyms=tuple(sorted(synonyms)), xrefs=xrefs)
