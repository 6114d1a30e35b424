"""Basis signals fitted in the time domain, the first samples left out.

In the class of QUEST (Ratiney 2005, doi 10.1002/nbm.895) and TARQUIN (Wilson 2011,
doi 10.1002/mrm.22579). What decays fast - the baseline - is a random short-lived signal, or is
left out with the first samples; non-negative amplitudes are eliminated, and every metabolite has
a shift and a damping of its own within limits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.fitting.background import background, outside
from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.comparison import BandComparison, as_real
from mrsviewer.fitting.contamination import fit_window
from mrsviewer.fitting.damped import Carriers, DampedSignals
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.fitting.metabolite_lines import (
    COMMON,
    DELAY,
    GAUSS,
    LORENTZ,
    PHASE,
    SHIFT,
    MetaboliteMap,
)
from mrsviewer.fitting.natural_width import expected_contrast, t2_widths_hz
from mrsviewer.fitting.prepare import prepare
from mrsviewer.fitting.quest_options import QuestOptions
from mrsviewer.fitting.soft_background import (
    background_df,
    background_part,
    likeliest,
    softened,
    unlikeliness,
)
from mrsviewer.fitting.time_data import time_data
from mrsviewer.fitting.time_result import (
    TimeOutcome,
    dropped_df,
    dropped_part,
    refuse_without_signal,
    to_result,
)
from mrsviewer.fitting.time_search import search
from mrsviewer.fitting.time_start import distinct, guesses, phase_grid, shift_grid
from mrsviewer.fitting.time_task import AmplitudeTies, TimeTask, evaluate
from mrsviewer.fitting.time_uncertainty import Uncertainty
from mrsviewer.model.fit import Lineshape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.time_search import Found
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

__all__ = ["QuestEngine", "QuestOptions"]

WIDTHS_PPM = (0.025, 0.055, 0.11)
SHIFT_STEP_PPM = 0.02
PHASES = 8
TRIED = 3
ROUGH = 8
FEW = 3
"""Steps of a search with one more life of the background, from a neighbour's solution."""


