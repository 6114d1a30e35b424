"""Peaks with prior knowledge, in the time domain: the method AMARES.

Vanhamme, van den Boogaart and Van Huffel 1997, doi 10.1006/jmre.1997.1244. Amplitudes are
eliminated, the derivatives of all lines are analytic, and relations between peaks are kept
exactly by what is free (:mod:`peaks <mrsviewer.fitting.peaks>`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.fitting.amares_options import AmaresOptions
from mrsviewer.fitting.damped import DampedSignals
from mrsviewer.fitting.peaks import BROADER, COMMON, DELAY, PHASE, SHIFT, PeakMap, amplitude_ties
from mrsviewer.fitting.presets import doubt, preset
from mrsviewer.fitting.prior_file import read_prior_knowledge
from mrsviewer.fitting.prior_knowledge import groups
from mrsviewer.fitting.time_data import time_data
from mrsviewer.fitting.time_result import (
    TimeOutcome,
    dropped_df,
    dropped_part,
    no_signal,
    refuse_without_signal,
    to_result,
)
from mrsviewer.fitting.time_search import search
from mrsviewer.fitting.time_start import guesses, phase_grid, shift_grid
from mrsviewer.fitting.time_task import TimeTask
from mrsviewer.fitting.time_uncertainty import Uncertainty
from mrsviewer.model.basis import Component
from mrsviewer.model.fit import SIGNAL_UNIT, Lineshape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.prior_knowledge import PriorKnowledge, Rule
    from mrsviewer.fitting.time_search import Found
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.fit import FitResult

__all__ = ["AmaresEngine", "AmaresOptions"]

MARGIN_PPM = 0.4
MARGIN_WIDTHS = 8.0
"""How far the window reaches beyond the outermost peaks: the larger of both."""

BROAD_GONE_S = 0.015
"""After this time lines of 40 Hz and more have lost 85 % of their signal."""

PHASES = 12
TRIAL_WIDTHS = (1.0, 2.0)
MOST_WIDTH_PPM = 1.0


class AmaresEngine:
    """Variable projection on peaks with fixed, bounded and related parameters."""

    name = "amares"
    version = "1"
    uses_basis = False
    options: type[msgspec.Struct] = AmaresOptions

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Fit one spectrum; its basis set is not used.

        Amplitudes are those of the signal at time zero in units of the data, divided by the
        number of nuclei where the list of peaks tells it. Where the list is one for longer echo
        times than that of the data, the beginning of the signal is left out: broad signals that
        the list does not know are mostly gone after it.

        Raises
        ------
        FitError
            If the data cannot be fitted, no signal is found, or the table of peaks is wrong.
        """
        chosen = msgspec.convert(options, AmaresOptions, from_attributes=True)
        context.tick(0.0, "preparing the fit")
        prior = prior_knowledge(chosen, problem.data.acquisition)
        if doubt(prior, problem.data.acquisition) and not chosen.first_points_dropped:
            dropped = round(BROAD_GONE_S / problem.data.acquisition.dwell_s)
            chosen = msgspec.structs.replace(chosen, first_points_dropped=dropped)
        return _Fit(problem, prior, chosen, context).run(self.name, self.version)


def prior_knowledge(options: AmaresOptions, acquisition: Acquisition) -> PriorKnowledge:
    """Return the peaks that options choose for data acquired so; raises FitError."""
    if options.prior_knowledge_path:
        prior = read_prior_knowledge(Path(options.prior_knowledge_path))
    else:
        prior = preset(options.preset, acquisition)
    if options.line_shape == "as in the table":
        return prior
    shaped = tuple(_shaped(rule, options.line_shape) for rule in prior.rules["g"])
    return replace(prior, rules={**prior.rules, "g": shaped})


def _shaped(rule: Rule, shape: str) -> Rule:
    if shape == "voigt":
        start = rule.value if 0 < rule.value < 1 else 0.3
        return replace(rule, value=start, fixed=False, low=0.0, high=1.0)
    g = float(shape == "gauss")
    return replace(rule, value=g, low=g, high=g, fixed=True, tied_to=None)


