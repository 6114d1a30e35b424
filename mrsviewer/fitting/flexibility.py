"""How flexible the baseline may be: chosen by its evidence.

Flexibility is judged by the restricted marginal likelihood of the data: what is left when phases,
shifts and widths are held and all baselines, weighed by the prior of that flexibility, and all
amplitudes are integrated over (Patterson and Thompson 1971, doi 10.1093/biomet/58.3.545; Wahba
1985, doi 10.1214/aos/1176349743). A stiff baseline loses by what it leaves, a flexible one by how
much else it could have been. On simulated spectra this halves the error where there is baseline
to follow, against Akaike's criterion with the fivefold price on a degree of freedom that ABfit
uses (Wilson 2021, doi 10.1002/mrm.28385), and intervals hold the truth as often as they say.

The size of the noise is an unknown of the criterion too, so lines that the model does not
describe are not taken for baseline; and no baseline is as narrow as a metabolite's line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.task import evaluate_again

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.task import State, Task

GRID_DF_PER_PPM = (0.35, 0.5, 0.7, 1.0, 1.4, 1.9, 2.6, 3.5)
"""The last follows structures down to some 0.15 ppm; what is narrower is not baseline."""


def with_flexibility(task: Task, df_per_ppm: float) -> Task:
    """Return the task with another baseline."""
    return replace(task, gains=task.space.gains(df_per_ppm))


def most_flexible(task: Task) -> Task:
    """Return the task with the most flexible baseline that is chosen by itself."""
    return with_flexibility(task, GRID_DF_PER_PPM[-1])


def choose_flexibility(task: Task, state: State) -> tuple[Task, State]:
    """Return the task with the flexibility of most evidence, and the state with it.

    ``state`` must have been evaluated with the baseline of :func:`most_flexible`.
    """
    best: tuple[float, Task, State] | None = None
    alone = state.whole[:-1, :-1] / task.variance
    found = state
    for df in reversed(GRID_DF_PER_PPM):
        tried = with_flexibility(task, df)
        found = evaluate_again(tried, found)
        value = lack_of_evidence(tried, found, alone)
        if best is None or value <= best[0]:
            best = value, tried, found
    assert best is not None
    return best[1], best[2]


def lack_of_evidence(task: Task, state: State, alone: NDArray[np.float64]) -> float:
    """Return minus twice the logarithm of the restricted likelihood, less a constant.

    ``alone`` are the normal equations of the amplitudes without a baseline: only what the
    baseline takes off their determinant counts, so that the unit of an amplitude does not.
    """
    active = np.flatnonzero(state.amplitudes > 0)
    chosen = (active[:, None], active)
    matrices = np.stack([state.linear.normal + task.penalty, alone + task.penalty])
    held, free = np.linalg.slogdet(matrices[:, *chosen])[1]
    gains = task.gains[task.gains < 1.0 - 1e-6]
    baseline = -2.0 * float(np.log1p(-gains).sum())
    samples = task.samples - 2 - task.model.count
    energy = (state.objective - task.bounds.penalty(state.theta)) * task.variance
    floor = 1e-12 * float(np.linalg.norm(task.data) ** 2)
    return samples * float(np.log(max(energy, floor, 1e-300))) + baseline + float(held - free)
