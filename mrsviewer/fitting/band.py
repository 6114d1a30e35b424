"""The coarse time grid that suffices for a fit window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.window import Window

GUARD_HZ = 90.0
"""Frequencies kept beside the window; the filter falls from 1 to 0 over the outer two thirds."""

RING_S = 0.05
"""How long before its start and after its end the filtered signal is followed."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A coarse time grid that carries the window and a guard band, and nothing else.

    Basis signals are filtered to the band once. Each evaluation of the model then multiplies
    them by an envelope on the coarse grid and transforms a few hundred points instead of
    thousands. The filter has smooth flanks, so it rings only briefly; where it rings before
    time zero and after the end, the samples and the envelope are followed there and folded
    back, which makes the result equal to that on the full grid to about 1e-5.

    Attributes
    ----------
    window
        What the spectrum is wanted for.
    size
        Coarse samples per duration of the FID.
    before, after
        Further samples before time zero and after the end.
    lowest_bin
        Bin of the data's spectrum that is coarse bin 0.
    """

    window: Window
    size: int
    before: int
    after: int
    lowest_bin: int

    @property
    def times_s(self) -> NDArray[np.float64]:
        """Return the coarse sampling times, shape (before + size + after,)."""
        axis = self.window.axis
        step = axis.points * axis.dwell_s / self.size
        return np.asarray(np.arange(-self.before, self.size + self.after) * step, np.float64)

    def narrow(self, fids: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return signals, shape (k, points), on the coarse grid, filtered to the band."""
        points = self.window.axis.points
        if self.size == points:
            shifted = np.exp(-2j * np.pi * self.lowest_bin * np.arange(points) / points)
            return np.asarray(fids * shifted)
        spectra = fft.fft(fids, 2 * points, axis=-1)
        bins = 2 * self.lowest_bin + np.arange(2 * self.size)
        kept = spectra[..., bins % (2 * points)] * self._filter()
        coarse = fft.ifft(kept, axis=-1)
        return np.asarray(coarse[..., np.arange(-self.before, self.size + self.after)])

    def _filter(self) -> NDArray[np.float64]:
        guard = 2 * (self.window.first_bin - self.lowest_bin)
        flank = 2 * guard // 3
        rise = np.sin(0.5 * np.pi * np.arange(flank) / flank) ** 2
        rise = np.sin(0.5 * np.pi * rise) ** 2
        gain = np.ones(2 * self.size)
        gain[:flank] = rise
        gain[-flank:] = rise[::-1]
        return gain

    def spectra(self, coarse: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return the window's spectra, shape (..., count), of signals on the coarse grid."""
        folded = coarse[..., self.before : self.before + self.size].copy()
        if self.before:
            folded[..., -self.before :] += coarse[..., : self.before]
        if self.after:
            folded[..., : self.after] += coarse[..., -self.after :]
        start = self.window.first_bin - self.lowest_bin
        return np.asarray(fft.fft(folded, axis=-1)[..., start : start + self.window.count])


def make_band(window: Window) -> Band:
    """Return the coarse grid for a window; the full grid where that is hardly larger."""
    duration = window.axis.points * window.axis.dwell_s
    guard = int(np.ceil(GUARD_HZ * duration))
    size = fft.next_fast_len(window.count + 2 * guard)
    ring = int(np.ceil(RING_S * size / duration))
    if size + 2 * ring > 0.8 * window.axis.points:
        return Band(window, window.axis.points, 0, 0, window.first_bin)
    return Band(window, size, ring, ring, window.first_bin - guard)
