"""Fitting a spectrum again with all that is random about it drawn anew, from its solution.

Noise is not all that is random: the baseline, own shifts and widths, the line shape and the
proportions of amplitudes enter the fit as random with a known spread. If each of them is moved by
a draw of its own along with the noise, the scatter of the refits is that of the truth given the
data, exactly so for a linear model (Bardsley 2014, doi 10.1137/140964023, "randomise, then
optimise").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.common_grid import on_common_grid
from mrsviewer.fitting.contamination import without_lipid
from mrsviewer.fitting.plan import make_plan
from mrsviewer.fitting.prepare import prepare
from mrsviewer.fitting.ratios import TAILS, broad_penalty, weak_penalty
from mrsviewer.fitting.task import Task, evaluate
from mrsviewer.fitting.uncertainty import spread_of_priors
from mrsviewer.fitting.varpro import promised_gain, search

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.priors import Bounds
    from mrsviewer.model.fit import FitResult

NEAR = 4.0
"""A refit of the same data that moves an amplitude by more standard deviations than this has
found another solution. Smaller moves come from the priors, which a fit weighs by an earlier
solution; they are taken off every refit."""

ITERATIONS = 6
"""From the solution, so few suffice: within 7 % of the scatter that the full search gives."""

SURE = 1.0 - 1e-6
"""Share of a mode from which on it is free, and no draw of it matters."""


class WarmRefit:
    """Amplitudes of spectra that differ from a fitted one by what is random about them.

    The flexibility of the baseline and the spreads of the priors are those of the fit; phases,
    shifts, widths, the line shape if it was fitted, and amplitudes are free.
    """

    def __init__(
        self,
        prepared: Prepared,
        options: LcmOptions,
        result: FitResult,
        tick: Callable[[], None],
    ) -> None:
        plan = make_plan(prepared, options)
        self.tick = tick
        self.start = plan.bounds.centre if result.solution is None else result.solution
        bent = options.line_shape != "water" and bool(self.start[plan.model.shape()].any())
        self.free = plan.bent() if bent else plan.free
        space = plan.space
        choice = (plan.components, result.amplitudes, options.ratio_priors)
        broad, weak = broad_penalty(*choice), weak_penalty(*choice, result.covariance)
        df_per_ppm = result.effective_baseline_df / (space.ppm_width * space.sides)
        task = Task(
            model=plan.model,
            data=result.data[::-1],
            space=space,
            gains=space.gains(df_per_ppm),
            bounds=plan.bounds_beside(prepared.water, options),
            variance=max(result.noise_sd, result.residual_sd) ** 2,
            penalty=broad + weak,
            broad=broad,
            nonnegative=options.nonnegative,
        )
        self.task = self._in_force(task, plan.bounds)
        self.broad_root, self.weak_root = _root(broad), _root(weak)
        self.offset = np.zeros(plan.model.count)
        self.offset = self(result.data[::-1]) - result.amplitudes

    def __call__(self, spectrum: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return the amplitudes that fit the window's spectrum, shape (components,)."""
        return self._amplitudes(replace(self.task, data=spectrum))

    def _in_force(self, task: Task, alone: Bounds) -> Task:
        """Return the task whose solution this is: with water's line, or without if let go."""
        if task.bounds is alone:
            return task
        tried = (task, replace(task, bounds=alone))
        return min(tried, key=lambda t: promised_gain(t, evaluate(t, self.start), self.free))

    def draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return the amplitudes with noise, baseline and all priors moved at random."""
        task = self.task
        size = task.data.size
        noise = np.sqrt(task.variance) * _complex(rng, size)
        phase = task.model.phase(self.start)
        bounds = task.bounds
        sd = spread_of_priors(task.model, bounds)
        moved = bounds.centre + sd * rng.standard_normal(sd.size)
        return self._amplitudes(
            replace(
                task,
                data=task.data + noise + phase * self._baseline(rng),
                bounds=replace(bounds, centre=np.clip(moved, bounds.low, bounds.high)),
                pull=self._pull(rng),
            )
        )

    def _pull(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return what moves the expectations of amplitudes, shape (k,).

        Those of weak metabolites have heavy tails.
        """
        tails = np.sqrt(TAILS / rng.chisquare(TAILS))
        broad, weak = rng.standard_normal((2, self.task.model.count))
        return np.asarray(self.broad_root @ broad + tails * (self.weak_root @ weak))

    def _baseline(self, rng: np.random.Generator) -> NDArray[np.complex128]:
        """Return a baseline drawn from what the fit holds possible, about zero, shape (n,)."""
        gains = self.task.gains
        bound = (gains > 0) & (gains < SURE)
        spread = np.sqrt(self.task.variance * gains[bound] / (1.0 - gains[bound]))
        drawn = spread * _complex(rng, int(np.count_nonzero(bound)))
        return np.asarray(self.task.space.drawn[:, bound] @ drawn)

    def _amplitudes(self, task: Task) -> NDArray[np.float64]:
        found = search(task, self.start, self.free, ITERATIONS, self.tick)
        amplitudes = found.state.amplitudes - self.offset
        return np.maximum(amplitudes, 0.0) if task.nonnegative else amplitudes


def _complex(rng: np.random.Generator, size: int) -> NDArray[np.complex128]:
    """Return complex numbers whose real and imaginary parts have unit variance."""
    parts = rng.standard_normal((2, size))
    return np.asarray(parts[0] + 1j * parts[1])


def _root(penalty: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return W with ``W W' = penalty``."""
    values, vectors = np.linalg.eigh(penalty)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


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
    if result.solution is None:
        return None
    problem, _ = on_common_grid(problem)
    prepared = prepare(problem, options)
    if prepared.components != result.components:
        # The engine has left out what it could not describe.
        options = without_lipid(prepared, options)
        prepared = prepare(problem, options)
    if prepared.components != result.components:
        return None
    refit = WarmRefit(prepared, options, result, tick)
    bound = NEAR * np.sqrt(np.diagonal(result.covariance))
    return refit if (np.abs(refit.offset) <= bound).all() else None
