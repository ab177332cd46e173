"""Build a graph: read the sources, assemble, write the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from kg_builder.assembly import Assembly, annotated_diseases, assemble, merge_exact_matches
from kg_builder.catalogue import SOURCES, Source, find_source_file
from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from kg_builder.sources.ansm import read_ansm
from kg_builder.sources.core_pack import read_core_pack
from kg_builder.sources.drugs import read_drugs
from kg_builder.sources.genes import read_genes
from kg_builder.sources.hpo import read_hpo
from kg_builder.sources.hpo_zh import read_hpo_zh
from kg_builder.sources.hpoa import read_hpoa_edges
from kg_builder.sources.icd import read_icd
from kg_builder.sources.mondo import (
    read_mondo_codes,
    read_mondo_hierarchy,
    read_mondo_labels,
    read_mondo_matches,
)
from kg_builder.sources.orphanet import orphanet_matches, read_orphanet
from kg_builder.sources.pharmacotherapydb import read_pharmacotherapydb
from ontologies.errors import SourceError
from ontologies.issue import Issue
from ontologies.lexicon import load_lexicon
from ontologies.ontology import Ontology
from ontologies.readers.edge_list import read_edge_list
from ontologies.readers.hpoa import read_hpoa
from ontologies.readers.icd10cm import load_icd10cm
from ontologies.readers.icd10who import load_icd10who
from ontologies.readers.icd10zh import read_icd10zh
from ontologies.readers.obo import load_obo
from ontologies.readers.orphapacket import read_orphapackets
from ontologies.releases import data_path
from ontologies.term_id import TermId

__all__ = ["build_graph"]

Progress = Callable[[str], None]


class _Gathered:
    """What the sources said so far."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.matches: list[tuple[TermId, TermId]] = []
        self.names_zh: dict[TermId, str] = {}
        self.missing: list[dict[str, str]] = []
        self.issues: list[Issue] = []

    def take(self, items: Iterable[Node | Edge]) -> None:
        for item in items:
            if isinstance(item, Node):
                self.nodes.append(item)
            else:
                self.edges.append(item)


def build_graph(
    folder: Path,
    *,
    mirror: Path | None = None,
    full: bool = False,
    derive: Sequence[Callable[[Snapshot], None]] = (),
    progress: Progress = lambda message: None,
) -> Snapshot:
    """Build the graph into a folder and make it the current one.

    Args:
        folder: the graph's folder.
        mirror: stands in for the addresses of the sources that no package carries.
        full: read those sources too; one that cannot be had is said in the manifest and the build goes on.
        derive: what is compiled from the graph before it appears.
        progress: told what is being done.

    Raises:
        LimitError: the disk is full.
        FileFormatError: a source is not what its reader reads.
    """
    gathered = _Gathered()
    progress("reading the packaged sources")
    ontology = load_obo(data_path("hp.obo"))
    _read_packaged(gathered, ontology)
    if full:
        progress("reading the further sources")
        _read_full(gathered, mirror)
    progress("assembling")
    assembly = _assemble(gathered, ontology)
    progress(f"writing {len(assembly.nodes):,} nodes and {len(assembly.edges):,} edges")
    return write_snapshot(folder, assembly.nodes, assembly.edges, about=_about(gathered, assembly, full), derive=derive)


def _read_packaged(gathered: _Gathered, ontology: Ontology) -> None:
    gathered.take(read_hpo(ontology, SOURCES["hpo"]))
    gathered.take(read_hpoa_edges(read_hpoa(data_path("phenotype.hpoa")), SOURCES["hpoa"]))
    gathered.take(read_genes(data_path("genes_to_phenotype.txt"), SOURCES["hpo-genes"]))
    titles_zh = {title.code: title.name for title in read_icd10zh(data_path("icdmap.db"))}
    gathered.take(read_icd(load_icd10cm(data_path("icd10cm.xml")), SOURCES["icd10cm"], titles_zh))
    gathered.take(read_icd(load_icd10who(data_path("icd10who.xml")), SOURCES["icd10who"], {}))
    gathered.take(read_drugs(data_path("drugs.pkl.bz2")))
    pack = read_core_pack()
    gathered.take([*pack.nodes, *pack.edges])
    gathered.matches += [(node.id, xref) for node in pack.nodes for xref in node.xrefs if node.label is Label.DISEASE]
    gathered.issues += pack.issues
    for entry in load_lexicon("zh").entries:
        if entry.kind == "name":
            gathered.names_zh.setdefault(entry.term, entry.word)


