"""The part of the spectrum that is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Axis:
    """Time and frequency axis of the data.

    Attributes
    ----------
    points, dwell_s
        Samples and their spacing.
    hz_per_ppm, centre_ppm
        Shift axis: ``ppm = centre_ppm + f / hz_per_ppm``.
    """

    points: int
    dwell_s: float
    hz_per_ppm: float
    centre_ppm: float

    @property
    def step_hz(self) -> float:
        """Return the spacing of the bins of the discrete Fourier transform."""
        return 1.0 / (self.points * self.dwell_s)

    def to_ppm(self, freq_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chemical shifts of frequencies."""
        return self.centre_ppm + freq_hz / self.hz_per_ppm

    def to_hz(self, ppm: float) -> float:
        """Return the frequency of a chemical shift."""
        return (ppm - self.centre_ppm) * self.hz_per_ppm


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Consecutive frequency bins of the data's own spectrum, without zero-filling.

    Neighbouring bins of an untouched FID have independent noise, which the statistics of the
    fit rest on; zero-filled ones have not.

    Attributes
    ----------
    axis
        Of the data.
    first_bin, count
        Bins ``first_bin ... first_bin + count - 1`` of the discrete Fourier transform, negative
        for negative frequencies.
    used
        Shape (count,): False where the range is excluded from the fit.
    """

    axis: Axis
    first_bin: int
    count: int
    used: NDArray[np.bool_]

    @property
    def freq_hz(self) -> NDArray[np.float64]:
        """Return the ascending frequencies, shape (count,)."""
        return np.asarray((self.first_bin + np.arange(self.count)) * self.axis.step_hz, np.float64)

    @property
    def ppm(self) -> NDArray[np.float64]:
        """Return the ascending chemical shifts, shape (count,)."""
        return self.axis.to_ppm(self.freq_hz)

    def cut(self, fids: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return the window's part of the spectra of FIDs on the data's time grid."""
        return self.take(fft.fft(fids, axis=-1), 0)

    def take(
        self, spectra: NDArray[np.complex128], moved: int | NDArray[np.intp]
    ) -> NDArray[np.complex128]:
        """Return the window's part of discrete Fourier transforms, ``moved`` bins further up.

        Shape (..., count); several moves, shape (m, 1), add an axis before the last.
        """
        bins = (self.first_bin + moved + np.arange(self.count)) % self.axis.points
        return np.asarray(spectra[..., bins])


def make_window(
    axis: Axis,
    limits_ppm: tuple[float, float],
    excluded_ppm: tuple[tuple[float, float], ...] = (),
    shift_ppm: float = 0.0,
) -> Window:
    """Return the bins between two shifts, all limits moved by ``shift_ppm``.

    A window that reaches beyond the spectrum ends where the spectrum does.

    Raises
    ------
    FitError
        If too few points remain to fit.
    """
    low, high = sorted(limits_ppm)
    step_ppm = axis.step_hz / axis.hz_per_ppm
    first = int(np.ceil((low + shift_ppm - axis.centre_ppm) / step_ppm))
    last = int(np.floor((high + shift_ppm - axis.centre_ppm) / step_ppm))
    first = max(first, -(axis.points // 2))
    last = min(last, (axis.points - 1) // 2)
    ppm = axis.centre_ppm + np.arange(first, last + 1) * step_ppm - shift_ppm
    used = np.ones(ppm.size, bool)
    for ends in excluded_ppm:
        used &= (ppm < min(ends)) | (ppm > max(ends))
    if np.count_nonzero(used) < 32:
        raise FitError(
            "Cannot fit",
            f"Only {np.count_nonzero(used)} points lie in the fit window.",
            "Widen the window or remove excluded ranges.",
        )
    return Window(axis, first, ppm.size, used)
