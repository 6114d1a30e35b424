"""Linear least squares with limits on each unknown, from the normal equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.nnls import solve_positive_definite

if TYPE_CHECKING:
    from numpy.typing import NDArray


def solve_bounded(
    gram: NDArray[np.float64],
    rhs: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the ``low <= x <= high`` that minimises ``x' gram x - 2 rhs' x``; shape (k,).

    Active-set method of Stark and Parker (1995, Computational Statistics 10:129), begun at the
    clipped free solution: unknowns at a limit are held there until the slope drives them off it.

    Parameters
    ----------
    gram, rhs
        Normal equations, shapes (k, k) and (k,).
    low, high
        Limits, shape (k,); infinite where there is none.
    """
    if not rhs.size:
        return np.zeros(0)
    wanted = solve_positive_definite(gram, rhs)
    x = np.clip(wanted, low, high)
    free = (x > low) & (x < high)
    if free.all():
        return x
    tolerance = 1e-10 * (np.abs(rhs).max(initial=0.0) + 1e-300)
    barred = np.zeros(rhs.size, bool)
    for _ in range(4 * rhs.size + 4):
        x, free = _descend(gram, rhs, x, free, (low, high))
        slope = rhs - gram @ x
        pull = np.where(x <= low, slope, -slope)
        pull[free | barred | (low >= high)] = -np.inf
        best = int(np.argmax(pull))
        if pull[best] <= tolerance:
            break
        free[best] = True
        # An unknown that returns at once would come and go for ever: rounding, not descent.
        barred[best] = True
    return x


def _descend(
    gram: NDArray[np.float64],
    rhs: NDArray[np.float64],
    x: NDArray[np.float64],
    free: NDArray[np.bool_],
    limits: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Move to the best point over the free unknowns, holding those that reach a limit."""
    low, high = limits
    free = free.copy()
    while free.any():
        index = np.flatnonzero(free)
        held = np.where(free, 0.0, x)
        wanted = solve_positive_definite(gram[np.ix_(index, index)], (rhs - gram @ held)[index])
        within = (wanted >= low[index]) & (wanted <= high[index])
        moved = x.copy()
        if within.all():
            moved[index] = wanted
            return moved, free
        step = wanted - x[index]
        limit = np.where(wanted < low[index], low[index], high[index])
        share = np.ones(index.size)
        out = ~within & (step != 0)
        share[out] = (limit[out] - x[index][out]) / step[out]
        least = float(share[~within].min())
        moved[index] = np.clip(x[index] + max(least, 0.0) * step, low[index], high[index])
        stopped = ~within & (share <= least + 1e-12)
        moved[index[stopped]] = limit[stopped]
        free[index[stopped]] = False
        x = moved
    return x, free
