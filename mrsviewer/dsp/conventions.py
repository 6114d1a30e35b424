"""Signs and units of the whole program, in one place.

========================  =====================================================================
time domain               ``fid[..., n]`` at ``t = n * dwell_s``, time last
spectrum                  ``fftshift(fft(fid))``, no factor in front
frequency axis            ``fftshift(fftfreq(n, dwell_s))`` in Hz
chemical shift            ``ppm = centre_ppm + f / hz_per_ppm``: higher frequency = higher ppm
phase                     corrected = spectrum * exp(i (phi0 + 2 pi phi1 (f - f_pivot)))
NIfTI-MRS on disk         the conjugate: ``ppm = centre_ppm - f / hz_per_ppm``
Cartesian space           RAS mm (+x right, +y anterior, +z superior); DICOM's LPS = (-x, -y, z)
========================  =====================================================================

Readers and writers convert; nothing else does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from numpy.typing import NDArray

WATER_PPM = 4.65
"""Nominal shift of water in vivo (LCModel, FSL-MRS, TARQUIN, spant); shown with every axis."""

NOMINAL_CENTRE_PPM = {"1H": WATER_PPM}
"""Shift assumed at 0 Hz before referencing; other nuclei are centred at 0."""


def nominal_centre_ppm(nucleus: str) -> float:
    """Return the shift at 0 Hz by convention, before any referencing."""
    return NOMINAL_CENTRE_PPM.get(nucleus, 0.0)


def frequency_axis(points: int, dwell_s: float) -> NDArray[np.float64]:
    """Return ascending frequencies in Hz, shape (points,)."""
    return np.asarray(fft.fftshift(fft.fftfreq(points, dwell_s)))


def time_axis(points: int, dwell_s: float) -> NDArray[np.float64]:
    """Return the times of the samples in seconds, shape (points,)."""
    return np.asarray(np.arange(points) * dwell_s, np.float64)


def ppm_axis(
    points: int, dwell_s: float, hz_per_ppm: float, centre_ppm: float
) -> NDArray[np.float64]:
    """Return ascending chemical shifts in ppm, shape (points,)."""
    return centre_ppm + frequency_axis(points, dwell_s) / hz_per_ppm


def spectrum(fid: NDArray[np.complex128], points: int | None = None) -> NDArray[np.complex128]:
    """Return the spectrum of a FID, frequency ascending, zero-filled to ``points`` if given."""
    return np.asarray(fft.fftshift(fft.fft(fid, points, axis=-1), axes=-1))


def lps_to_ras(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return RAS components of LPS ones (and the reverse); last axis is x, y, z."""
    return np.asarray(np.asarray(vector) * np.array([-1.0, -1.0, 1.0]))
