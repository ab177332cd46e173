"""What each source adds to what the sources before it said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from kg_builder.catalogue import SOURCES, Source
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label
from kg_builder.source_files import SourceFiles
from kg_builder.sources.ansm import read_ansm
from kg_builder.sources.core_pack import read_core_pack
from kg_builder.sources.ddinter import read_ddinter
from kg_builder.sources.disease_names import read_disease_names
from kg_builder.sources.doid import read_doid, read_doid_codes, read_doid_symptoms
from kg_builder.sources.drugs import read_drugs
from kg_builder.sources.genes import read_genes
from kg_builder.sources.hpo import read_hpo, symptoms_by_name
from kg_builder.sources.hpo_zh import read_hpo_zh
from kg_builder.sources.hpoa import read_hpoa_edges
from kg_builder.sources.icd import read_icd
from kg_builder.sources.icd10_cn import read_icd10_cn
from kg_builder.sources.mondo import (
    read_mondo_codes,
    read_mondo_hierarchy,
    read_mondo_labels,
    read_mondo_matches,
)
from kg_builder.sources.ordo import read_ordo_codes
from kg_builder.sources.orphanet import orphanet_matches, read_orphanet
from kg_builder.sources.pharmacotherapydb import read_pharmacotherapydb
from ontologies.errors import SourceError
from ontologies.issue import Issue
from ontologies.lexicon import load_disease_names, load_lexicon
from ontologies.ontology import Ontology
from ontologies.readers.edge_list import read_edge_list
from ontologies.readers.hpoa import read_hpoa
from ontologies.readers.icd10cm import load_icd10cm
from ontologies.readers.icd10who import load_icd10who
from ontologies.readers.icd10zh import read_icd10zh
from ontologies.readers.orphapacket import read_orphapackets
from ontologies.releases import data_path
from ontologies.term_id import TermId

__all__ = ["FURTHER", "PACKAGED", "Gathered", "read_further"]

_PathOf = Callable[[str], Path]


class Gathered:
    """What the sources said so far."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.matches: list[tuple[TermId, TermId]] = []
        self.names_zh: dict[TermId, str] = {}
        self.by_name = False
        self.symptom_by_name: dict[str, TermId] = {}
        self.titles_zh: dict[TermId, str] = {}
        self.missing: list[dict[str, str]] = []
        self.issues: list[Issue] = []

    def take(self, items: Iterable[Node | Edge]) -> None:
        """Add nodes and edges."""
        for item in items:
            if isinstance(item, Node):
                self.nodes.append(item)
            else:
                self.edges.append(item)


def _read_hpo(gathered: Gathered, ontology: Ontology) -> None:
    gathered.take(read_hpo(ontology, SOURCES["hpo"]))
    gathered.symptom_by_name = symptoms_by_name(ontology)
    for term, name in load_lexicon("zh").name_by_term().items():
        gathered.names_zh.setdefault(term, name)


def _read_hpoa(gathered: Gathered, ontology: Ontology) -> None:
    gathered.take(read_hpoa_edges(read_hpoa(data_path("phenotype.hpoa")), SOURCES["hpoa"]))
    names = defaultdict(list)
    for name in load_disease_names():
        names[name.disease].append(name)
    for place, node in enumerate(gathered.nodes):
        if held := names.get(node.id):
            words = tuple(sorted({*node.synonyms, *(name.word for name in held[1:])}))
            status = held[0].status.value
            gathered.nodes[place] = replace(node, name_zh=held[0].word, name_zh_status=status, synonyms=words)


def _read_genes(gathered: Gathered, ontology: Ontology) -> None:
    gathered.take(read_genes(data_path("genes_to_phenotype.txt"), SOURCES["hpo-genes"]))


def _read_icd10cm(gathered: Gathered, ontology: Ontology) -> None:
    gathered.take(read_icd(load_icd10cm(data_path("icd10cm.xml")), SOURCES["icd10cm"], gathered.titles_zh))


def _read_icd10who(gathered: Gathered, ontology: Ontology) -> None:
    gathered.take(read_icd(load_icd10who(data_path("icd10who.xml")), SOURCES["icd10who"], {}))


def _read_icdmap(gathered: Gathered, ontology: Ontology) -> None:
    gathered.titles_zh = {title.code: title.name for title in read_icd10zh(data_path("icdmap.db"))}


def _read_drug_names(gathered: Gathered, ontology: Ontology) -> None:
    gathered.take(read_drugs(data_path("drugs.pkl.bz2")))


def _read_disease_names(gathered: Gathered, ontology: Ontology) -> None:
    gathered.take(read_disease_names(data_path("diseases.pkl.bz2"), SOURCES["disease-names"]))


def _read_core_pack(gathered: Gathered, ontology: Ontology) -> None:
    pack = read_core_pack()
    gathered.take([*pack.nodes, *pack.edges])
    gathered.matches += [(node.id, xref) for node in pack.nodes for xref in node.xrefs if node.label is Label.DISEASE]
    gathered.issues += pack.issues


def _match_names(gathered: Gathered, ontology: Ontology) -> None:
    # Names can be matched only when all sources have been read.
    gathered.by_name = True


