"""The phase at which the singlets of a proton spectrum of the brain stand in absorption."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.conventions import ppm_axis, spectrum, time_axis
from mrsviewer.dsp.lineshapes import gaussian_decay, lorentzian_decay
from mrsviewer.dsp.noise import noise_sd
from mrsviewer.dsp.singlets import SINGLETS_PPM, lines_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

REGIONS_PPM = ((("tNAA",), 1.86, 2.16), (("tCr", "tCho"), 2.88, 3.36))
"""Lines fitted together, and over which range."""

BASELINE_ORDER = 3
WIDTHS_HZ = (1.5, 2.5, 4.0, 5.5, 7.5, 10.0, 13.0, 17.0, 23.0, 30.0)
DETECTED = 4.0
"""A line counts where its height is this many noise SDs."""

MAX_FIRST_S = 2e-3
"""Largest first-order phase believed: a delay of 2 ms, some 90 degrees per ppm at 3 T."""


@dataclass(frozen=True, slots=True)
class PhaseEstimate:
    """Phase to be added, about ``pivot_ppm``.

    Attributes
    ----------
    zero_rad, first_s
        As in :func:`mrsviewer.dsp.phase.phase_factor`.
    pivot_ppm
        Where the first-order phase is zero.
    uncertainty_rad
        Standard deviation from noise, of the zero-order phase.
    lines
        Which singlets were used; empty where none stands out of the noise (all phases zero).
    """

    zero_rad: float
    first_s: float
    pivot_ppm: float
    uncertainty_rad: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A fitted singlet: name, shift, complex height and the noise in it."""

    name: str
    ppm: float
    height: complex
    sd: float


def find_phase(
    fid: NDArray[np.complex128],
    dwell_s: float,
    hz_per_ppm: float,
    centre_ppm: float,
    *,
    first_order: bool = False,
) -> PhaseEstimate:
    """Return the phase correction that puts tNAA, tCr and tCho upright.

    About each singlet the complex spectrum is fitted with lines of the best of some widths and a
    cubic, all with complex coefficients; baseline and macromolecules therefore need not be in
    phase with anything. The angles of the line heights, weighted with their squared heights over
    noise, give the phase: a singlet's height is positive in absorption, so there is no doubt of
    180 degrees.

    Parameters
    ----------
    fid
        Shape (points,), axis referenced to some 0.05 ppm, water removed.
    dwell_s, hz_per_ppm, centre_ppm
        Axes.
    first_order
        Also find the slope, where tNAA and one of the others are seen.
    """
    found = _fit_lines(fid, dwell_s, hz_per_ppm, centre_ppm)
    found = [line for line in found if abs(line.height) > DETECTED * line.sd]
    pivot = SINGLETS_PPM["tNAA"]
    if not found:
        return PhaseEstimate(0.0, 0.0, pivot, float("inf"), ())
    heights = np.array([line.height for line in found])
    weights = np.abs(heights) ** 2 / np.array([line.sd for line in found]) ** 2
    slope = _slope(found, weights, hz_per_ppm) if first_order else 0.0
    freq = (np.array([line.ppm for line in found]) - pivot) * hz_per_ppm
    turned = heights * np.exp(2j * np.pi * slope * freq)
    zero = -float(np.angle(np.sum(weights * turned / np.abs(turned))))
    names = tuple(line.name for line in found)
    return PhaseEstimate(zero, slope, pivot, float(1.0 / np.sqrt(weights.sum())), names)


def _slope(lines: list[_Line], weights: NDArray[np.float64], hz_per_ppm: float) -> float:
    """Return the first-order phase, seconds, that brings all lines to one angle; 0 if unknown."""
    if lines[0].name != "tNAA" or len(lines) < 2:
        return 0.0
    angles = np.unwrap([np.angle(line.height) for line in lines])
    freq = np.array([line.ppm for line in lines]) * hz_per_ppm
    rise = np.polyfit(freq, angles, 1, w=np.sqrt(weights))[0]
    return float(np.clip(-rise / (2.0 * np.pi), -MAX_FIRST_S, MAX_FIRST_S))


def _fit_lines(
    fid: NDArray[np.complex128], dwell_s: float, hz_per_ppm: float, centre_ppm: float
) -> list[_Line]:
    """Return the singlets with the heights that the best common line width gives them."""
    points = fft.next_fast_len(2 * fid.size)
    ppm = ppm_axis(points, dwell_s, hz_per_ppm, centre_ppm)
    values = spectrum(fid, points)
    noise = noise_sd(fid, dwell_s, hz_per_ppm, centre_ppm)
    lines = lines_only(fid, dwell_s, hz_per_ppm, centre_ppm)
    found: list[_Line] = []
    for names, low, high in REGIONS_PPM:
        rows = np.flatnonzero((ppm >= low) & (ppm <= high))
        if rows.size < 8 * len(names):
            continue
        shifts = [lines.peak(SINGLETS_PPM[name], 0.05)[0] for name in names]
        fits = [
            _fit_width(values[rows], _models(fid.size, points, dwell_s, freq, width)[:, rows])
            for width in WIDTHS_HZ
            for freq in [(np.array(shifts) - centre_ppm) * hz_per_ppm]
        ]
        _, heights, errors = min(fits, key=lambda fit: fit[0])
        found += [
            _Line(name, shift, complex(height), float(error * noise))
            for name, shift, height, error in zip(names, shifts, heights, errors, strict=True)
        ]
    return found


def _models(
    samples: int, points: int, dwell_s: float, freq_hz: NDArray[np.float64], width_hz: float
) -> NDArray[np.complex128]:
    """Return unit-height spectra of lines, half Lorentzian and half Gaussian, (lines, points)."""
    t = time_axis(samples, dwell_s)
    decay = lorentzian_decay(t, 0.6 * width_hz) * gaussian_decay(t, 0.6 * width_hz)
    model = np.exp(2j * np.pi * freq_hz[:, None] * t) * decay
    return np.asarray(spectrum(model, points) / decay.sum())


def _fit_width(
    values: NDArray[np.complex128], models: NDArray[np.complex128]
) -> tuple[float, NDArray[np.complex128], NDArray[np.float64]]:
    """Return squared residual, complex heights, and what unit noise makes of each height."""
    x = np.linspace(-1.0, 1.0, values.size)
    design = np.column_stack([*models, *np.polynomial.chebyshev.chebvander(x, BASELINE_ORDER).T])
    solution, *_ = np.linalg.lstsq(design, values, rcond=1e-10)
    rest = values - design @ solution
    spread = np.linalg.pinv(design.conj().T @ design).diagonal().real
    count = models.shape[0]
    heights = np.asarray(solution[:count], np.complex128)
    return float(np.vdot(rest, rest).real), heights, np.asarray(np.sqrt(spread[:count]))
