"""The least-squares problem of the time-domain engines, and the amplitudes that solve it.

Amplitudes enter linearly and are eliminated (variable projection); what remains to be searched
are shifts, widths, phases and a delay, through whatever ties the engine puts on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mrsviewer.fitting.bounded import solve_bounded
from mrsviewer.fitting.comparison import as_real
from mrsviewer.fitting.model import GAUSS_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.comparison import Compared
    from mrsviewer.fitting.damped import DampedSignals, Lines, LineSlopes


class LineMap(Protocol):
    """How the parameters of a fit make up the lines of all signals."""

    def lines(self, x: NDArray[np.float64]) -> Lines:
        """Return the lines at parameters of shape (p,)."""
        ...

    def slopes(self, x: NDArray[np.float64]) -> LineSlopes:
        """Return their derivatives by all p parameters."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Limits of parameters and what is expected of them; arrays of shape (p,).

    Attributes
    ----------
    low, high
        Hard limits.
    centre, precision
        Mean and inverse variance of a prior; precision 0 where nothing is expected.
    free
        Which parameters are fitted.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    centre: NDArray[np.float64]
    precision: NDArray[np.float64]
    free: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class AmplitudeTies:
    """Amplitudes of k signals as shares of q free ones: ``shares @ y + fixed``.

    Attributes
    ----------
    shares, fixed
        Shapes (k, q) and (k,).
    low, high
        Limits of the free amplitudes, shape (q,).
    """

    shares: NDArray[np.float64]
    fixed: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def untied(cls, count: int, *, nonnegative: bool) -> AmplitudeTies:
        """Return ties of amplitudes that know nothing of one another."""
        low = np.full(count, 0.0 if nonnegative else -np.inf)
        return cls(np.eye(count), np.zeros(count), low, np.full(count, np.inf))


@dataclass(frozen=True, slots=True, eq=False)
class TimeTask:
    """One problem.

    Attributes
    ----------
    signals, line_map, limits, ties
        The model.
    comparison
        What of it is compared.
    target
        The data there, shape (2n,).
    variance
        Of the noise of one real number of the target.
    """

    signals: DampedSignals
    line_map: LineMap
    limits: Limits
    ties: AmplitudeTies
    comparison: Compared
    target: NDArray[np.float64]
    variance: float


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Where a search stands.

    Attributes
    ----------
    x, lines, signals
        Parameters, lines and signals in time, shape (k, points).
    spectra, rows
        What is compared of the signals, shape (k, n), and as real numbers, (k, 2n).
    free_amplitudes, amplitudes
        Shapes (q,) and (k,).
    left
        Residual, shape (2n,).
    objective
        Squared residual over the noise variance, and the priors.
    """

    x: NDArray[np.float64]
    lines: Lines
    signals: NDArray[np.complex128]
    spectra: NDArray[np.complex128]
    rows: NDArray[np.float64]
    free_amplitudes: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    left: NDArray[np.float64]
    objective: float


def evaluate(task: TimeTask, x: NDArray[np.float64]) -> Point:
    """Return the best amplitudes and the objective at given parameters."""
    lines = task.line_map.lines(x)
    signals = task.signals.at(lines)
    spectra = task.comparison.cut(signals)
    rows = as_real(spectra)
    ties = task.ties
    linear = ties.shares.T @ rows
    wanted = task.target - ties.fixed @ rows
    found = solve_bounded(linear @ linear.T, linear @ wanted, ties.low, ties.high)
    left = wanted - found @ linear
    prior = float(task.limits.precision @ (x - task.limits.centre) ** 2)
    objective = float(left @ left) / task.variance + prior
    amplitudes = ties.shares @ found + ties.fixed
    return Point(x, lines, signals, spectra, rows, found, amplitudes, left, objective)


def model_slopes(task: TimeTask, point: Point, columns: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return d(model)/d(parameter) of some parameters, shape (columns, 2n)."""
    lines, slopes = point.lines, task.line_map.slopes(point.x).take(columns)
    times = task.signals.times_s + lines.delay_s
    weights = point.amplitudes[:, None]
    rate = 2j * np.pi * lines.shift_hz - np.pi * lines.lorentz_hz
    still = 1j * slopes.phase_rad + rate[:, None] * slopes.delay_s
    moving = 2j * np.pi * slopes.shift_hz - np.pi * slopes.lorentz_hz
    moving = moving - (2 * GAUSS_RATE * lines.gauss_hz2)[:, None] * slopes.delay_s
    once = times * point.signals
    rows = (weights * still).T @ point.spectra + (weights * moving).T @ task.comparison.cut(once)
    if slopes.gauss_hz2.any():
        twice = task.comparison.cut(times * once)
        rows -= GAUSS_RATE * (weights * slopes.gauss_hz2).T @ twice
    if slopes.delay_s.any():
        carried = task.signals.slope_of_delay(lines, point.amplitudes)
        if carried is not None:
            rows += slopes.delay_s[:, None] * task.comparison.cut(carried)
    return as_real(rows)