def read_further(
    gathered: Gathered, source: Source, files: SourceFiles, read: Callable[[Gathered, _PathOf], None]
) -> None:
    """Read a source that no package carries; if it cannot be had, say so in what is missing and go on."""
    try:
        paths = files.locate(source)
    except SourceError as error:
        gathered.missing.append({"source": source.key, "reason": str(error)})
        return
    read(gathered, lambda ending: next(path for name, path in paths.items() if name.endswith(ending)))


def _read_mondo(gathered: Gathered, path: _PathOf) -> None:
    for vocabulary in (
        "exactmatch_omim",
        "exactmatch_orphanet",
        "exactmatch_doid",
        "exactmatch_mesh",
        "hasdbxref_decipher",
    ):
        gathered.matches += read_mondo_matches(path(f"mondo_{vocabulary}.sssom.tsv"))
    for predicate in ("exactmatch", "broadmatch", "narrowmatch", "relatedmatch"):
        gathered.edges += read_mondo_codes(path(f"mondo_{predicate}_icd10cm.sssom.tsv"), "ICD-10-CM", SOURCES["mondo"])
    gathered.edges += read_mondo_codes(path("mondo_exactmatch_icd10who.sssom.tsv"), "ICD-10", SOURCES["mondo"])
    gathered.take(read_mondo_labels(path(name.rpartition("/")[2]) for name in SOURCES["mondo"].files))


def _read_mondo_hierarchy(gathered: Gathered, path: _PathOf) -> None:
    labelled = {node.id for node in gathered.nodes if node.id.prefix == "MONDO"}
    pairs = read_edge_list(path("mondo_subclass_edges_full.tsv"))
    gathered.take(read_mondo_hierarchy(pairs, labelled, SOURCES["mondo-hierarchy"]))


def _read_orphanet(gathered: Gathered, path: _PathOf) -> None:
    packets = list(read_orphapackets(path("orphapacket_json.tar.xz")))
    genes = {node.name: node.id for node in gathered.nodes if node.label is Label.GENE}
    settled = {target for mondo, target in gathered.matches if mondo.prefix == "MONDO"}
    gathered.matches += orphanet_matches(packets, settled)
    gathered.take(read_orphanet(packets, SOURCES["orphanet"], genes))


def _read_ordo(gathered: Gathered, path: _PathOf) -> None:
    gathered.edges += read_ordo_codes(path("final_v3.xlsx"), SOURCES["ordo-icd10"])


def _read_doid(gathered: Gathered, path: _PathOf) -> None:
    gathered.take(read_doid(path("HumanDO.tsv"), SOURCES["doid"]))
    gathered.edges += read_doid_codes(path("allXREFinDO.tsv"), SOURCES["doid"])
    gathered.edges += read_doid_symptoms(path("disease-symptom.tsv"), SOURCES["doid"], gathered.symptom_by_name)


def _read_icd10_cn(gathered: Gathered, path: _PathOf) -> None:
    titles = dict(read_icd10_cn(path("disease.csv")))
    for place, node in enumerate(gathered.nodes):
        if node.id in titles and node.name_zh is None:
            gathered.nodes[place] = replace(node, name_zh=titles[node.id], name_zh_status="code title")


def _read_hpo_zh(gathered: Gathered, path: _PathOf) -> None:
    gathered.names_zh.update(read_hpo_zh(path("hp-zh.babelon.tsv")))


def _read_pharmacotherapydb(gathered: Gathered, path: _PathOf) -> None:
    gathered.take(read_pharmacotherapydb(path("indications.tsv"), SOURCES["pharmacotherapydb"]))


def _read_ansm(gathered: Gathered, path: _PathOf) -> None:
    names = _drug_by_name(gathered)
    gathered.take(read_ansm(path("20102020.json"), path("index-des-substances-20102020.json"), SOURCES["ansm"], names))


def _read_ddinter(gathered: Gathered, path: _PathOf) -> None:
    source = SOURCES["ddinter"]
    gathered.take(read_ddinter(map(path, source.files), source, _drug_by_name(gathered)))


def _drug_by_name(gathered: Gathered) -> dict[str, TermId]:
    names: dict[str, TermId] = {}
    for node in gathered.nodes:
        if node.label is Label.DRUG:
            for name in (node.name, *node.synonyms):
                names.setdefault(name.casefold(), node.id)
    return names


# In the order in which they are read: a source may build on what those before it said.
PACKAGED: dict[str, Callable[[Gathered, Ontology], None]] = {
    "hpo": _read_hpo,
    "hpoa": _read_hpoa,
    "hpo-genes": _read_genes,
    "icdmap": _read_icdmap,
    "icd10cm": _read_icd10cm,
    "icd10who": _read_icd10who,
    "drug-names": _read_drug_names,
    "disease-names": _read_disease_names,
    "core-pack": _read_core_pack,
    "name-match": _match_names,
}
FURTHER: dict[str, Callable[[Gathered, _PathOf], None]] = {
    "mondo": _read_mondo,
    "mondo-hierarchy": _read_mondo_hierarchy,
    "orphanet": _read_orphanet,
    "ordo-icd10": _read_ordo,
    "doid": _read_doid,
    "icd10-cn": _read_icd10_cn,
    "hpo-zh": _read_hpo_zh,
    "pharmacotherapydb": _read_pharmacotherapydb,
    "ansm": _read_ansm,
    "ddinter": _read_ddinter,
}
