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

from mrsviewer.fitting.lineshape import TERMS
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
from mrsviewer.fitting.task import Rows, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mrsviewer.fitting.task import State, Task

ENOUGH = 1e-3
"""Gain, in units of the noise variance, below which a step is not worth taking."""

NEARLY = 1e-3
"""The same relative to the objective, for a search whose result is only a start."""

UNDAMPED = 1e-3
TAIL, KEPT = 10.0, 0.05
"""A step that brings less than this many times what is enough ends the search as well if it brings
what it promised to a twentieth: what is left is then a small part of it."""

TURNS = 3
MISJUDGED, LEAST_SEEN = 0.2, 0.2
"""Steps whose curvature is remembered; the relative error from which it is corrected, and the
share of the expected curvature below which a step tells nothing of the minimum's."""

STEPS = 8
"""Dampings tried before a search counts as ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Outcome of a search; ``step`` is where it would go next, if that was looked for."""

    state: State
    converged: bool
    iterations: int
    step: _Step | None = None


def search(
    task: Task,
    start: NDArray[np.float64] | State | Solution,
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
        Problem, first parameters or what is known at them, and which of them move.
    most
        Iterations at most.
    tick
        Called once per iteration and per trial step; may raise to stop the search.
    roughly
        Whether the neighbourhood of the minimum will do.
    """
    known = start.step if isinstance(start, Solution) else None
    first = known if known is not None and known.suits(task, free) else None
    if isinstance(start, np.ndarray):
        state = evaluate(task, _clip(task, start))
    else:
        state = start.state if isinstance(start, Solution) else start
    enough = max(ENOUGH, NEARLY * state.objective) if roughly else ENOUGH
    damping = UNDAMPED
    step: _Step | None = None
    turns: list[_Turn] = []
    for iteration in range(most):
        tick()
        before, step, first = step, first or _Step(task, state, free), None
        if before is not None and not roughly:
            turns.append(before.turn(step))
            step.correct(turns[-TURNS:])
        for _ in range(STEPS):
            moved, gain = step.take(damping)
            if gain < enough:
                return Solution(state, converged=True, iterations=iteration, step=step)
            trial = evaluate(task, moved, state.amplitudes > 0)
            if trial.objective < state.objective:
                break
            damping = max(8 * damping, UNDAMPED)
            tick()
        else:
            return Solution(state, converged=True, iterations=iteration)
        won = state.objective - trial.objective
        small = won < enough or (won < TAIL * enough and abs(won - gain) < KEPT * gain)
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
    return np.maximum(inside, _least(task, inside))


def _least(task: Task, theta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lower limits, own Lorentz widths no less than what the common one leaves them."""
    least = task.bounds.low.copy()
    own, shares = task.model.own_width(), task.model.shares_line
    none = -theta[LORENTZ] - theta[CONTRAST] * task.model.by_t2_hz
    least[own] = np.where(shares, np.maximum(least[own], none), least[own])
    return least


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
        self.each = Rows(
            slope.factor[:, None] * rows.curves[slope.row],
            slope.factor[:, None] * rows.smooth[slope.row],
        )
        self.among = task.product(self.each, self.each)
        self.mixed = task.product(components, self.each)


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """A step that was taken, and by how much the slope fell along it, shape (model.size,) each."""

    step: NDArray[np.float64]
    fall: NDArray[np.float64]


class _Step:
    """The normal equations at one state, ready for any damping."""

    def __init__(self, task: Task, state: State, free: NDArray[np.bool_]) -> None:
        self.task, self.state, self.free = task, state, free
        active = state.amplitudes > 0 if task.nonnegative else np.ones(task.model.count, bool)
        moving = free & self._matters(active)
        slope = slopes(task, state, moving, state.rotated)
        components = state.rows.take(np.flatnonzero(active))
        products = Curvature(task, slope, task.rows(slope.curves), components)
        where = np.flatnonzero(moving)
        among, mixed = products.among, products.mixed
        among.flat[:: where.size + 1] += task.bounds.precision[where]
        downhill = task.product(products.each, state.left)[:, 0]
        downhill += task.bounds.slope(state.theta)[where]
        self.tied = self._tied(where[downhill < 0])
        if self.tied.size:
            together = self._together(where)
            downhill, mixed = downhill @ together, mixed @ together
            among = together.T @ among @ together
        self.downhill = np.zeros(task.model.size)
        self.downhill[where] = downhill
        keep = ~(self._stuck(where, downhill) | np.isin(where, self.tied))
        self.index = where[keep]
        self.slope = downhill[keep]
        self.curvature = among[keep][:, keep]
        self._eliminate(active, mixed[:, keep])

    def _tied(self, narrowing: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return which own widths have nothing more to take off the common one, but would."""
        least = _least(self.task, self.state.theta)[narrowing]
        at_end = self.state.theta[narrowing] <= least
        return narrowing[at_end & (least > self.task.bounds.low[narrowing])]

    def _together(self, where: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return how parameters go with those that move, shape (moving, moving).

        Tied own widths rise as much as the common width falls, and the other way round.
        """
        model = self.task.model
        tied = np.isin(where, self.tied)
        by_t2 = model.by_t2_hz[self.tied - model.own_width().start]
        together = np.eye(where.size)
        together[np.ix_(tied, where == LORENTZ)] = -1.0
        together[np.ix_(tied, where == CONTRAST)] = -by_t2[:, None]
        return together

    def _matters(self, active: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return on which parameters the model depends, shape (model.size,)."""
        line = (active & self.task.model.shares_line).any()
        common = np.ones(COMMON, bool)
        common[[LORENTZ, GAUSS, CONTRAST]] = line
        common[SHIFT] = active.any()
        return np.concatenate([common, active, active, np.full(2 * TERMS, line)])

    def _stuck(self, index: NDArray[np.intp], slope: NDArray[np.float64]) -> NDArray[np.bool_]:
        theta, bounds = self.state.theta[index], self.task.bounds
        at_low = (theta <= bounds.low[index]) & (slope < 0)
        at_high = (theta >= bounds.high[index]) & (slope > 0)
        return np.asarray(at_low | at_high)

    def _eliminate(self, active: NDArray[np.bool_], mixed: NDArray[np.float64]) -> None:
        """Take the amplitudes out; at their optimum they have no slope of their own."""
        if not active.any():
            return
        index = np.flatnonzero(active)
        normal = (self.state.linear.normal + self.task.penalty)[index[:, None], index]
        self.curvature = self.curvature - mixed.T @ solve_positive_definite(normal, mixed)

    def suits(self, task: Task, free: NDArray[np.bool_]) -> bool:
        """Return whether this is a step of a task in these parameters."""
        return self.task is task and np.array_equal(self.free, free)

    def turn(self, after: _Step) -> _Turn:
        """Return what the step from here to another state has shown."""
        return _Turn(after.state.theta - self.state.theta, self.downhill - after.downhill)

    def correct(self, turns: Sequence[_Turn]) -> None:
        """Make the curvature along steps taken before what it was seen to be there.

        Gauss and Newton leave out what bends the model itself. Where residuals are large that
        halves or doubles the curvature of a few directions, and steps fall short or to and fro
        for long; a correction by secants (Dennis 1981, doi 10.1145/355958.355965) ends it.
        """
        for turn in turns:
            step, fall = turn.step[self.index], turn.fall[self.index]
            along = self.curvature @ step
            size, seen = float(step @ along), float(step @ fall)
            if LEAST_SEEN * size < seen and abs(seen - size) > MISJUDGED * size:
                self.curvature = self.curvature + np.outer(fall / seen, fall)
                self.curvature -= np.outer(along / size, along)

    def take(self, damping: float) -> tuple[NDArray[np.float64], float]:
        """Return the parameters after a damped step, and the gain without limits in the way."""
        if not self.index.size:
            return self.state.theta, 0.0
        damped = self.curvature.copy()
        damped.flat[:: self.index.size + 1] *= 1.0 + damping
        step = solve_positive_definite(damped, self.slope)
        moved = self.state.theta.copy()
        moved[self.index] += step
        gain = float(2 * self.slope @ step - step @ self.curvature @ step)
        moved[self.tied] = _least(self.task, moved)[self.tied]
        return _clip(self.task, moved), gain
