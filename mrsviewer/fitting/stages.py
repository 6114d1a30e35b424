"""The stages of one linear-combination fit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.doubts import Outcome
from mrsviewer.fitting.flexibility import choose_flexibility, most_flexible, with_flexibility
from mrsviewer.fitting.model import COMMON, FIRST_PHASE
from mrsviewer.fitting.outcome import noise_of_filtered_data
from mrsviewer.fitting.plan import make_plan
from mrsviewer.fitting.ratios import broad_penalty, weak_penalty
from mrsviewer.fitting.refusals import refuse_without_signal
from mrsviewer.fitting.start import START_DF_PER_PPM
from mrsviewer.fitting.task import Task, evaluate_again, residual_energy
from mrsviewer.fitting.uncertainty import inverse_of_information
from mrsviewer.fitting.varpro import Solution, promised_gain, search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.plan import Plan
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.task import State
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

NOISE_FLOOR = 1e-4
"""Least noise assumed, relative to the highest point of the spectrum: no model is better."""

ROUGH, COMMON_STEPS = 5, 4
WORSE = 1.08
"""Residual over that of a similar spectrum from which a line shape is tried after all."""

BENT = ("auto", "free")
"""Line shapes that may depart from a Voigt line, or from water's."""

WORTH = 10.0
"""Gain, in units of the residual variance, that a line shape of its own must bring."""

HOPEFUL = 0.6 * WORTH
"""Gain that one step must promise for it to be tried; all steps bring more, where the residual is
larger than the noise two to four times as much."""

CONTRADICTED = 4.0
"""Gain, in the same units, that a line unlike the water reference's must promise to be let go."""

AT_MOST = 3.0
"""How many times what one step promises a few steps bring at most; twice has been seen."""


