"""How flexible the baseline may be: chosen by an information criterion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.task import evaluate, evaluate_again
from mrsviewer.fitting.varpro import Solution, search

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.task import State, Task

GRID_DF_PER_PPM = (0.5, 1.0, 1.5, 2.2, 3.2, 4.6, 6.5, 9.0, 12.0)
ROUNDS = 5
SEARCH = 6
PRICE = 5.0
"""Weight of a degree of freedom against 1 in Akaike's criterion. The plain criterion takes
baselines that follow noise and line-shape errors; Wilson (2021, doi 10.1002/mrm.28385) uses 5."""


def residual_energy(task: Task, state: State) -> float:
    """Return the sum of squares of real and imaginary residual, baseline taken off."""
    left = (state.rotated - state.amplitudes @ state.spectra)[task.model.band.window.used]
    smooth = task.space.modes.T @ left
    taken = task.gains * (2.0 - task.gains)
    return float(np.sum(np.abs(left) ** 2) - taken @ np.abs(smooth) ** 2)


def with_flexibility(task: Task, df_per_ppm: float) -> Task:
    """Return the task with another baseline."""
    return replace(task, gains=task.space.gains(df_per_ppm))


def choose_flexibility(
    task: Task,
    start: NDArray[np.float64],
    free: NDArray[np.bool_],
    tick: Callable[[], None],
) -> tuple[Task, Solution]:
    """Return the task with the flexibility of least criterion, and its solution.

    The criterion is ``N ln(residual energy) + 2 PRICE df`` with N real samples and the effective
    degrees of freedom of real and imaginary baseline. It is compared over the grid at fixed
    phases, shifts and widths, which are then adapted to the choice, until the choice stays.
    Parameters found with a stiff baseline favour it, so the next more flexible ones are then
    tried with parameters of their own.
    """
    tasks = [with_flexibility(task, df) for df in GRID_DF_PER_PPM]
    chosen, solution = _settle(tasks, start, free, tick)
    value = _criterion(tasks[chosen], solution.state)
    for flexible in range(chosen + 1, len(tasks)):
        theta = solution.state.theta
        trial = search(tasks[flexible], theta, free, SEARCH, tick, roughly=True)
        better = _criterion(tasks[flexible], trial.state)
        if better >= value:
            break
        chosen, solution, value = flexible, trial, better
    return tasks[chosen], solution


def _settle(
    tasks: list[Task],
    theta: NDArray[np.float64],
    free: NDArray[np.bool_],
    tick: Callable[[], None],
) -> tuple[int, Solution]:
    """Choose at fixed parameters, adapt these to the choice, and repeat until it stays."""
    chosen = -1
    for _ in range(ROUNDS):
        state = evaluate(tasks[-1], theta)
        values = [_criterion(trial, evaluate_again(trial, state)) for trial in tasks]
        best = int(np.argmin(values))
        if best == chosen:
            break
        chosen = best
        solution = search(tasks[best], theta, free, SEARCH, tick, roughly=True)
        theta = solution.state.theta
    return chosen, solution


def _criterion(task: Task, state: State) -> float:
    samples = 2.0 * np.count_nonzero(task.model.band.window.used)
    energy = residual_energy(task, state) + samples * task.variance * 1e-12
    return float(samples * np.log(energy) + 2 * PRICE * 2 * float(task.gains.sum()))
