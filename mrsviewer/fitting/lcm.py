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

from mrsviewer.fitting.doubts import Outcome
from mrsviewer.fitting.flexibility import choose_flexibility, most_flexible, with_flexibility
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.fitting.model import FIRST_PHASE
from mrsviewer.fitting.outcome import refuse_without_signal, to_result
from mrsviewer.fitting.plan import make_plan
from mrsviewer.fitting.prepare import prepare
from mrsviewer.fitting.ratios import ratio_penalties
from mrsviewer.fitting.start import START_DF_PER_PPM
from mrsviewer.fitting.task import Task, evaluate, residual_energy
from mrsviewer.fitting.varpro import Solution, search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.plan import Plan
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.start import Guess
    from mrsviewer.fitting.task import State
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

__all__ = ["LcmOptions", "LinearCombinationEngine"]

NOISE_FLOOR = 1e-4
"""Least noise assumed, relative to the highest point of the spectrum: no model is better."""

ROUGH, COMMON_STEPS = 5, 4
MISFIT = 1.08
"""Residual over noise above which the line is given a shape of its own."""

SMALL = 1e-3
"""Residual over the highest point of the data below which no shape of its own is looked for."""

WORTH = 15.0
"""Gain, in units of the residual variance, that a line shape of its own must bring."""


class LinearCombinationEngine:
    """Variable projection with analytic derivatives on the fit window alone."""

    name = "lcm"
    version = "2"
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
        self.plan: Plan = make_plan(prepared, options)
        self.spectrum = np.fft.fft(prepared.fid)
        self.iterations = 0
        self.moved = 0

    def run(self, name: str, version: str) -> FitResult:
        """Return the result of all stages."""
        task, state = self._start()
        task, state = self._flexible(task, state)
        rough = self._search(task, state, self.plan.common, COMMON_STEPS, roughly=True)
        task, state = self._flexible(task, rough.state)
        near = self._search(task, state, self.plan.free, roughly=True)
        free = self.plan.free
        bent = self._bent(task, near) if self._misfits(task, near.state) else None
        if bent is None:
            final = self._search(task, near.state, free)
        else:
            task, final = bent
            free = self.plan.bent()
        refuse_without_signal(task, final.state, self.prepared.noise_sd)
        outcome = Outcome(
            self.prepared, self.options, task, final, free, self.iterations, self.moved
        )
        return to_result(outcome, name, version)

    def _start(self) -> tuple[Task, State]:
        """Return the task in the window moved with the data, and the best first state."""
        free = self.plan.common
        free[FIRST_PHASE] = False
        best: tuple[Task, Solution] | None = None
        for guess in self.plan.search.guesses(self.spectrum):
            task = self._task(guess)
            tried = self._search(task, guess.parameters(task.bounds), free, ROUGH, roughly=True)
            if best is None or tried.state.objective < best[1].state.objective:
                best = task, tried
                self.moved = guess.moved
        assert best is not None
        return best[0], best[1].state

    def _task(self, guess: Guess) -> Task:
        plan = self.plan
        data = plan.model.band.window.take(self.spectrum, guess.moved)
        variance = max(self.prepared.noise_sd, NOISE_FLOOR * self.prepared.scale) ** 2
        wanted = self.options.baseline_df_per_ppm
        gains = plan.space.gains(START_DF_PER_PPM if wanted == "auto" else wanted)
        held = np.zeros((plan.model.count, plan.model.count))
        return Task(
            model=plan.model,
            data=data,
            space=plan.space,
            gains=gains,
            bounds=plan.bounds,
            variance=variance,
            penalty=held,
            broad=held,
            nonnegative=self.options.nonnegative,
        )

    def _flexible(self, task: Task, state: State) -> tuple[Task, State]:
        """Return task and state with baseline and priors that suit the data."""
        wanted = self.options.baseline_df_per_ppm
        task = self._weighed(task, state)
        if wanted != "auto":
            task = with_flexibility(task, wanted)
            return task, evaluate(task, state.theta, state.amplitudes > 0)
        widest = most_flexible(task)
        return choose_flexibility(task, evaluate(widest, state.theta, state.amplitudes > 0))

    def _misfits(self, task: Task, state: State) -> bool:
        """Return whether a Voigt line leaves more than noise."""
        least = max(self.prepared.noise_sd, SMALL * float(np.abs(task.data).max()))
        misfit = self._residual_sd(task, state) > MISFIT * least
        return misfit and self.options.line_shape != "voigt"

    def _bent(self, task: Task, voigt: Solution) -> tuple[Task, Solution] | None:
        """Return task and solution with a line shape, or None if it is not worth its freedom."""
        free = self.plan.bent()
        tried, state = self._flexible(task, voigt.state)
        first = self._search(tried, state, free, ROUGH, roughly=True)
        tried, state = self._flexible(tried, first.state)
        second = self._search(tried, state, free)
        gain = self._compared(tried, voigt.state) - second.state.objective
        return (tried, second) if gain > WORTH else None

    def _residual_sd(self, task: Task, state: State) -> float:
        """Return the standard deviation of the residual, corrected for what was fitted."""
        fitted = np.count_nonzero(state.amplitudes) + np.count_nonzero(self.plan.common)
        left = max(task.samples - fitted - 2.0 * float(task.gains.sum()), 0.1 * task.samples)
        return float(np.sqrt(residual_energy(task, state) / left))

    def _compared(self, task: Task, state: State) -> float:
        """Return the objective that a state of another task has in this one."""
        solution = self._search(task, evaluate(task, state.theta), self.plan.free, ROUGH)
        return solution.state.objective

    def _weighed(self, task: Task, state: State) -> Task:
        """Return the task with priors that fit the size of misfit and amplitudes found so far."""
        broad, weak = ratio_penalties(
            self.plan.components, state.amplitudes, self.options.ratio_priors
        )
        misfit = residual_energy(task, state) / task.samples
        floor = NOISE_FLOOR * float(np.abs(task.data).max())
        variance = float(max(misfit, self.prepared.noise_sd**2, floor**2))
        return replace(task, variance=variance, penalty=broad + weak, broad=broad)

    def _search(
        self,
        task: Task,
        start: NDArray[np.float64] | State,
        free: NDArray[np.bool_],
        most: int | None = None,
        *,
        roughly: bool = False,
    ) -> Solution:
        limit = most or self.options.max_iterations
        solution = search(task, start, free, limit, self._tick, roughly=roughly)
        self.iterations += solution.iterations
        return solution

    def _tick(self) -> None:
        self.context.tick(min(0.99, self.iterations / 60), "fitting")
