"""Cramer-Rao bounds of the amplitudes.

The Fisher matrix holds all amplitudes (those at zero too), the phases, the common shift and
line, every own shift and width, the line shape where it was fitted, and the baseline. What is not
itself a result - baseline, own shifts and widths, first-order phase, line shape, and the
proportions of macromolecules and lipids - enters with its prior, without which it is not
determined. The amplitudes of metabolites carry no prior information, whatever the fit held
them to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.varpro import Curvature, slopes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.task import State, Task


def amplitude_covariance(
    task: Task,
    state: State,
    free: NDArray[np.bool_],
    variance: float,
    penalty: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the Cramer-Rao covariance of the amplitudes, shape (k, k); always finite.

    Parameters
    ----------
    task, state
        Problem and solution.
    free
        Which nonlinear parameters were fitted.
    variance
        Of the real part of the residual that noise and misfit leave.
    penalty
        Shape (k, k): what is known of the amplitudes beforehand.
    """
    honest = replace(task, variance=max(variance, 1e-300))
    slope = slopes(honest, state, free, state.amplitudes @ state.spectra)
    products = Curvature(honest, slope, honest.rows(slope.curves), state.component_rows)
    count = task.model.count
    normal = honest.product(state.component_rows, state.component_rows) + penalty
    lines = products.among + np.diag(task.bounds.precision[free])
    fisher = np.block([[normal, products.mixed], [products.mixed.T, lines]])
    return _inverse(fisher)[:count, :count]


def _inverse(fisher: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse; directions without information get a large but finite variance."""
    scale = np.sqrt(np.maximum(np.diagonal(fisher), 1e-30 * np.trace(fisher) + 1e-300))
    values, vectors = np.linalg.eigh(fisher / np.outer(scale, scale))
    values = np.maximum(values, 1e-9)
    inverse = (vectors / values) @ vectors.T
    return np.asarray(inverse / np.outer(scale, scale))
