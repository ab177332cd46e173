"""Measure how well the findings alone tell a patient's causal gene from random disease genes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from kg_builder.schema import Label
from ontologies.errors import InputError
from reasoner.evaluation.case_ranks import findings_of, judge_all, truths_of
from reasoner.evaluation.evaluation_run import EvaluationRun
from reasoner.evaluation.metrics import ResultRow, summarise_settings, tabulate
from reasoner.intake.case import Case
from reasoner.intake.gene_list import PatientGene
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.patient_genes import GeneMatch, match_genes, rank_genes
from reasoner.ranking.ranker_fit import row_references
from reasoner.ranking.row_removal import RemovedRows

__all__ = ["GENES", "GENE_SETTINGS", "GeneRanks", "evaluate_genes"]

GENES = 100
"""How many genes are ranked: the causal one and random genes of other candidates."""
GENE_SETTINGS = ("as_is", "publication_never_seen")
_COUNTED = ("cases", "no_gene", "excluded", "no_finding", "gene_unknown")


def evaluate_genes(run: EvaluationRun, ranker: CaseRanker, *, genes: int = GENES) -> dict[str, Any]:
    """Rank each case's causal gene among random disease genes and write `rows.tsv`, `metrics.json`, `manifest.json`.

    In `rows.tsv`, `truth` is the case's disease, `top1` the gene that leads and `n_candidates` how many genes competed.

    Args:
        run: files, and cases whose interpretations name a causative gene.
        ranker: ranks the diseases that a gene may be to blame for.
        genes: how many genes compete, the causal one among them.

    Returns:
        What `metrics.json` holds.

    Raises:
        InputError: the cases cannot be read, none can be judged, or the results cannot be written.
    """
    run.progress("reading the genes")
    ranks = GeneRanks(ranker, genes=genes, seed=run.seed)
    run.progress("evaluating")
    ranks.add_all(run.cases)
    if not ranks.rows:
        raise InputError(
            "no case names a causative gene and a disease of this graph",
            value=run.cases_path,
            remedy="Give phenopackets whose interpretations name the gene",
        )
    figures = summarise_settings(ranks.rows, GENE_SETTINGS, seed=run.seed)
    return run.write(ranker, tabulate(ranks.rows), figures, counts=ranks.counts, options={"genes": genes})


class GeneRanks:
    """Ranks causal genes and keeps the rows.

    Args:
        ranker: ranks the diseases of its graph.
        genes: how many genes compete.
        seed: of the random genes; those of a case do not depend on the other cases.
    """

    def __init__(self, ranker: CaseRanker, *, genes: int = GENES, seed: int = 0) -> None:
        self._ranker, self._index = ranker, ranker.index
        self._others, self._seed = genes - 1, seed
        snapshot = self._index.snapshot
        table = snapshot.node_table(["id", "label", "name"])
        named = [PatientGene(key) for _, key, label, _ in table.iter_rows() if label == Label.GENE.value]
        number_of = {key: n for key, n in self._index.number_by_node_id.items() if ranker.is_candidate(n)}
        self._genes = [match for match in match_genes(snapshot, named, number_of)[0] if match.diseases]
        self._place_by_symbol = {match.node.name.casefold(): place for place, match in enumerate(self._genes)}
        self._removed = RemovedRows(self._index.profiles, row_references(self._index))
        self.counts = dict.fromkeys(_COUNTED, 0)
        self.rows: list[ResultRow] = []

    def add_all(self, cases: Iterable[Case]) -> None:
        """Keep the rows of the cases that can be judged; the others are counted."""
        judge_all(cases, self._add, self.counts)

    def _add(self, case: Case) -> str | None:
        """Why a case is left out; None where it is not."""
        if not case.genes:
            return "no_gene"
        truths = truths_of(case, self._ranker)
        if not truths:
            return "excluded"
        observed = findings_of(case, self._ranker)
        if not observed:
            return "no_finding"
        own = {place for gene in case.genes if (place := self._place_by_symbol.get(gene.casefold())) is not None}
        if not own:
            return "gene_unknown"
        ranking = self._ranker.rank(observed, sex=case.sex, age_years=case.age_years)
        row = self._row(case, sorted(own), ranking.scores)._replace(
            truth=str(self._index.disease_ids[truths[0]]), n_findings=len(ranking.terms)
        )
        self.rows.append(row)
        publications = frozenset(case.publications)
        if publications and not any(self._removed.cites(disease, publications) for disease in truths):
            self.rows.append(row._replace(setting="publication_never_seen"))
        return None

    def _row(self, case: Case, own: list[int], scores: npt.NDArray[np.float32]) -> ResultRow:
        """The likeliest of the causal genes among random others; a patient with two has one chance, not two."""
        causal = rank_genes([self._genes[place] for place in own], scores)[0].match
        held = [causal, *self._drawn(case.id, own)]
        ranked = rank_genes(held, scores)
        rank = next(place.rank for place in ranked if place.match is causal)
        totals = np.array([place.score for place in ranked])
        share = 1.0 / float(np.exp(totals - totals[0]).sum()) if totals[0] > -np.inf else 0.0
        return ResultRow(case.id, "as_is", "", rank, len(held), str(ranked[0].match.node.id), share, 0)

    def _drawn(self, case_id: str, own: list[int]) -> list[GeneMatch]:
        others = np.setdiff1d(np.arange(len(self._genes)), own)
        digest = hashlib.sha256(case_id.encode()).digest()[:8]
        rng = np.random.default_rng([self._seed, int.from_bytes(digest, "big")])
        drawn = rng.choice(others, min(self._others, len(others)), replace=False)
        return [self._genes[place] for place in sorted(drawn.tolist())]
