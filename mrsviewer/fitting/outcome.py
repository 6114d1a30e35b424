"""From the solution to the result, and to the doubts that go with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.doubts import Parts, doubts
from mrsviewer.fitting.model import FIRST_PHASE, GAUSS, LORENTZ, SHIFT, ZERO_PHASE
from mrsviewer.fitting.task import evaluate_again
from mrsviewer.fitting.uncertainty import amplitude_covariance
from mrsviewer.model.fit import CONVERGED, FitResult, Lineshape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.doubts import Outcome
    from mrsviewer.fitting.task import State, Task


SMALLEST = 1e-3
"""Residual over the highest point of the data that is small enough to be the model's own."""

FILTERED = 10.0
"""Residual over the noise outside -0.5 to 9 ppm from which that noise is not to be believed."""

PARTS = 12
"""Parts of the window in each of which the residual must be that large."""

PEAKED = 9.0
"""Highest power of noise over its mean, less the logarithm of the number of points, that noise
reaches once in eight thousand spectra."""

WHITE = 0.65
"""Correlation of neighbouring residuals below which they are noise, apodised perhaps."""


def noise_of_filtered_data(task: Task, state: State, noise_sd: float) -> float | None:
    """Return the noise by the residual where the noise beside the signals was filtered off.

    Some programs keep only a band about the metabolites. None where the noise is as measured: the
    residual is hardly larger, or not everywhere, or is structure that no noise makes.
    """
    used = task.model.band.window.used
    left = (state.rotated - state.amplitudes @ state.spectra)[used]
    left = left - task.space.smooth(left, task.gains)[used]
    power = np.abs(left) ** 2
    least = max(FILTERED * noise_sd, SMALLEST * float(np.abs(task.data).max()))
    peak = (PEAKED + float(np.log(power.size))) * power.mean()
    if noise_sd <= 0 or 0.5 * power.mean() < least**2 or power.max() > peak:
        return None
    if min(0.5 * part.mean() for part in np.array_split(power, PARTS)) < least**2:
        return None
    neighbours = float(np.sum(left[1:] * left[:-1].conj()).real) / float(power.sum())
    return float(np.sqrt(0.5 * power.mean())) if neighbours < WHITE else None


def to_result(outcome: Outcome, name: str, version: str) -> FitResult:
    """Return the result in the frame of the data, on descending ppm."""
    task, state = outcome.task, outcome.solution.state
    window = task.model.band.window
    axis = window.axis
    moved_ppm = outcome.moved * axis.step_hz / axis.hz_per_ppm
    curves = state.amplitudes[:, None] * state.spectra
    left = state.rotated - curves.sum(axis=0)
    baseline = task.space.smooth(left[window.used], task.gains)
    residual = (left - baseline)[window.used]
    parts = Parts(window.ppm - state.theta[SHIFT] / axis.hz_per_ppm, curves, baseline)
    phase = task.model.phase(state.theta)[::-1]
    turned_curves, turned_baseline = curves[:, ::-1] * phase, baseline[::-1] * phase
    residual_sd = float(np.sqrt(np.mean(np.abs(residual) ** 2) / 2))
    return FitResult(
        engine=name,
        engine_version=version,
        ppm=window.ppm[::-1] + moved_ppm,
        data=task.data[::-1].copy(),
        fit=turned_baseline + turned_curves.sum(axis=0),
        baseline=turned_baseline,
        curves=turned_curves,
        components=outcome.prepared.components,
        amplitudes=state.amplitudes,
        covariance=_covariance(outcome, residual_sd),
        lineshapes=_lineshapes(outcome),
        zero_phase_rad=float(np.angle(np.exp(1j * state.theta[ZERO_PHASE]))),
        first_phase_s=float(state.theta[FIRST_PHASE] / (2 * np.pi * axis.hz_per_ppm)),
        pivot_ppm=task.model.pivot_ppm + moved_ppm,
        shift_ppm=outcome.shift_hz / axis.hz_per_ppm,
        noise_sd=outcome.prepared.noise_sd,
        residual_sd=residual_sd,
        effective_baseline_df=float(task.gains.sum()),
        converged=outcome.solution.converged,
        message=" ".join(doubts(outcome, parts, residual_sd)) or CONVERGED,
        iterations=outcome.iterations,
        prior_pull=_prior_pull(outcome),
        solution=state.theta,
    )


def _prior_pull(outcome: Outcome) -> NDArray[np.float64]:
    """Return how far expectations of metabolites move each amplitude, the rest held."""
    task, state = outcome.task, outcome.solution.state
    without = evaluate_again(replace(task, penalty=task.broad), state)
    return np.asarray(state.amplitudes - without.amplitudes)


def _covariance(outcome: Outcome, residual_sd: float) -> NDArray[np.float64]:
    """Return the covariance of the amplitudes for noise or misfit, whichever is larger."""
    task, state = outcome.task, outcome.solution.state
    variance = max(outcome.prepared.noise_sd, residual_sd) ** 2
    return amplitude_covariance(task, state, outcome.free, variance, task.broad)


def _lineshapes(outcome: Outcome) -> tuple[Lineshape, ...]:
    """Return shift and broadening of each component, common and own part together."""
    model, theta = outcome.task.model, outcome.solution.state.theta
    shift = (outcome.shift_hz + theta[model.own_shift()]) / model.band.window.axis.hz_per_ppm
    own = theta[model.own_width()]
    lorentz = np.where(model.shares_line, theta[LORENTZ] + model.own_lorentz_hz(theta), 0.0)
    broader = np.maximum((1.0 + own) ** 2 - 1.0, 0.0) * model.drawn_hz**2
    gauss = np.sqrt(np.where(model.shares_line, theta[GAUSS], broader))
    return tuple(
        Lineshape(float(s), float(w), float(g))
        for s, w, g in zip(shift, lorentz, gauss, strict=True)
    )
