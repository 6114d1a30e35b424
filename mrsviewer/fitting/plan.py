"""All that a fit needs besides the data: the same for every spectrum on one grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.baseline import FOREIGN_PPM, is_wrapped, smooth_space
from mrsviewer.fitting.kept import Kept
from mrsviewer.fitting.model import COMMON, SignalModel
from mrsviewer.fitting.natural_width import t2_widths_hz
from mrsviewer.fitting.priors import line_widths_hz, make_bounds
from mrsviewer.fitting.start import make_search
from mrsviewer.fitting.window import make_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.baseline import SmoothSpace
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.priors import Bounds
    from mrsviewer.fitting.start import Search
    from mrsviewer.fitting.window import Window
    from mrsviewer.model.basis import Component


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Model, baselines and priors.

    Attributes
    ----------
    model, components, space, bounds
        As in :class:`mrsviewer.fitting.task.Task`.
    free
        Shape (model.size,): parameters that a fit without a line shape of its own moves.
    search
        Finds the first guess.
    """

    model: SignalModel
    components: tuple[Component, ...]
    space: SmoothSpace
    bounds: Bounds
    free: NDArray[np.bool_]
    search: Search

    @property
    def common(self) -> NDArray[np.bool_]:
        """Return the free parameters that all components share, shape (model.size,)."""
        common = self.free.copy()
        common[COMMON:] = False
        return common

    def bent(self) -> NDArray[np.bool_]:
        """Return the free parameters of a fit with a line shape, shape (model.size,)."""
        bent = self.free.copy()
        bent[self.model.shape()] = True
        return bent


_kept: Kept[Plan] = Kept(6)

INSIDE_PPM, REST_END_PPM, CLEAR_PPM = 3.7, 3.6, 0.25
"""From where on a line inside the window may be water, where all that is surely not ends, and how
much is left out beside it."""

TOWERS = 2.5
"""How many times the highest point of the rest water is, which no metabolite above 3.7 ppm is."""

BESIDE_PPM, WATER_END_PPM, WATER_STEP_PPM = 0.05, 5.2, 0.15
"""How far beside the window water begins and where it ends, and steps between its lines."""

LEAST_TOP_PPM = 3.0
"""A window that ends below this is out of the reach of water."""

STRONG = 60.0
"""Height over noise from which the tails of water matter."""


def make_plan(prepared: Prepared, options: LcmOptions) -> Plan:
    """Return the plan for a basis on the data's grid; kept for the next spectrum.

    Raises
    ------
    FitError
        If too few points lie in the fit window.
    """
    limits = _without_water(prepared, options)
    window = make_window(prepared.axis, limits, options.excluded_ppm)
    wrapped = is_wrapped(prepared.fid)
    foreign = (*_water_lines(window, prepared), *_excluded_lines(options))
    key = (prepared.axis, prepared.components, options, limits, wrapped, foreign)

    def made() -> Plan:
        space = smooth_space(window, wrapped=wrapped, foreign_ppm=foreign)
        return _made(prepared, options, window, space)

    return _kept.get(prepared.signals, key, made)


def _made(prepared: Prepared, options: LcmOptions, window: Window, space: SmoothSpace) -> Plan:
    band = make_band(window)
    widths = line_widths_hz(prepared.components, prepared.axis.hz_per_ppm)
    pivot = float(0.5 * (window.ppm[0] + window.ppm[-1]))
    by_t2 = t2_widths_hz(prepared.components)
    model = SignalModel(band, band.narrow(prepared.signals), widths, pivot, by_t2)
    bounds, free = make_bounds(model, prepared.components, options)
    free[model.shape()] = False
    search = make_search(model, bounds, space, options)
    return Plan(model, prepared.components, space, bounds, free, search)


def _without_water(prepared: Prepared, options: LcmOptions) -> tuple[float, float]:
    """Return the window's limits, the upper one lowered where water lies inside."""
    low, high = sorted(options.window_ppm)
    axis = prepared.axis
    ppm = axis.to_ppm(np.asarray(np.fft.fftfreq(axis.points, axis.dwell_s), np.float64))
    size = np.abs(np.fft.fft(prepared.fid))
    end = (ppm > INSIDE_PPM) & (ppm < high)
    rest = (ppm > low) & (ppm < REST_END_PPM)
    if not end.any() or size[end].max() < TOWERS * size[rest].max(initial=0.0):
        return high, low
    place = float(ppm[end][np.argmax(size[end])])
    return max(place - CLEAR_PPM, REST_END_PPM), low


def _water_lines(window: Window, prepared: Prepared) -> tuple[float, ...]:
    """Return where residual water may have lines whose tails reach into the window."""
    axis, top = window.axis, float(window.ppm[-1])
    ppm = axis.to_ppm(np.asarray(np.fft.fftfreq(axis.points, axis.dwell_s), np.float64))
    beside = np.abs(np.fft.fft(prepared.fid))[(ppm > top + BESIDE_PPM) & (ppm < WATER_END_PPM)]
    strong = beside.max(initial=0.0) > STRONG * prepared.noise_sd
    if not strong or top < LEAST_TOP_PPM:
        return ()
    return tuple(float(x) for x in np.arange(top + WATER_STEP_PPM, WATER_END_PPM, WATER_STEP_PPM))


def _excluded_lines(options: LcmOptions) -> tuple[float, ...]:
    """Return where lines may lie in the ranges left out."""
    step = 2 * FOREIGN_PPM
    return tuple(
        float(x)
        for ends in options.excluded_ppm
        for x in np.arange(min(ends) + FOREIGN_PPM, max(ends), step)
    )
