"""Eddy-current correction with the phase of a water signal (Klose, MRM 14:26, 1990)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRUSTED_SNR = 5.0
"""A sample's phase is used while the reference is this many noise SDs high (error 0.2 rad)."""

FADE = 0.25
"""Over this share of the trusted record the measured phase turns into the straight line."""


def eddy_phase(reference: NDArray[np.complex128], noise: float) -> NDArray[np.float64]:
    """Return the phase of a water FID in radians, unwrapped, with a straight line for its tail.

    Where the reference has sunk into noise its phase is random, and subtracting it would spread
    the metabolites' tail. There the phase runs on along the line that fits the later half of the
    trusted samples, and over the last quarter of those the one fades into the other.

    Parameters
    ----------
    reference
        Shape (points,).
    noise
        SD of the real part of one sample, see :func:`mrsviewer.dsp.noise.tail_noise`.

    Returns
    -------
    array of shape (points,)

    Raises
    ------
    ValueError
        If fewer than 16 samples stand above the noise.
    """
    points = reference.size
    trusted = _trusted(np.abs(reference), noise)
    if trusted < 16:
        msg = "water reference has no signal above noise"
        raise ValueError(msg)
    phase = np.unwrap(np.angle(reference[:trusted]))
    n = np.arange(points)
    half = slice(trusted // 2, trusted)
    weight = np.abs(reference[half])
    slope, offset = np.polyfit(n[half], phase[half], 1, w=weight)
    line = offset + slope * n
    if trusted == points:
        return np.asarray(phase)
    start = trusted - max(1, int(FADE * trusted))
    mix = np.clip((n - start) / (trusted - start), 0.0, 1.0)
    mix = 0.5 - 0.5 * np.cos(np.pi * mix)
    measured = np.concatenate([phase, line[trusted:]])
    return np.asarray((1.0 - mix) * measured + mix * line)


def correct_eddy(
    fids: NDArray[np.complex128], phase: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """Return FIDs, shape (..., points), with the phase taken off every sample.

    A reference longer than the data is cut; a shorter one holds its last phase. Magnitudes do
    not change.
    """
    points = fids.shape[-1]
    if phase.size < points:
        phase = np.pad(phase, (0, points - phase.size), mode="edge")
    return np.asarray(fids * np.exp(-1j * phase[:points]))


def _trusted(magnitude: NDArray[np.float64], noise: float) -> int:
    """Return how many samples come before the smoothed magnitude sinks into noise."""
    width = max(1, min(16, magnitude.size // 64))
    smooth = np.convolve(magnitude, np.ones(width) / width, mode="valid")
    below = np.flatnonzero(smooth < TRUSTED_SNR * noise)
    return int(below[0]) if below.size else magnitude.size
