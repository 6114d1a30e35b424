"""Linear least squares with and without sign constraint, from the normal equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import lapack

if TYPE_CHECKING:
    from numpy.typing import NDArray

RIDGE = 1e-11
"""Added to the diagonal, relative to it: two equal components share their amplitude."""


def solve_positive_definite(
    gram: NDArray[np.float64], rhs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return ``gram^-1 rhs`` by Cholesky; shape of ``rhs``, (k,) or (k, m).

    The diagonal is raised by a relative 1e-11, more where that does not suffice.
    """
    diagonal = gram.diagonal()
    lift = RIDGE * np.maximum(diagonal, RIDGE * diagonal.max(initial=1e-290))
    for power in (1.0, 1e3, 1e6):
        raised = gram.copy()
        raised.flat[:: len(gram) + 1] += power * lift
        _, solution, info = lapack.dposv(raised, rhs)
        if info == 0:
            return np.asarray(solution)
    return np.asarray(np.linalg.lstsq(gram, rhs, rcond=1e-12)[0])


def solve_nonnegative(
    gram: NDArray[np.float64],
    rhs: NDArray[np.float64],
    start: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Return the ``x >= 0`` that minimises ``x' gram x - 2 rhs' x``; shape (k,).

    Active-set method on the normal equations (Lawson and Hanson 1974; Bro and de Jong 1997,
    doi 10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L), which may start from
    the active set of a neighbouring problem.

    Parameters
    ----------
    gram, rhs
        Normal equations, shapes (k, k) and (k,).
    start
        Shape (k,): which unknowns are positive to begin with.
    """
    size = rhs.size
    positive = np.zeros(size, bool) if start is None else start.copy()
    x = np.zeros(size)
    if positive.any():
        x, positive = _feasible(gram, rhs, x, positive)
    tolerance = 1e-10 * (np.abs(rhs).max(initial=0.0) + 1e-300)
    barred = np.zeros(size, bool)
    for _ in range(3 * size):
        slope = rhs - gram @ x
        slope[positive | barred] = -np.inf
        best = int(np.argmax(slope))
        if slope[best] <= tolerance:
            break
        positive[best] = True
        x, positive = _feasible(gram, rhs, x, positive)
        # An unknown that leaves at once would come and go for ever: rounding, not descent.
        barred[best] |= not positive[best]
    return x


def _feasible(
    gram: NDArray[np.float64],
    rhs: NDArray[np.float64],
    x: NDArray[np.float64],
    positive: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Move towards the free solution on ``positive``, dropping unknowns that reach zero."""
    positive = positive.copy()
    while positive.any():
        index = np.flatnonzero(positive)
        wanted = solve_positive_definite(gram[np.ix_(index, index)], rhs[index])
        if (wanted > 0).all():
            moved = np.zeros_like(x)
            moved[index] = wanted
            return moved, positive
        current = x[index]
        falling = wanted <= 0
        gap = current[falling] - wanted[falling]
        step = np.min(current[falling] / np.where(gap > 0, gap, 1.0), initial=1.0)
        current = current + step * (wanted - current)
        gone = falling & (current <= 1e-12 * np.abs(current).max(initial=0.0))
        if not gone.any():
            gone = falling
        current[gone] = 0.0
        x = np.zeros_like(x)
        x[index] = np.maximum(current, 0.0)
        positive[index[gone]] = False
    return np.zeros_like(x), positive
