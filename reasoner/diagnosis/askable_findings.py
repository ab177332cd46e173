"""Which findings may be a question for a patient: something that a person can look for and that decides by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from kg_builder.node import Node
from kg_builder.snapshot import Snapshot
from ontologies.package_table import read_package_table
from ontologies.term_id import TermId
from reasoner.diagnosis.naming import disease_names, name_words
from reasoner.intake.case import Case
from reasoner.ranking.case_ranking import CaseRanking
from reasoner.ranking.priors import outgrown_age

__all__ = ["AskableFindings"]

NAMED = 10
"""Leading diseases that a question may not be the name of."""


class AskableFindings:
    """Says of a term whether it may be asked for.

    Args:
        snapshot: the graph.
        ranking: of the case.
        case: the patient.
    """

    def __init__(self, snapshot: Snapshot, ranking: CaseRanking, case: Case) -> None:
        self._snapshot, self._index, self._age_years = snapshot, ranking.index, case.age_years
        leaders = [snapshot.node_at(place.node_index) for place in ranking.leading(NAMED)]
        self._leaders = [words for node in leaders for words in disease_names(node)]
        self._terms, self._names = _unasked_terms(), _unasked_names()
        other_sex = {"MALE": "female", "FEMALE": "male"}.get(case.sex or "")
        self._of_other_sex = self._terms[other_sex] if other_sex else frozenset()

    def __contains__(self, term: int) -> bool:
        """Whether the term, by its number, may be asked for."""
        node = self._snapshot.node(self._index.term_id(term))
        if (
            node is None
            or node.id in self._terms["term"]
            or any(name.search(node.name.lower()) for name in self._names)
        ):
            return False
        return self._fits(term, node) and not self._names_a_leader(node)

    def _fits(self, term: int, node: Node) -> bool:
        """Whether the patient's sex and age allow it."""
        if self._age_years is not None and self._age_years > outgrown_age(node.name):
            return False
        return not any(self._index.term_id(above) in self._of_other_sex for above in self._index.ancestors(term))

    def _names_a_leader(self, node: Node) -> bool:
        """Whether to ask for it is to ask for the diagnosis: cholecystitis where acute cholecystitis leads."""
        asked = name_words(node.name)
        return any(asked <= leader for leader in self._leaders)


@cache
def _unasked_terms() -> Mapping[str, frozenset[TermId]]:
    """What is not asked by its id: for nobody, and for the other sex."""
    rows = read_package_table("reasoner.diagnosis", "unasked_findings.tsv")
    kinds = ("term", "female", "male")
    return {kind: frozenset(TermId.parse(row["what"]) for row in rows if row["kind"] == kind) for kind in kinds}


@cache
def _unasked_names() -> tuple[re.Pattern[str], ...]:
    """Patterns of the names of what is not asked."""
    rows = read_package_table("reasoner.diagnosis", "unasked_findings.tsv")
    return tuple(re.compile(row["what"]) for row in rows if row["kind"] == "name")
