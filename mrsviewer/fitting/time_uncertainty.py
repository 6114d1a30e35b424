"""Bounds of the amplitudes of a time-domain fit, and what its model leaves out.

Cramer-Rao bounds hold where the model does. What a model of basis signals may lack - lines that
are not Voigt lines, widths that differ as T2 does - has known directions in the data and a known
size. A disturbance of spread s along d moves the amplitudes by ``s F^-1 J' d`` over the noise
variance (F the Fisher matrix, J the derivatives), which is added to the bounds: always for T2, for
lines only where the residual shows that they are odd (a score test, Rao 1948,
doi 10.1017/S0305004100023987), since a fit with Voigt lines is as good as any other where they fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.comparison import as_real
from mrsviewer.fitting.lineshape import shape_functions, shape_spread
from mrsviewer.fitting.time_search import inverse
from mrsviewer.fitting.time_task import model_slopes
from mrsviewer.fitting.uncertainty import CONTRAST_SD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.time_task import Point, TimeTask

CLEAR = 25.0
"""Gain in squared residual over its variance that odd lines must promise."""

ODD = 0.7
"""How odd lines then are, as a share of what a fit of the line shape allows."""


class Uncertainty:
    """Covariance of the free amplitudes at the end of a search.

    All free lines count as unknown, to the extent that their priors leave them so.

    Attributes
    ----------
    covariance
        Cramer-Rao bounds, shape (q, q); always finite.
    """

    def __init__(self, task: TimeTask, point: Point, variance: float) -> None:
        self.task, self.point, self.variance = task, point, max(variance, 1e-300)
        linear = task.ties.shares.T @ point.rows
        self.rows = np.concatenate([linear, model_slopes(task, point, task.limits.free)])
        known = np.concatenate([np.zeros(len(linear)), task.limits.precision[task.limits.free]])
        self.whole = inverse(self.rows @ self.rows.T / self.variance + np.diag(known))
        self.count = len(linear)
        self.covariance = self.whole[: self.count, : self.count]

    def with_other_widths(self, width_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what differences in Lorentz width, shape (k,), add that the model lacks."""
        signals, times = self.point.signals, self.task.signals.times_s
        row = -np.pi * times * ((width_hz * self.point.amplitudes) @ signals)
        return self._added(self._directions(row[None]), np.array([CONTRAST_SD]))

    def with_odd_lines(self, shares_line: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return what lines that are not Voigt lines add; zero where the residual has none.

        ``shares_line`` says which signals have the common line, shape (k,).
        """
        whole = np.where(shares_line, self.point.amplitudes, 0.0) @ self.point.signals
        bent = shape_functions(self.task.signals.times_s) * whole
        directions = self._directions(np.concatenate([bent, 1j * bent]))
        spread = ODD * shape_spread()
        if self._gain(directions, spread) < CLEAR:
            return np.zeros_like(self.covariance)
        return self._added(directions, spread)

    def _directions(self, signals: NDArray[np.complex128]) -> NDArray[np.float64]:
        return as_real(self.task.comparison.cut(signals))

    def _gain(self, directions: NDArray[np.float64], spread: NDArray[np.float64]) -> float:
        """Return what fitting the directions, each with its spread, would take off the residual."""
        across = directions @ self.rows.T / self.variance
        among = directions @ directions.T / self.variance - across @ self.whole @ across.T
        slope = directions @ self.point.left / self.variance
        return float(slope @ np.linalg.solve(among + np.diag(1.0 / spread**2), slope))

    def _added(
        self, directions: NDArray[np.float64], spread: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        reach = self.whole[: self.count] @ (self.rows @ directions.T) / self.variance
        return np.asarray((reach * spread**2) @ reach.T)
