"""Signs of transients: whether neighbours add up or cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EARLY = 0.25
"""Share of the record compared: where the signal is."""

OPPOSITE_DEG = 120.0
LEAST_SIMILARITY = 0.3


def opposite_neighbours(fids: NDArray[np.complex128]) -> float | None:
    """Return the share of neighbouring transients that are in opposite phase, or None.

    Parameters
    ----------
    fids
        Shape (transients, ..., points); other axes are compared together.

    Returns
    -------
    float or None
        0 where all add up, 1 where each cancels the next. None with fewer than four transients,
        or where they hide in noise (mean correlation of neighbours below 0.3).
    """
    if len(fids) < 4:
        return None
    early = fids[..., : max(8, int(EARLY * fids.shape[-1]))].reshape(len(fids), -1)
    norms = np.linalg.norm(early, axis=1)
    if not norms.all():
        return None
    products = np.sum(early[1:] * early[:-1].conj(), axis=1) / (norms[1:] * norms[:-1])
    if float(np.mean(np.abs(products))) < LEAST_SIMILARITY:
        return None
    return float(np.mean(np.abs(np.angle(products)) > np.radians(OPPOSITE_DEG)))