def _read_full(gathered: _Gathered, mirror: Path | None) -> None:
    readers: dict[str, Callable[[_Gathered, Callable[[str], Path]], None]] = {
        "mondo": _read_mondo,
        "mondo-hierarchy": _read_mondo_hierarchy,
        "orphanet": _read_orphanet,
        "hpo-zh": _read_hpo_zh,
        "pharmacotherapydb": _read_pharmacotherapydb,
        "ansm": _read_ansm,
    }
    for key, read in readers.items():
        source = SOURCES[key]
        try:
            paths = _locate(source, mirror)
        except SourceError as error:
            gathered.missing.append({"source": key, "reason": str(error)})
            continue
        read(gathered, lambda ending, paths=paths: next(p for name, p in paths.items() if name.endswith(ending)))  # type: ignore[misc]


def _locate(source: Source, mirror: Path | None) -> dict[str, Path]:
    if mirror is None:
        raise SourceError(f"source {source.key} needs a mirror", remedy="Name one by --mirror DIR or AITIA_MIRROR")
    return {name: find_source_file(source, name, mirror) for name in source.files}


def _read_mondo(gathered: _Gathered, path: Callable[[str], Path]) -> None:
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


def _read_mondo_hierarchy(gathered: _Gathered, path: Callable[[str], Path]) -> None:
    labelled = {node.id for node in gathered.nodes if node.id.prefix == "MONDO"}
    pairs = read_edge_list(path("mondo_subclass_edges_full.tsv"))
    gathered.take(read_mondo_hierarchy(pairs, labelled, SOURCES["mondo-hierarchy"]))


def _read_orphanet(gathered: _Gathered, path: Callable[[str], Path]) -> None:
    packets = list(read_orphapackets(path("orphapacket_json.tar.xz")))
    genes = {node.name: node.id for node in gathered.nodes if node.label is Label.GENE}
    settled = {target for mondo, target in gathered.matches if mondo.prefix == "MONDO"}
    gathered.matches += orphanet_matches(packets, settled)
    gathered.take(read_orphanet(packets, SOURCES["orphanet"], genes))


def _read_hpo_zh(gathered: _Gathered, path: Callable[[str], Path]) -> None:
    gathered.names_zh.update(read_hpo_zh(path("hp-zh.babelon.tsv")))


def _read_pharmacotherapydb(gathered: _Gathered, path: Callable[[str], Path]) -> None:
    gathered.take(read_pharmacotherapydb(path("indications.tsv"), SOURCES["pharmacotherapydb"]))


def _read_ansm(gathered: _Gathered, path: Callable[[str], Path]) -> None:
    names: dict[str, TermId] = {}
    for node in gathered.nodes:
        if node.label is Label.DRUG:
            for name in (node.name, *node.synonyms):
                names.setdefault(name.casefold(), node.id)
    gathered.take(read_ansm(path("20102020.json"), path("index-des-substances-20102020.json"), SOURCES["ansm"], names))


def _assemble(gathered: _Gathered, ontology: Ontology) -> Assembly:
    matches = merge_exact_matches(gathered.matches, annotated_diseases(gathered.edges))
    described = {node.id for node in gathered.nodes}
    heads = {matches[term] for term in described if term in matches}
    matches = {term: head for term, head in matches.items() if head in heads}
    replaced: dict[TermId, TermId] = {}
    for edge in gathered.edges:
        for end in (edge.subject, edge.object):
            if end.prefix == "HP" and end not in ontology.terms:
                primary = ontology.resolve(end)
                if primary is not None:
                    replaced[end] = primary
    return assemble(gathered.nodes, gathered.edges, matches=matches, replaced=replaced, names_zh=gathered.names_zh)


def _about(gathered: _Gathered, assembly: Assembly, full: bool) -> dict[str, Any]:
    missing = {entry["source"] for entry in gathered.missing}
    if not full:
        gathered.missing += [
            {"source": source.key, "reason": "not read without --full"} for source in SOURCES.values() if source.full
        ]
    counts: dict[str, int] = {}
    for edge in assembly.edges:
        counts[edge.evidence.source] = counts.get(edge.evidence.source, 0) + 1
    return {
        "full": full,
        "sources": [
            {
                "source": source.key,
                "title": source.title,
                "version": source.version,
                "licence": source.licence,
                "tier": source.tier.value,
                "upstream": source.upstream,
                "edges": counts.get(source.key, 0),
                "files": dict(source.files),
            }
            for source in SOURCES.values()
            if (full or not source.full) and source.key not in missing
        ],
        "missing_sources": gathered.missing,
        "issues": [
            {"level": issue.level.value, "category": issue.category, "message": issue.message}
            for issue in (*gathered.issues, *assembly.issues)
        ],
    }
