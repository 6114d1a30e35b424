"""The zero-filled grid, on which the real part holds all that the data do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.baseline import is_wrapped
from mrsviewer.fitting.kept import Kept
from mrsviewer.fitting.window import Axis, make_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.band import Band
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.window import Window

FILLED = 2
"""Lengths of the record after zero-filling: the real part of twice as many bins is as much as both
parts, and the noise of its bins is as good as independent."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Window and basis signals after zero-filling.

    Attributes
    ----------
    window
        Bins of the zero-filled spectrum.
    band
        Coarse time grid that carries them.
    signals
        Shape (k, coarse samples): basis signals on it.
    times_s
        Shape (coarse samples,).
    """

    window: Window
    band: Band
    signals: NDArray[np.complex128]
    times_s: NDArray[np.float64]

    @property
    def step_ppm(self) -> float:
        """Return the spacing of the bins."""
        return self.window.axis.step_hz / self.window.axis.hz_per_ppm

    @property
    def pivot_ppm(self) -> float:
        """Return the middle of the window, where a first-order phase is zero."""
        return float(0.5 * (self.window.ppm[0] + self.window.ppm[-1]))

    def of_data(self, moved: int) -> slice:
        """Return which points of a window moved by bins are bins without zero-filling."""
        return slice((self.window.first_bin + moved) % FILLED, None, FILLED)


def filled_spectrum(prepared: Prepared) -> NDArray[np.complex128]:
    """Return the discrete Fourier transform of the zero-filled data.

    In a record that was turned round, the zeros come before what belongs before its first sample.
    """
    fid = prepared.fid
    early = fid.size // EARLY if is_wrapped(fid) else 0
    filled = np.zeros(FILLED * fid.size, np.complex128)
    filled[: fid.size - early] = fid[: fid.size - early]
    filled[filled.size - early :] = fid[fid.size - early :]
    return np.asarray(fft.fft(filled))


EARLY = 32
"""Share of a record, from its end, that may belong before its first sample; what is noise among it
may stand there as well."""

_kept: Kept[Grid] = Kept(6)


def make_grid(prepared: Prepared, options: LcmOptions) -> Grid:
    """Return the grid of the fit window; kept for the next spectrum.

    Raises
    ------
    FitError
        If too few points lie in the window.
    """
    own = prepared.axis
    axis = Axis(FILLED * own.points, own.dwell_s, own.hz_per_ppm, own.centre_ppm)

    def made() -> Grid:
        window = make_window(axis, options.window_ppm, options.excluded_ppm)
        band = make_band(window)
        filled = np.zeros((len(prepared.signals), axis.points), np.complex128)
        filled[:, : own.points] = prepared.signals
        return Grid(window, band, band.narrow(filled), band.times_s)

    key = (axis, options.window_ppm, options.excluded_ppm)
    return _kept.get(prepared.signals, key, made)
