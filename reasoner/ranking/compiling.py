"""Compile a build's ranking into its folder: profiles, backgrounds, rows of likelihood ratios."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from kg_builder.schema import Label, Relation
from ontologies.errors import GraphDamagedError
from reasoner.ranking.annotation_rows import EdgeTables, annotation_rows
from reasoner.ranking.disease_profile import Profiles, RankingInput
from reasoner.ranking.likelihood_ratio import (
    EQUIVALENT_WEIGHT,
    IMPRECISION_COST,
    NEIGHBOUR_WEIGHT,
    SMOOTHING,
)
from reasoner.ranking.priors import PRIOR_COLUMNS, prior_arrays
from reasoner.ranking.score_rows import compile_score_rows
from reasoner.ranking.unmentioned_findings import UNMENTIONED_COST, unmentioned_nats

__all__ = ["ABNORMALITY", "CompiledSource", "compile_arrays", "compile_ranking", "ranking_folder", "read_ranking_input"]

ABNORMALITY = "HP:0000118"
DESCRIPTION = "ranking.json"
FORMAT = "5"
# The background is that of the OMIM entries, which count patients; other vocabularies give frequency classes.
_OTHER_BACKGROUND_WEIGHT = 0.1
Arrays = dict[str, npt.NDArray[Any]]


class CompiledSource(EdgeTables, Protocol):
    """What a compilation needs of a snapshot."""

    folder: Path

    @property
    def build_id(self) -> str:
        """Root of the Merkle tree."""

    def node_table(self, columns: list[str]) -> pl.DataFrame:
        """Columns of the nodes, with their numbers."""


def ranking_folder(folder: Path) -> Path:
    """Where a build keeps its compiled ranking."""
    return folder / "derived" / "ranking"


def compile_ranking(snapshot: Any) -> None:
    """Compile a snapshot's ranking into its folder."""
    data, extra = read_ranking_input(snapshot)
    arrays = compile_arrays(Profiles(data)) | extra
    _write(ranking_folder(Path(snapshot.folder)), arrays, snapshot.build_id)


def read_ranking_input(snapshot: CompiledSource) -> tuple[RankingInput, Arrays]:
    """Rows of a snapshot as plain arrays, and what the index keeps beside them: edge and node numbers."""
    nodes = snapshot.node_table(["id", "label"])
    is_symptom = nodes["label"] == Label.SYMPTOM.value
    terms: list[str] = nodes.filter(is_symptom)["id"].sort().to_list()
    if not terms:
        raise GraphDamagedError("the graph holds no symptoms", value=snapshot.folder, remedy="Run `aitia build` again")
    term_number = {term: number for number, term in enumerate(terms)}
    is_a = snapshot.edge_table(["subject", "object"], (Relation.IS_A,))
    pairs = [
        (term_number[child], term_number[parent])
        for child, parent in zip(is_a["subject"], is_a["object"], strict=True)
        if child in term_number and parent in term_number
    ]
    rows = annotation_rows(snapshot, ["asserted_subject"])
    rows = rows.with_columns(pl.col("asserted_subject").fill_null(pl.col("subject")).alias("entry"))
    diseases: list[str] = rows["subject"].unique().sort().to_list()
    disease_number = {disease: number for number, disease in enumerate(diseases)}
    owner = dict(zip(rows["entry"], rows["subject"], strict=True))
    entries = sorted(owner)
    entry_number = {entry: number for number, entry in enumerate(entries)}
    rows = rows.sort("entry", "object", "index")
    node_index = dict(zip(nodes["id"], nodes["index"], strict=True))
    omim = np.array([d.startswith("OMIM:") and d in entry_number for d in diseases], dtype=bool)
    data = RankingInput(
        terms=tuple(terms),
        is_a=np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2),
        diseases=tuple(diseases),
        entries=tuple(entries),
        entry_disease=np.array([disease_number[owner[entry]] for entry in entries], dtype=np.int64),
        row_entry=np.array([entry_number[entry] for entry in rows["entry"]], dtype=np.int64),
        row_term=np.array([term_number[term] for term in rows["object"]], dtype=np.int64),
        row_n=rows["n"].to_numpy(),
        row_m=rows["m"].to_numpy(),
        weights=np.where(omim, 1.0, _OTHER_BACKGROUND_WEIGHT) if omim.any() else np.ones(len(diseases)),
        links=_gene_links(snapshot, entry_number),
    )
    extra: Arrays = {
        "disease_nodes": np.array([node_index[disease] for disease in diseases], dtype=np.int32),
        "row_edges": rows["index"].to_numpy().astype(np.int32),
        "is_omim": omim,
        **_priors(snapshot, diseases),
    }
    return data, extra


