"""What is added to the likelihood ratios of the findings: one named term for each thing that is known beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError

__all__ = ["ScoreTerm", "add_terms", "possible"]

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTerm:
    """One thing that shifts diseases, whatever the findings: prevalence, onset, sex, genes, the trained correction.

    Args:
        name: what a report and a certificate call it.
        nats: its share of every candidate's score, in the order of the index; minus infinity for a disease that it
            makes impossible.
    """

    name: str
    nats: Floats

    def __post_init__(self) -> None:
        if np.isnan(self.nats).any() or (self.nats == np.inf).any():
            raise InputError("a score term is a number for every disease", value=self.name, remedy="Use 0 for unknown")


def add_terms(ratios: Floats, terms: Iterable[ScoreTerm]) -> Floats:
    """Scores of all candidates: their log likelihood ratios and the terms, nats."""
    scores = ratios.copy()
    for term in terms:
        scores += term.nats
    return scores


def possible(terms: Iterable[ScoreTerm], count: int) -> npt.NDArray[np.bool_]:
    """Which of `count` candidates no term makes impossible."""
    result = np.ones(count, dtype=bool)
    for term in terms:
        result &= term.nats > -np.inf
    return result
