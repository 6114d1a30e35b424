"""A baseline of short-lived signals in a time-domain fit: early samples count less than late ones.

Macromolecules, lipid and whatever else is broad fade within tens of milliseconds. Leaving out the
first samples altogether (Ratiney 2005, doi 10.1002/nbm.895) supposes that nothing of them is left
thereafter. Here the background is a random signal whose variance falls with the fourth power of
time, so that each sample counts by what noise has in it of noise and background together - which
is the same as fitting that signal along with the metabolites. How long it lives is chosen by
restricted maximum likelihood (Patterson and Thompson 1971, doi 10.1093/biomet/58.3.545).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.time_task import model_slopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.comparison import Comparison
    from mrsviewer.fitting.time_data import TimeData
    from mrsviewer.fitting.time_task import Point, TimeTask

LIVES_S = (0.003, 0.005, 0.008, 0.0125, 0.020, 0.0315, 0.050, 0.080)
"""Times that are tried at which the background has sunk to the size of the noise."""

STEEPNESS = 4.0
FIRST_TRIED = 2
RIDGE = 1e-9


def softened(comparison: Comparison, life_s: float) -> Comparison:
    """Return the comparison with all first samples in it again, each at its weight."""
    last = int(np.flatnonzero(comparison.kept)[-1])
    index = np.arange(comparison.kept.size)
    ratio = _background_to_noise(comparison, life_s)
    return replace(comparison, kept=index <= last, weights=1.0 / np.sqrt(1.0 + ratio))


def background_part(data: TimeData, left: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return the background that is expected of what the model leaves, shape (points,)."""
    weights = data.comparison.weights
    if weights is None:
        return np.zeros_like(left)
    return np.asarray(np.where(data.comparison.kept, 1.0 - weights**2, 0.0) * left)


def background_df(comparison: Comparison) -> float:
    """Return the complex degrees of freedom that the background takes in the window."""
    weights = comparison.weights
    if weights is None:
        return 0.0
    share = comparison.window.count / comparison.kept.size
    return float(share * np.sum(1.0 - weights[comparison.kept] ** 2))


def unlikeliness(task: TimeTask, point: Point, comparison: Comparison, life_s: float) -> float:
    """Return minus twice the logarithm of the restricted likelihood of a background's life.

    Parameters
    ----------
    task, point
        The fit with that background; ``task.variance`` is that of the noise.
    comparison
        On the data's own grid.
    life_s
        Of the background.
    """
    share = comparison.window.count / comparison.kept.size
    ratio = _background_to_noise(comparison, life_s)[comparison.kept]
    # The first sample alone is wholly free in every case.
    spread = 2.0 * share * float(np.sum(np.log1p(ratio[1:])))
    free = task.limits.free
    rows = np.concatenate([task.ties.shares.T @ point.rows, model_slopes(task, point, free)])
    known = np.concatenate([np.zeros(len(task.ties.low)), task.limits.precision[free]])
    fisher = rows @ rows.T / task.variance + np.diag(known)
    fisher[np.diag_indices_from(fisher)] *= 1.0 + RIDGE
    fisher[np.diag_indices_from(fisher)] += 1e-12 * np.trace(fisher)
    return point.objective + spread + float(np.linalg.slogdet(fisher)[1])


def likeliest(cost: Callable[[float], float]) -> float:
    """Return the life of least cost: up or down from the middle until it rises again."""
    costs = {place: cost(LIVES_S[place]) for place in (FIRST_TRIED, FIRST_TRIED + 1)}
    step = 1 if costs[FIRST_TRIED + 1] < costs[FIRST_TRIED] else -1
    place = FIRST_TRIED + 1 if step == 1 else FIRST_TRIED
    while 0 <= place + step < len(LIVES_S):
        costs[place + step] = cost(LIVES_S[place + step])
        if costs[place + step] >= costs[place]:
            break
        place += step
    return LIVES_S[place]


def _background_to_noise(comparison: Comparison, life_s: float) -> NDArray[np.float64]:
    """Return the variance of the background over that of the noise, shape (points,)."""
    axis = comparison.window.axis
    times = np.maximum(np.arange(comparison.kept.size), 0.1) * axis.dwell_s
    return np.asarray((life_s / times) ** STEEPNESS)
