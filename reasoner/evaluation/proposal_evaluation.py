"""Measure a model's proposals: alone, the graph alone, and both fused, by entity; and what the graph refuses.

Only cases whose publications the annotations of their disease do not cite, and which have proposals, are compared, so
that all three rank the same patients.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ontologies.errors import InputError
from reasoner.evaluation.case_ranks import CaseRanks, judge_all, truths_of
from reasoner.evaluation.evaluation_run import EvaluationRun
from reasoner.evaluation.metrics import ResultRow, summarise_settings, tabulate
from reasoner.intake.case import Case
from reasoner.proposals.fusion import proposal_term
from reasoner.proposals.grounding import MAX_CLASS, CheckedProposal, DiseaseClasses, Rejection, check_proposals
from reasoner.proposals.proposal import DiseaseProposal, Proposer
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.priors import prior_terms
from reasoner.ranking.ranker_fit import row_references
from reasoner.ranking.row_removal import RemovedRows

__all__ = ["METHODS", "ProposalRanks", "evaluate_proposals"]

METHODS = ("model_alone", "graph_alone", "fused")
_COUNTED = ("cases", "no_proposal", "excluded", "no_finding", "seen")


def evaluate_proposals(run: EvaluationRun, ranker: CaseRanker, proposer: Proposer) -> dict[str, Any]:
    """Rank never-seen cases three ways and write `rows.tsv`, `metrics.json` and `manifest.json`.

    Args:
        run: cases and files.
        ranker: of a graph with Mondo's classes, by which proposals are understood; proposals are held to sex and age
            also where its prior is uniform.
        proposer: proposes for each case, such as a record of a model's answers.

    Returns:
        What `metrics.json` holds; `proposals` says how many there were and what share was refused, by reason.

    Raises:
        InputError: the cases cannot be read, none has a proposal, or the results cannot be written.
    """
    run.progress("evaluating")
    ranks = ProposalRanks(ranker, proposer)
    ranks.add_all(run.cases)
    if not ranks.rows:
        raise InputError(
            "no never-seen case has a proposal", value=proposer.name, remedy="Give the proposals of these cases"
        )
    figures = summarise_settings(ranks.rows, METHODS, seed=run.seed) | {"proposals": ranks.refusals()}
    return run.write(ranker, tabulate(ranks.rows), figures, counts=ranks.counts, options={"proposer": proposer.name})


class ProposalRanks:
    """Ranks the entity of each case's truth three ways and keeps the rows.

    Args:
        ranker: ranks the diseases of its graph.
        proposer: proposes for each case.
    """

    def __init__(self, ranker: CaseRanker, proposer: Proposer) -> None:
        self._ranker, self._index, self._proposer = ranker, ranker.index, proposer
        snapshot = self._index.snapshot
        grouping = Grouping.open(snapshot.folder)
        names, numbers = grouping.numbered([str(disease) for disease in self._index.disease_ids])
        self._entity_of: list[int] = numbers.tolist()
        self._entities = names
        self._ranks = CaseRanks(ranker, grouping)
        numbered = {str(key): number for key, number in self._index.number_by_node_id.items()}
        self._classes = DiseaseClasses(snapshot, numbered)
        self._removed = RemovedRows(self._index.profiles, row_references(self._index))
        self._checked: list[tuple[CheckedProposal, bool]] = []
        self.counts = dict.fromkeys(_COUNTED, 0)

    @property
    def rows(self) -> list[ResultRow]:
        """One row per case and method."""
        return self._ranks.rows

    def add_all(self, cases: Iterable[Case]) -> None:
        """Keep the rows of the cases that can be compared; the others are counted."""
        judge_all(cases, self._add, self.counts)

    def _add(self, case: Case) -> str | None:
        """Why a case is left out; None where it is not."""
        findings, truths = self._ranks.findings(case), truths_of(case, self._ranker)
        if not truths or not findings:
            return "excluded" if not truths else "no_finding"
        publications = frozenset(case.publications)
        if not publications or any(self._removed.cites(disease, publications) for disease in truths):
            return "seen"
        proposals = list(self._proposer.propose(case))
        if not proposals:
            return "no_proposal"
        sex, age_years = case.sex, case.age_years
        ranking = self._ranker.rank(findings, sex=sex, age_years=age_years)
        checked = check_proposals(
            self._index,
            self._classes,
            proposals,
            observed=ranking.terms,
            excluded=self._index.known_terms(case.excluded),
            priors=prior_terms(self._index.prior_arrays, setting=self._ranker.setting, sex=sex, age_years=age_years),
        )
        self._add_model(case, truths, checked, len(ranking.terms))
        self._ranks.add(case, "graph_alone", truths, ranking)
        term = proposal_term(checked, len(ranking.scores))
        fused = self._ranker.rank(findings, sex=sex, age_years=age_years, further=[term])
        self._ranks.add(case, "fused", truths, fused)
        return None

    def _add_model(
        self, case: Case, truths: Sequence[int], checked: Sequence[CheckedProposal], n_findings: int
    ) -> None:
        """The place of the first proposal that means the truth's entity, whether the graph refuses it or not."""
        entities = {self._entity_of[number] for number in truths}
        rank = math.inf
        for each in checked:
            is_true = bool(entities & self._meant(each.proposal))
            self._checked.append((each, is_true))
            if is_true:
                rank = min(rank, float(each.proposal.rank))
        first = min(checked, key=lambda each: each.proposal.rank).proposal
        truth = str(self._index.disease_ids[truths[0]])
        self.rows.append(
            ResultRow(case.id, "model_alone", truth, rank, len(self._entities), first.text, math.nan, n_findings)
        )

    def _meant(self, proposal: DiseaseProposal) -> set[int]:
        """Entities that a proposal names; a class too broad to be a disease names none."""
        numbers = self._classes.candidates_at_or_below(self._classes.nodes_of(proposal))
        return {self._entity_of[number] for number in numbers} if len(numbers) <= MAX_CLASS else set()

    def refusals(self) -> dict[str, Any]:
        """How many proposals there were, the share refused for each reason, and how many of those were true."""
        count = len(self._checked)
        refused = [(each.rejection, is_true) for each, is_true in self._checked if each.rejection is not None]
        return {
            "n": count,
            "refused": len(refused) / count if count else 0.0,
            "refused_by_reason": {
                reason.value: sum(held is reason for held, _ in refused) / count if count else 0.0
                for reason in Rejection
            },
            "refused_though_true": sum(is_true for _, is_true in refused),
        }
