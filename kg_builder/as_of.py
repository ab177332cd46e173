"""Build a graph as it would have been on the day of an older release.

Such a graph holds the ontology, the disease annotations and the gene table of that release and nothing else: the other
sources, ours among them, are of later days and would bring later knowledge in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from kg_builder.assembly import assemble, primary_ids
from kg_builder.catalogue import SOURCES, Source, describe_source
from kg_builder.hpo_releases import HpoRelease
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import check_folder, write_snapshot
from kg_builder.source_readers import Gathered
from kg_builder.sources.genes import read_genes
from kg_builder.sources.hpo import read_hpo
from kg_builder.sources.hpoa import read_hpoa_edges
from kg_builder.sources.phenotype_to_genes import read_phenotype_to_genes
from ontologies.readers.hpoa import read_hpoa
from ontologies.readers.obo import load_obo

__all__ = ["build_as_of"]

_KEYS = ("hpo", "hpoa", "hpo-genes")


def build_as_of(
    release: HpoRelease,
    data: Path,
    folder: Path,
    *,
    made_by: str = "",
    derive: Sequence[Callable[[Snapshot], None]] = (),
    progress: Callable[[str], None] = lambda message: None,
) -> Snapshot:
    """Build the graph of an older release into a folder of its own.

    Args:
        release: which one.
        data: the folder that holds its files (`locate_release`).
        folder: the graph's folder.
        made_by: what built it, for the manifest, so that a kept graph of other code is known.
        derive: what is compiled from the graph before it appears.
        progress: told what is being done.

    Raises:
        InputError: the folder cannot be written to.
        LimitError: the disk is full.
        FileFormatError: a file is not what its reader reads.
    """
    check_folder(folder)
    sources = {key: _source(SOURCES[key], release) for key in _KEYS}
    progress(f"reading the release {release.version}")
    ontology = load_obo(data / "hp.obo")
    read_gene_table = read_genes if release.genes.startswith("genes") else read_phenotype_to_genes
    gathered = Gathered()
    gathered.take(read_hpo(ontology, sources["hpo"]))
    gathered.take(read_hpoa_edges(read_hpoa(data / "phenotype.hpoa", issues=gathered.issues), sources["hpoa"]))
    gathered.take(read_gene_table(data / release.genes, sources["hpo-genes"]))
    progress("assembling")
    replaced = primary_ids(gathered.edges, ontology)
    assembly = assemble(gathered.nodes, gathered.edges, matches={}, replaced=replaced, names_zh={})
    progress(f"writing {len(assembly.nodes):,} nodes and {len(assembly.edges):,} edges")
    counts = Counter(edge.evidence.source for edge in assembly.edges)
    about = {
        "as_of": release.key,
        "made_by": made_by,
        "full": False,
        "sources": [
            describe_source(source, counts[source.key], files={name: release.files[name]})
            for source, name in zip(sources.values(), ("hp.obo", "phenotype.hpoa", release.genes), strict=True)
        ],
        "missing_sources": [
            {"source": key, "reason": f"later than {release.version}"} for key in SOURCES if key not in sources
        ],
        "issues": [issue.record() for issue in (*gathered.issues, *assembly.issues)],
    }
    return write_snapshot(folder, assembly.nodes, assembly.edges, about=about, derive=derive)


def _source(source: Source, release: HpoRelease) -> Source:
    return replace(source, version=release.version, upstream=f"package {release.package.replace('==', ' ')}")
