"""From a fit problem to arrays on one grid, with everything refused that cannot be fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.noise import noise_sd
from mrsviewer.dsp.resample import resample_fids
from mrsviewer.fitting.kept import Kept
from mrsviewer.fitting.window import Axis
from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.model.basis import BasisSet, Component
    from mrsviewer.model.dataset import Dataset

FEWEST_SAMPLES = 128
MIDDLE_PPM = 2.6
"""Middle of the range of metabolites."""

FREQUENCY_TOLERANCE = 0.1
"""Largest relative difference of the spectrometer frequencies of data and basis."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Data and basis on the data's grid.

    Attributes
    ----------
    axis
        Of the data, trailing zeros left out.
    fid
        Shape (points,), samples left out at the start set to zero.
    signals
        Shape (k, points), damped and cut as the first samples of the data are; the same array for
        the same basis set, grid and options.
    components
        What the k rows are.
    noise_sd
        Of the real part of the spectrum; 0 if the data hold none.
    spectrum
        Shape (points,): discrete Fourier transform of ``fid``.
    water
        The processed water reference; None where there is none, or it is of another nucleus or
        shim.
    """

    axis: Axis
    fid: NDArray[np.complex128]
    signals: NDArray[np.complex128]
    components: tuple[Component, ...]
    noise_sd: float
    spectrum: NDArray[np.complex128]
    water: Dataset | None = None

    @property
    def scale(self) -> float:
        """Return the largest magnitude of the spectrum."""
        return float(np.abs(self.spectrum).max())


def prepare(problem: FitProblem, options: LcmOptions) -> Prepared:
    """Return checked data and basis.

    Raises
    ------
    FitError
        If the data are not one finite, non-zero spectrum or the basis cannot describe them.
    """
    fid = checked_fid(problem.data)
    acquisition = problem.data.acquisition
    axis = Axis(fid.size, acquisition.dwell_s, acquisition.hz_per_ppm, problem.data.centre_ppm)
    signals, components = _kept.get(
        problem.basis.fids,
        _key(problem.basis, axis, options),
        lambda: _signals(problem.basis, axis, options),
    )
    noise = problem.noise_sd
    if noise is None:
        noise = noise_sd(fid, axis.dwell_s, axis.hz_per_ppm, axis.centre_ppm)
    if options.first_points_dropped:
        fid = np.where(np.arange(fid.size) < options.first_points_dropped, 0.0, fid)
    spectrum = np.fft.fft(fid)
    water = problem.water if problem.shim_of_water else None
    if water is not None and water.acquisition.nucleus != acquisition.nucleus:
        water = None
    return Prepared(axis, fid, signals, components, float(noise), spectrum, water)


_Signals = tuple["NDArray[np.complex128]", "tuple[Component, ...]"]
_kept: Kept[_Signals] = Kept(6)


def _key(basis: BasisSet, axis: Axis, options: LcmOptions) -> Hashable:
    grid = (basis.dwell_s, basis.frequency_hz, basis.centre_ppm)
    chosen = (options.include, options.exclude, options.first_points_dropped)
    return (basis.components, grid, axis, chosen)


def _signals(basis: BasisSet, axis: Axis, options: LcmOptions) -> _Signals:
    chosen = _chosen(basis, options)
    signals = _on_grid(chosen, axis)
    signals[:, : options.first_points_dropped] = 0.0
    return signals, chosen.components


def checked_fid(data: Dataset) -> NDArray[np.complex128]:
    """Return the samples of one FID up to the last that is not zero, shape (points,).

    Raises
    ------
    FitError
        If it is not one FID, holds values that are not finite, or lacks too many samples.
    """
    if data.dims:
        raise FitError(
            "Cannot fit",
            f"The data still have the axes {', '.join(data.dims)}.",
            "Combine coils and average the transients first, or choose one spectrum.",
        )
    if not np.isfinite(data.fid).all():
        raise FitError(
            "Cannot fit",
            "The data hold values that are not numbers.",
            "Check the file and the processing steps.",
        )
    filled = np.flatnonzero(data.fid)
    fid = data.fid[: filled[-1] + 1] if filled.size else data.fid[:0]
    if filled.size < 0.9 * fid.size or filled.size < FEWEST_SAMPLES:
        raise FitError(
            "Cannot fit",
            f"Of {data.points} samples, {filled.size} are not zero.",
            "The file seems damaged or empty; export the data again.",
        )
    return np.asarray(fid)


def _chosen(basis: BasisSet, options: LcmOptions) -> BasisSet:
    missing = [n for n in (*options.include, *options.exclude) if n not in basis.names]
    if missing:
        raise FitError(
            "Cannot fit",
            f"The basis set has no {', '.join(missing)}.",
            f"Choose from: {', '.join(basis.names)}.",
        )
    names = options.include or basis.names
    chosen = basis.take(tuple(name for name in names if name not in options.exclude))
    usable = np.isfinite(chosen.fids).all(axis=1) & (np.abs(chosen.fids).max(axis=1, initial=0) > 0)
    if not chosen.components or not usable.all():
        bad = [name for name, good in zip(chosen.names, usable, strict=True) if not good]
        raise FitError(
            "Cannot fit",
            f"Basis signals without valid samples: {', '.join(bad)}."
            if bad
            else "No basis signal.",
            "Choose another basis set, or leave these components out.",
        )
    return chosen


def _on_grid(basis: BasisSet, axis: Axis) -> NDArray[np.complex128]:
    """Return the basis signals on the time grid of the data, shape (k, points).

    A set made for a slightly different frequency keeps its chemical shifts: its time is
    stretched, which changes its coupling constants by the same few percent.
    """
    stretch = basis.frequency_hz * 1e-6 / axis.hz_per_ppm
    if abs(stretch - 1.0) > FREQUENCY_TOLERANCE:
        raise FitError(
            "Cannot fit",
            f"The basis set was made for {basis.frequency_hz * 1e-6:.1f} MHz, "
            f"the data have {axis.hz_per_ppm:.1f} MHz.",
            "Choose a basis set of the field strength of the data.",
        )
    # Resampling is exact in the middle of the band, so that is where the metabolites are put.
    dwell = basis.dwell_s * stretch
    middle = (MIDDLE_PPM - basis.centre_ppm) * axis.hz_per_ppm
    centred = basis.fids * _turn(-middle, dwell, basis.fids.shape[-1])
    fids = resample_fids(centred, dwell, axis.dwell_s, axis.points, antialias=False)
    back = (MIDDLE_PPM - axis.centre_ppm) * axis.hz_per_ppm
    return np.asarray(fids * _turn(back, axis.dwell_s, axis.points))


def _turn(hz: float, dwell_s: float, points: int) -> NDArray[np.complex128]:
    """Return a signal of frequency ``hz``, shape (points,)."""
    return np.asarray(np.exp(2j * np.pi * hz * dwell_s * np.arange(points)))
