"""Cramer-Rao bounds of the amplitudes.

The Fisher matrix holds all amplitudes (those at zero too), the phases, the common shift and
line, every own shift and width, and the baseline. The baseline enters as the penalised spline
of the fit, whose penalty limits how far it can go; own shifts, own widths and the first-order
phase enter with their priors, without which they are not determined where a signal is weak.
Amplitudes carry no prior information. The scale is the noise of the measurement, not the
residual: a misfit does not widen the bounds but shows in the fit quality.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.varpro import jacobian

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.task import State, Task


def amplitude_covariance(
    task: Task, state: State, free: NDArray[np.bool_], noise_variance: float
) -> NDArray[np.float64]:
    """Return the Cramer-Rao covariance of the amplitudes, shape (k, k); always finite.

    Parameters
    ----------
    task, state
        Problem and solution.
    free
        Which nonlinear parameters were fitted.
    noise_variance
        Of the real part of the spectrum.
    """
    honest = replace(task, variance=max(noise_variance, 1e-300))
    fit = state.amplitudes @ state.spectra
    rows = jacobian(honest, state, free, fit)
    gram = honest.gram(np.concatenate([state.spectra, rows]))
    count = task.model.count
    gram[count:, count:] += np.diag(task.bounds.precision[free])
    return _inverse(gram)[:count, :count]


def _inverse(fisher: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse; directions without information get a large but finite variance."""
    scale = np.sqrt(np.maximum(np.diagonal(fisher), 1e-30 * np.trace(fisher) + 1e-300))
    values, vectors = np.linalg.eigh(fisher / np.outer(scale, scale))
    values = np.maximum(values, 1e-9)
    inverse = (vectors / values) @ vectors.T
    return np.asarray(inverse / np.outer(scale, scale))
