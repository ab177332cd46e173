"""What it costs a disease that a record is silent about findings which its patients usually have.

    unmentioned(d) = -UNMENTIONED_COST * sum over terms t of P_d(t)^2

A disease with a rich profile finds something in every patient; it is also expected to show more of what it has. The
square lets frequent findings count most. The sum is over the whole profile, findings that are mentioned with it: they
are few, and leaving them out changes no figure.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reasoner.ranking.disease_profile import Sparse

__all__ = ["UNMENTIONED_COST", "unmentioned_cost", "unmentioned_nats"]

UNMENTIONED_COST = 0.02
"""Nats for a finding that all patients have; chosen on the tuning part of the published cases."""


def unmentioned_nats(profiles: Sparse) -> npt.NDArray[np.float32]:
    """The term of each disease, nats, never above 0.

    Args:
        profiles: frequency of the terms, ancestors included, a row for each disease.
    """
    count = len(profiles.starts) - 1
    owner = np.repeat(np.arange(count), np.diff(profiles.starts))
    return (-UNMENTIONED_COST * np.bincount(owner, np.square(profiles.values), count)).astype(np.float32)


def unmentioned_cost(profile: npt.NDArray[np.float64]) -> float:
    """The term of one dense profile, nats."""
    return -UNMENTIONED_COST * float(np.square(profile).sum())
