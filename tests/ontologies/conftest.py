"""Whole releases, loaded once."""

from __future__ import annotations

import pytest

from ontologies.annotation import Annotation
from ontologies.icd import CodeSystem
from ontologies.ontology import Ontology
from ontologies.readers.hpoa import read_hpoa
from ontologies.readers.icd10cm import load_icd10cm
from ontologies.readers.obo import load_obo
from ontologies.releases import data_path


@pytest.fixture(scope="session")
def hpo() -> Ontology:
    return load_obo(data_path("hp.obo"))


@pytest.fixture(scope="session")
def annotations() -> list[Annotation]:
    return list(read_hpoa(data_path("phenotype.hpoa")))


@pytest.fixture(scope="session")
def icd10cm() -> CodeSystem:
    return load_icd10cm(data_path("icd10cm.xml"))
