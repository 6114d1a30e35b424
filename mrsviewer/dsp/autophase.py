"""The phase at which the singlets of a proton spectrum of the brain stand in absorption."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, time_axis
from mrsviewer.dsp.lineshapes import gaussian_decay, lorentzian_decay
from mrsviewer.dsp.noise import noise_sd
from mrsviewer.dsp.singlets import SINGLETS_PPM, lines_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

REGIONS_PPM = ((("tNAA",), 1.86, 2.16), (("tCr", "tCho"), 2.88, 3.36))
"""Lines fitted together, and over which range."""

NAAG_PPM, NAAG_SHARE = 0.034, 0.16
"""NAAG's acetyl line beside NAA's, and its usual share (Pouwels & Frahm, MRM 39:53); left out, it
would turn the phase by some 10 degrees."""

BASELINE_ORDER = 2
DETECTED = 4.0
"""A line counts where its height is this many noise SDs,"""

PROMINENT = 0.1
"""and where it reaches this share of the highest line between 1.8 and 4.2 ppm;"""

SINGULAR = 0.2
"""and only where the three hold this share of the energy of all lines."""

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
        Which singlets were used; empty where none stands out (all phases zero).
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

    About each singlet the complex spectrum is fitted with Voigt lines and a parabola, all with
    complex coefficients; baseline and macromolecules therefore need not be in
    phase with anything. The angles of the line heights, weighted with their squares, give the
    phase: a singlet's height is positive in absorption, so there is no doubt of 180 degrees.
    Neighbours that overlap turn tNAA and tCr in opposite directions, by up to 15 degrees each;
    what is left in the mean is a few degrees, which a fit takes up. For the same reason a
    first-order phase below some 20 degrees per ppm cannot be found this way.

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
    slope = _slope(found, hz_per_ppm) if first_order else 0.0
    freq = (np.array([line.ppm for line in found]) - pivot) * hz_per_ppm
    total = np.sum(heights * np.abs(heights) * np.exp(2j * np.pi * slope * freq))
    sd = np.linalg.norm(np.abs(heights) * np.array([line.sd for line in found]))
    names = tuple(line.name for line in found)
    return PhaseEstimate(
        -float(np.angle(total)), slope, pivot, float(sd / np.sum(np.abs(heights) ** 2)), names
    )


def _slope(lines: list[_Line], hz_per_ppm: float) -> float:
    """Return the first-order phase, seconds, that brings all lines to one angle; 0 if unknown."""
    if lines[0].name != "tNAA" or len(lines) < 2:
        return 0.0
    angles = np.unwrap([np.angle(line.height) for line in lines])
    freq = np.array([line.ppm for line in lines]) * hz_per_ppm
    rise = np.polyfit(freq, angles, 1, w=np.abs([line.height for line in lines]))[0]
    return float(np.clip(-rise / (2.0 * np.pi), -MAX_FIRST_S, MAX_FIRST_S))


def _fit_lines(
    fid: NDArray[np.complex128], dwell_s: float, hz_per_ppm: float, centre_ppm: float
) -> list[_Line]:
    """Return the singlets with their complex heights."""
    noise = noise_sd(fid, dwell_s, hz_per_ppm, centre_ppm)
    lines = lines_only(fid, dwell_s, hz_per_ppm, centre_ppm)
    if lines.share() < SINGULAR:
        return []
    least = PROMINENT * lines.highest()
    found: list[_Line] = []
    for candidates, low, high in REGIONS_PPM:
        peaks = {name: lines.peak(SINGLETS_PPM[name], 0.05) for name in candidates}
        names = [name for name, (_, height) in peaks.items() if height > least]
        region = _region(fid, dwell_s, hz_per_ppm, centre_ppm, (low, high))
        if not names or region.values.size < 8 * len(names):
            continue
        start = np.array([(peaks[name][0] - centre_ppm) * hz_per_ppm for name in names])
        freq, heights, errors = region.fit(start, 0.02 * hz_per_ppm)
        found += [
            _Line(name, centre_ppm + float(f) / hz_per_ppm, complex(h), float(e * noise))
            for name, f, h, e in zip(names, freq, heights, errors, strict=True)
        ]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Region:
    """Part of a spectrum and the transform that leads to it.

    ``values``: shape (rows,); ``transform``: (rows, points), from samples to values; ``t``:
    (points,), times; ``smooth``: (rows, BASELINE_ORDER + 1), polynomials; ``company``:
    (points,), what a line brings with it, as a factor in time.
    """

    values: NDArray[np.complex128]
    transform: NDArray[np.complex128]
    t: NDArray[np.float64]
    smooth: NDArray[np.float64]
    company: NDArray[np.complex128]

    def fit(
        self, freq_hz: NDArray[np.float64], width_hz: float
    ) -> tuple[NDArray[np.float64], NDArray[np.complex128], NDArray[np.float64]]:
        """Return frequencies, complex heights, and what unit noise makes of each height.

        Frequencies and one Lorentzian and one Gaussian width are varied from the start given, the
        linear unknowns solved for at every step (variable projection).
        """
        from scipy.optimize import (  # noqa: PLC0415 - heavy, not wanted at start-up
            least_squares,
        )

        scale = float(np.linalg.norm(self.values)) or 1.0
        count = freq_hz.size

        def rest(unknowns: NDArray[np.float64]) -> NDArray[np.float64]:
            design = self._design(freq_hz + unknowns[:count], unknowns[count:])
            fitted = design @ np.linalg.lstsq(design, self.values, rcond=1e-10)[0]
            return np.asarray(((self.values - fitted) / scale).view(np.float64))

        reach = np.append(np.full(count, 2.0 * width_hz), [30.0, 30.0])
        found = least_squares(
            rest,
            np.append(np.zeros(count), [width_hz, width_hz]),
            bounds=(np.append(-reach[:count], [0.2, 0.2]), reach),
            diff_step=1e-4,
            x_scale=np.full(count + 2, width_hz),
            max_nfev=12,
            ftol=1e-5,
        ).x
        design = self._design(freq_hz + found[:count], found[count:])
        solution = np.linalg.lstsq(design, self.values, rcond=1e-10)[0]
        spread = np.linalg.pinv(design.conj().T @ design).diagonal().real
        heights = np.asarray(solution[:count], np.complex128)
        errors = np.asarray(np.sqrt(spread[:count]), np.float64)
        return freq_hz + found[:count], heights, errors

    def _design(
        self, freq_hz: NDArray[np.float64], widths_hz: NDArray[np.float64]
    ) -> NDArray[np.complex128]:
        """Return spectra of lines of unit height beside the polynomials."""
        decay = lorentzian_decay(self.t, widths_hz[0]) * gaussian_decay(self.t, widths_hz[1])
        model = np.exp(2j * np.pi * self.t[:, None] * freq_hz) * (decay / decay.sum())[:, None]
        model = model * self.company[:, None]
        return np.hstack([self.transform @ model, self.smooth])


def _region(
    fid: NDArray[np.complex128],
    dwell_s: float,
    hz_per_ppm: float,
    centre_ppm: float,
    range_ppm: tuple[float, float],
) -> _Region:
    """Return the part of the spectrum between two shifts."""
    ppm = ppm_axis(fid.size, dwell_s, hz_per_ppm, centre_ppm)
    rows = (ppm >= range_ppm[0]) & (ppm <= range_ppm[1])
    freq = (ppm[rows] - centre_ppm) * hz_per_ppm
    t = time_axis(fid.size, dwell_s)
    transform = np.exp(-2j * np.pi * freq[:, None] * t)
    company = np.ones(t.size, np.complex128)
    if range_ppm[0] < SINGLETS_PPM["tNAA"] < range_ppm[1]:
        company += NAAG_SHARE * np.exp(2j * np.pi * NAAG_PPM * hz_per_ppm * t)
    x = np.linspace(-1.0, 1.0, freq.size)
    smooth = np.polynomial.chebyshev.chebvander(x, BASELINE_ORDER)
    return _Region(transform @ fid, transform, t, np.asarray(smooth), company)
