"""Is a proton spectrum the right way round? Told by where its narrow lines lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, spectrum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Acquisition

SUSPECT = 3.0
"""Ratio from which on a spectrum is taken to be mirrored."""

_METABOLITES_PPM = (1.8, 4.1)
_MOST_SIGNALS = 64


def mirror_ratio(
    fid: NDArray[np.complex128], acquisition: Acquisition, centre_ppm: float
) -> float | None:
    """Return by what factor a proton spectrum is richer on the wrong side of water.

    The peaks of brain metabolites lie at 1.8-4.1 ppm, mirrored about water at 5.2-7.5 ppm where
    there is almost nothing; the tail of the water itself is alike on both sides. Above 1 means
    that the axis is more likely reversed. None for other nuclei and narrow spectra.
    """
    if acquisition.nucleus != "1H" or fid.shape[-1] < 64:
        return None
    flat = fid.reshape(-1, fid.shape[-1])
    flat = flat[:: -(-len(flat) // _MOST_SIGNALS)]
    ppm = ppm_axis(flat.shape[1], acquisition.dwell_s, acquisition.hz_per_ppm, centre_ppm)
    low, high = _METABOLITES_PPM
    mirrored = (2 * centre_ppm - high, 2 * centre_ppm - low)
    if ppm[-1] < mirrored[1] or ppm[0] > low:
        return None
    right_side, wrong_side = ((ppm > a) & (ppm < b) for a, b in (_METABOLITES_PPM, mirrored))
    if min(right_side.sum(), wrong_side.sum()) < 8:
        return None
    magnitude = np.abs(spectrum(flat)).mean(axis=0)
    right, wrong = _roughness(magnitude[right_side]), _roughness(magnitude[wrong_side])
    return wrong / right if right > 0 else None


def _roughness(magnitude: NDArray[np.float64]) -> float:
    """Return the strength of peaks in a stretch, the slow tail of water left out."""
    return float(np.sqrt(np.mean(np.diff(magnitude) ** 2)))
