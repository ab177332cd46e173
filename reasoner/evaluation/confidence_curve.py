"""Figures of estimated probabilities: area under the curve, calibration, and risk by coverage with its picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError

__all__ = ["area_under_curve", "expected_calibration_error", "risk_coverage", "write_curve"]

Floats = npt.NDArray[np.float64]

BINS = 10
POINTS = 20
_WIDTH, _HEIGHT, _MARGIN = 480, 360, 50


def area_under_curve(estimate: Floats, truth: Floats) -> float | None:
    """Share of pairs of a true and a false case whose estimates are in order, equal ones counting half.

    Args:
        estimate: of each case.
        truth: 1 or 0.

    Returns:
        None where all are true or all are false.
    """
    positive = int(truth.sum())
    negative = len(truth) - positive
    if not positive or not negative:
        return None
    _, inverse, counts = np.unique(estimate, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    return float((ranks[truth > 0].sum() - positive * (positive + 1) / 2) / (positive * negative))


def expected_calibration_error(estimate: Floats, truth: Floats, *, bins: int = BINS) -> float:
    """Mean distance between estimate and truth over bins of as many cases each, weighted by their sizes."""
    order = np.argsort(estimate, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(estimate[part].mean() - truth[part].mean()) for part in parts) / len(truth))


def risk_coverage(estimate: Floats, truth: Floats, *, points: int = POINTS) -> list[tuple[float, float, float]]:
    """Share of the cases that are answered, share of these that are wrong, and the estimate from which one answers."""
    order = np.argsort(-estimate, kind="stable")
    wrong = np.cumsum(1.0 - truth[order]) / np.arange(1, len(order) + 1)
    last = sorted({max(round(len(order) * point / points), 1) - 1 for point in range(1, points + 1)})
    return [((place + 1) / len(order), float(wrong[place]), float(estimate[order[place]])) for place in last]


def write_curve(out_dir: Path, points: Sequence[tuple[float, float, float]]) -> None:
    """Write `risk_coverage.tsv` and `risk_coverage.svg`.

    Raises:
        InputError: they cannot be written.
    """
    lines = ["coverage\trisk\tthreshold", *(f"{c:.4f}\t{risk:.4f}\t{bound:.4f}" for c, risk, bound in points)]
    try:
        (out_dir / "risk_coverage.tsv").write_text("\n".join(lines) + "\n", "utf-8")
        (out_dir / "risk_coverage.svg").write_text(_picture(points), "utf-8")
    except OSError as error:
        raise InputError(
            f"the curve cannot be written ({error.strerror})", value=out_dir, remedy="Name a folder with space"
        ) from error


def _picture(points: Sequence[tuple[float, float, float]]) -> str:
    path = " ".join(f"{_across(coverage):.1f},{_down(risk):.1f}" for coverage, risk, _ in points)
    ticks = [tick / 5 for tick in range(6)]
    marks = [
        *(_text(_across(tick), _HEIGHT - _MARGIN + 18, f"{tick:.0%}") for tick in ticks),
        *(_text(_MARGIN - 22, _down(tick) + 4, f"{tick:.0%}") for tick in ticks),
        _text(_WIDTH / 2, _HEIGHT - 10, "coverage: cases answered"),
        _text(_WIDTH / 2, 24, "risk: answered cases whose leading entity is wrong"),
    ]
    frame = f"M{_MARGIN},{_down(1.0)} V{_down(0.0)} H{_across(1.0)}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
            f'<path d="{frame}" fill="none" stroke="black"/>',
            f'<polyline points="{path}" fill="none" stroke="#1f5fa8" stroke-width="2"/>',
            *marks,
            "</svg>\n",
        ]
    )


def _across(coverage: float) -> float:
    return _MARGIN + coverage * (_WIDTH - 2 * _MARGIN)


def _down(risk: float) -> float:
    return _HEIGHT - _MARGIN - risk * (_HEIGHT - 2 * _MARGIN)


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" font-family="sans-serif" text-anchor="middle">{words}</text>'