class QuestEngine:
    """Variable projection on basis signals in time."""

    name = "quest"
    version = "2"
    uses_basis = True
    options: type[msgspec.Struct] = QuestOptions

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Fit one spectrum.

        Raises
        ------
        FitError
            If the data or the basis cannot be fitted, or no signal is found.
        """
        chosen = msgspec.convert(options, QuestOptions, from_attributes=True)
        context.tick(0.0, "preparing the fit")
        return _Fit(problem, chosen, context).run(self.name, self.version)


class _Fit:
    """One fit, stage by stage."""

    def __init__(self, problem: FitProblem, options: QuestOptions, context: JobContext) -> None:
        self.problem, self.options, self.context = problem, options, context
        chosen = LcmOptions(
            include=options.include, exclude=options.exclude, window_ppm=options.window_ppm
        )
        prepared = prepare(problem, chosen)
        self.window_ppm = fit_window(prepared, chosen)
        self.components, self.signals = prepared.components, prepared.signals
        self.hz_per_ppm = prepared.axis.hz_per_ppm
        drawn = [(c.width_ppm or 0.0) * self.hz_per_ppm for c in self.components]
        self.map = MetaboliteMap(np.array(drawn))
        self.limits = self.map.limits(self.components, options, self.hz_per_ppm)
        self.iterations = 0
        whole = time_data(problem, self.window_ppm)
        self.fine = DampedSignals(whole.times_s, Carriers(self.signals, whole.axis.dwell_s))
        self.outside = np.zeros(prepared.axis.points, np.complex128)
        if options.remove_outside:
            self.outside = outside(whole, self.window_ppm, context)

    def run(self, name: str, version: str) -> FitResult:
        """Return the result of all stages."""
        task, x = self._start()
        data = self.data
        # Priors are weighed against the misfit where that is larger than the noise.
        misfit = float(np.mean(evaluate(task, x).left ** 2))
        soft = self.options.background == "soft"
        first = replace(task, variance=max(task.variance, misfit))
        found = self._search(first, x, ROUGH if soft else None)
        refuse_without_signal(task, found.point.left, data.noise_variance)
        if soft:
            task, found = self._softly(task, found)
        covariance = self._covariance(task, found)
        left = self._left(found)
        smooth = dropped_part(self.data, left) + background_part(self.data, left)
        if self.options.background == "subtract" and smooth.any():
            found, smooth = self._again(task, found)
        return to_result(self._outcome(found, covariance, smooth), name, version)

    def _covariance(self, task: TimeTask, found: Found) -> NDArray[np.float64]:
        """Return the covariance of the amplitudes, for what the model may lack as well."""
        # What the model leaves is noise, or as bad as noise.
        spread = max(self.data.noise_variance, float(np.mean(found.point.left**2)))
        bounds = Uncertainty(task, found.point, spread)
        more = bounds.with_odd_lines(self.map.drawn_hz == 0)
        metabolites = self.signals[[c.kind == "metabolite" for c in self.components]]
        if any(expected_contrast(metabolites, self.fine.times_s)):
            more = more + bounds.with_other_widths(t2_widths_hz(self.components))
        return bounds.covariance + more

    def _start(self) -> tuple[TimeTask, NDArray[np.float64]]:
        """Return the task in the window moved with the data, and the best first parameters."""
        options = self.options
        task = self._task(0.0)
        shifts = shift_grid(
            options.max_shift_ppm * self.hz_per_ppm, SHIFT_STEP_PPM * self.hz_per_ppm
        )
        phases = phase_grid(PHASES, free=options.zero_phase == "free")
        first = np.clip(self.limits.centre, self.limits.low, self.limits.high)
        starts = []
        for width in WIDTHS_PPM:
            starts.append(first.copy())
            starts[-1][GAUSS] = (width * self.hz_per_ppm) ** 2
        trials = [self.map.lines(start) for start in starts]
        best: Found | None = None
        ranked = guesses(task, self._narrow(self.data.fid - self.outside), shifts, phases, trials)
        for guess in distinct(ranked, PHASES, TRIED):
            x = starts[guess.trial].copy()
            x[SHIFT], x[PHASE] = guess.shift_hz, guess.phase_rad
            tried = self._search(self._only_common(task), x, ROUGH)
            if best is None or tried.point.objective < best.point.objective:
                best = tried
        assert best is not None
        return self._task(float(best.point.x[SHIFT]) / self.hz_per_ppm), best.point.x

    def _only_common(self, task: TimeTask) -> TimeTask:
        free = self.limits.free.copy()
        free[COMMON:] = False
        free[DELAY] = False
        return replace(task, limits=replace(self.limits, free=free))

    def _task(self, shift_ppm: float) -> TimeTask:
        """Return the task on the coarse grid that carries the window moved by ``shift_ppm``."""
        options, axis = self.options, self.problem.data.acquisition
        dropped = int(np.ceil(options.start_s / axis.dwell_s - 1e-6))
        self.data = data = time_data(
            self.problem,
            self.window_ppm,
            dropped=dropped,
            shift_ppm=shift_ppm,
            used_share=options.used_percent / 100,
        )
        self.band = band = make_band(data.comparison.window)
        times = band.times_s
        lowest_hz = band.lowest_bin / (data.axis.points * data.axis.dwell_s)
        signals = Carriers(band.narrow(self.signals), float(times[1] - times[0]), lowest_hz)
        comparison = BandComparison.of(band, data.comparison)
        return TimeTask(
            DampedSignals(times, signals),
            self.map,
            self.limits,
            AmplitudeTies.untied(len(self.components), nonnegative=options.nonnegative),
            comparison,
            as_real(comparison.cut(self._narrow(data.fid - self.outside))),
            data.variance,
        )

    def _narrow(self, fid: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return a FID on the coarse grid."""
        return np.asarray(self.band.narrow(fid[None])[0])

    def _model(self, found: Found) -> NDArray[np.complex128]:
        """Return the fitted signals on the grid of the data, shape (k, points)."""
        return found.point.amplitudes[:, None] * self.fine.at(found.point.lines)

    def _left(self, found: Found) -> NDArray[np.complex128]:
        return np.asarray(self.data.fid - self.outside - self._model(found).sum(axis=0))

    def _search(self, task: TimeTask, x: NDArray[np.float64], most: int | None = None) -> Found:
        found = search(task, x, most or self.options.max_iterations, self._tick)
        self.iterations += found.iterations
        return found

    def _tick(self) -> None:
        self.context.tick(min(0.99, self.iterations / 60), "fitting")

    def _softly(self, task: TimeTask, found: Found) -> tuple[TimeTask, Found]:
        """Return the fit with a background of short-lived signals instead of left-out samples."""
        data = self.data
        tried: dict[float, tuple[TimeTask, Found]] = {}
        target = self._narrow(data.fid - self.outside)

        def cost(life_s: float) -> float:
            soft = softened(data.comparison, life_s)
            comparison = BandComparison.of(self.band, soft)
            trial = replace(
                task,
                comparison=comparison,
                target=as_real(comparison.cut(target)),
                variance=data.variance,
            )
            near = min(tried, key=lambda other: abs(np.log(other / life_s)), default=None)
            start = found.point.x if near is None else tried[near][1].point.x
            tried[life_s] = trial, self._search(trial, start, FEW)
            return unlikeliness(trial, tried[life_s][1].point, soft, life_s)

        life_s = likeliest(cost)
        trial, near = tried[life_s]
        self.data = replace(data, comparison=softened(data.comparison, life_s))
        misfit = float(np.mean(near.point.left**2))
        trial = replace(trial, variance=max(data.variance, misfit))
        return trial, self._search(trial, near.point.x)

    def _again(self, task: TimeTask, found: Found) -> tuple[Found, NDArray[np.complex128]]:
        """Return the fit of all samples less the modelled background, and the background."""
        data = self.data
        left = self._left(found)
        smooth = background(left, data.axis.dwell_s, self.options.start_s)
        # The end of the record stays out, whatever the reason.
        last = int(np.flatnonzero(data.comparison.kept)[-1])
        every = replace(data.comparison, kept=np.arange(data.axis.points) <= last)
        comparison = BandComparison.of(self.band, every)
        target = as_real(comparison.cut(self._narrow(data.fid - self.outside - smooth)))
        task = replace(task, comparison=comparison, target=target)
        first = np.arange(left.size) < np.flatnonzero(data.comparison.kept)[0]
        ringing = np.where(first, 0.0, dropped_part(data, left))
        return self._search(task, found.point.x), smooth + ringing

    def _outcome(
        self,
        found: Found,
        covariance: NDArray[np.float64],
        smooth: NDArray[np.complex128],
    ) -> TimeOutcome:
        point, data = found.point, self.data
        return TimeOutcome(
            data=data,
            components=self.components,
            signals=self._model(found),
            background=smooth + self.outside,
            amplitudes=point.amplitudes,
            covariance=covariance,
            lineshapes=self._lineshapes(point.x),
            zero_phase_rad=float(point.x[PHASE]),
            delay_s=float(point.x[DELAY]),
            shift_ppm=float(point.x[SHIFT]) / self.hz_per_ppm,
            baseline_df=dropped_df(data) + background_df(data.comparison),
            converged=found.converged,
            iterations=self.iterations,
            doubts=tuple(self._doubts(point.x)),
        )

    def _lineshapes(self, x: NDArray[np.float64]) -> tuple[Lineshape, ...]:
        lines = self.map.lines(x)
        return tuple(
            Lineshape(float(shift), float(lorentz), float(np.sqrt(max(gauss, 0.0))))
            for shift, lorentz, gauss in zip(
                lines.shift_hz / self.hz_per_ppm, lines.lorentz_hz, lines.gauss_hz2, strict=True
            )
        )

    def _doubts(self, x: NDArray[np.float64]) -> Iterator[str]:
        limits = self.limits
        if max(self.window_ppm) < max(self.options.window_ppm):
            top = max(self.window_ppm)
            yield f"Water lies inside the fit window: what is above {top:.2f} ppm was left out."
        if limits.free[SHIFT] and not limits.low[SHIFT] < x[SHIFT] < limits.high[SHIFT]:
            yield f"The shift ended at its limit of {x[SHIFT] / self.hz_per_ppm:+.2f} ppm."
        if x[LORENTZ] >= limits.high[LORENTZ] or x[GAUSS] >= limits.high[GAUSS]:
            yield "The line width ended at its limit."
