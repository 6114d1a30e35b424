"""The baseline: a real cubic spline with evenly spaced knots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 6
BEYOND = 3
"""Basis splines more than intervals between knots: the ends are free."""

_GAUSS = np.polynomial.legendre.leggauss(3)
"""Integrates the square of the second derivative, a parabola, exactly between two knots."""


@dataclass(frozen=True, slots=True, eq=False)
class Spline:
    """Basis splines over a window.

    Attributes
    ----------
    curves
        Shape (m, n): each at every point of the window, their sum being 1.
    roughness
        Shape (m, m): the integral of the square of the second derivative over ppm, as a quadratic
        form in the coefficients.
    """

    curves: NDArray[np.float64]
    roughness: NDArray[np.float64]


def make_spline(ppm: NDArray[np.float64], spacing_ppm: float) -> Spline:
    """Return basis splines over ``ppm``, ascending, with knots about ``spacing_ppm`` apart."""
    return _made(float(ppm[0]), float(ppm[-1]), ppm.size, spacing_ppm)


@lru_cache(maxsize=32)
def _made(low: float, high: float, points: int, spacing_ppm: float) -> Spline:
    count = max(FEWEST, round((high - low) / spacing_ppm) + BEYOND)
    step = (high - low) / (count - BEYOND)
    places = np.arange(count) - 1.0
    at = np.linspace(0.0, count - BEYOND, points)
    nodes, weights = _GAUSS
    inside = (np.arange(count - BEYOND)[:, None] + 0.5 * (nodes + 1.0)).ravel()
    bends = _bend(inside - places[:, None])
    weighed = bends * np.tile(0.5 * weights, count - BEYOND)
    return Spline(_bump(at - places[:, None]), weighed @ bends.T / step**3)


def _bump(away: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a basis spline at distances from its middle, in steps."""
    size = np.abs(away)
    inner, outer = np.maximum(1.0 - size, 0.0), np.maximum(2.0 - size, 0.0)
    return np.asarray((outer**3 - 4.0 * inner**3) / 6.0)


def _bend(away: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return its second derivative."""
    size = np.abs(away)
    return np.asarray(np.maximum(2.0 - size, 0.0) - 4.0 * np.maximum(1.0 - size, 0.0))
