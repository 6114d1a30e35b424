"""The three methyl singlets that dominate proton spectra of the brain: where and how they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.conventions import ppm_axis, spectrum, time_axis
from mrsviewer.dsp.lineshapes import gaussian_decay
from mrsviewer.dsp.noise import noise_sd

if TYPE_CHECKING:
    from numpy.typing import NDArray

SINGLETS_PPM = {"tNAA": 2.01, "tCr": 3.03, "tCho": 3.21}
"""Shifts of the methyl singlets (LCModel's PPMREF; tCho lies between PCho and GPC)."""

WITHIN_PPM = (1.8, 4.2)
"""Where lines are weighed against one another; lipids lie outside."""

NARROW_PPM, BROAD_PPM = 0.03, 0.2
"""Gaussian widths between which a line must lie to show in :func:`lines_only`."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """A spectrum with broad signals suppressed, phase-insensitive.

    Attributes
    ----------
    ppm
        Ascending, finely spaced, shape (n,).
    height
        Magnitude, shape (n,).
    noise
        Root mean square of ``height`` where there is noise alone.
    """

    ppm: NDArray[np.float64]
    height: NDArray[np.float64]
    noise: float

    def at(self, ppm: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return the height at any shifts within the axis."""
        return np.asarray(np.interp(ppm, self.ppm, self.height))

    def share(self, offset_ppm: float = 0.0) -> float:
        """Return which share of the energy of all lines lies within 0.05 ppm of the singlets.

        Lines between 1.8 and 4.2 ppm count, lipids do not. ``offset_ppm``: where the axis is
        taken to be off. Noise gives 0.13, brains and phantoms 0.4 to 0.7, spectra without
        singlets (metabolites nulled, other substances) less than 0.15.
        """
        ppm = self.ppm - offset_ppm
        within = (ppm > WITHIN_PPM[0]) & (ppm < WITHIN_PPM[1])
        places = np.array(list(SINGLETS_PPM.values()))
        near = np.abs(ppm[within, None] - places).min(axis=1, initial=np.inf) <= 0.05
        energy = self.height[within] ** 2
        return float(energy[near].sum() / max(energy.sum(), 1e-300))

    def highest(self) -> float:
        """Return the height of the highest line between 1.8 and 4.2 ppm."""
        within = (self.ppm > WITHIN_PPM[0]) & (self.ppm < WITHIN_PPM[1])
        return float(self.height[within].max(initial=0.0))

    def peak(self, ppm: float, reach_ppm: float = 0.04) -> tuple[float, float]:
        """Return shift and height of the highest point near ``ppm``, between grid points.

        A place outside the spectrum has no height.
        """
        near = np.flatnonzero(np.abs(self.ppm - ppm) <= reach_ppm)
        if not near.size:
            return ppm, 0.0
        top = int(near[np.argmax(self.height[near])])
        if not 0 < top < self.ppm.size - 1:
            return float(self.ppm[top]), float(self.height[top])
        left, mid, right = self.height[top - 1 : top + 2]
        bend = left - 2.0 * mid + right
        step = 0.5 * (left - right) / bend if bend < 0.0 else 0.0
        return (
            float(self.ppm[top] + step * (self.ppm[1] - self.ppm[0])),
            float(mid - 0.25 * (left - right) * step),
        )


def lines_only(
    fid: NDArray[np.complex128], dwell_s: float, hz_per_ppm: float, centre_ppm: float
) -> Lines:
    """Return the magnitude spectrum of narrow lines.

    The FID, shape (points,), is multiplied by a Gaussian 0.03 ppm wide less one 0.2 ppm wide,
    which takes baseline and macromolecules away whatever their phase, and zero-filled four times.
    """
    t = time_axis(fid.size, dwell_s)
    window = gaussian_decay(t, NARROW_PPM * hz_per_ppm) - gaussian_decay(t, BROAD_PPM * hz_per_ppm)
    points = fft.next_fast_len(4 * fid.size)
    height = np.abs(spectrum(fid * window, points))
    noise = noise_sd(fid, dwell_s, hz_per_ppm, centre_ppm)
    return Lines(
        ppm_axis(points, dwell_s, hz_per_ppm, centre_ppm),
        height,
        float(noise * np.sqrt(2.0 * np.mean(window**2))),
    )
