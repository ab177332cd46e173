"""Numbers of a certificate: decimal strings of six significant digits, and how far rounding may carry their sums.

A number that follows from others is computed from their strings and rounded again, so that anybody gets the very same
string. Where a number comes from the ranker's single precision, `rounding` says how much of a difference means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["SIGNIFICANT_DIGITS", "decimal_string", "rounding"]

SIGNIFICANT_DIGITS = 6
# Of a sum of some tens of terms in single precision, relative to its size.
_SINGLE_PRECISION = 4e-6


def decimal_string(value: float) -> str:
    """Six significant digits, the same on every machine.

    >>> decimal_string(2.0), decimal_string(-1.23456789), decimal_string(1e-9), decimal_string(-0.0)
    ('2', '-1.23457', '1e-09', '0')
    """
    return f"{value + 0.0:.{SIGNIFICANT_DIGITS}g}"


def rounding(values: Iterable[float]) -> float:
    """By how much a sum of rounded numbers may miss a rounded sum.

    >>> rounding([0.0])
    0.0
    """
    held = [abs(value) for value in values if value]
    halves = math.fsum(0.5 * 10.0 ** (math.floor(math.log10(value)) + 1 - SIGNIFICANT_DIGITS) for value in held)
    return halves + _SINGLE_PRECISION * math.fsum(held)
