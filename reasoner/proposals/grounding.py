"""Proposals held to the graph: which candidates each one means, or why it is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from reasoner.proposals.proposal import DiseaseProposal
from reasoner.ranking.absent_findings import EXPECTED_FREQUENCY
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.score_term import ScoreTerm

__all__ = ["CheckedProposal", "DiseaseClasses", "Rejection", "check_proposals"]

MAX_CLASS = 60
"""A class with more candidates below it names no disease: "genetic disorder" would explain everybody."""


class Rejection(StrEnum):
    """Why a proposal is refused."""

    NO_SUCH_DISEASE = "no_such_disease"
    """The graph has no disease of that id or name."""
    NO_SYMPTOMS_KNOWN = "no_symptoms_known"
    """The graph has the disease, but nothing that it could be judged by."""
    TOO_BROAD = "too_broad"
    """It names a class of more than 60 diseases."""
    NO_FINDING_SUPPORTS = "no_finding_supports"
    """No finding of the patient is likelier with the disease than without."""
    SEX_IMPOSSIBLE = "sex_impossible"
    """The disease does not befall the patient's sex."""
    AGE_IMPOSSIBLE = "age_impossible"
    """The disease begins later than the patient's age, or ends earlier."""
    CONTRADICTED = "contradicted"
    """A finding that nearly all patients with the disease have was looked for and is absent."""


@dataclass(frozen=True, slots=True)
class CheckedProposal:
    """A proposal and what the graph says of it.

    Args:
        proposal: as proposed.
        diseases: numbers of the candidates that it means and that stand, ascending.
        rejection: why it is refused; None where at least one candidate stands.
    """

    proposal: DiseaseProposal
    diseases: tuple[int, ...]
    rejection: Rejection | None = None


class DiseaseClasses:
    """The candidates at or below each disease of the graph.

    Args:
        snapshot: the graph.
        number_by_id: number of each candidate by the id of its node.
    """

    def __init__(self, snapshot: Snapshot, number_by_id: Mapping[str, int]) -> None:
        self._snapshot = snapshot
        self._number_by_id = number_by_id
        self._children: dict[str, list[str]] = defaultdict(list)
        table = snapshot.edge_table(["subject", "object"], (Relation.IS_A,))
        for child, parent in table.select("subject", "object").iter_rows():
            self._children[parent].append(child)

    def nodes_of(self, proposal: DiseaseProposal) -> list[Node]:
        """Diseases of the graph that a proposal names: by its id, else by its name."""
        if proposal.id is not None:
            node = self._snapshot.node(proposal.id)
            if node is not None and node.label is Label.DISEASE:
                return [node]
        return self._snapshot.nodes_named(proposal.text, label=Label.DISEASE)

    def candidates_at_or_below(self, nodes: Iterable[Node]) -> list[int]:
        """Numbers of the candidates, ascending."""
        waiting = [str(node.id) for node in nodes]
        seen = set(waiting)
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return sorted(self._number_by_id[key] for key in seen if key in self._number_by_id)


def check_proposals(
    index: RankingIndex,
    classes: DiseaseClasses,
    proposals: Sequence[DiseaseProposal],
    *,
    observed: Sequence[int],
    excluded: Sequence[int] = (),
    priors: Sequence[ScoreTerm] = (),
) -> list[CheckedProposal]:
    """Check each proposal against the graph.

    Args:
        index: the ranking.
        classes: of the same graph.
        proposals: best first.
        observed: numbers of the terms that the patient has.
        excluded: numbers of the terms that the patient was found not to have.
        priors: the terms of sex and age among the patient's.
    """
    supported = np.zeros(len(index.disease_ids), dtype=bool)
    for term in observed:
        supported |= index.scores([term]) > 0
    impossible = {term.name: term.nats == -np.inf for term in priors}
    return [_check(index, classes, proposal, supported, impossible, excluded) for proposal in proposals]


def _check(
    index: RankingIndex,
    classes: DiseaseClasses,
    proposal: DiseaseProposal,
    supported: npt.NDArray[np.bool_],
    impossible: Mapping[str, npt.NDArray[np.bool_]],
    excluded: Sequence[int],
) -> CheckedProposal:
    nodes = classes.nodes_of(proposal)
    if not nodes:
        return CheckedProposal(proposal, (), Rejection.NO_SUCH_DISEASE)
    numbers = classes.candidates_at_or_below(nodes)
    if not numbers:
        return CheckedProposal(proposal, (), Rejection.NO_SYMPTOMS_KNOWN)
    if len(numbers) > MAX_CLASS:
        return CheckedProposal(proposal, (), Rejection.TOO_BROAD)
    for name, rejection in (("sex", Rejection.SEX_IMPOSSIBLE), ("age", Rejection.AGE_IMPOSSIBLE)):
        if name in impossible:
            numbers = [number for number in numbers if not impossible[name][number]]
            if not numbers:
                return CheckedProposal(proposal, (), rejection)
    numbers = [number for number in numbers if supported[number]]
    if not numbers:
        return CheckedProposal(proposal, (), Rejection.NO_FINDING_SUPPORTS)
    numbers = [
        number
        for number in numbers
        if not any(index.frequency(number, term) >= EXPECTED_FREQUENCY for term in excluded)
    ]
    return CheckedProposal(proposal, tuple(numbers), None if numbers else Rejection.CONTRADICTED)
