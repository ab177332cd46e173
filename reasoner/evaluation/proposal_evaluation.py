"""Measure a model's proposals: alone, the graph alone, and both fused, by entity; and what the graph refuses.

Only cases whose publications the annotations of their disease do not cite, and which have proposals, are compared, so
that all three rank the same patients.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from reasoner.evaluation.case_ranks import CaseRanks
from reasoner.evaluation.metrics import ResultRow, summarise_settings
from reasoner.evaluation.read_cases import read_cases
from reasoner.evaluation.results import describe_cases, describe_machine, write_results
from reasoner.intake.case import Case
from reasoner.proposals.fusion import proposal_term
from reasoner.proposals.grounding import MAX_CLASS, CheckedProposal, DiseaseClasses, Rejection, check_proposals
from reasoner.proposals.proposal import DiseaseProposal, Proposer
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.grouping import Grouping
from reasoner.ranking.ranker_choice import SHIPPED
from reasoner.ranking.ranker_fit import row_references
from reasoner.ranking.row_removal import RemovedRows
from reasoner.ranking.score_term import add_terms

__all__ = ["METHODS", "ProposalRanks", "evaluate_proposals"]

METHODS = ("model_alone", "graph_alone", "fused")
_COUNTED = ("cases", "no_proposal", "excluded", "no_finding", "seen")


def evaluate_proposals(
    snapshot: Snapshot,
    cases_path: Path,
    proposer: Proposer,
    out_dir: Path,
    *,
    uniform_prior: bool = False,
    ranker: str = SHIPPED,
    seed: int = 0,
    command: Sequence[str] = (),
    progress: Callable[[str], None] = lambda message: None,
) -> dict[str, Any]:
    """Rank never-seen cases three ways and write `rows.tsv`, `metrics.json` and `manifest.json`.

    Args:
        snapshot: a build with a compiled ranking and Mondo's classes, by which proposals are understood.
        cases_path: phenopackets.
        proposer: proposes for each case, such as a record of a model's answers.
        out_dir: where the three files go.
        uniform_prior: rank without prevalence, sex and age; proposals are held to sex and age all the same.
        ranker: `shipped`, `none`, or a file of vectors.
        seed: of the bootstrap.
        command: what was called, for the manifest.
        progress: is told what is being done.

    Returns:
        What `metrics.json` holds; `proposals` says how many there were and what share was refused, by reason.

    Raises:
        InputError: the cases cannot be read, none has a proposal, or the results cannot be written.
    """
    cases, issues = read_cases(cases_path)
    case_ranker = CaseRanker.open(snapshot, ranker=ranker)
    progress("evaluating")
    ranks = ProposalRanks(snapshot, case_ranker, proposer, uniform_prior=uniform_prior)
    ranks.add_all(cases)
    if not ranks.rows:
        raise InputError(
            "no never-seen case has a proposal", value=proposer.name, remedy="Give the proposals of these cases"
        )
    metrics = {
        **summarise_settings(ranks.rows, METHODS, seed=seed),
        "proposals": ranks.refusals(),
        "counts": ranks.counts | {"unreadable": len(issues)},
        "unreadable": [str(issue) for issue in issues],
    }
    manifest = describe_machine(command) | {
        "build_id": snapshot.build_id,
        "cases": describe_cases(cases_path),
        "proposer": proposer.name,
        "uniform_prior": uniform_prior,
        "ranker": case_ranker.ranker,
        "vectors": case_ranker.artefacts.get("vectors", ""),
        "issues": [str(issue) for issue in case_ranker.issues],
        "seed": seed,
        "counts": metrics["counts"],
    }
    write_results(out_dir, ranks.rows, metrics, manifest)
    return metrics


class ProposalRanks:
    """Ranks the entity of each case's truth three ways and keeps the rows.

    Args:
        snapshot: the graph.
        ranker: ranks its diseases, all of them candidates.
        proposer: proposes for each case.
        uniform_prior: rank without prevalence, sex and age.
    """

    def __init__(
        self, snapshot: Snapshot, ranker: CaseRanker, proposer: Proposer, *, uniform_prior: bool = False
    ) -> None:
        self._ranker, self._index, self._proposer = ranker, ranker.index, proposer
        grouping = Grouping.open(snapshot.folder)
        names, numbers = grouping.numbered([str(disease) for disease in self._index.disease_ids])
        self._entity_of: list[int] = numbers.tolist()
        self._entities = names
        self._ranks = CaseRanks(self._index, "all", uniform_prior, grouping)
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
        for case in cases:
            self.counts["cases"] += 1
            reason = self._add(case)
            if reason is not None:
                self.counts[reason] += 1

    def _add(self, case: Case) -> str | None:
        """Why a case is left out; None where it is not."""
        terms, truths = self._ranks.terms(case), self._ranks.truths(case)
        if not truths or not terms:
            return "excluded" if not truths else "no_finding"
        publications = frozenset(case.publications)
        if not publications or any(self._removed.cites(disease, publications) for disease in truths):
            return "seen"
        proposals = list(self._proposer.propose(case))
        if not proposals:
            return "no_proposal"
        scores = self._index.scores(terms)
        if self._ranker.correction is not None:
            scores = scores + self._ranker.correction.total(terms)
        checked = check_proposals(
            self._index,
            self._classes,
            proposals,
            observed=terms,
            excluded=[number for term in case.excluded if (number := self._index.find_term(term)) is not None],
            priors=self._ranker.priors(sex=case.sex, age_years=case.age_years),
        )
        self._add_model(case, truths, checked, len(terms))
        self._ranks.add(case, "graph_alone", truths, scores, len(terms))
        fused = add_terms(scores, [proposal_term(checked, len(scores))])
        self._ranks.add(case, "fused", truths, fused, len(terms))
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
