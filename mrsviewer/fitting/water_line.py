"""The line of the water reference: what the shim does to every line of the voxel.

The field over a voxel broadens all its lines alike, and the water reference shows by how much, at
a thousand times the signal of a metabolite. A Lorentzian width is not the same - the T2 of water is
another one - but the Gaussian width and the departure from a Voigt line are the shim's alone. Where
there is little signal this is worth much: width and height of a Voigt line, the share of Lorentz
in it, and the baseline under its wings can stand in for one another, so that amplitudes err
together. (Reference deconvolution as by de Graaf 1990, doi 10.1002/mrm.1910130302, makes use of the
same; an expectation does not multiply noise.) In four scans with a reference, three at 3 T and one
at 7 T, water has 3.3, 3.4, 3.3 and 6.8 Hz, and Voigt lines of the metabolites by themselves have
3.4, 3.3, 3.9 and 7.0 Hz.

The logarithm of a Voigt line is a polynomial in time, so its parameters follow from one linear
least-squares problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import time_axis
from mrsviewer.fitting.lineshape import TERMS, shape_functions, shape_spread
from mrsviewer.fitting.model import GAUSS, GAUSS_RATE
from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.model import SignalModel
    from mrsviewer.fitting.priors import Bounds
    from mrsviewer.model.dataset import Dataset

CLEAR = 20.0
"""Magnitude over noise down to which samples are used."""

FEWEST, SHORTEST_S = 16, 0.02
"""Samples, and how long they must last, to tell a line from."""

MODEL_ERROR = 0.01
"""Error, relative to the first sample, that no model of a line is better than: it makes the strong
samples count, not the tail, where the little water that is not in tissue lives longest."""

WORST = 0.05
"""Misfit, relative to the first sample, from which a record is none of one line."""

NARROW_HZ, SHARE = 0.5, 0.1
"""How far the Gaussian width of metabolites may be from water's, as one standard deviation: this
much, and this share of it."""

EXACT = 1e-6
"""Standard deviation of what is held."""


@dataclass(frozen=True, slots=True, eq=False)
class WaterLine:
    """What the reference shows.

    Attributes
    ----------
    gauss_hz
        Gaussian width (FWHM) of the best Voigt line.
    bent_gauss_hz
        The same beside the departure from it.
    bends
        Shape (2 TERMS,): coefficients of that departure, see
        :mod:`mrsviewer.fitting.lineshape`.
    """

    gauss_hz: float
    bent_gauss_hz: float
    bends: NDArray[np.float64]


def line_of_water(water: Dataset) -> WaterLine | None:
    """Return the line of a processed water reference, or None where it does not show one."""
    if water.dims or not np.isfinite(water.fid).all():
        return None
    # Zeros filled in would be taken for the noise.
    fid = np.trim_zeros(water.fid, "b")
    if fid.size < FEWEST:
        return None
    times = time_axis(fid.size, water.acquisition.dwell_s)
    logarithm, error = _logarithm(fid, times)
    times = times[1 : 1 + logarithm.size]
    if logarithm.size < FEWEST or times[-1] < SHORTEST_S:
        return None
    design = np.stack([np.ones_like(times), -np.pi * times, -GAUSS_RATE * times**2])
    plain = _solved(design, logarithm.real, error)
    left = (logarithm.real - plain @ design) / error
    if np.sqrt(np.mean(left**2)) > WORST / MODEL_ERROR:
        return None
    shapes, spread = shape_functions(times), shape_spread()
    known = np.concatenate([np.full(3, np.inf), spread[:TERMS]])
    bent = _solved(np.concatenate([design, shapes]), logarithm.real, error, known)
    known = np.concatenate([np.full(2, np.inf), spread[TERMS:]])
    turned = _solved(np.concatenate([design[:2], shapes]), logarithm.imag, error, known)
    return WaterLine(
        gauss_hz=float(np.sqrt(max(plain[2], 0.0))),
        bent_gauss_hz=float(np.sqrt(max(bent[2], 0.0))),
        bends=np.concatenate([bent[3:], turned[2:]]),
    )


def with_water_line(
    bounds: Bounds, model: SignalModel, line: WaterLine | None, options: LcmOptions
) -> Bounds:
    """Return what is known of the common line where the water reference shows one.

    Parameters
    ----------
    bounds, model
        Without it.
    line
        None: there is none.
    options
        Whether the line is to be water's, or only near it.

    Raises
    ------
    FitError
        If the line is to be water's and there is none.
    """
    if line is None and options.line_shape == "water":
        raise FitError(
            "No line of water",
            "The line shape is to be that of the water reference, and there is no reference, or "
            "it does not show one line.",
            "Give a water reference, or choose another line shape.",
        )
    if line is None or options.line_shape in ("voigt", "free"):
        return bounds
    centre, precision = bounds.centre.copy(), bounds.precision.copy()
    if options.line_shape == "auto":
        away = NARROW_HZ + SHARE * line.gauss_hz
        centre[GAUSS] = line.gauss_hz**2
        precision[GAUSS] = (2.0 * line.gauss_hz * away + away**2) ** -2
        return replace(bounds, centre=centre, precision=precision)
    low, high = bounds.low.copy(), bounds.high.copy()
    held = np.r_[GAUSS, np.arange(model.size)[model.shape()]]
    centre[held] = low[held] = high[held] = np.r_[line.bent_gauss_hz**2, line.bends]
    precision[held] = EXACT**-2
    return replace(bounds, centre=centre, precision=precision, low=low, high=high)


def _logarithm(
    fid: NDArray[np.complex128], times: NDArray[np.float64]
) -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
    """Return the logarithm of the strong samples after the first, and its standard deviations."""
    filled = 4 * fid.size
    place = np.fft.fftfreq(filled, times[1])[np.argmax(np.abs(np.fft.fft(fid, filled)))]
    still = fid * np.exp(-2j * np.pi * place * times)
    size = np.abs(still)
    noise = float(np.median(size[-(-7 * fid.size // 8) :])) / np.sqrt(2 * np.log(2))
    weak = np.flatnonzero(size[1:] <= CLEAR * noise)
    end = 1 + int(weak[0]) if weak.size else fid.size
    used = still[1:end]
    if not used.size:
        return used, size[:0]
    logarithm = np.log(np.abs(used)) + 1j * np.unwrap(np.angle(used))
    return logarithm, np.hypot(noise, MODEL_ERROR * np.abs(used[0])) / np.abs(used)


def _solved(
    design: NDArray[np.float64],
    values: NDArray[np.float64],
    error: NDArray[np.float64],
    known: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return coefficients, shape (rows,); ``known`` are the SDs of their expectation of zero."""
    weighed = design / error
    normal = weighed @ weighed.T
    if known is not None:
        normal += np.diag(known**-2.0)
    return np.asarray(np.linalg.solve(normal, weighed @ (values / error)))
