"""Which findings may be a question for a patient: something that a person can look for and that decides by itself."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from kg_builder.node import Node
from kg_builder.snapshot import Snapshot
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
        unasked = _unasked()
        other_sex = {"MALE": "female", "FEMALE": "male"}.get(case.sex or "")
        self._of_other_sex = {TermId.parse(what) for what in unasked.get(other_sex or "", ())}
        self._terms = {TermId.parse(what) for what in unasked["term"]}
        self._names = [re.compile(what) for what in unasked["name"]]

    def __contains__(self, term: int) -> bool:
        """Whether the term, by its number, may be asked for."""
        node = self._snapshot.node(self._index.term_id(term))
        if node is None or node.id in self._terms or any(name.search(node.name.lower()) for name in self._names):
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
def _unasked() -> dict[str, list[str]]:
    """What is not asked, by kind."""
    text = files("reasoner.diagnosis").joinpath("unasked_findings.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    held: dict[str, list[str]] = {}
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        held.setdefault(row["kind"], []).append(row["what"])
    return held
