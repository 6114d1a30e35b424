"""The least-squares problem, and the amplitudes that solve its linear part.

For given phases, shifts and widths the penalised baseline is found exactly by projecting the
data with ``1 - Z diag(gains) Z'`` (see :mod:`mrsviewer.fitting.baseline`), the amplitudes by
non-negative least squares. Sums of squares are in units of the noise variance, so that priors are
plain squares of deviations over their standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    def gram(self, rows: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return the inner products of rows, shape (m, n), after removal of the baseline."""
        used = self.model.band.window.used
        chosen = rows if used.all() else rows[:, used]
        real = np.concatenate([chosen.real, chosen.imag])
        kept = self.gains > 1e-9
        smooth = (real @ self.space.modes[:, kept]) * np.sqrt(self.gains[kept])
        count = len(rows)
        flat = np.concatenate([real[:count], real[count:]], axis=1)
        smooth = np.concatenate([smooth[:count], smooth[count:]], axis=1)
        return np.asarray((flat @ flat.T - smooth @ smooth.T) / self.variance)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where the search stands: parameters, what follows from them, and the objective."""

    theta: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    damped: NDArray[np.complex128]
    spectra: NDArray[np.complex128]
    rotated: NDArray[np.complex128]
    chi2: float
    objective: float
    explained: float


def evaluate(
    task: Task, theta: NDArray[np.float64], positive: NDArray[np.bool_] | None = None
) -> State:
    """Return best amplitudes and objective for given nonlinear parameters."""
    damped = task.model.damped(theta)
    spectra = task.model.spectra(damped)
    rotated = task.data * task.model.phase(theta).conj()
    gram = task.gram(np.concatenate([spectra, rotated[None]]))
    plain, rhs = gram[:-1, :-1], gram[:-1, -1]
    normal = plain + task.penalty
    if task.nonnegative:
        amplitudes = solve_nonnegative(normal, rhs, positive)
    else:
        amplitudes = solve_positive_definite(normal, rhs)
    explained = float(2 * rhs @ amplitudes - amplitudes @ plain @ amplitudes)
    chi2 = float(gram[-1, -1]) - explained
    objective = chi2 + task.bounds.penalty(theta) + float(amplitudes @ task.penalty @ amplitudes)
    return State(theta, amplitudes, damped, spectra, rotated, chi2, objective, explained)
