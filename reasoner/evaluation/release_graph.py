"""The graph of an older release: built at the first use, kept beside the user's own, then opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

from kg_builder.as_of import build_as_of
from kg_builder.hpo_releases import HpoRelease, locate_release
from kg_builder.snapshot import Snapshot
from ontologies.errors import GraphError
from reasoner.artefacts import ARTEFACTS
from reasoner.evaluation.results import code_digest
from reasoner.ranking.index import RankingIndex

__all__ = ["open_release_graph", "release_folder"]

_BUILDERS = ("ontologies", "kg_builder")


def release_folder(graph: Path, release: HpoRelease) -> Path:
    """Where the graph of a release is kept, beside the folder of the user's graph."""
    return graph.with_name(f"{graph.name}-as-of-{release.key}")


def open_release_graph(
    release: HpoRelease,
    folder: Path,
    *,
    mirror: Path | None = None,
    offline: bool = False,
    progress: Callable[[str], None] = lambda message: None,
) -> Snapshot:
    """Open the graph of a release, or build it.

    Args:
        release: which one.
        folder: the graph's own folder (`release_folder`).
        mirror: a folder that holds the files of the release.
        offline: fetch nothing.
        progress: told what is being done.

    Raises:
        SourceError: the release cannot be had.
        LimitError: the disk is full.
    """
    made_by = code_digest(_BUILDERS)
    try:
        snapshot = Snapshot.open(folder)
        RankingIndex.open(snapshot)
    except GraphError:
        data = locate_release(release, user_cache_path("aitia") / "packages", mirror=mirror, offline=offline)
        return build_as_of(release, data, folder, made_by=made_by, derive=ARTEFACTS, progress=progress)
    if snapshot.manifest.get("made_by") != made_by:
        progress(f"{folder} was built by another version of the code; remove it to build it anew")
    return snapshot
