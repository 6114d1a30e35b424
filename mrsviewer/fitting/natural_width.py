"""Differences in line width that are to be expected between metabolites.

All share the shim, but not T2. Basis signals that decay were given their widths by whoever made
them, and are left as they are. Simulated ones whose lines do not decay hold no differences: one
number, the contrast, says how much of the tabulated differences is added to them. T2 is known to
some 20 %, differs between regions, and depends on the sequence, so the contrast is fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import Component

T2_MS = {
    "Cr": 156, "PCr": 156, "NAA": 300, "NAAG": 151, "GPC": 233, "PCh": 230, "Cho": 232, "Ins": 199,
    "Glu": 126, "Gln": 139, "GABA": 88, "GSH": 117, "Lac": 132, "Asp": 124, "Tau": 112, "sIns": 143,
}  # fmt: skip
"""Mean of grey and white matter at 3 T: Wyss 2018, doi 10.1002/mrm.27067. At other fields T2 is
another one, but the differences in width are within 1 Hz of these (Marjanska 2012, doi
10.1002/nbm.1754)."""

OTHER_T2_MS = 160
MEAN_HZ = 1.6

CONTRAST, CONTRAST_SD = 0.15, 0.2
"""What is expected of it. Where the data have much to say - little noise, known macromolecules -
they find 1 when it is 1. Elsewhere it stays low on purpose: what the model of macromolecules and
baseline lacks below a line is taken for width as well, and amplitudes go with the width."""

CONTRAST_LIMITS = (-0.5, 2.0)

SPAN_S = 0.25
UNDAMPED_HZ = 0.3
"""Median width of a set, coupled spins included, below which its lines do not decay."""


def t2_widths_hz(components: tuple[Component, ...]) -> NDArray[np.float64]:
    """Return the Lorentz width that T2 asks for less a mean one, in Hz, shape (components,).

    Zero for macromolecules and lipids.
    """
    t2_s = 1e-3 * np.array([T2_MS.get(c.name, OTHER_T2_MS) for c in components])
    metabolite = np.array([c.kind == "metabolite" for c in components])
    return np.where(metabolite, 1.0 / (np.pi * t2_s) - MEAN_HZ, 0.0)


def expected_contrast(
    signals: NDArray[np.complex128], times_s: NDArray[np.float64]
) -> tuple[float, float]:
    """Return mean and standard deviation of the expected contrast; 0 and 0 where lines decay.

    Parameters
    ----------
    signals
        Of the metabolites, shape (metabolites, times).
    times_s
        Even time grid.
    """
    undamped = len(signals) > 0 and _usual_width(signals, times_s) < UNDAMPED_HZ
    return (CONTRAST, CONTRAST_SD) if undamped else (0.0, 0.0)


def _usual_width(signals: NDArray[np.complex128], times_s: NDArray[np.float64]) -> float:
    """Return the median Lorentz width, from the energy in two spans of time."""
    power = np.abs(signals) ** 2
    first = (times_s >= 0) & (times_s < SPAN_S)
    second = (times_s >= SPAN_S) & (times_s < 2 * SPAN_S)
    if np.count_nonzero(second) < 0.9 * np.count_nonzero(first):
        return np.inf
    ratio = power[:, first].sum(axis=1) / np.maximum(power[:, second].sum(axis=1), 1e-300)
    return float(np.median(np.log(ratio)) / (2.0 * np.pi * SPAN_S))
