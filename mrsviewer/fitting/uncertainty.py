"""Bounds of the amplitudes: Cramer-Rao, and what the fit's own assumptions add to them.

The Fisher matrix holds all amplitudes (those at zero too), the phases, the common shift and
line, every own shift and width, the line shape where it was fitted, and the baseline. What is not
itself a result - baseline, own shifts and widths, first-order phase, line shape, and the
proportions of macromolecules and lipids - enters with its prior, without which it is not
determined. The amplitudes of metabolites carry no prior information, whatever the fit held
them to.

Some priors are tighter than what is known, because fits are better so: differences in T2, line
shapes. If a fit counts on precision p where the true spread is s, its amplitudes err by
``c (p^2 s^2 - p) c'`` more than the inverse of the Fisher matrix says, c being the covariance of
the amplitudes with that parameter (the sandwich of White 1982, doi 10.2307/1912526). A baseline
that would be more flexible than it may be is counted in the same way. A residual that is misfit
rather than noise leaves its size as variance; its correlation over frequency adds nothing that
can be told from noise, and is not counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.linalg import lapack

from mrsviewer.fitting.model import CONTRAST
from mrsviewer.fitting.varpro import Curvature, slopes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.model import SignalModel, Slopes
    from mrsviewer.fitting.priors import Bounds
    from mrsviewer.fitting.task import Rows, State, Task

CONTRAST_SD = 0.6
"""By how much the contrast of T2 may be another one than expected: anything from none to all."""

ODDER = 1.5
"""A line that is not a Voigt line may be this many times odder than a fit expects."""

WILDER = (1.25, 1.5, 1.75)
"""How many times more flexible a baseline may turn out to have wanted to be."""

CLEAR = 10.0
"""Gain in evidence, as minus twice its logarithm, from which it did."""

FOLLOWED = 0.9
"""Modes of which a baseline takes more than this share say nothing about it: it has followed."""

LEAST = 1e-9
"""Least information along any direction, relative to that of single parameters."""


class _Fisher(NamedTuple):
    """Covariance of the amplitudes with all parameters, and the derivatives it was made from."""

    covariance: NDArray[np.float64]
    slope: Slopes
    rows: Rows


def amplitude_covariance(
    task: Task,
    state: State,
    free: NDArray[np.bool_],
    variance: float,
    penalty: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the covariance of the amplitudes, shape (k, k); always finite.

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
    fisher = _fisher(honest, state, free, penalty)
    count = task.model.count
    known = task.bounds.precision[free]
    spread = spread_of_priors(task.model, task.bounds)[free]
    more = known * np.maximum(known * spread**2 - 1.0, 0.0)
    with_lines = fisher.covariance[:, count:]
    covariance = fisher.covariance[:, :count] + (with_lines * more) @ with_lines.T
    wilder = _wilder(honest, state)
    return covariance if wilder is None else covariance + _strays(honest, state, fisher, wilder)


def spread_of_priors(model: SignalModel, bounds: Bounds) -> NDArray[np.float64]:
    """Return how far parameters stray from what a fit expects, shape (p,); 0 for no prior."""
    known = bounds.precision > 0
    spread = np.where(known, 1.0 / np.sqrt(np.where(known, bounds.precision, 1.0)), 0.0)
    spread[model.shape()] *= ODDER
    if known[CONTRAST]:
        spread[CONTRAST] = max(spread[CONTRAST], CONTRAST_SD)
    return spread


def _fisher(
    task: Task, state: State, free: NDArray[np.bool_], penalty: NDArray[np.float64]
) -> _Fisher:
    slope = slopes(task, state, free, state.amplitudes @ state.spectra)
    rows = task.rows(slope.curves)
    products = Curvature(task, slope, rows, state.component_rows)
    normal = task.product(state.component_rows, state.component_rows) + penalty
    lines = products.among + np.diag(task.bounds.precision[free])
    fisher = np.block([[normal, products.mixed], [products.mixed.T, lines]])
    return _Fisher(inverse_of_information(fisher)[: task.model.count], slope, rows)


def _wilder(task: Task, state: State) -> NDArray[np.float64] | None:
    """Return the gains of a wilder baseline if the data ask for one, else None.

    Judged by the evidence of what the components leave in each mode, the components held: they
    are fitted to it, so this only ever errs towards the baseline that there was.
    """
    used, space = task.model.band.window.used, task.space
    left = (state.rotated - state.amplitudes @ state.spectra)[used]
    power = np.abs(left @ space.probes) ** 2 / task.variance
    bound = (space.roughness > 0) & (task.gains < FOLLOWED)

    def unlikeliness(gains: NDArray[np.float64]) -> float:
        rest = np.maximum(1.0 - gains[bound], 1e-12)
        return float(power[bound] @ rest - 2.0 * np.log(rest).sum())

    df_per_ppm = float(task.gains.sum()) / (space.ppm_width * space.sides)
    tried = [space.gains(times * df_per_ppm) for times in WILDER]
    best = min(tried, key=unlikeliness)
    return best if unlikeliness(task.gains) - unlikeliness(best) > CLEAR else None


def _strays(
    task: Task, state: State, fisher: _Fisher, wilder: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what a baseline with the gains ``wilder`` adds to the covariance, shape (k, k)."""
    held, rest = 1.0 - task.gains, np.maximum(1.0 - wilder, 1e-12)
    more = np.where(held > 0, wilder / rest - task.gains / np.maximum(held, 1e-12), 0.0)
    moved = more > 0
    probes = task.space.probes[:, moved]
    lines = fisher.slope.factor[:, None] * (fisher.rows.curves @ probes)[fisher.slope.row]
    each = np.concatenate([state.component_rows.curves @ probes, lines])
    reach = fisher.covariance @ (each * held[moved] / task.variance)
    return np.asarray(((reach * (task.variance * more[moved])) @ reach.conj().T).real)


def inverse_of_information(fisher: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse; directions without information get a large but finite variance."""
    scale = np.sqrt(np.maximum(np.diagonal(fisher), 1e-30 * np.trace(fisher) + 1e-300))
    scaled = fisher / np.outer(scale, scale)
    inverse = _cholesky_inverse(scaled)
    if inverse is None or np.trace(inverse) > 1.0 / LEAST:
        values, vectors = np.linalg.eigh(scaled)
        inverse = (vectors / np.maximum(values, LEAST)) @ vectors.T
    return np.asarray(inverse / np.outer(scale, scale))


def _cholesky_inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the inverse, or None if the matrix is not positive definite."""
    factor, failed = lapack.dpotrf(matrix)
    if failed:
        return None
    upper, _ = lapack.dpotri(factor)
    return np.asarray(np.triu(upper) + np.triu(upper, 1).T)
