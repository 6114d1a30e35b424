"""The free line shape: weights of a few neighbouring bins, and how uneven they are.

Every line is convolved with the weights. Their sum is 1, so amplitudes stay what they are, and the
weight of the middle bin follows from the others. There is no sign that they must have; second
differences, with nothing outside, are held small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_SIDES, MOST_SIDES = 5, 11
REACH = 0.9
"""How far the weights reach on either side, in widths of the line found first."""

NOTCH = 0.1
"""Share of the highest weight below which a turn is a notch at the foot and does not count, unless
it lies between two higher ones."""


class Support(NamedTuple):
    """Bins on either side that have a weight, and the stride between them."""

    sides: int
    stride: int

    @property
    def offsets(self) -> NDArray[np.intp]:
        """Return the distance of each free weight from the middle, in bins."""
        steps = np.arange(-self.sides, self.sides + 1)
        return np.asarray(self.stride * steps[steps != 0], np.intp)

    def gaussian(self, width_bins: float) -> NDArray[np.float64]:
        """Return the free weights of a Gaussian line of this FWHM."""
        away = self.offsets / max(width_bins, 0.5)
        weights = np.exp(-4.0 * np.log(2.0) * away**2)
        return np.asarray(weights / (1.0 + weights.sum()))

    def whole(self, free: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return all weights, the middle one among them."""
        return np.insert(free, self.sides, 1.0 - free.sum())

    def width_bins(self, free: NDArray[np.float64]) -> float:
        """Return the FWHM in bins, between points by straight lines."""
        weights = np.pad(self.whole(free), 1)
        half, top = 0.5 * weights.max(), int(weights.argmax())
        right = top + int(np.argmax(weights[top:] < half))
        left = top - int(np.argmax(weights[top::-1] < half))
        over = (weights[right - 1] - half) / (weights[right - 1] - weights[right])
        under = (weights[left + 1] - half) / (weights[left + 1] - weights[left])
        return float(self.stride * (right - left - 2 + over + under))

    def bends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (D, d): the second differences of all weights are ``D free - d``."""
        size = 2 * self.sides + 1
        padded = np.diff(np.pad(np.eye(size), ((2, 2), (0, 0))), 2, axis=0)
        middle = padded[:, self.sides]
        others = np.delete(padded, self.sides, axis=1)
        return others - middle[:, None], -middle


def make_support(width_ppm: float, step_ppm: float) -> Support:
    """Return the support for a line of this width."""
    sides = max(LEAST_SIDES, round(REACH * width_ppm / step_ppm))
    stride = (sides - 1) // MOST_SIDES + 1
    return Support(round((sides + 0.001) / stride), stride)


def turns(weights: NDArray[np.float64], natural_bins: float) -> tuple[int, int]:
    """Return the number of extrema and of inflections, as far as the basis lines show them.

    ``natural_bins`` is the FWHM of the basis set's lines, in steps between weights.
    """
    padded = np.pad(weights, 2)
    away = np.arange(padded.size)[:, None] - np.arange(padded.size)
    blur = np.exp(-4.0 * np.log(2.0) * (away / max(natural_bins, 0.5)) ** 2)
    smooth = blur @ padded
    least = NOTCH * np.abs(smooth).max()
    slope, bend = np.diff(smooth), np.diff(smooth, 2)
    turning = np.flatnonzero(slope[1:] * slope[:-1] < 0) + 1
    heights = np.abs(np.pad(smooth[turning], 1))
    beside = np.minimum(heights[2:], heights[:-2])
    extrema = np.maximum(heights[1:-1], beside) > least
    inflections = (bend[1:] * bend[:-1] < 0) & (np.abs(smooth[2:-1]) > least)
    return int(extrema.sum()), int(inflections.sum())
