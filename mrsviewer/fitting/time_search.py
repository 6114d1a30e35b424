"""Search for the lines that fit best.

Gauss-Newton steps with the amplitudes eliminated (Golub and Pereyra 1973, doi 10.1137/0710036),
damped as by Levenberg and Marquardt; parameters and amplitudes that a limit holds back take no
part in a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.nnls import solve_positive_definite
from mrsviewer.fitting.time_task import evaluate, model_slopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.time_task import Point, TimeTask

ENOUGH = 1e-3
"""Gain, in units of the noise variance, below which a step is not worth taking."""

STEPS = 8
"""Dampings tried before a search counts as ended."""

LEAST_INFORMATION = 1e-9
"""Of the Fisher matrix scaled to a unit diagonal; less means that data say nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The outcome of a search."""

    point: Point
    converged: bool
    iterations: int


def search(
    task: TimeTask,
    start: NDArray[np.float64],
    most: int,
    tick: Callable[[], None],
    enough: float = ENOUGH,
) -> Found:
    """Return the minimum near ``start``.

    Parameters
    ----------
    task, start
        Problem and first parameters.
    most
        Iterations at most.
    tick
        Called before each evaluation; may raise to stop the search.
    enough
        Gain that a step must promise.
    """
    limits = task.limits
    point = evaluate(task, np.clip(start, limits.low, limits.high))
    damping = 1e-3
    for iteration in range(most):
        tick()
        step = _Step(task, point)
        for _ in range(STEPS):
            moved, promised = step.take(damping)
            if promised < enough:
                return Found(point, converged=True, iterations=iteration)
            trial = evaluate(task, moved)
            if trial.objective < point.objective:
                break
            damping = max(8 * damping, 1e-3)
            tick()
        else:
            return Found(point, converged=True, iterations=iteration)
        gained = point.objective - trial.objective
        point, damping = trial, damping / 10
        if gained < enough:
            return Found(point, converged=True, iterations=iteration + 1)
    return Found(point, converged=False, iterations=most)


class _Step:
    """The normal equations at one point, ready for any damping."""

    def __init__(self, task: TimeTask, point: Point) -> None:
        self.task, self.point = task, point
        limits, x = task.limits, point.x
        index = np.flatnonzero(limits.free)
        rows = model_slopes(task, point, limits.free)
        slope = rows @ point.left / task.variance
        slope += limits.precision[index] * (limits.centre - x)[index]
        stuck = (x[index] <= limits.low[index]) & (slope < 0)
        stuck |= (x[index] >= limits.high[index]) & (slope > 0)
        stuck |= ~rows.any(axis=1)
        self.index, self.slope = index[~stuck], slope[~stuck]
        rows = rows[~stuck]
        self.curvature = rows @ rows.T / task.variance
        self.curvature += np.diag(limits.precision[self.index])
        self._eliminate(rows)

    def _eliminate(self, rows: NDArray[np.float64]) -> None:
        """Take out the amplitudes that no limit holds; at their optimum they have no slope."""
        ties, found = self.task.ties, self.point.free_amplitudes
        active = (found > ties.low) & (found < ties.high)
        if not active.any() or not self.index.size:
            return
        linear = ties.shares[:, active].T @ self.point.rows
        mixed = linear @ rows.T / self.task.variance
        normal = linear @ linear.T / self.task.variance
        self.curvature -= mixed.T @ solve_positive_definite(normal, mixed)

    def take(self, damping: float) -> tuple[NDArray[np.float64], float]:
        """Return the parameters after a damped step, and the gain without limits in the way."""
        if not self.index.size:
            return self.point.x, 0.0
        damped = self.curvature + damping * np.diag(np.diagonal(self.curvature))
        step = solve_positive_definite(damped, self.slope)
        moved = self.point.x.copy()
        moved[self.index] += step
        gain = float(2 * self.slope @ step - step @ self.curvature @ step)
        return np.clip(moved, self.task.limits.low, self.task.limits.high), gain


def inverse(fisher: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse of an information matrix; what it knows nothing of is large, finite."""
    size = np.sqrt(np.maximum(np.diagonal(fisher), 1e-30 * np.trace(fisher) + 1e-300))
    values, vectors = np.linalg.eigh(fisher / size / size[:, None])
    spread = vectors / np.sqrt(np.maximum(values, LEAST_INFORMATION)) / size[:, None]
    return np.asarray(spread @ spread.T)
