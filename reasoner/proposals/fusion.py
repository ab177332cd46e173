"""Proposals as one named term of the score: a proposal shifts what it names, the numbers still decide."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from reasoner.proposals.grounding import CheckedProposal
from reasoner.ranking.score_term import ScoreTerm

__all__ = ["FIRST_PROPOSAL_NATS", "NATS_PER_RANK", "proposal_term"]

FIRST_PROPOSAL_NATS = 3.0
"""What the first proposal adds to the one disease that it names; chosen on the tuning part of the development cases."""
NATS_PER_RANK = 0.6
"""How much less each later proposal adds."""


def proposal_term(checked: Iterable[CheckedProposal], count: int) -> ScoreTerm:
    """What the proposals that stand add to each of `count` candidates; the most that any proposal gives it.

    A class is shared out: each of its n candidates gets log(n) / 2 less. No proposal lowers a disease.
    """
    nats = np.zeros(count, dtype=np.float32)
    for each in checked:
        for disease in each.diseases:
            worth = FIRST_PROPOSAL_NATS - NATS_PER_RANK * (each.proposal.rank - 1) - math.log(len(each.diseases)) / 2
            nats[disease] = max(nats[disease], worth)
    return ScoreTerm("proposals", nats)
