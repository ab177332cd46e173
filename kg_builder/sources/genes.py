"""Genes and the diseases that they are associated with, from the HPO's gene table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["read_genes"]

_HEADER = ["ncbi_gene_id", "gene_symbol", "hpo_id", "hpo_name", "frequency", "disease_id"]


def read_genes(path: Path, source: Source) -> Iterator[Node | Edge]:
    """Each gene once and each gene–disease pair once.

    Raises:
        FileFormatError: the columns are not those of `genes_to_phenotype.txt`.
    """
    symbols: dict[str, str] = {}
    pairs: set[tuple[str, str]] = set()
    for gene, symbol, disease in _rows(path):
        symbols[gene] = symbol
        pairs.add((gene, disease))
    for gene, symbol in sorted(symbols.items()):
        yield Node(TermId("NCBIGENE", gene), Label.GENE, symbol)
    for gene, disease in sorted(pairs):
        subject, target = TermId("NCBIGENE", gene), TermId.parse(disease)
        yield Edge(subject, Relation.ASSOCIATED_WITH, target, source.evidence(), (("asserted_object", disease),))


def _rows(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            if file.readline().rstrip("\n").split("\t") != _HEADER:
                raise FileFormatError("not a gene to phenotype table", value=path, remedy="Fetch it again")
            for number, line in enumerate(file, start=2):
                cells = line.rstrip("\n").split("\t")
                if len(cells) != len(_HEADER) or not cells[0].isdigit() or ":" not in cells[5]:
                    raise FileFormatError(f"line {number} is not a gene's row", value=path, remedy="Fetch it again")
                yield cells[0], cells[1], cells[5]
    except UnicodeDecodeError as error:
        raise FileFormatError("not a gene to phenotype table", value=path, remedy="Fetch it again") from error
