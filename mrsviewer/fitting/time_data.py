"""The data of a time-domain fit, checked, and what of them is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.noise import noise_sd
from mrsviewer.fitting.comparison import Comparison, as_real
from mrsviewer.fitting.prepare import checked_fid
from mrsviewer.fitting.window import Axis, make_window
from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem

NOISE_FLOOR = 1e-5
"""Least noise assumed, relative to the highest point of the spectrum: no model is better."""


@dataclass(frozen=True, slots=True, eq=False)
class TimeData:
    """One FID and what of it is compared with a model.

    Attributes
    ----------
    axis
        Of the data, trailing zeros left out.
    fid
        Shape (points,).
    comparison
        Samples and spectral range that count.
    noise_sd
        Of the real part of the spectrum.
    """

    axis: Axis
    fid: NDArray[np.complex128]
    comparison: Comparison
    noise_sd: float

    @property
    def times_s(self) -> NDArray[np.float64]:
        """Return the times of the samples, shape (points,)."""
        return np.asarray(np.arange(self.axis.points) * self.axis.dwell_s, np.float64)

    @property
    def variance(self) -> float:
        """Return the noise variance of one compared number, or a floor."""
        highest = float(np.abs(np.fft.fft(self.fid)).max())
        return float(max(self.noise_sd, NOISE_FLOOR * highest) ** 2 / self.axis.points)

    @property
    def noise_variance(self) -> float:
        """Return the noise variance of one compared number."""
        return self.noise_sd**2 / self.axis.points

    def target(self, fid: NDArray[np.complex128] | None = None) -> NDArray[np.float64]:
        """Return what is compared of the data, or of another FID, shape (2n,)."""
        return as_real(self.comparison.cut(self.fid if fid is None else fid))


def time_data(
    problem: FitProblem,
    window_ppm: tuple[float, float],
    excluded_ppm: tuple[tuple[float, float], ...] = (),
    dropped: int = 0,
    shift_ppm: float = 0.0,
    used_share: float = 1.0,
) -> TimeData:
    """Return the checked data.

    Parameters
    ----------
    problem
        Data, and their noise where it is known.
    window_ppm, excluded_ppm
        What of the spectrum is compared.
    dropped
        Samples left out at the start.
    shift_ppm
        By how much the window moves with the data.
    used_share
        Share of the record that is compared.

    Raises
    ------
    FitError
        If the data are not one finite, non-zero FID, or too few samples remain.
    """
    fid = checked_fid(problem.data)
    acquisition = problem.data.acquisition
    axis = Axis(fid.size, acquisition.dwell_s, acquisition.hz_per_ppm, problem.data.centre_ppm)
    kept = (np.arange(fid.size) >= dropped) & (np.arange(fid.size) < used_share * fid.size)
    if np.count_nonzero(kept) < used_share * fid.size / 2:
        raise FitError(
            "Cannot fit",
            f"Of {fid.size} samples, {dropped} would be left out at the start.",
            "Leave out fewer.",
        )
    noise = problem.noise_sd
    if noise is None:
        noise = noise_sd(fid, axis.dwell_s, axis.hz_per_ppm, axis.centre_ppm)
    window = make_window(axis, window_ppm, excluded_ppm, shift_ppm)
    return TimeData(axis, fid, Comparison(window, kept), float(noise))
