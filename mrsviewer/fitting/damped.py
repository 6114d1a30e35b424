"""Signals in time with a shift, a Voigt line and a phase each, and their derivatives.

Signal k is

    s_k(t) = b_k(t') exp(i p_k + (2 pi i f_k - pi L_k) t' - pi^2 / (4 ln 2) V_k t'^2),  t' = t + d

with a carrier b_k (1 for a peak, a basis signal for a metabolite), shift f, Lorentz width L and
squared Gauss width V as FWHM, phase p, and a common delay d between the time zero of the signals
and the first sample. Peaks of AMARES (Vanhamme 1997, doi 10.1006/jmre.1997.1244) and metabolites
of QUEST (Ratiney 2005, doi 10.1002/nbm.895) differ in their carrier only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.fitting.model import GAUSS_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 64


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Shifts, widths and phases of k signals, each of shape (k,), and the common delay."""

    shift_hz: NDArray[np.float64]
    lorentz_hz: NDArray[np.float64]
    gauss_hz2: NDArray[np.float64]
    phase_rad: NDArray[np.float64]
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class LineSlopes:
    """Derivatives of :class:`Lines` by p parameters: shapes (k, p), of the delay (p,)."""

    shift_hz: NDArray[np.float64]
    lorentz_hz: NDArray[np.float64]
    gauss_hz2: NDArray[np.float64]
    phase_rad: NDArray[np.float64]
    delay_s: NDArray[np.float64]

    def take(self, columns: NDArray[np.bool_]) -> LineSlopes:
        """Return the derivatives by some of the parameters."""
        return LineSlopes(
            self.shift_hz[:, columns],
            self.lorentz_hz[:, columns],
            self.gauss_hz2[:, columns],
            self.phase_rad[:, columns],
            self.delay_s[columns],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Carriers:
    """Basis signals that can be read off between the samples.

    Attributes
    ----------
    fids
        Shape (k, points).
    dwell_s
        Sampling interval.
    lowest_hz
        Lowest frequency of the band that the samples carry; None: from minus to plus half the
        sampling rate.
    """

    fids: NDArray[np.complex128]
    dwell_s: float
    lowest_hz: float | None = None

    def at(self, delay_s: float) -> NDArray[np.complex128]:
        """Return the signals ``delay_s`` later, shape (k, points), by Fourier interpolation.

        It rings where a signal begins; such samples are to be left out of a fit.
        """
        return self.fids if delay_s == 0 else self._turned(delay_s, 0)

    def slope(self, delay_s: float) -> NDArray[np.complex128]:
        """Return the derivative of the signals by time, shape (k, points)."""
        return self._turned(delay_s, 1)

    def _turned(self, delay_s: float, order: int) -> NDArray[np.complex128]:
        points = self.fids.shape[-1]
        size = fft.next_fast_len(2 * points)
        frequency = fft.fftfreq(size, self.dwell_s)
        if self.lowest_hz is not None:
            frequency = self.lowest_hz + np.arange(size) / (size * self.dwell_s)
        angular = 2j * np.pi * frequency
        spectra = fft.fft(self.fids, size, axis=-1) * np.exp(angular * delay_s) * angular**order
        return np.asarray(fft.ifft(spectra, axis=-1)[:, :points])


@dataclass(frozen=True, slots=True, eq=False)
class DampedSignals:
    """The signals of a model on a time grid.

    Attributes
    ----------
    times_s
        Shape (points,).
    carriers
        None: all are 1.
    """

    times_s: NDArray[np.float64]
    carriers: Carriers | None = None

    def at(self, lines: Lines) -> NDArray[np.complex128]:
        """Return the signals at amplitude 1, shape (k, points)."""
        envelope = self._envelope(lines)
        return envelope if self.carriers is None else self.carriers.at(lines.delay_s) * envelope

    def _envelope(self, lines: Lines) -> NDArray[np.complex128]:
        rate = 2j * np.pi * lines.shift_hz - np.pi * lines.lorentz_hz
        first = self.times_s[0] + lines.delay_s
        envelope = _exponentials(
            rate * (self.times_s[1] - self.times_s[0]),
            rate * first + 1j * lines.phase_rad,
            self.times_s.size,
        )
        squares = (self.times_s + lines.delay_s) ** 2
        for width in np.unique(lines.gauss_hz2[lines.gauss_hz2 != 0]):
            envelope[lines.gauss_hz2 == width] *= np.exp(-GAUSS_RATE * width * squares)
        return envelope

    def slope_of_delay(
        self, lines: Lines, amplitudes: NDArray[np.float64]
    ) -> NDArray[np.complex128] | None:
        """Return what a delay changes in the carriers' sum, shape (points,); None for peaks."""
        if self.carriers is None:
            return None
        return np.asarray(amplitudes @ (self.carriers.slope(lines.delay_s) * self._envelope(lines)))


def _exponentials(
    step: NDArray[np.complex128], start: NDArray[np.complex128], points: int
) -> NDArray[np.complex128]:
    """Return ``exp(start + n step)`` for n below ``points``, shape (k, points).

    As products of every 64th with the first 64: many times fewer exponentials.
    """
    fine = np.exp(step[:, None] * np.arange(BLOCK))
    coarse = np.exp(start[:, None] + step[:, None] * np.arange(0, points, BLOCK))
    table = coarse[:, :, None] * fine[:, None, :]
    return np.asarray(table.reshape(len(step), -1)[:, :points])
