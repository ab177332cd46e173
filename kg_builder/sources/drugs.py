"""Drug names: DrugBank's open identifiers with generic and brand names."""

from __future__ import annotations

import bz2
import io
import pickle
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg_builder.node import Node
from kg_builder.schema import Label
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["read_drugs"]


class _PlainUnpickler(pickle.Unpickler):
    """Refuses every class: the dictionary holds strings, numbers, lists and dictionaries only."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


def read_drugs(path: Path) -> Iterator[Node]:
    """Drugs that have a DrugBank id, with their names.

    Raises:
        FileFormatError: not the dictionary of the package, or it holds more than plain data.
    """
    try:
        data = _PlainUnpickler(io.BytesIO(bz2.decompress(path.read_bytes()))).load()
        drugs, canonical_by_name = data["drug_canonical_to_data"], data["drug_variant_to_canonical"]
    # What a broken pickle raises is not limited to UnpicklingError.
    except (OSError, EOFError, LookupError, TypeError, ValueError, AttributeError, pickle.UnpicklingError) as error:
        raise FileFormatError(
            "not the drug dictionary", value=path, remedy="Install the pinned package again"
        ) from error
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
    for local, (name, synonyms) in sorted(merged.items()):
        yield Node(TermId("DRUGBANK", local), Label.DRUG, name, synonyms=tuple(sorted(synonyms)))
