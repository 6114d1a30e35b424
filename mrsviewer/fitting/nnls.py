"""Linear least squares with and without sign constraint, from the normal equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import lapack

if TYPE_CHECKING:
    from numpy.typing import NDArray

RIDGE = 1e-11
"""Added to the diagonal, relative to it: two equal components share their amplitude."""

EXCHANGES = 3
"""Full exchanges tried without progress before single ones ensure that the search ends."""


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
        _, solution, info = lapack.dposv(raised.T, rhs, overwrite_a=True)
        if info == 0:
            return np.asarray(solution)
    return np.asarray(np.linalg.lstsq(gram, rhs, rcond=1e-12)[0])


def solve_nonnegative(
    gram: NDArray[np.float64],
    rhs: NDArray[np.float64],
    start: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Return the ``x >= 0`` that minimises ``x' gram x - 2 rhs' x``; shape (k,).

    Block principal pivoting (Portugal, Judice and Vicente 1994, doi
    10.1090/S0025-5718-1994-1250776-4): all unknowns of the wrong sign change sides at once, which
    from the active set of a neighbouring problem needs one or two solutions.

    Parameters
    ----------
    gram, rhs
        Normal equations, shapes (k, k) and (k,).
    start
        Shape (k,): which unknowns are positive to begin with.
    """
    positive = rhs > 0 if start is None else start.copy()
    tolerance = 1e-10 * (float(np.abs(rhs).max(initial=0.0)) + 1e-300)
    fewest, patience = rhs.size + 1, EXCHANGES
    for _ in range(20 + 5 * rhs.size):
        x = _solved(gram, rhs, positive)
        slope = rhs - gram @ x
        wrong = np.where(positive, x <= 0, slope > tolerance)
        count = int(np.count_nonzero(wrong))
        if count == 0:
            return x
        if count < fewest:
            fewest, patience = count, EXCHANGES
        elif patience > 0:
            patience -= 1
        else:
            only = int(np.flatnonzero(wrong)[-1])
            wrong = np.arange(rhs.size) == only
        positive = positive ^ wrong
    return _descended(gram, rhs, np.maximum(x, 0.0))


def _solved(
    gram: NDArray[np.float64], rhs: NDArray[np.float64], positive: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the solution that is zero outside ``positive``."""
    x = np.zeros(rhs.size)
    index = np.flatnonzero(positive)
    if index.size:
        x[index] = solve_positive_definite(gram[index[:, None], index], rhs[index])
    return x


def _descended(
    gram: NDArray[np.float64], rhs: NDArray[np.float64], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a solution by coordinate descent, for where rounding keeps exchanges from ending."""
    diagonal = np.maximum(gram.diagonal(), 1e-300)
    for _ in range(200):
        for k in range(x.size):
            x[k] = max(0.0, x[k] + (rhs[k] - gram[k] @ x) / diagonal[k])
    return x
