"""Build a graph: read the sources, assemble, write the snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from kg_builder.assembly import Assembly, annotated_diseases, assemble, merge_exact_matches, primary_ids
from kg_builder.catalogue import SOURCES, describe_source
from kg_builder.same_disease import match_by_name_and_gene
from kg_builder.selection import Selection, select_sources
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import check_folder, write_snapshot
from kg_builder.source_files import SourceFiles
from kg_builder.source_readers import FURTHER, PACKAGED, Gathered, read_further
from kg_builder.sources.disease_names import match_by_name
from ontologies.ontology import Ontology
from ontologies.readers.obo import load_obo
from ontologies.releases import data_path

__all__ = ["build_graph"]

Progress = Callable[[str], None]


def build_graph(
    folder: Path,
    *,
    mirror: Path | None = None,
    cache: Path | None = None,
    offline: bool = False,
    selection: Selection | None = None,
    full: bool = False,
    derive: Sequence[Callable[[Snapshot], None]] = (),
    progress: Progress = lambda message: None,
) -> Snapshot:
    """Build the graph into a folder and make it the current one.

    Args:
        folder: the graph's folder.
        mirror: stands in for the addresses of the sources that no package carries.
        cache: where fetched sources are kept; None fetches nothing.
        offline: take from the cache what is there, fetch nothing.
        selection: which sources are read; one that cannot be had is said in the manifest and the build goes on.
        full: without a selection, read also the sources that no package carries.
        derive: what is compiled from the graph before it appears.
        progress: told what is being done.

    Raises:
        InputError: the folder cannot be written to.
        LimitError: the disk is full.
        FileFormatError: a source is not what its reader reads.
    """
    check_folder(folder)
    selection = selection or select_sources(full=full)
    gathered = Gathered()
    progress("reading the packaged sources")
    ontology = load_obo(data_path("hp.obo"))
    for key, read in PACKAGED.items():
        if key in selection.chosen:
            read(gathered, ontology)
    files = SourceFiles(mirror=mirror, cache=cache, offline=offline, progress=progress)
    for key, read_source in FURTHER.items():
        if key in selection.chosen:
            progress(f"reading {key}")
            read_further(gathered, SOURCES[key], files, read_source)
    gathered.missing += [{"source": key, "reason": reason} for key, reason in selection.left_out.items()]
    progress("assembling")
    assembly = _assemble(gathered, ontology)
    progress(f"writing {len(assembly.nodes):,} nodes and {len(assembly.edges):,} edges")
    about = _about(gathered, assembly, selection)
    return write_snapshot(folder, assembly.nodes, assembly.edges, about=about, derive=derive)


def _assemble(gathered: Gathered, ontology: Ontology) -> Assembly:
    settled = {term for pair in gathered.matches for term in pair}
    namesakes = match_by_name_and_gene(gathered.nodes, gathered.edges, settled)
    pairs = [*gathered.matches, *namesakes, *match_by_name(gathered.nodes, settled)]
    matches = merge_exact_matches(pairs, annotated_diseases(gathered.edges))
    described = {node.id for node in gathered.nodes}
    heads = {matches[term] for term in described if term in matches}
    matches = {term: head for term, head in matches.items() if head in heads}
    return assemble(
        gathered.nodes,
        gathered.edges,
        matches=matches,
        replaced=primary_ids(gathered.edges, ontology),
        names_zh=gathered.names_zh,
        align=gathered.by_name,
    )


def _about(gathered: Gathered, assembly: Assembly, selection: Selection) -> dict[str, Any]:
    missing = {entry["source"] for entry in gathered.missing}
    counts = Counter(edge.evidence.source for edge in assembly.edges)
    return {
        "full": any(SOURCES[key].full for key in selection.chosen),
        "sources": [
            describe_source(source, counts[source.key]) for source in SOURCES.values() if source.key not in missing
        ],
        "missing_sources": sorted(gathered.missing, key=itemgetter("source")),
        "issues": [issue.record() for issue in (*gathered.issues, *assembly.issues)],
    }
