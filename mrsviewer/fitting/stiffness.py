"""The stiffest baseline that the data accept: LCModel's choice.

LCModel begins with a flexible baseline and stiffens it until Fisher's F test would reject the
growth of the residual with a probability of 2 to 8 % (Provencher 1993, doi
10.1002/mrm.1910300604): far from rejecting it, so that little of the misfit counts as baseline.
Where macromolecules are drawn, they and the metabolites must then explain the rest. The evidence
(:mod:`mrsviewer.fitting.flexibility`) chooses more flexible baselines on the same data, and errs
less where the truth is known; this choice is for comparison with LCModel's results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri

from mrsviewer.fitting.flexibility import with_flexibility
from mrsviewer.fitting.task import residual_energy

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrsviewer.fitting.task import Task
    from mrsviewer.fitting.varpro import Solution

REFERENCE_DF_PER_PPM = 5.0
"""Of the flexible baseline that the others are compared with: structures of 0.15 ppm, the least
distance of knots in LCModel."""

STIFFEST_DF_PER_PPM = 0.35
REJECTED = 0.05
"""Probability to reject; the middle of LCModel's range."""

HALVINGS = 5


def stiffened(
    task: Task,
    solution: Solution,
    moving: int,
    again: Callable[[Task, Solution], Solution],
) -> tuple[Task, Solution]:
    """Return task and solution with the stiffest baseline that is not rejected.

    Parameters
    ----------
    task, solution
        With the baseline of :data:`REFERENCE_DF_PER_PPM`.
    moving
        Number of nonlinear parameters that were fitted.
    again
        Fits a task, beginning at a solution.
    """
    most = residual_energy(task, solution.state) * (1.0 + _allowed(task, moving))
    flexible, stiff = np.log(REFERENCE_DF_PER_PPM), np.log(STIFFEST_DF_PER_PPM)
    best = task, solution
    for _ in range(HALVINGS):
        middle = 0.5 * (flexible + stiff)
        tried = with_flexibility(task, float(np.exp(middle)))
        found = again(tried, best[1])
        if residual_energy(tried, found.state) <= most:
            flexible, best = middle, (tried, found)
        else:
            stiff = middle
    return best


def _allowed(task: Task, moving: int) -> float:
    """Return the relative growth of the residual's energy at which the test begins to reject."""
    fitted = task.model.count + moving + 2.0 * float(task.gains.sum())
    left = max(task.samples - fitted, 1.0)
    return float(fdtri(fitted, left, REJECTED)) * fitted / left
