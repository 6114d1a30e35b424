"""Fitting a spectrum like one that was fitted, starting from that solution."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.baseline import spline_space
from mrsviewer.fitting.model import FIRST_PHASE, GAUSS, LORENTZ, SHIFT, ZERO_PHASE, SignalModel
from mrsviewer.fitting.prepare import prepare
from mrsviewer.fitting.priors import line_widths_hz, make_bounds
from mrsviewer.fitting.ratios import ratio_penalty
from mrsviewer.fitting.task import Task
from mrsviewer.fitting.varpro import search
from mrsviewer.fitting.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.window import Axis
    from mrsviewer.model.fit import FitResult

NEAR = 4.0
"""A refit of the same data that moves an amplitude by more standard deviations than this has
found another solution. Smaller moves come from the priors, which a fit weighs by an earlier
solution; they are taken off every refit."""

ITERATIONS = 4
"""From the solution, so few suffice: within 7 % of the scatter that the full search gives."""


class WarmRefit:
    """Amplitudes of spectra that differ from a fitted one by their noise.

    The flexibility of the baseline and the priors are those of the fit; phases, shifts, widths
    and amplitudes are free.
    """

    def __init__(
        self,
        prepared: Prepared,
        options: LcmOptions,
        result: FitResult,
        tick: Callable[[], None],
    ) -> None:
        self.tick = tick
        window = _window(prepared.axis, options, result)
        band = make_band(window)
        widths = line_widths_hz(prepared.components, prepared.axis.hz_per_ppm)
        model = SignalModel(band, band.narrow(prepared.signals), widths, result.pivot_ppm)
        bounds, self.free = make_bounds(model, prepared.components, options)
        space = spline_space(window.ppm, window.used)
        self.task = Task(
            model=model,
            data=result.data[::-1],
            space=space,
            gains=space.gains(result.effective_baseline_df / space.ppm_width),
            bounds=bounds,
            variance=max(result.noise_sd, result.residual_sd) ** 2,
            penalty=ratio_penalty(prepared.components, result.amplitudes, options.ratio_priors),
            nonnegative=options.nonnegative,
        )
        self.start = _parameters(model, result)
        self.offset = np.zeros(model.count)
        self.offset = self(result.data[::-1]) - result.amplitudes

    def __call__(self, spectrum: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return the amplitudes that fit the window's spectrum, shape (components,)."""
        task = replace(self.task, data=spectrum)
        found = search(task, self.start, self.free, ITERATIONS, self.tick)
        amplitudes = found.state.amplitudes - self.offset
        return np.maximum(amplitudes, 0.0) if task.nonnegative else amplitudes


def warm_refit(
    problem: FitProblem, options: LcmOptions, result: FitResult, tick: Callable[[], None]
) -> WarmRefit | None:
    """Return a refit that starts from ``result``; None if it does not lead back to it.

    Parameters
    ----------
    problem, options, result
        The fit.
    tick
        Called once per iteration; may raise to stop.
    """
    refit = WarmRefit(prepare(problem, options), options, result, tick)
    bound = NEAR * np.sqrt(np.diagonal(result.covariance))
    return refit if (np.abs(refit.offset) <= bound).all() else None


def _window(axis: Axis, options: LcmOptions, result: FitResult) -> Window:
    """Return the window that was fitted."""
    step_hz = 1.0 / (axis.points * axis.dwell_s)
    first = round(axis.to_hz(float(result.ppm[-1])) / step_hz)
    ppm = result.ppm[::-1] - result.shift_ppm
    used = np.ones(ppm.size, bool)
    for ends in options.excluded_ppm:
        used &= (ppm < min(ends)) | (ppm > max(ends))
    return Window(axis, first, ppm.size, used)


def _parameters(model: SignalModel, result: FitResult) -> NDArray[np.float64]:
    """Return the parameter vector of a result."""
    hz_per_ppm = model.band.window.axis.hz_per_ppm
    shift = np.array([line.shift_ppm for line in result.lineshapes]) * hz_per_ppm
    lorentz = np.array([line.lorentzian_hz for line in result.lineshapes])
    gauss = np.array([line.gaussian_hz for line in result.lineshapes])
    shares = model.shares_line
    theta = np.zeros(5 + 2 * model.count)
    theta[ZERO_PHASE] = result.zero_phase_rad
    theta[FIRST_PHASE] = result.first_phase_s * 2 * np.pi * hz_per_ppm
    theta[SHIFT] = result.shift_ppm * hz_per_ppm
    if shares.any():
        theta[LORENTZ] = float(np.median(lorentz[shares]))
        theta[GAUSS] = float(gauss[shares][0]) ** 2
    theta[model.own_shift()] = shift - theta[SHIFT]
    drawn = np.where(shares, 1.0, model.drawn_hz)
    theta[model.own_width()] = np.where(
        shares, lorentz - theta[LORENTZ], np.sqrt(1.0 + (gauss / drawn) ** 2) - 1.0
    )
    return theta