class Stages:
    """One fit, stage by stage: begin, adapt the baseline, move all parameters, bend the line."""

    def __init__(self, prepared: Prepared, options: LcmOptions, context: JobContext) -> None:
        self.prepared, self.options, self.context = prepared, options, context
        self.plan: Plan = make_plan(prepared, options)
        self.bounds = self.plan.bounds_beside(prepared.water, options)
        self.iterations = 0
        self.moved = 0

    def run(self, like: FitResult | None = None) -> Outcome:
        """Return the outcome of all stages; beginning from a fit of a similar spectrum if given.

        Raises
        ------
        FitError
            If no signal is found.
        """
        return self.finish(*self.near(like), like)

    def near(self, like: FitResult | None = None) -> tuple[Task, Solution]:
        """Return the task, and the neighbourhood of its solution with a Voigt line."""
        if like is None:
            task, state = self._flexible(*self._start())
            state = self._search(task, state, self.plan.common, COMMON_STEPS, roughly=True).state
        else:
            task, state = self._start_like(like)
        task, state = self._flexible(task, state)
        near = self._search(task, state, self.plan.free, roughly=True)
        if self.options.line_shape == "auto" and self.bounds is not self.plan.bounds:
            return self._own_line(task, near)
        return task, near

    def _own_line(self, task: Task, near: Solution) -> tuple[Task, Solution]:
        """Return task and neighbourhood without water's line if the data contradict that."""
        alone = replace(task, bounds=self.plan.bounds)
        if promised_gain(alone, near.state, self.plan.free) < CONTRADICTED:
            return task, near
        self.bounds = self.plan.bounds
        alone, state = self._flexible(alone, near.state)
        return alone, self._search(alone, state, self.plan.free, roughly=True)

    def misfit(self, task: Task, state: State) -> float:
        """Return the residual over the noise, 1 where there is no noise to compare with."""
        noise = self.prepared.noise_sd
        if noise <= 0 or noise_of_filtered_data(task, state, noise) is not None:
            return 1.0
        return self._residual_sd(task, state) / noise

    def finish(self, task: Task, near: Solution, like: FitResult | None = None) -> Outcome:
        """Return the outcome of the stages after :meth:`near`.

        Raises
        ------
        FitError
            If no signal is found.
        """
        free = self.plan.free
        bent = self._bent(task, near) if self._misfits(task, near.state, like) else None
        if bent is None:
            final = self._search(task, near, free)
        else:
            task, final = bent
            free = self.plan.bent()
        filtered = noise_of_filtered_data(task, final.state, self.prepared.noise_sd)
        if filtered is not None:
            self.prepared = replace(self.prepared, noise_sd=filtered)
        refuse_without_signal(task, final.state, self.prepared.noise_sd)
        return Outcome(
            prepared=self.prepared,
            options=self.options,
            task=task,
            solution=final,
            free=free,
            iterations=self.iterations,
            moved=self.moved,
            filtered=filtered is not None,
        )

    def resembles(self, like: FitResult) -> bool:
        """Return whether another fit has this one's grid, window and parameters."""
        window = self.plan.model.band.window
        return (
            like.solution is not None
            and like.solution.size == self.plan.model.size
            and like.ppm.size == window.count
            and bool(np.isclose(like.ppm[0] - like.ppm[-1], window.ppm[-1] - window.ppm[0]))
        )

    def _start(self) -> tuple[Task, State]:
        """Return the task in the window moved with the data, and the best first state."""
        best: tuple[Task, Solution] | None = None
        for guess in self.plan.search.guesses(self.prepared.spectrum):
            task = self._task(guess.moved)
            tried = self._begin(task, guess.parameters(task.bounds))
            if best is None or tried.state.objective < best[1].state.objective:
                best = task, tried
                self.moved = guess.moved
        assert best is not None
        return best[0], best[1].state

    def _start_like(self, like: FitResult) -> tuple[Task, State]:
        """Return the same from the phases, shift and widths of another fit on this grid."""
        window = self.plan.model.band.window
        step_ppm = window.axis.step_hz / window.axis.hz_per_ppm
        self.moved = round((float(like.ppm[-1]) - float(window.ppm[0])) / step_ppm)
        task = self._task(self.moved)
        theta = task.bounds.centre.copy()
        assert like.solution is not None
        theta[:COMMON] = like.solution[:COMMON]
        return task, self._begin(task, theta).state

    def _begin(self, task: Task, theta: NDArray[np.float64]) -> Solution:
        free = self.plan.common
        free[FIRST_PHASE] = False
        return self._search(task, theta, free, ROUGH, roughly=True)

    def _task(self, moved: int) -> Task:
        plan = self.plan
        data = plan.model.band.window.take(self.prepared.spectrum, moved)
        variance = max(self.prepared.noise_sd, NOISE_FLOOR * self.prepared.scale) ** 2
        wanted = self.options.baseline_df_per_ppm
        gains = plan.space.gains(START_DF_PER_PPM if isinstance(wanted, str) else wanted)
        held = np.zeros((plan.model.count, plan.model.count))
        return Task(
            model=plan.model,
            data=data,
            space=plan.space,
            gains=gains,
            bounds=self.bounds,
            variance=variance,
            penalty=held,
            broad=held,
            nonnegative=self.options.nonnegative,
        )

    def _flexible(self, task: Task, state: State) -> tuple[Task, State]:
        """Return task and state with baseline and priors that suit the data."""
        wanted = self.options.baseline_df_per_ppm
        task = self._weighed(task, state)
        if not isinstance(wanted, str):
            task = with_flexibility(task, wanted)
            return task, evaluate_again(task, state)
        return choose_flexibility(task, evaluate_again(most_flexible(task), state))

    def _misfits(self, task: Task, state: State, like: FitResult | None) -> bool:
        """Return whether a line shape of its own promises to be worth its freedom.

        Where another shape did not help a similar spectrum, it is only tried on this one if the
        residual is larger.
        """
        if self.options.line_shape not in BENT:
            return False
        if like is not None and like.solution is not None:
            straight = not like.solution[self.plan.model.shape()].any()
            if straight and self._residual_sd(task, state) < WORSE * like.residual_sd:
                return False
        return promised_gain(task, state, self.plan.bent()) > HOPEFUL

    def _bent(self, task: Task, voigt: Solution) -> tuple[Task, Solution] | None:
        """Return task and solution with a line shape, or None if it is not worth its freedom.

        Its Gaussian width is no longer that of the best Voigt line, so water's is not expected.
        """
        free = self.plan.bent()
        tried, state = self._flexible(replace(task, bounds=self.plan.bounds), voigt.state)
        first = self._search(tried, state, free, ROUGH, roughly=True)
        tried, state = self._flexible(tried, first.state)
        second = self._search(tried, state, free)
        worth = self._is_worth(tried, voigt.state, second.state.objective)
        return (tried, second) if worth else None

    def _residual_sd(self, task: Task, state: State) -> float:
        """Return the standard deviation of the residual, corrected for what was fitted."""
        fitted = np.count_nonzero(state.amplitudes) + np.count_nonzero(self.plan.common)
        left = max(task.samples - fitted - 2.0 * float(task.gains.sum()), 0.1 * task.samples)
        return float(np.sqrt(residual_energy(task, state) / left))

    def _is_worth(self, task: Task, voigt: State, bent: float) -> bool:
        """Return whether ``bent`` is that much lower than what a Voigt line comes to in this task.

        The Voigt line is adapted to the task only where that could decide.
        """
        state = evaluate_again(task, voigt)
        within = AT_MOST * promised_gain(task, state, self.plan.free)
        if state.objective - within - bent <= WORTH:
            state = self._search(task, state, self.plan.free, ROUGH).state
        return state.objective - bent > WORTH

    def _weighed(self, task: Task, state: State) -> Task:
        """Return the task with priors that fit the size of misfit and amplitudes found so far."""
        choice = (self.plan.components, state.amplitudes, self.options.ratio_priors)
        misfit = residual_energy(task, state) / task.samples
        floor = NOISE_FLOOR * float(np.abs(task.data).max())
        variance = float(max(misfit, self.prepared.noise_sd**2, floor**2))
        broad = broad_penalty(*choice)
        information = state.linear.normal * (task.variance / variance) + broad
        weak = weak_penalty(*choice, inverse_of_information(information))
        return replace(task, variance=variance, penalty=broad + weak, broad=broad)

    def _search(
        self,
        task: Task,
        start: NDArray[np.float64] | State | Solution,
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
