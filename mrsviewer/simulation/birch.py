"""A macromolecule spectrum as it is measured, for data that no fit's own model matches.

Positions, relative amplitudes and widths of thirteen Gaussian lines of the metabolite-nulled
brain at 3 T: Birch R et al. Reproducibility and impact of measured macromolecules. Magn Reson Med
2017;77:34 (doi 10.1002/mrm.26083), widths at 128 MHz. The groups that
:mod:`mrsviewer.basis.macromolecules` fits have similar proportions but other lines and widths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import time_axis
from mrsviewer.dsp.lineshapes import gaussian_decay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet

LINES = (
    (0.90, 0.72, 21.20), (1.21, 0.28, 19.16), (1.38, 0.38, 15.90), (1.63, 0.05, 7.50),
    (2.01, 0.45, 29.03), (2.09, 0.36, 20.53), (2.25, 0.36, 17.89), (2.61, 0.04, 5.30),
    (2.96, 0.20, 14.02), (3.11, 0.11, 17.89), (3.67, 0.64, 33.52), (3.80, 0.07, 11.85),
    (3.96, 1.00, 37.48),
)  # fmt: skip
"""ppm, relative amplitude, full width in Hz at 128 MHz."""

_WIDTHS_AT_MHZ = 128.0
PROTONS_AT_09 = 3.0
"""The 0.90 ppm line is given as many protons per unit as the fitted MM09 has."""


@dataclass(frozen=True, slots=True)
class MeasuredMacromolecules:
    """One person's macromolecules.

    Attributes
    ----------
    amplitude
        Of the whole spectrum, in the unit of the metabolites: that of the line at 0.90 ppm.
    heights, widths
        One factor per line about 1: what differs between people and regions.
    """

    amplitude: float
    heights: tuple[float, ...] = (1.0,) * len(LINES)
    widths: tuple[float, ...] = (1.0,) * len(LINES)


def drawn(rng: np.random.Generator, amplitude: float, variation: float) -> MeasuredMacromolecules:
    """Return macromolecules whose line heights and widths vary by ``variation`` (one SD)."""
    factors = np.clip(1.0 + variation * rng.standard_normal((2, len(LINES))), 0.3, 2.0)
    return MeasuredMacromolecules(amplitude, tuple(factors[0]), tuple(factors[1]))


def macromolecule_fid(one: MeasuredMacromolecules, grid: BasisSet) -> NDArray[np.complex128]:
    """Return the signal on the grid of ``grid``, shape (points,)."""
    time = time_axis(grid.fids.shape[-1], grid.dwell_s)
    hz_per_ppm = grid.frequency_hz * 1e-6
    unit = one.amplitude * (grid.proton_unit or 1.0) * PROTONS_AT_09 / LINES[0][1]
    fid = np.zeros(time.size, np.complex128)
    for (ppm, height, width), taller, wider in zip(LINES, one.heights, one.widths, strict=True):
        hz = width / _WIDTHS_AT_MHZ * hz_per_ppm * wider
        turn = np.exp(2j * np.pi * (ppm - grid.centre_ppm) * hz_per_ppm * time)
        fid += height * taller * gaussian_decay(time, hz) * turn
    return unit * fid
