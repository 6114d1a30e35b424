"""Linear combination of basis spectra, in the frequency domain, on complex data.

The model is ``data = exp(i phase) (sum of damped, shifted basis spectra + baseline)``; its parts
are described in :mod:`model <mrsviewer.fitting.model>`, :mod:`baseline
<mrsviewer.fitting.baseline>` and :mod:`varpro
<mrsviewer.fitting.varpro>`. In the class of LCModel
(Provencher 1993, doi 10.1002/mrm.1910300604) and ABfit (Wilson 2021, doi 10.1002/mrm.28385).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.baseline import spline_space
from mrsviewer.fitting.doubts import Outcome
from mrsviewer.fitting.flexibility import choose_flexibility, residual_energy, with_flexibility
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.fitting.model import COMMON, FIRST_PHASE, SignalModel
from mrsviewer.fitting.outcome import refuse_without_signal, to_result
from mrsviewer.fitting.prepare import Prepared, prepare
from mrsviewer.fitting.priors import line_widths_hz, make_bounds
from mrsviewer.fitting.ratios import ratio_penalty
from mrsviewer.fitting.start import guesses, to_parameters
from mrsviewer.fitting.task import Task
from mrsviewer.fitting.uncertainty import amplitude_covariance
from mrsviewer.fitting.varpro import Solution, search
from mrsviewer.fitting.window import make_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

__all__ = ["LcmOptions", "LinearCombinationEngine"]

START_DF_PER_PPM = 2.0
NOISE_FLOOR = 1e-4
"""Least noise assumed, relative to the highest point of the spectrum: no model is better."""


class LinearCombinationEngine:
    """Variable projection with analytic derivatives on the fit window alone."""

    name = "lcm"
    version = "1"
    options: type[msgspec.Struct] = LcmOptions

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Fit one spectrum.

        Raises
        ------
        FitError
            If the data or the basis cannot be fitted, or no signal is found.
        """
        chosen = msgspec.convert(options, LcmOptions, from_attributes=True)
        context.tick(0.0, "preparing the fit")
        prepared = prepare(problem, chosen)
        return _Fit(prepared, chosen, context).run(self.name, self.version)


class _Fit:
    """One fit, stage by stage."""

    def __init__(self, prepared: Prepared, options: LcmOptions, context: JobContext) -> None:
        self.prepared, self.options, self.context = prepared, options, context
        self.iterations = 0

    def run(self, name: str, version: str) -> FitResult:
        """Return the result of all stages."""
        task, start = self._start()
        free = make_bounds(task.model, self.prepared.components, self.options)[1]
        common = self._only_common(free)
        rough = self._search(task, start, common)
        task = self._weighed(task, rough)
        if self.options.baseline_df_per_ppm == "auto":
            task, rough = choose_flexibility(task, rough.state.theta, common, self._tick)
        else:
            task = with_flexibility(task, self.options.baseline_df_per_ppm)
            rough = self._search(task, rough.state.theta, common)
        task = self._weighed(task, rough)
        final = self._search(task, rough.state.theta, free, roughly=False)
        noise = self.prepared.noise_sd
        refuse_without_signal(task, final.state, noise)
        covariance = amplitude_covariance(task, final.state, free, noise**2)
        outcome = Outcome(self.prepared, self.options, task, final, covariance, self.iterations)
        return to_result(outcome, name, version)

    def _start(self) -> tuple[Task, NDArray[np.float64]]:
        """Return the task in the window moved with the data, and the best first parameters."""
        wide = self._task(0.0)
        free = self._only_common(make_bounds(wide.model, self.prepared.components, self.options)[1])
        free[FIRST_PHASE] = False
        best: Solution | None = None
        for guess in guesses(wide, self.prepared.fid, self.options):
            first = to_parameters(guess, wide.bounds)
            tried = self._search(wide, first, free, most=8)
            if best is None or tried.state.objective < best.state.objective:
                best = tried
        assert best is not None
        theta = best.state.theta
        shift_ppm = theta[2] / self.prepared.axis.hz_per_ppm
        return self._task(shift_ppm), theta

    def _task(self, shift_ppm: float) -> Task:
        options, prepared = self.options, self.prepared
        window = make_window(prepared.axis, options.window_ppm, options.excluded_ppm, shift_ppm)
        band = make_band(window)
        widths = line_widths_hz(prepared.components, prepared.axis.hz_per_ppm)
        pivot = float(0.5 * (window.ppm[0] + window.ppm[-1]))
        model = SignalModel(band, band.narrow(prepared.signals), widths, pivot)
        space = spline_space(window.ppm, window.used)
        wanted = options.baseline_df_per_ppm
        gains = space.gains(START_DF_PER_PPM if wanted == "auto" else wanted)
        bounds = make_bounds(model, prepared.components, options)[0]
        data = window.cut(prepared.fid)
        variance = max(prepared.noise_sd, NOISE_FLOOR * prepared.scale) ** 2
        free = np.zeros((model.count, model.count))
        return Task(model, data, space, gains, bounds, variance, free, options.nonnegative)

    def _weighed(self, task: Task, solution: Solution) -> Task:
        """Return the task with priors that fit the size of misfit and amplitudes found so far."""
        amplitudes = solution.state.amplitudes
        chosen = self.options.ratio_priors
        penalty = ratio_penalty(self.prepared.components, amplitudes, chosen)
        return replace(task, variance=self._variance(task, solution), penalty=penalty)

    def _variance(self, task: Task, solution: Solution) -> float:
        """Return the variance that priors are weighed against: noise, or misfit if larger."""
        samples = 2.0 * np.count_nonzero(task.model.band.window.used)
        misfit = residual_energy(task, solution.state) / samples
        floor = NOISE_FLOOR * float(np.abs(task.data).max())
        return float(max(misfit, self.prepared.noise_sd**2, floor**2))

    def _only_common(self, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
        common = free.copy()
        common[COMMON:] = False
        return common

    def _search(
        self,
        task: Task,
        start: NDArray[np.float64],
        free: NDArray[np.bool_],
        most: int | None = None,
        *,
        roughly: bool = True,
    ) -> Solution:
        limit = most or self.options.max_iterations
        solution = search(task, start, free, limit, self._tick, roughly=roughly)
        self.iterations += solution.iterations
        return solution

    def _tick(self) -> None:
        self.context.tick(min(0.99, self.iterations / 60), "fitting")
