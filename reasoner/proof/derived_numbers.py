"""How each number of a claim follows from the strings under it: the one formula for making and for checking.

All work on the certificate's JSON and give the rounded string.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reasoner.proof.decimals import decimal_string
from reasoner.proof.derivation import weighted_mean
from reasoner.ranking.annotation_rows import patients
from reasoner.ranking.likelihood_ratio import FLOOR, noisy_or, shrunk_frequency, term_log_ratio

__all__ = ["frequency_of", "information_of", "likelihood_of", "support_frequency"]

Json = Mapping[str, Any]


def support_frequency(records: Iterable[Json]) -> str:
    """Shrunk frequency of the pooled rows of one entry about one term."""
    counts = [patients(record) for record in records]
    return decimal_string(shrunk_frequency(sum(n for n, _ in counts), sum(m for _, m in counts)))


def frequency_of(own: Json | None, lent: Sequence[Json], neighbours: Sequence[Json]) -> str:
    """Frequency from a disease's own best rows and what its neighbours lend; neighbours that lend nothing count too."""
    value_by_entry = {support["neighbour"]: _value(support) for support in lent}
    pairs = [(float(neighbour["similarity"]), value_by_entry.get(neighbour["entry"], 0.0)) for neighbour in neighbours]
    return decimal_string(noisy_or(0.0 if own is None else _value(own), weighted_mean(pairs)))


def information_of(background: str) -> str:
    """Information content of a term with that background frequency, nats."""
    return decimal_string(-math.log(float(background)))


def likelihood_of(number: Json) -> str:
    """Log likelihood ratio of a finding from frequency, background and information contents, nats."""
    if number["matched"] is None:
        return decimal_string(FLOOR)
    held = (float(number[key]) for key in ("frequency", "background", "ic_finding", "ic_matched"))
    return decimal_string(term_log_ratio(*held))


def _value(support: Json) -> float:
    return float(support["frequency"]) * float(support["weight"])
