"""Fitting a spectrum like one that was fitted, starting from that solution."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.plan import make_plan
from mrsviewer.fitting.prepare import prepare
from mrsviewer.fitting.ratios import ratio_penalties
from mrsviewer.fitting.task import Task
from mrsviewer.fitting.varpro import search

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.model.fit import FitResult

NEAR = 4.0
"""A refit of the same data that moves an amplitude by more standard deviations than this has
found another solution. Smaller moves come from the priors, which a fit weighs by an earlier
solution; they are taken off every refit."""

ITERATIONS = 4
"""From the solution, so few suffice: within 7 % of the scatter that the full search gives."""


class WarmRefit:
    """Amplitudes of spectra that differ from a fitted one by their noise.

    The flexibility of the baseline and the priors are those of the fit; phases, shifts, widths,
    the line shape if it was fitted, and amplitudes are free.
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
        self.free = plan.bent() if self.start[plan.model.shape()].any() else plan.free
        space = plan.space
        broad, weak = ratio_penalties(plan.components, result.amplitudes, options.ratio_priors)
        df_per_ppm = result.effective_baseline_df / (space.ppm_width * space.sides)
        self.task = Task(
            model=plan.model,
            data=result.data[::-1],
            space=space,
            gains=space.gains(df_per_ppm),
            bounds=plan.bounds,
            variance=max(result.noise_sd, result.residual_sd) ** 2,
            penalty=broad + weak,
            broad=broad,
            nonnegative=options.nonnegative,
        )
        self.offset = np.zeros(plan.model.count)
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
    if result.solution is None:
        return None
    refit = WarmRefit(prepare(problem, options), options, result, tick)
    bound = NEAR * np.sqrt(np.diagonal(result.covariance))
    return refit if (np.abs(refit.offset) <= bound).all() else None
