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
from reasoner.ranking.absent_findings import diseases_that_expect
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


_BY_PRIOR = {"sex": Rejection.SEX_IMPOSSIBLE, "age": Rejection.AGE_IMPOSSIBLE}


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
    contradicted = np.zeros(len(index.disease_ids), dtype=bool)
    for term in excluded:
        contradicted[diseases_that_expect(index, term)] = True
    possible = {term.name: term.nats > -np.inf for term in priors}
    demands = [
        *((possible[name], code) for name, code in _BY_PRIOR.items() if name in possible),
        (supported, Rejection.NO_FINDING_SUPPORTS),
        (~contradicted, Rejection.CONTRADICTED),
    ]
    return [_check(classes, proposal, demands) for proposal in proposals]


def _check(
    classes: DiseaseClasses, proposal: DiseaseProposal, demands: Iterable[tuple[npt.NDArray[np.bool_], Rejection]]
) -> CheckedProposal:
    nodes = classes.nodes_of(proposal)
    if not nodes:
        return CheckedProposal(proposal, (), Rejection.NO_SUCH_DISEASE)
    numbers = classes.candidates_at_or_below(nodes)
    if not numbers:
        return CheckedProposal(proposal, (), Rejection.NO_SYMPTOMS_KNOWN)
    if len(numbers) > MAX_CLASS:
        return CheckedProposal(proposal, (), Rejection.TOO_BROAD)
    for stands, rejection in demands:
        numbers = [number for number in numbers if stands[number]]
        if not numbers:
            return CheckedProposal(proposal, (), rejection)
    return CheckedProposal(proposal, tuple(numbers))
