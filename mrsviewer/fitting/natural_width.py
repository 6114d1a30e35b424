"""Differences in line width that are to be expected between metabolites.

All share the shim, but not T2. Basis sets that come from phantoms, or were given a line width
for the purpose, hold some of that already; simulated ones whose lines do not decay hold none of
it. For these the prior mean of each metabolite's own width is half of what its T2 asks for: T2 is
known to some 20 %, differs between regions, and depends on the sequence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

T2_MS = {
    "Cr": 156, "PCr": 156, "NAA": 300, "NAAG": 151, "GPC": 233, "PCh": 230, "Cho": 232, "Ins": 199,
    "Glu": 126, "Gln": 139, "GABA": 88, "GSH": 117, "Lac": 132, "Asp": 124, "Tau": 112, "sIns": 143,
}  # fmt: skip
"""Mean of grey and white matter at 3 T: Wyss 2018, doi 10.1002/mrm.27067. At other fields T2 is
another one, but the differences in width are within 1 Hz of these (Marjanska 2012, doi
10.1002/nbm.1754)."""

OTHER_T2_MS = 160
MEAN_HZ = 1.6
SHARE = 0.5

SPAN_S = 0.25
UNDAMPED_HZ = 0.2
"""The narrowest line of a set whose lines do not decay is below this."""


def expected_widths(
    names: tuple[str, ...], signals: NDArray[np.complex128], times_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the expected own Lorentz widths in Hz, shape (metabolites,).

    Parameters
    ----------
    names, signals
        Of the metabolites; signals of shape (metabolites, times).
    times_s
        Even time grid.
    """
    if not names or _least_width(signals, times_s) > UNDAMPED_HZ:
        return np.zeros(len(names))
    t2_s = 1e-3 * np.array([T2_MS.get(name, OTHER_T2_MS) for name in names])
    return np.asarray(SHARE * (1.0 / (np.pi * t2_s) - MEAN_HZ))


def _least_width(signals: NDArray[np.complex128], times_s: NDArray[np.float64]) -> float:
    """Return the width of the slowest decay, from the energy in two spans of time."""
    power = np.abs(signals) ** 2
    first = (times_s >= 0) & (times_s < SPAN_S)
    second = (times_s >= SPAN_S) & (times_s < 2 * SPAN_S)
    if np.count_nonzero(second) < 0.9 * np.count_nonzero(first):
        return np.inf
    ratio = power[:, first].sum(axis=1) / np.maximum(power[:, second].sum(axis=1), 1e-300)
    return float(np.log(ratio).min() / (2.0 * np.pi * SPAN_S))
