"""What is added to the likelihood ratios of the findings: one named term for each thing that is known beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError

__all__ = ["ScoreTerm"]

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
