"""Width of a line at half its height."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.dsp.noise import noise_sd

if TYPE_CHECKING:
    from numpy.typing import NDArray

ZERO_FILL = 8
MEASURABLE = 6.0
"""A line must be this many noise SDs high."""


def fwhm_hz(
    fid: NDArray[np.complex128],
    dwell_s: float,
    hz_per_ppm: float,
    centre_ppm: float,
    window_ppm: tuple[float, float],
) -> float | None:
    """Return the full width at half maximum of the highest line in a window, in Hz.

    Measured on the absorption spectrum, zero-filled eight times, between the two points at half
    height; phased first so that the line's top is real, so the data's own phase does not matter.
    The base is zero: neighbours and a broad baseline widen the figure as they do for the eye.

    Parameters
    ----------
    fid
        Shape (points,), no filter applied.
    dwell_s, hz_per_ppm, centre_ppm
        Axes.
    window_ppm
        Low and high end; both half-height points must lie within.

    Returns
    -------
    float or None
        None where there is no line above noise, or it does not fall to half within the window.
    """
    points = fft.next_fast_len(ZERO_FILL * fid.size)
    ppm = ppm_axis(points, dwell_s, hz_per_ppm, centre_ppm)
    inside = np.flatnonzero((ppm >= window_ppm[0]) & (ppm <= window_ppm[1]))
    if inside.size < 8:
        return None
    values = spectrum(fid, points)[inside]
    values = values * np.exp(-1j * _line_phase(values))
    real = values.real
    top = int(np.argmax(real))
    if real[top] < MEASURABLE * noise_sd(fid, dwell_s, hz_per_ppm, centre_ppm):
        return None
    half = 0.5 * real[top]
    left = np.flatnonzero(real[:top] < half)
    right = np.flatnonzero(real[top:] < half)
    if not left.size or not right.size:
        return None
    start = _crossing(real, int(left[-1]), half)
    end = _crossing(real, top + int(right[0]) - 1, half)
    return float((end - start) * (ppm[1] - ppm[0]) * hz_per_ppm)


def _crossing(real: NDArray[np.float64], before: int, level: float) -> float:
    """Return where, between points ``before`` and the next, the curve crosses a level."""
    rise = real[before + 1] - real[before]
    return before + float((level - real[before]) / rise)


def _line_phase(values: NDArray[np.complex128]) -> float:
    """Return the phase of a line: that at which its half above half magnitude is symmetric.

    A Lorentzian's complex values lie on a circle through zero, so the sum of the values about
    the top of the magnitude points along the circle's diameter.
    """
    magnitude = np.abs(values)
    top = int(np.argmax(magnitude))
    low = np.flatnonzero(magnitude[:top] < 0.5 * magnitude[top])
    high = np.flatnonzero(magnitude[top:] < 0.5 * magnitude[top])
    first = int(low[-1]) + 1 if low.size else 0
    last = top + (int(high[0]) if high.size else values.size - top)
    return float(np.angle(values[first:last].sum()))
