"""Where model and data are compared: some samples in time, some range of the spectrum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.band import Band
    from mrsviewer.fitting.window import Window


class Compared(Protocol):
    """What of signals on some time grid is compared."""

    def cut(self, fids: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return what is compared of signals, shape (..., n), scaled to noise of one sample."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Samples that count, seen through a window of the spectrum.

    Over the whole spectrum this is least squares in time (Parseval). A narrower window is the
    frequency-selective form of it: what lies outside, such as residual water, only matters by
    the tails that reach in, and model and data are cut in the same way.

    Attributes
    ----------
    window
        Bins of the spectrum.
    kept
        Shape (points,): which samples count; the others are set to zero in data and model.
    weights
        Shape (points,): by which factor they count; None: by 1.
    """

    window: Window
    kept: NDArray[np.bool_]
    weights: NDArray[np.float64] | None = None

    @property
    def samples(self) -> float:
        """Return how many independent real numbers are compared."""
        share = np.count_nonzero(self.kept) / self.kept.size
        return 2.0 * np.count_nonzero(self.window.used) * share

    def cut(self, fids: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return what is compared of FIDs, shape (..., n).

        Scaled so that noise has the standard deviation that it has in one sample in time.
        """
        if self.weights is not None:
            fids = fids * self.weights
        whole = self.window.count == self.kept.size and bool(self.window.used.all())
        if whole:
            return fids if self.kept.all() else fids[..., self.kept]
        counted = fids if self.kept.all() else fids * self.kept
        chosen = self.window.cut(counted)[..., self.window.used]
        return np.asarray(chosen / np.sqrt(self.kept.size))


@dataclass(frozen=True, slots=True, eq=False)
class BandComparison:
    """The same as :class:`Comparison` for signals on the coarse grid of a band.

    Attributes
    ----------
    band
        Coarse grid and window.
    weights
        Shape (coarse samples,): by which factor each counts; 0 where it does not.
    """

    band: Band
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, band: Band, fine: Comparison) -> BandComparison:
        """Return the comparison on the coarse grid that stands for one on the data's own.

        Samples before time zero, where the band's filter rings, go with the first samples.
        """
        axis = fine.window.axis
        index = np.flatnonzero(fine.kept)
        first, last = index[0] * axis.dwell_s, index[-1] * axis.dwell_s
        times = band.times_s
        early = first if index[0] else -np.inf
        late = last if index[-1] < fine.kept.size - 1 else np.inf
        weights = ((times >= early) & (times <= late)).astype(float)
        if fine.weights is not None:
            fine_times = np.arange(fine.kept.size) * axis.dwell_s
            weights *= np.interp(times, fine_times, fine.weights)
        return cls(band, weights)

    def cut(self, fids: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return what is compared of signals on the coarse grid, shape (..., n)."""
        window = self.band.window
        spectra = self.band.spectra(fids * self.weights)[..., window.used]
        return np.asarray(spectra / np.sqrt(window.axis.points))


def as_real(rows: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Return real parts, then imaginary parts: shape (..., 2n) from (..., n)."""
    return np.concatenate([rows.real, rows.imag], axis=-1)
