"""What a place in the spectrum stands for: the metabolite that a click means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.quantification.sums import SUMS

if TYPE_CHECKING:
    from mrsviewer.model.fit import FitResult

SHARE = 0.2
"""A part of a sum is seen where it makes up at least this share of the sum."""

PROMINENT = 0.03
"""What is lower than this share of the highest fitted signal is not meant by a click."""

REACH_PPM = 0.02
"""The signal may be so far from the pointer."""


def metabolite_at(fit: FitResult, ppm: float, offered: tuple[str, ...]) -> str | None:
    """Return the name of the row to choose for a click at ``ppm``, or None for none.

    The strongest signal there is meant; where two parts of one sum overlap, such as Cr and PCr,
    the sum is meant if the table offers it.

    Parameters
    ----------
    fit
        The fit that is shown.
    ppm
        Where the user pointed.
    offered
        Names of the rows of the table.
    """
    close = np.abs(fit.ppm - ppm) <= REACH_PPM
    if not close.any():
        return None
    heights = {
        name: float(np.abs(curve[close]).max())
        for name, curve in zip(fit.names, fit.curves, strict=True)
    }
    best = max(heights, key=lambda name: heights[name])
    if heights[best] < PROMINENT * float(np.abs(fit.fit - fit.baseline).max()):
        return None
    for total, parts in SUMS.items():
        seen = [heights[part] for part in parts if part in heights]
        if total in offered and best in parts and _overlap(seen):
            return total
    return best if best in offered else None


def _overlap(heights: list[float]) -> bool:
    return sum(height >= SHARE * sum(heights) for height in heights) > 1
