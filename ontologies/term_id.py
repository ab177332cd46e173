"""Identifiers are values: a CURIE as a pair of prefix and local identifier."""

from __future__ import annotations

import re
from typing import NamedTuple

from ontologies.errors import TermIdError

__all__ = ["TermId"]

_CURIE = re.compile(r"\s*([A-Za-z][A-Za-z0-9._-]*):([^\s:][^\s]*)\s*")
_OBO_IRI = re.compile(r"\s*<?https?://purl\.obolibrary\.org/obo/([A-Za-z]+)_([^\s>]+)>?\s*")
_UNDERSCORED = re.compile(r"\s*(HP|MONDO|DOID|SYMP|CHEBI)_([0-9]+)\s*")

# Spellings of one prefix in the sources, in lower case, to the one used here.
_PREFIX_BY_SPELLING = {
    "hp": "HP",
    "hpo": "HP",
    "omim": "OMIM",
    "mim": "OMIM",
    "omimps": "OMIMPS",
    "orpha": "ORPHA",
    "orphanet": "ORPHA",
    "ordo": "ORPHA",
    "mondo": "MONDO",
    "doid": "DOID",
    "mesh": "MESH",
    "decipher": "DECIPHER",
    "aitia": "AITIA",
    "icd10cm": "ICD10CM",
    "icd10who": "ICD10WHO",
    "icd10": "ICD10WHO",
    "icd11.foundation": "ICD11",
    "pmid": "PMID",
    "pubmed": "PMID",
    "doi": "DOI",
    "umls": "UMLS",
    "symp": "SYMP",
    "drugbank": "DRUGBANK",
    "chebi": "CHEBI",
    "rxcui": "RXCUI",
    "rxnorm": "RXCUI",
    "ansm": "ANSM",
    "atc": "ATC",
    "ncbigene": "NCBIGENE",
    "hgnc": "HGNC",
    "eco": "ECO",
    "isbn": "ISBN",
}


class TermId(NamedTuple):
    """A compact identifier; compares, sorts and hashes as the pair.

    >>> TermId.parse("HP:0001250")
    TermId(prefix='HP', local='0001250')
    >>> str(TermId.parse("Orphanet:558"))
    'ORPHA:558'
    >>> str(TermId.parse("http://purl.obolibrary.org/obo/HP_0001250"))
    'HP:0001250'
    """

    prefix: str
    local: str

    @classmethod
    def parse(cls, text: str) -> TermId:
        """Parse a CURIE, an OBO IRI or `HP_0001250`; known prefixes are brought to one spelling.

        Raises:
            TermIdError: the text has not that form.
        """
        match = _OBO_IRI.fullmatch(text) or _UNDERSCORED.fullmatch(text) or _CURIE.fullmatch(text)
        if match is None:
            raise TermIdError("not an identifier", value=text, remedy="Write PREFIX:LOCAL, such as HP:0001250")
        prefix, local = match.groups()
        return cls(_PREFIX_BY_SPELLING.get(prefix.lower(), prefix), local)

    def __str__(self) -> str:
        return f"{self.prefix}:{self.local}"
