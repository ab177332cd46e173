"""Genes and diseases from `phenotype_to_genes.txt`, the gene table of older HPO releases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.errors import FileFormatError, TermIdError
from ontologies.readers.text_lines import iterate_lines
from ontologies.term_id import TermId

__all__ = ["read_phenotype_to_genes"]

_WHAT = "a phenotype to gene table"
# Columns of gene number, symbol and disease, by the start of the head and the number of columns.
_LAYOUTS = {("#Format: HPO-id", 7): (2, 3, 6), ("hpo_id", 5): (2, 3, 4)}


def read_phenotype_to_genes(path: Path, source: Source) -> Iterator[Node | Edge]:
    """Each gene once and each gene–disease pair once.

    Raises:
        FileFormatError: neither the layout of 2021 nor that of 2023.
    """
    lines = iterate_lines(path, _WHAT)
    head = next(lines, (1, ""))[1]
    layout = next((key for key in _LAYOUTS if head.startswith(key[0])), None)
    if layout is None:
        raise FileFormatError(f"not {_WHAT}", value=path, remedy="Fetch the release again")
    gene, symbol, disease = _LAYOUTS[layout]
    symbols: dict[str, str] = {}
    pairs: set[tuple[str, str]] = set()
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != layout[1] or not cells[gene].isdigit():
            raise FileFormatError(f"line {number} is not a row of {_WHAT}", value=path, remedy="Fetch it again")
        symbols[cells[gene]] = cells[symbol]
        pairs.add((cells[gene], cells[disease]))
    for name, text in sorted(symbols.items()):
        yield Node(TermId("NCBIGENE", name), Label.GENE, text)
    for name, target in sorted(pairs):
        yield Edge(TermId("NCBIGENE", name), Relation.ASSOCIATED_WITH, _disease(target, path), source.evidence(),
                   (("asserted_object", target),))  # fmt: skip


def _disease(text: str, path: Path) -> TermId:
    try:
        return TermId.parse(text)
    except TermIdError as error:
        raise FileFormatError(f"not {_WHAT}: {text} is no disease", value=path, remedy="Fetch it again") from error