def compile_arrays(profiles: Profiles) -> Arrays:
    """All arrays of the index but the numbers of nodes and edges."""
    data, final = profiles.data, profiles.final
    weights = np.repeat(data.weights, np.diff(final.starts))
    background = np.bincount(final.columns, final.values * weights, len(data.terms)) / data.weights.sum()
    information = np.where(background > 0, -np.log(np.where(background > 0, background, 1.0)), 0.0).clip(min=0.0)
    # A term that no disease has is taken to be as informative as the best of its ancestors; no other one is changed.
    information = np.maximum.reduceat(information[profiles.ancestors], profiles.starts[:-1])
    arrays: Arrays = {
        "terms": np.array(data.terms, dtype="S"),
        "diseases": np.array(data.diseases, dtype="S"),
        "entries": np.array(data.entries, dtype="S"),
        "background": background,
        "information_content": information,
        "ancestor_starts": profiles.starts.astype(np.int32),
        "ancestors": profiles.ancestors.astype(np.int32),
        "profile_starts": final.starts.astype(np.int32),
        "profile_terms": final.columns.astype(np.int32),
        "profile_values": final.values,
        "entry_disease": data.entry_disease.astype(np.int32),
        "weights": data.weights,
        "row_entry": data.row_entry.astype(np.int32),
        "row_term": data.row_term.astype(np.int32),
        "row_n": data.row_n.astype(np.float32),
        "row_m": data.row_m.astype(np.float32),
        "is_a": data.is_a.astype(np.int32),
        "links": data.links.astype(np.int32),
        "unmentioned_nats": unmentioned_nats(final),
    }
    return arrays | compile_score_rows(profiles, background, information)


def _gene_links(snapshot: CompiledSource, entry_number: dict[str, int]) -> npt.NDArray[np.int64]:
    table = snapshot.edge_table(["subject", "object", "asserted_object"], (Relation.ASSOCIATED_WITH,))
    by_gene: dict[str, set[int]] = {}
    for gene, disease, entry in table.select("subject", "object", "asserted_object").iter_rows():
        number = entry_number.get(entry or disease)
        if number is not None:
            by_gene.setdefault(gene, set()).add(number)
    pairs = {(a, b) for linked in by_gene.values() for a in linked for b in linked if a != b}
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _priors(snapshot: CompiledSource, diseases: list[str]) -> Arrays:
    table = snapshot.node_table(list(PRIOR_COLUMNS))
    rows = {row["id"]: row for row in table.iter_rows(named=True)}
    return prior_arrays(rows[disease] for disease in diseases)


def _write(folder: Path, arrays: Arrays, build_id: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in sorted(arrays):
        path = folder / f"{name}.npy"
        np.save(path, arrays[name], allow_pickle=False)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        files[path.name] = {"sha256": digest, "bytes": path.stat().st_size}
    description = {
        "format": FORMAT,
        "build_id": build_id,
        "formula": {
            "smoothing": str(SMOOTHING),
            "unmentioned_cost": str(UNMENTIONED_COST),
            "imprecision_cost": str(IMPRECISION_COST),
            "equivalent_weight": str(EQUIVALENT_WEIGHT),
            "neighbour_weight": str(NEIGHBOUR_WEIGHT),
        },
        "files": files,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1, sort_keys=True) + "\n", encoding="utf-8")
