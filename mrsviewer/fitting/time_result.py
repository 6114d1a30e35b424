"""From the solution of a time-domain fit to the result, and the doubts that go with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.model.failure import FitError
from mrsviewer.model.fit import BASIS_UNIT, CONVERGED, FitResult, Lineshape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mrsviewer.fitting.time_data import TimeData
    from mrsviewer.fitting.time_task import TimeTask
    from mrsviewer.model.basis import Component

RESIDUAL_TO_NOISE = 2.5
LEAST_SNR = 4.0
BLOCK = 16
RINGING = 8.0
"""Samples at the end are no noise if their mean square is this many times its variance; the
mean square of complex noise is twice it."""

SMALL = 1e-3
"""A residual of this share of the highest point is no misfit, however low the noise."""


LACTATE = "Lac"

LEAST_SHARE = 0.05
"""Share of what is more than noise that a model must explain."""


@dataclass(frozen=True, slots=True, eq=False)
class TimeOutcome:
    """All that a result is made from.

    Attributes
    ----------
    data
        What was fitted.
    components
        What the c components are.
    signals
        Shape (c, points): each at its fitted amplitude, in time.
    background
        Shape (points,): what the engine takes for baseline, in time.
    amplitudes, covariance
        Shapes (c,) and (c, c).
    lineshapes
        One per component.
    zero_phase_rad, delay_s, shift_ppm
        Common phase, first-order phase about the centre, and shift.
    baseline_df
        Degrees of freedom that the background took.
    converged, iterations
        How the search ended.
    doubts
        Sentences of the engine's own.
    amplitude_unit
        As in the result.
    """

    data: TimeData
    components: tuple[Component, ...]
    signals: NDArray[np.complex128]
    background: NDArray[np.complex128]
    amplitudes: NDArray[np.float64]
    covariance: NDArray[np.float64]
    lineshapes: tuple[Lineshape, ...]
    zero_phase_rad: float
    delay_s: float
    shift_ppm: float
    baseline_df: float
    converged: bool
    iterations: int
    doubts: Sequence[str] = field(default=())
    amplitude_unit: str = BASIS_UNIT


def to_result(outcome: TimeOutcome, name: str, version: str) -> FitResult:
    """Return the result in the frame of the data, on descending ppm."""
    data, window = outcome.data, outcome.data.comparison.window
    curves = window.cut(outcome.signals)[:, ::-1]
    baseline = window.cut(outcome.background)[::-1]
    spectrum = window.cut(data.fid)[::-1]
    fit = baseline + curves.sum(axis=0)
    residual_sd = float(np.sqrt(np.mean(np.abs((spectrum - fit)[window.used[::-1]]) ** 2) / 2))
    return FitResult(
        engine=name,
        engine_version=version,
        ppm=window.ppm[::-1].copy(),
        data=spectrum.copy(),
        fit=fit,
        baseline=baseline.copy(),
        curves=curves.copy(),
        components=outcome.components,
        amplitudes=outcome.amplitudes,
        covariance=outcome.covariance,
        lineshapes=outcome.lineshapes,
        zero_phase_rad=float(np.angle(np.exp(1j * outcome.zero_phase_rad))),
        first_phase_s=outcome.delay_s,
        pivot_ppm=data.axis.centre_ppm,
        shift_ppm=outcome.shift_ppm,
        noise_sd=data.noise_sd,
        residual_sd=residual_sd,
        effective_baseline_df=outcome.baseline_df,
        converged=outcome.converged,
        message=" ".join(_doubts(outcome, curves, spectrum, residual_sd)) or CONVERGED,
        iterations=outcome.iterations,
        amplitude_unit=outcome.amplitude_unit,
    )


def _doubts(
    outcome: TimeOutcome,
    curves: NDArray[np.complex128],
    spectrum: NDArray[np.complex128],
    residual_sd: float,
) -> Iterator[str]:
    if not outcome.converged:
        yield f"The fit did not converge in {outcome.iterations} iterations."
    noise = outcome.data.noise_sd
    limit = max(RESIDUAL_TO_NOISE * noise, SMALL * float(np.abs(spectrum).max()))
    if residual_sd > limit:
        times = f"{residual_sd / noise:.1f} times the noise" if noise else "more than noise"
        yield f"The residual is {times}: the model does not describe these data well."
    rows = [component.kind == "metabolite" for component in outcome.components]
    peak = float(np.abs(curves[rows].sum(axis=0)).max(initial=0.0))
    if noise > 0 and peak < LEAST_SNR * noise:
        yield f"The highest metabolite peak is only {peak / noise:.1f} times the noise."
    yield from _lipid_as_lactate(outcome, curves)
    yield from outcome.doubts


def _lipid_as_lactate(outcome: TimeOutcome, curves: NDArray[np.complex128]) -> Iterator[str]:
    """Yield what is to be known of a towering line of lactate where no lipid is in the model."""
    kinds = {component.kind for component in outcome.components}
    names = [component.name for component in outcome.components]
    if "lipid" in kinds or LACTATE not in names:
        return
    heights = np.abs(curves).max(axis=1)
    lactate = names.index(LACTATE)
    rest = float(np.delete(heights, lactate).max(initial=0.0))
    if rest > 0 and heights[lactate] > rest:
        yield (
            f"The line called {LACTATE} is {heights[lactate] / rest:.1f} times the highest other: "
            "lipid at 1.3 ppm reads as lactate where no lipid is in the model."
        )


def dropped_part(data: TimeData, left: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return what the model leaves of the first samples that were not compared, shape (points,).

    To leave out the first samples is to give the baseline as much freedom as they have: it then
    is exactly what the model does not explain of them. Of the samples left out at the end only
    those belong to it that stand out of the noise: there the receiver's filter rings.
    """
    kept = np.flatnonzero(data.comparison.kept)
    index = np.arange(left.size)
    part = (index < kept[0]) | (index >= _ringing_from(data, left, int(kept[-1]) + 1))
    return np.where(part, left, 0.0)


def _ringing_from(data: TimeData, left: NDArray[np.complex128], first: int) -> int:
    """Return from which sample to the end all blocks are above noise; not before ``first``."""
    limit = RINGING * data.noise_variance
    place = left.size
    while place - BLOCK >= first and np.mean(np.abs(left[place - BLOCK : place]) ** 2) > limit:
        place -= BLOCK
    return place


def dropped_df(data: TimeData) -> float:
    """Return the degrees of freedom that the first samples give a baseline in the window."""
    share = data.comparison.window.count / data.axis.points
    return float(np.flatnonzero(data.comparison.kept)[0] * share)


def refuse_without_signal(task: TimeTask, left: NDArray[np.float64], noise_variance: float) -> None:
    """Raise FitError if the signals explain no more than noise would, or next to nothing.

    In pure noise every amplitude and each common parameter gains about one unit of variance,
    and the search over shifts and phases some more. Data without noise that are something else
    altogether are explained to a small share only. ``task.variance`` is that of the noise, or of
    what no model is better than.
    """
    free = len(task.ties.low) + 5
    noise = max(noise_variance, task.variance)
    energy = float(task.target @ task.target)
    explained = energy - float(left @ left)
    structure = energy - task.target.size * noise_variance
    if explained < max((3.0 * free + 25.0) * noise, LEAST_SHARE * structure):
        raise no_signal()


def no_signal() -> FitError:
    """Return the refusal of data that hold nothing which the model knows."""
    return FitError(
        "No signal found",
        "The signals of the model explain the data no better than noise, or next to nothing of "
        "them.",
        "Check the processing steps, the water suppression and what is fitted.",
    )
