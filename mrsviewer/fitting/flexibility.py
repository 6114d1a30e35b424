"""How flexible the baseline may be: chosen by an information criterion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.varpro import Solution, search

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.task import State, Task

GRID_DF_PER_PPM = (0.5, 1.0, 1.5, 2.2, 3.2, 4.6, 6.5)
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
    degrees of freedom of real and imaginary baseline. The grid is walked from stiff to flexible
    and left after the second value in a row that is worse than the best.
    """
    samples = 2.0 * np.count_nonzero(task.model.band.window.used)
    floor = samples * task.variance * 1e-12
    best: tuple[float, Task, Solution] | None = None
    worse = 0
    for df in GRID_DF_PER_PPM:
        trial = with_flexibility(task, df)
        solution = search(trial, start, free, 6, tick)
        energy = residual_energy(trial, solution.state) + floor
        value = samples * np.log(energy) + 2 * PRICE * 2 * float(trial.gains.sum())
        start = solution.state.theta
        if best is None or value < best[0]:
            best, worse = (value, trial, solution), 0
        else:
            worse += 1
            if worse == 2:
                break
    assert best is not None
    return best[1], best[2]
