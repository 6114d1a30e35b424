"""The least-squares problem, and the amplitudes that solve its linear part.

For given phases, shifts and widths the penalised baseline is found exactly by projecting the
data with ``1 - Z diag(gains) Z^H`` (see :mod:`mrsviewer.fitting.baseline`), the amplitudes by
non-negative least squares. Sums of squares are in units of the noise variance, so that priors are
plain squares of deviations over their standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mrsviewer.fitting.nnls import solve_nonnegative, solve_positive_definite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.baseline import SmoothSpace
    from mrsviewer.fitting.model import SignalModel
    from mrsviewer.fitting.priors import Bounds


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Spectra taken apart for inner products.

    Attributes
    ----------
    curves
        Shape (m, n used), complex, contiguous.
    smooth
        Shape (m, modes): their coefficients in the modes of the baseline, smooth modes first.
        Enough for any baseline that is no more flexible than the one they were made for.
    """

    curves: NDArray[np.complex128]
    smooth: NDArray[np.complex128]

    def take(self, index: NDArray[np.intp] | slice) -> Rows:
        """Return some of the rows."""
        return Rows(self.curves[index], self.smooth[index])

    def mixed(self, weights: NDArray[np.float64]) -> Rows:
        """Return the sum of all rows, each times its weight, as one row."""
        row = weights[None]
        curve, smooth = row @ _as_real(self.curves), row @ _as_real(self.smooth)
        return Rows(curve.view(np.complex128), smooth.view(np.complex128))

    def whole(self, right: Rows) -> NDArray[np.float64]:
        """Return real inner products with the baseline in them, shape (m, right m)."""
        return np.asarray(_as_real(self.curves) @ _as_real(right.curves).T)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One least-squares problem.

    Attributes
    ----------
    model
        Signals and window.
    data
        Shape (n,): window of the data's spectrum.
    space, gains
        The baseline and its flexibility.
    bounds
        Priors and limits.
    variance
        Noise variance of the real part.
    penalty
        Shape (k, k): quadratic penalty on the amplitudes.
    broad
        The part of it that holds macromolecules and lipids together.
    nonnegative
        Whether amplitudes must not be negative.
    pull
        Shape (k,): half the slope of the penalty on the amplitudes at zero, downhill; None for 0.
    """

    model: SignalModel
    data: NDArray[np.complex128]
    space: SmoothSpace
    gains: NDArray[np.float64]
    bounds: Bounds
    variance: float
    penalty: NDArray[np.float64]
    broad: NDArray[np.float64]
    nonnegative: bool = True
    pull: NDArray[np.float64] | None = None

    @property
    def samples(self) -> int:
        """Return the number of real samples that are fitted."""
        return 2 * int(np.count_nonzero(self.model.band.window.used))

    def rows(self, spectra: NDArray[np.complex128]) -> Rows:
        """Return spectra, shape (m, n), ready for inner products."""
        used = self.model.band.window.used
        return self.with_modes(np.ascontiguousarray(spectra if used.all() else spectra[:, used]))

    def with_modes(self, curves: NDArray[np.complex128]) -> Rows:
        """Return curves at the points used, with their share of the baseline's modes."""
        kept = int(np.count_nonzero(self.gains))
        return Rows(curves, curves @ self.space.probes[:, :kept])

    def product(
        self, left: Rows, right: Rows, whole: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return real inner products after removal of the baseline, shape (left, right).

        ``whole`` are those before it, if known.
        """
        if whole is None:
            whole = left.whole(right)
        kept = int(np.count_nonzero(self.gains))
        weighed = left.smooth[:, :kept] * self.gains[:kept]
        taken = weighed.view(np.float64) @ _as_real(right.smooth[:, :kept]).T
        return np.asarray((whole - taken) / self.variance)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where the search stands: parameters, what follows from them, and the objective.

    ``damped`` and ``spectra`` are the components in time and in the window, ``rotated`` the data
    without phase; ``rows`` are spectra and data, data last, ``whole`` their real inner products.
    ``chi2`` is the squared residual, ``objective`` that and all penalties, ``explained`` what the
    components take off the data; these three over the noise variance.
    """

    theta: NDArray[np.float64]
    damped: NDArray[np.complex128]
    spectra: NDArray[np.complex128]
    rotated: NDArray[np.complex128]
    rows: Rows
    whole: NDArray[np.float64]
    linear: Linear

    @property
    def component_rows(self) -> Rows:
        """Return the rows of the components."""
        return self.rows.take(slice(-1))

    @property
    def left(self) -> Rows:
        """Return the data less all components, as one row."""
        return self.rows.mixed(np.append(-self.amplitudes, 1.0))

    @property
    def amplitudes(self) -> NDArray[np.float64]:
        """Return the amplitudes, shape (k,)."""
        return self.linear.amplitudes

    @property
    def objective(self) -> float:
        """Return the squared residual and all penalties."""
        return self.linear.objective

    @property
    def chi2(self) -> float:
        """Return the squared residual, baseline taken off."""
        return self.linear.chi2


class Linear(NamedTuple):
    """Solution of the linear part; ``normal`` are the normal equations without penalty."""

    normal: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    chi2: float
    objective: float
    explained: float


def evaluate(
    task: Task, theta: NDArray[np.float64], positive: NDArray[np.bool_] | None = None
) -> State:
    """Return the state at ``theta``, amplitudes solved for.

    ``positive`` says which amplitudes to begin the active-set search with.
    """
    damped = task.model.damped(theta)
    spectra = task.model.spectra(damped)
    rotated = task.data * task.model.phase(theta).conj()
    rows = task.rows(np.concatenate([spectra, rotated[None]]))
    whole = rows.whole(rows)
    linear = _solve(task, theta, task.product(rows, rows, whole), positive)
    return State(theta, damped, spectra, rotated, rows, whole, linear)


def evaluate_again(task: Task, state: State) -> State:
    """Return the state with the amplitudes of a task that differs in baseline or penalties."""
    rows = state.rows
    if rows.smooth.shape[1] < np.count_nonzero(task.gains):
        rows = task.with_modes(rows.curves)
    linear = _solve(task, state.theta, task.product(rows, rows, state.whole), state.amplitudes > 0)
    return replace(state, rows=rows, linear=linear)


def residual_energy(task: Task, state: State) -> float:
    """Return the sum of squares of real and imaginary residual, baseline taken off."""
    left = (state.rotated - state.amplitudes @ state.spectra)[task.model.band.window.used]
    smooth = np.abs(left @ task.space.probes) ** 2
    return float(np.sum(np.abs(left) ** 2) - (task.gains * (2.0 - task.gains)) @ smooth)


def _as_real(rows: NDArray[np.complex128]) -> NDArray[np.float64]:
    return np.ascontiguousarray(rows).view(np.float64)


def _solve(
    task: Task,
    theta: NDArray[np.float64],
    products: NDArray[np.float64],
    positive: NDArray[np.bool_] | None,
) -> Linear:
    """Return the amplitudes, from the inner products of components and, last, the data."""
    normal, rhs = products[:-1, :-1], products[:-1, -1]
    held = normal + task.penalty
    pull = np.zeros_like(rhs) if task.pull is None else task.pull
    if task.nonnegative:
        amplitudes = solve_nonnegative(held, rhs + pull, positive)
    else:
        amplitudes = solve_positive_definite(held, rhs + pull)
    explained = float(2 * rhs @ amplitudes - amplitudes @ normal @ amplitudes)
    chi2 = float(products[-1, -1]) - explained
    penalty = task.bounds.penalty(theta) + float(amplitudes @ task.penalty @ amplitudes)
    penalty -= 2.0 * float(pull @ amplitudes)
    return Linear(normal, amplitudes, chi2, chi2 + penalty, explained)
