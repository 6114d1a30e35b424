"""Parametric bootstrap: how amplitudes scatter when the spectrum is measured again and again.

Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 6.5: noise of the measured
size is added, and the result is fitted once more. For the linear-combination engine all that its
model holds random is drawn anew as well (:mod:`mrsviewer.fitting.refit`): without that, intervals
are a quarter too narrow, since a baseline that is the same in every draw is no unknown. For any
other engine the fitted spectrum is taken for the truth and noise alone is drawn.

The scatter holds what Cramer-Rao bounds leave out: amplitudes that cannot be negative, what is
expected of weak metabolites, and the curvature of the model. What the model misses counts only as
far as the residual is larger than the noise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np

from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.fitting.refit import warm_refit
from mrsviewer.fitting.window import Axis
from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitEngine, FitProblem
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

DRAWS, SEED = 200, 1
LEAST_SHARE = 0.5
"""Where fewer of the draws can be fitted, their scatter says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A fit with what it was made from."""

    engine: FitEngine
    problem: FitProblem
    options: msgspec.Struct
    result: FitResult


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap:
    """Amplitudes of all refits.

    Attributes
    ----------
    names
        What the columns are.
    amplitudes
        Shape (refits, components), in units of the basis.
    refused
        Draws that the engine could not fit.
    noise_only
        Whether noise alone was drawn: the scatter then leaves out the baseline and all else that
        the fit does not know.
    """

    names: tuple[str, ...]
    amplitudes: NDArray[np.float64]
    refused: int
    noise_only: bool = False

    def sd(self, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return standard deviations of the amplitudes, or of sums of them; shape (m,).

        ``weights`` of shape (m, components) name the sums.
        """
        return np.asarray(np.std(self._chosen(weights), axis=0, ddof=1))

    def interval(
        self, level: float = 0.95, weights: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return lower and upper percentiles that hold ``level`` of the draws, shape (2, m)."""
        tail = 50.0 * (1.0 - level)
        return np.asarray(np.percentile(self._chosen(weights), (tail, 100.0 - tail), axis=0))

    def covariance(self) -> NDArray[np.float64]:
        """Return the covariance of the amplitudes, shape (components, components)."""
        return np.atleast_2d(np.cov(self.amplitudes, rowvar=False))

    def _chosen(self, weights: NDArray[np.float64] | None) -> NDArray[np.float64]:
        return self.amplitudes if weights is None else self.amplitudes @ np.atleast_2d(weights).T


class Refit(Protocol):
    """Fits a spectrum again, as it might as well have been."""

    def draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return the amplitudes of one such fit, shape (components,)."""


def bootstrap(
    fitted: Fitted, context: JobContext, *, draws: int = DRAWS, seed: int = SEED
) -> Bootstrap:
    """Return the amplitudes of ``draws`` refits; equal seeds give equal bits.

    The linear-combination engine starts each refit from the solution and keeps the flexibility
    of the baseline that it had chosen; any other engine fits each draw from the start.

    Raises
    ------
    FitError
        If the noise is unknown, or most draws cannot be fitted.
    Cancelled
        If the job was cancelled; seen before every draw and within each fit.
    """
    result = fitted.result
    if not result.noise_sd > 0:
        raise FitError(
            "No bootstrap",
            "The data hold no noise, so nothing scatters.",
            "Use data that were not simulated without noise.",
        )
    refit = _refit(fitted, context.quiet())
    rng = np.random.default_rng(seed)
    found: list[NDArray[np.float64]] = []
    for draw in range(draws):
        context.tick(draw / draws, f"refit {draw + 1} of {draws}")
        try:
            found.append(refit.draw(rng))
        except FitError:
            continue
    if len(found) < max(2, LEAST_SHARE * draws):
        raise FitError(
            "No bootstrap",
            f"Only {len(found)} of {draws} draws could be fitted with the same components.",
            "The signal is too weak, or the engine unfit, for simulating the uncertainty.",
        )
    noise_only = isinstance(refit, _FromTheStart)
    return Bootstrap(result.names, np.array(found), draws - len(found), noise_only)


def _refit(fitted: Fitted, context: JobContext) -> Refit:
    """Return the fastest way of fitting again that gives the same result on the same data."""
    if isinstance(fitted.engine, LinearCombinationEngine):
        options = msgspec.convert(fitted.options, LcmOptions, from_attributes=True)
        warm = warm_refit(fitted.problem, options, fitted.result, lambda: context.tick(0.0))
        if warm is not None:
            return warm
    return _FromTheStart(fitted, context)


class _FromTheStart:
    """Fits a whole FID whose window has been replaced."""

    def __init__(self, fitted: Fitted, context: JobContext) -> None:
        self.fitted = fitted
        self.context = context
        data, result = fitted.problem.data, fitted.result
        filled = np.flatnonzero(data.fid)
        fid = data.fid[: filled[-1] + 1]
        acquisition = data.acquisition
        axis = Axis(fid.size, acquisition.dwell_s, acquisition.hz_per_ppm, data.centre_ppm)
        step_hz = 1.0 / (axis.points * axis.dwell_s)
        first = round(axis.to_hz(float(result.ppm[-1])) / step_hz)
        self.bins = (first + np.arange(result.ppm.size)) % axis.points
        self.spectrum = np.fft.fft(fid)

    def draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return the amplitudes of the fitted spectrum with fresh noise."""
        model = self.fitted.result.fit[::-1]
        parts = self.fitted.result.noise_sd * rng.standard_normal((2, model.size))
        whole = self.spectrum.copy()
        whole[self.bins] = model + parts[0] + 1j * parts[1]
        problem = self.fitted.problem
        again = replace(
            problem,
            data=replace(problem.data, fid=np.fft.ifft(whole)),
            noise_sd=self.fitted.result.noise_sd,
        )
        fit = self.fitted.engine.fit(again, self.fitted.options, self.context)
        if fit.names != self.fitted.result.names:
            raise FitError(
                "No bootstrap",
                "The engine finds other components in every draw.",
                "Use an engine that fits named components.",
            )
        return fit.amplitudes
