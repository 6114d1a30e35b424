"""From lines to sampled signals."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.density_matrix import lone_spin_signal, simulate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.basis.density_matrix import Lines
    from mrsviewer.basis.sequences import AnySequence
    from mrsviewer.basis.spin_systems import SpinSystem

_COARSE = 64
_RESOLUTION_HZ = 1e-4
_NEGLIGIBLE = 1e-6


def metabolite_fid(
    system: SpinSystem, sequence: AnySequence, points: int, dwell_s: float, hz_per_ppm: float
) -> NDArray[np.complex128]:
    """Return the undamped FID of one metabolite from the echo top on, shape (points,).

    0 Hz is 4.65 ppm. A singlet starts at 1 per proton and in phase, also where its echo physically
    has less (half of it for STEAM, what the slices hold for shaped pulses): metabolite and water
    lose the same. Editing pulses are what they are: a singlet that they turn is lost.
    """
    scale = 1 / _lone_spin(sequence, hz_per_ppm)
    fid = np.zeros(points, np.complex128)
    for group in system.groups:
        fid += scale * sample(simulate(group, sequence, hz_per_ppm), points, dwell_s)
    return fid


@lru_cache(maxsize=16)
def _lone_spin(sequence: AnySequence, hz_per_ppm: float) -> complex:
    return lone_spin_signal(sequence, hz_per_ppm)


def sample(lines: Lines, points: int, dwell_s: float) -> NDArray[np.complex128]:
    """Return ``sum_k a_k exp(2 pi i f_k t)`` on the time grid, shape (points,)."""
    freq, amplitude = _merged(lines)
    blocks = -(-points // _COARSE)
    fine = np.exp(2j * np.pi * dwell_s * np.outer(freq, np.arange(_COARSE)))
    coarse = np.exp(2j * np.pi * dwell_s * _COARSE * np.outer(freq, np.arange(blocks)))
    return np.asarray(((coarse * amplitude[:, None]).T @ fine).reshape(-1)[:points])


def _merged(lines: Lines) -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
    """Return lines of equal frequency added up, and the negligible ones dropped."""
    bins, inverse = np.unique(np.round(lines.freq_hz / _RESOLUTION_HZ), return_inverse=True)
    amplitude = np.zeros(len(bins), complex)
    np.add.at(amplitude, inverse, lines.amplitude)
    keep = np.abs(amplitude) > _NEGLIGIBLE
    return bins[keep] * _RESOLUTION_HZ, amplitude[keep]
