"""The Disease Ontology: diseases, their hierarchy, ICD-10-CM codes, and the symptoms that the HPO names as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg_builder.catalogue import Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.sources.table import read_table
from ontologies.cross_reference import MappingPredicate
from ontologies.errors import FileFormatError, TermIdError
from ontologies.term_id import TermId

__all__ = ["read_doid", "read_doid_codes", "read_doid_symptoms"]

_DISEASE = ("id", "label", "subClassOf")
_XREF = ("id", "xref")
_SYMPTOM = ("disease_id", "symptom_id", "symptom_label")


def read_doid(path: Path, source: Source) -> Iterator[Node | Edge]:
    """Diseases and their parents, which the table names by their labels.

    Raises:
        FileFormatError: not that table.
    """
    rows = [(number, _term(path, number, row["id"]), row) for number, row in read_table(path, _DISEASE, "HumanDO")]
    counts = Counter(row["label"] for _, _, row in rows)
    id_by_label = {row["label"]: term for _, term, row in rows if counts[row["label"]] == 1}
    names = {term: row["label"] for _, term, row in rows}
    for term in sorted(names):
        yield Node(term, Label.DISEASE, names[term])
    evidence = source.evidence()
    for _, term, row in rows:
        parent = id_by_label.get(row["subClassOf"])
        if parent is not None:
            own = (("asserted_object", str(parent)), ("asserted_subject", str(term)))
            yield Edge(term, Relation.IS_A, parent, evidence, own)


def read_doid_codes(path: Path, source: Source) -> Iterator[Edge]:
    """ICD-10-CM codes of diseases; a cross-reference says that they belong together, not how, so they are related.

    Raises:
        FileFormatError: not the table of cross-references.
    """
    for number, row in read_table(path, _XREF, "a table of cross-references"):
        prefix, _, code = row["xref"].partition(":")
        if prefix != "ICD10CM":
            continue
        term = _term(path, number, row["id"])
        own = (
            ("asserted_subject", str(term)),
            ("code_system", "ICD-10-CM"),
            ("mapping_justification", "oboInOwl:hasDbXref"),
            ("predicate", MappingPredicate.RELATED.value),
        )
        yield Edge(term, Relation.CODED_AS, TermId("ICD10CM", code), source.evidence(reference=str(term)), own)


def read_doid_symptoms(path: Path, source: Source, hpo_by_name: Mapping[str, TermId]) -> Iterator[Edge]:
    """Symptoms whose name is a label or an exact synonym of an HPO term.

    Args:
        path: the table of disease–symptom pairs.
        source: its entry in the catalogue.
        hpo_by_name: HPO terms by folded label and exact synonym.

    Raises:
        FileFormatError: not that table.
    """
    for number, row in read_table(path, _SYMPTOM, "a table of symptoms"):
        term = hpo_by_name.get(row["symptom_label"].casefold())
        disease = _term(path, number, row["disease_id"])
        if term is not None:
            evidence = source.evidence(reference=str(disease), record=f"{disease}|{row['symptom_id']}")
            yield Edge(disease, Relation.HAS_SYMPTOM, term, evidence, (("asserted_subject", str(disease)),))


def _term(path: Path, number: int, text: str) -> TermId:
    try:
        return TermId.parse(text)
    except TermIdError as error:
        raise FileFormatError(f"line {number} names no disease", value=path, remedy=error.remedy) from error
