"""The least-squares problem, and the amplitudes that solve its linear part.

For given phases, shifts and widths the penalised baseline is found exactly by projecting the
data with ``1 - Z diag(gains) Z'`` (see :mod:`mrsviewer.fitting.baseline`), the amplitudes by
non-negative least squares. Sums of squares are in units of the noise variance, so that priors are
plain squares of deviations over their standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from mrsviewer.fitting.nnls import solve_nonnegative, solve_positive_definite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.baseline import SplineSpace
    from mrsviewer.fitting.model import SignalModel


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What is known of the nonlinear parameters beforehand; arrays of shape (p,).

    Attributes
    ----------
    centre, precision
        Mean and inverse variance of the prior; precision 0 where nothing is known.
    low, high
        Hard limits.
    """

    centre: NDArray[np.float64]
    precision: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def slope(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return half the downhill slope of the prior, shape (p,)."""
        return self.precision * (self.centre - theta)

    def penalty(self, theta: NDArray[np.float64]) -> float:
        """Return the sum of squared deviations over their variances."""
        return float(self.precision @ (theta - self.centre) ** 2)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Spectra taken apart for inner products.

    Attributes
    ----------
    flat
        Shape (m, 2n): real parts, then imaginary parts.
    smooth
        Shape (m, 2, modes): their coefficients in the modes of the baseline, smooth modes first.
        Enough for any baseline that is no more flexible than the one they were made for.
    """

    flat: NDArray[np.float64]
    smooth: NDArray[np.float64]


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
    nonnegative
        Whether amplitudes must not be negative.
    """

    model: SignalModel
    data: NDArray[np.complex128]
    space: SplineSpace
    gains: NDArray[np.float64]
    bounds: Bounds
    variance: float
    penalty: NDArray[np.float64]
    nonnegative: bool = True

    def rows(self, spectra: NDArray[np.complex128]) -> Rows:
        """Return spectra, shape (m, n), ready for inner products."""
        used = self.model.band.window.used
        chosen = spectra if used.all() else spectra[:, used]
        real = np.concatenate([chosen.real, chosen.imag])
        kept = int(np.count_nonzero(self.gains))
        smooth = real @ self.space.modes[:, :kept]
        count = len(spectra)
        return Rows(
            np.concatenate([real[:count], real[count:]], axis=1),
            np.stack([smooth[:count], smooth[count:]], axis=1),
        )

    def product(self, left: Rows, right: Rows) -> NDArray[np.float64]:
        """Return inner products after removal of the baseline, shape (left, right)."""
        kept = int(np.count_nonzero(self.gains))
        weighed = left.smooth[:, :, :kept] * self.gains[:kept]
        taken = weighed.reshape(len(weighed), -1) @ (
            right.smooth[:, :, :kept].reshape(len(right.smooth), -1).T
        )
        return np.asarray((left.flat @ right.flat.T - taken) / self.variance)

    def gram(self, spectra: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return the inner products of spectra, shape (m, n), among themselves."""
        rows = self.rows(spectra)
        return self.product(rows, rows)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where the search stands: parameters, what follows from them, and the objective.

    ``damped`` and ``spectra`` are the components in time and in the window, ``rotated`` the data
    without phase, ``chi2`` the squared residual, ``objective`` that and all penalties,
    ``explained`` what the components take off the data; the last three over the noise variance.
    """

    theta: NDArray[np.float64]
    damped: NDArray[np.complex128]
    spectra: NDArray[np.complex128]
    rotated: NDArray[np.complex128]
    component_rows: Rows
    data_row: Rows
    normal: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    chi2: float
    objective: float
    explained: float


def evaluate(
    task: Task, theta: NDArray[np.float64], positive: NDArray[np.bool_] | None = None
) -> State:
    """Return best amplitudes and objective for given nonlinear parameters.

    ``positive`` says which amplitudes to begin the active-set search with.
    """
    damped = task.model.damped(theta)
    spectra = task.model.spectra(damped)
    rotated = task.data * task.model.phase(theta).conj()
    components, data = task.rows(spectra), task.rows(rotated[None])
    solved = _solve(task, theta, (components, data), positive)
    return State(theta, damped, spectra, rotated, components, data, **solved)


def evaluate_again(task: Task, state: State) -> State:
    """Return the state with the amplitudes of a task that differs in baseline or penalties.

    The baseline must not be more flexible than the one that the state was made with.
    """
    rows = (state.component_rows, state.data_row)
    solved = _solve(task, state.theta, rows, state.amplitudes > 0)
    return State(state.theta, state.damped, state.spectra, state.rotated, *rows, **solved)


class _Solved(TypedDict):
    normal: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    chi2: float
    objective: float
    explained: float


def _solve(
    task: Task,
    theta: NDArray[np.float64],
    rows: tuple[Rows, Rows],
    positive: NDArray[np.bool_] | None,
) -> _Solved:
    components, data = rows
    normal = task.product(components, components)
    rhs = task.product(components, data)[:, 0]
    held = normal + task.penalty
    if task.nonnegative:
        amplitudes = solve_nonnegative(held, rhs, positive)
    else:
        amplitudes = solve_positive_definite(held, rhs)
    explained = float(2 * rhs @ amplitudes - amplitudes @ normal @ amplitudes)
    chi2 = float(task.product(data, data)[0, 0]) - explained
    penalty = task.bounds.penalty(theta) + float(amplitudes @ task.penalty @ amplitudes)
    return _Solved(
        normal=normal,
        amplitudes=amplitudes,
        chi2=chi2,
        objective=chi2 + penalty,
        explained=explained,
    )
