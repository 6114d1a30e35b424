"""Gauss-Newton steps, damped where they need it, amplitudes and baseline solved for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mrsviewer.fitting.nnls import solve_positive_definite
from mrsviewer.fitting.provencher.problem import curvature, derivatives, downhill, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.provencher.lines import Lines
    from mrsviewer.fitting.provencher.problem import Problem, State

ENOUGH = 1e-3
"""Relative gain below which a step is not worth taking; LCModel's RCONVR."""

LIGHTEST, HEAVIER = 1e-3, 10.0
STEPS = 7
"""Dampings tried before a search counts as ended."""


class Found(NamedTuple):
    """Where a search ended, whether by itself, and after how many steps."""

    state: State
    converged: bool
    steps: int


def search(problem: Problem[Lines], start: State, most: int, tick: Callable[[], None]) -> Found:
    """Return the minimum near ``start``, a state of this problem.

    Parameters
    ----------
    problem, start
        As said.
    most
        Steps at most.
    tick
        Called once per step; may raise to stop the search.
    """
    state, damping = start, 0.0
    for number in range(most):
        tick()
        step = _Step(problem, state)
        for _ in range(STEPS):
            trial = evaluate(problem, step.to(damping), state.amplitudes > 0)
            if trial.objective <= state.objective:
                break
            damping = max(HEAVIER * damping, LIGHTEST)
        else:
            return Found(state, converged=True, steps=number)
        gained = state.objective - trial.objective
        state, damping = trial, damping / HEAVIER if damping > LIGHTEST else 0.0
        if gained < ENOUGH * state.objective:
            return Found(state, converged=True, steps=number + 1)
    return Found(state, converged=False, steps=most)


class _Step:
    """The normal equations of the parameters at one state."""

    def __init__(self, problem: Problem[Lines], state: State) -> None:
        self.problem, self.state = problem, state
        slopes = derivatives(problem, state)
        slope = slopes @ state.left / problem.variance + downhill(problem, state.p)
        expected = problem.expected
        stuck = (state.p <= expected.low) & (slope < 0)
        self.index = np.flatnonzero(expected.free & ~stuck)
        among = slopes[self.index] @ slopes[self.index].T / problem.variance
        among += curvature(problem)[self.index[:, None], self.index]
        active = np.flatnonzero(state.active)
        mixed = state.columns[active] @ slopes[self.index].T / problem.variance
        normal = state.normal[active[:, None], active]
        self.curvature = among - mixed.T @ solve_positive_definite(normal, mixed)
        self.slope = slope[self.index]

    def to(self, damping: float) -> NDArray[np.float64]:
        """Return the parameters after the step."""
        damped = self.curvature.copy()
        damped.flat[:: self.index.size + 1] *= 1.0 + damping
        moved = self.state.p.copy()
        moved[self.index] += solve_positive_definite(damped, self.slope)
        return np.maximum(moved, self.problem.expected.low)