class _Fit:
    """One fit, stage by stage."""

    def __init__(
        self,
        problem: FitProblem,
        prior: PriorKnowledge,
        options: AmaresOptions,
        context: JobContext,
    ) -> None:
        self.problem, self.prior, self.options, self.context = problem, prior, options, context
        data = problem.data
        self.hz_per_ppm = data.acquisition.hz_per_ppm
        self.map = PeakMap.of(prior, self.hz_per_ppm, data.centre_ppm)
        self.iterations = 0
        self.phase_is_common = options.zero_phase == "free" and not self.map.phase.start.size

    def run(self, name: str, version: str) -> FitResult:
        """Return the result of all stages."""
        task, start = self._start()
        rough = self._search(task, start, (SHIFT, PHASE, BROADER))
        x = self._absorbed(rough.point.x)
        shift_ppm = float(x[SHIFT]) / self.hz_per_ppm
        task = self._task(shift_ppm)
        own = np.ones(self.map.size, bool)
        own[:COMMON] = False
        own[PHASE] = self.phase_is_common
        own[DELAY] = self.options.fit_begin_time
        if not self.map.shift.start.size:
            own[SHIFT] = self.options.max_shift_ppm > 0
        found = self._search(task, x, np.flatnonzero(own))
        refuse_without_signal(task, found.point.left, self.data.noise_variance)
        self._refuse_without_lines(found)
        return to_result(self._outcome(task, found), name, version)

    def _task(self, shift_ppm: float) -> TimeTask:
        options = self.options
        window = options.window_ppm or self._window()
        self.data = data = time_data(
            self.problem, window, dropped=options.first_points_dropped, shift_ppm=shift_ppm
        )
        most_shift = 1.3 * options.max_shift_ppm * self.hz_per_ppm
        limits = self.map.limits(most_shift, MOST_WIDTH_PPM * self.hz_per_ppm)
        return TimeTask(
            DampedSignals(data.times_s),
            self.map,
            limits,
            amplitude_ties(self.prior),
            data.comparison,
            data.target(),
            data.variance,
        )

    def _window(self) -> tuple[float, float]:
        """Return the range that holds all peaks with their feet."""
        shifts, widths = self.map.shift.values(), self.map.width.values() / self.hz_per_ppm
        margin = np.maximum(MARGIN_PPM, MARGIN_WIDTHS * widths)
        return float((shifts + margin).max()), float((shifts - margin).min())

    def _start(self) -> tuple[TimeTask, NDArray[np.float64]]:
        """Return the task, and the parameters with the best common shift, phase and width."""
        task = self._task(0.0)
        first = self.map.start()
        first[DELAY] = self.options.begin_time_s
        narrow = max(float(self.map.width.values().min(initial=np.inf)), 1.0)
        shifts = shift_grid(self.options.max_shift_ppm * self.hz_per_ppm, max(narrow, 2.5) / 2)
        # Phases that the table leaves free are searched together, as one.
        phases = phase_grid(PHASES, free=self.phase_is_common or bool(self.map.phase.start.size))
        widths = [(factor - 1.0) * narrow for factor in TRIAL_WIDTHS]
        trials = []
        for wider in widths:
            first[BROADER] = wider
            trials.append(self.map.lines(first))
        best = guesses(task, self.data.fid, shifts, phases, trials)[0]
        first[SHIFT], first[PHASE] = best.shift_hz, best.phase_rad
        first[BROADER] = widths[best.trial]
        return task, first

    def _absorbed(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the parameters with what was found for all peaks put into each.

        That is the common width, and the phase where the table of peaks leaves phases free.
        """
        moved = x.copy()
        widths = self.map.where(self.map.width)
        moved[widths] = np.maximum(x[widths] + x[BROADER], 0.0)
        moved[BROADER] = 0.0
        if not self.phase_is_common:
            moved[self.map.where(self.map.phase)] += x[PHASE]
            moved[self.map.where(self.map.phase)] = _wrapped(moved[self.map.where(self.map.phase)])
            moved[PHASE] = 0.0
        return moved

    def _search(
        self, task: TimeTask, start: NDArray[np.float64], free: NDArray[np.intp] | tuple[int, ...]
    ) -> Found:
        moving = np.zeros(self.map.size, bool)
        moving[list(free)] = True
        if self.options.max_shift_ppm == 0:
            moving[SHIFT] = False
        if not self.phase_is_common and not self.map.phase.start.size:
            moving[PHASE] = False
        task = replace(task, limits=replace(task.limits, free=moving))
        found = search(task, start, self.options.max_iterations, self._tick)
        self.iterations += found.iterations
        self.task = task
        return found

    def _tick(self) -> None:
        self.context.tick(min(0.99, self.iterations / 60), "fitting")

    def _refuse_without_lines(self, found: Found) -> None:
        """Raise FitError if all peaks with a width of their own end at the greatest they may have.

        That is what becomes of peaks that lie on the tail of something else.
        """
        where = self.map.where(self.map.width)
        high, low = self.task.limits.high[where], self.task.limits.low[where]
        owners = np.argmax(np.abs(self.map.width.shares), axis=0)
        there = (np.abs(found.point.amplitudes[owners]) > 0) & (low < high)
        if there.any() and (found.point.x[where] >= high)[there].all():
            raise no_signal()

    def _outcome(self, task: TimeTask, found: Found) -> TimeOutcome:
        task, point, data = self.task, found.point, self.data
        together = groups(self.prior)
        of = np.zeros((len(together), len(self.prior.names)))
        for row, group in enumerate(together):
            of[row, list(group.peaks)] = 1.0
        nuclei = self.prior.nuclei
        per = np.ones(len(together))
        if nuclei is not None:
            per = np.array([nuclei[group.peaks[0]] for group in together])
        weights = of / per[:, None]
        spread = weights @ task.ties.shares
        signals = of @ (point.amplitudes[:, None] * point.signals)
        left = data.fid - signals.sum(axis=0)
        left_over = max(data.noise_variance, float(np.mean(point.left**2)))
        covariance = Uncertainty(task, point, left_over).covariance
        return TimeOutcome(
            data=data,
            components=tuple(Component(group.name) for group in together),
            signals=signals,
            background=dropped_part(data, left),
            amplitudes=weights @ point.amplitudes,
            covariance=spread @ covariance @ spread.T,
            lineshapes=self._lineshapes(point.x, [group.peaks[0] for group in together]),
            zero_phase_rad=self._phase(point.x, point.amplitudes),
            delay_s=float(point.x[DELAY]),
            shift_ppm=float(point.x[SHIFT]) / self.hz_per_ppm,
            baseline_df=dropped_df(data),
            converged=found.converged,
            iterations=self.iterations,
            doubts=tuple(self._doubts(point.x)),
            amplitude_unit=SIGNAL_UNIT,
        )

    def _phase(self, x: NDArray[np.float64], amplitudes: NDArray[np.float64]) -> float:
        """Return the phase that brings the peaks into absorption, by their amplitudes."""
        phases = self.map.lines(x).phase_rad
        return float(np.angle(np.sum(np.abs(amplitudes) * np.exp(1j * phases)) + 1e-300))

    def _lineshapes(self, x: NDArray[np.float64], peaks: list[int]) -> tuple[Lineshape, ...]:
        lines = self.map.lines(x)
        expected = (self.map.shift.values() - self.map.centre_ppm) * self.hz_per_ppm
        moved = (lines.shift_hz - expected) / self.hz_per_ppm
        return tuple(
            Lineshape(
                float(moved[k]), float(lines.lorentz_hz[k]), float(np.sqrt(lines.gauss_hz2[k]))
            )
            for k in peaks
        )

    def _doubts(self, x: NDArray[np.float64]) -> Iterator[str]:
        if said := doubt(self.prior, self.problem.data.acquisition):
            left_out = 1e3 * self.options.first_points_dropped * self.data.axis.dwell_s
            yield f"{said} The first {left_out:.0f} ms of the signal were left out."
        limits = self.task.limits
        for part, what in ((self.map.shift, "chemical shift"), (self.map.width, "line width")):
            where = self.map.where(part)
            at = (x[where] <= limits.low[where]) | (x[where] >= limits.high[where])
            at &= limits.low[where] < limits.high[where]
            owners = [int(np.argmax(np.abs(part.shares[:, k]))) for k in np.flatnonzero(at)]
            if owners:
                names = ", ".join(self.prior.names[k] for k in owners)
                yield f"At the limit of its {what}: {names}."
        most = 1.3 * self.options.max_shift_ppm * self.hz_per_ppm
        if most and abs(x[SHIFT]) >= most:
            yield f"The shift ended at its limit of {x[SHIFT] / self.hz_per_ppm:+.2f} ppm."


def _wrapped(phases: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.angle(np.exp(1j * phases)))
