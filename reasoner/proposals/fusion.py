"""Proposals as one named term of the score: a proposal shifts what it names, the numbers still decide."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from reasoner.proposals.grounding import CheckedProposal
from reasoner.ranking.score_term import ScoreTerm

__all__ = ["FIRST_PROPOSAL_NATS", "NATS_PER_RANK", "PROPOSALS", "proposal_nats", "proposal_term"]

PROPOSALS = "proposals"
"""Name of the term."""

FIRST_PROPOSAL_NATS = 3.0
"""What the first proposal adds to the one disease that it names; chosen on the tuning part of the development cases."""
NATS_PER_RANK = 0.6
"""How much less each later proposal adds."""


def proposal_nats(rank: int, diseases: int) -> float:
    """What a proposal adds to each of the candidates that it means.

    A class is shared out: each of its n candidates gets log(n) / 2 less. No proposal lowers a disease.
    """
    return max(0.0, FIRST_PROPOSAL_NATS - NATS_PER_RANK * (rank - 1) - math.log(diseases) / 2)


def proposal_term(checked: Iterable[CheckedProposal], count: int) -> ScoreTerm:
    """What the proposals that stand add to each of `count` candidates; the most that any proposal gives it."""
    nats = np.zeros(count, dtype=np.float32)
    for each in checked:
        for disease in each.diseases:
            nats[disease] = max(nats[disease], proposal_nats(each.proposal.rank, len(each.diseases)))
    return ScoreTerm(PROPOSALS, nats)
