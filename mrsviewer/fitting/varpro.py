"""Variable projection: Gauss-Newton on phases, shifts and widths, amplitudes solved for.

The step in the nonlinear parameters solves the normal equations from which the free amplitudes
have been eliminated (Golub and Pereyra 1973, doi 10.1137/0710036; Kaufman 1975,
doi 10.1007/BF01932995), damped as by Levenberg and Marquardt. Limits are kept by clipping;
parameters that a limit holds back take no part in the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.model import (
    COMMON,
    CONTRAST,
    FIRST_PHASE,
    GAUSS,
    LORENTZ,
    SHIFT,
    ZERO_PHASE,
    Slopes,
)
from mrsviewer.fitting.nnls import solve_positive_definite
from mrsviewer.fitting.task import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.task import Rows, State, Task

ENOUGH = 1e-3
"""Gain, in units of the noise variance, below which a step is not worth taking."""

NEARLY = 1e-3
"""The same relative to the objective, for a search whose result is only a start."""

UNDAMPED = 1e-3
STEPS = 8
"""Dampings tried before a search counts as ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Outcome of a search."""

    state: State
    converged: bool
    iterations: int


def search(
    task: Task,
    start: NDArray[np.float64] | State,
    free: NDArray[np.bool_],
    most: int,
    tick: Callable[[], None],
    *,
    roughly: bool = False,
) -> Solution:
    """Return the minimum near ``start`` over the free parameters.

    Parameters
    ----------
    task, start, free
        Problem, first parameters or the state at them, and which of them move.
    most
        Iterations at most.
    tick
        Called once per iteration and per trial step; may raise to stop the search.
    roughly
        Whether the neighbourhood of the minimum will do.
    """
    state = evaluate(task, _clip(task, start)) if isinstance(start, np.ndarray) else start
    enough = max(ENOUGH, NEARLY * state.objective) if roughly else ENOUGH
    damping = UNDAMPED
    for iteration in range(most):
        tick()
        step = _Step(task, state, free)
        for _ in range(STEPS):
            moved, gain = step.take(damping)
            if gain < enough:
                return Solution(state, converged=True, iterations=iteration)
            trial = evaluate(task, moved, state.amplitudes > 0)
            if trial.objective < state.objective:
                break
            damping = max(8 * damping, UNDAMPED)
            tick()
        else:
            return Solution(state, converged=True, iterations=iteration)
        small = state.objective - trial.objective < enough
        state, damping = trial, damping / 10
        if small:
            return Solution(state, converged=True, iterations=iteration + 1)
    return Solution(state, converged=False, iterations=most)


def promised_gain(task: Task, state: State, free: NDArray[np.bool_]) -> float:
    """Return what one step in the free parameters promises, in units of the noise variance."""
    return _Step(task, state, free).take(UNDAMPED)[1]


def _clip(task: Task, theta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return parameters inside their limits; no total Lorentz width is negative."""
    inside = np.clip(theta, task.bounds.low, task.bounds.high)
    own = task.model.own_width()
    by_t2 = inside[CONTRAST] * task.model.by_t2_hz
    least = np.where(task.model.shares_line, -inside[LORENTZ] - by_t2, inside[own])
    inside[own] = np.maximum(inside[own], least)
    return inside


def slopes(
    task: Task,
    state: State,
    free: NDArray[np.bool_],
    carrier: NDArray[np.complex128],
) -> Slopes:
    """Return d(model)/d(free parameter), in the order of the parameters.

    ``carrier`` is what the phases turn: the rotated data in a search, the fit for the bounds.
    """
    lines = task.model.slopes(state.theta, state.amplitudes, state.damped, free)
    phases = np.flatnonzero(free[[ZERO_PHASE, FIRST_PHASE]])
    curves = np.concatenate([carrier[None], (task.model.away_ppm * carrier)[None], lines.curves])
    return Slopes(
        curves,
        np.concatenate([phases, lines.row + 2]),
        np.concatenate([np.full(phases.size, 1j), lines.factor]),
    )


class Curvature:
    """Inner products of derivatives among themselves and with the components."""

    def __init__(self, task: Task, slope: Slopes, rows: Rows, components: Rows) -> None:
        among = task.inner(rows, rows)
        factor, row = slope.factor, slope.row
        self.among = (factor.conj()[:, None] * factor * among[row[:, None], row]).real
        mixed = task.inner(components, rows)
        self.mixed = (mixed[:, row] * factor).real


class _Step:
    """The normal equations at one state, ready for any damping."""

    def __init__(self, task: Task, state: State, free: NDArray[np.bool_]) -> None:
        self.task, self.state = task, state
        active = state.amplitudes > 0 if task.nonnegative else np.ones(task.model.count, bool)
        moving = free & self._matters(active)
        left = state.rotated - state.amplitudes @ state.spectra
        slope = slopes(task, state, moving, state.rotated)
        rows, rest = task.rows(slope.curves), task.rows(left[None])
        products = Curvature(task, slope, rows, state.component_rows.take(np.flatnonzero(active)))
        against = task.inner(rows, rest)[:, 0]
        downhill = (slope.factor.conj() * against[slope.row]).real
        downhill += task.bounds.slope(state.theta)[moving]
        keep = ~self._stuck(np.flatnonzero(moving), downhill)
        self.index = np.flatnonzero(moving)[keep]
        self.slope = downhill[keep]
        self.curvature = products.among[keep[:, None] & keep].reshape(self.index.size, -1)
        self.curvature[np.diag_indices_from(self.curvature)] += task.bounds.precision[self.index]
        self._eliminate(active, products.mixed[:, keep])

    def _matters(self, active: NDArray[np.bool_]) -> NDArray[np.bool_]:
        common = np.ones(COMMON, bool)
        common[[LORENTZ, GAUSS, CONTRAST]] = bool((active & self.task.model.shares_line).any())
        common[SHIFT] = bool(active.any())
        shape = self.task.model.shape()
        bends = np.full(shape.stop - shape.start, common[LORENTZ])
        return np.concatenate([common, active, active, bends])

    def _stuck(self, index: NDArray[np.intp], slope: NDArray[np.float64]) -> NDArray[np.bool_]:
        theta, bounds = self.state.theta[index], self.task.bounds
        at_low = (theta <= bounds.low[index]) & (slope < 0)
        at_high = (theta >= bounds.high[index]) & (slope > 0)
        return np.asarray(at_low | at_high)

    def _eliminate(self, active: NDArray[np.bool_], mixed: NDArray[np.float64]) -> None:
        """Take the amplitudes out; at their optimum they have no slope of their own."""
        if not active.any():
            return
        normal = (self.state.linear.normal + self.task.penalty)[np.ix_(active, active)]
        self.curvature = self.curvature - mixed.T @ solve_positive_definite(normal, mixed)

    def take(self, damping: float) -> tuple[NDArray[np.float64], float]:
        """Return the parameters after a damped step, and the gain without limits in the way."""
        if not self.index.size:
            return self.state.theta, 0.0
        damped = self.curvature + damping * np.diag(np.diagonal(self.curvature))
        step = solve_positive_definite(damped, self.slope)
        moved = self.state.theta.copy()
        moved[self.index] += step
        gain = float(2 * self.slope @ step - step @ self.curvature @ step)
        return _clip(self.task, moved), gain
