"""The order of events of a fit the way LCModel does it.

Where the spectrum lies and how it is phased is found as in other fits. A few strong metabolites
with one Gaussian width over a coarse, free baseline then give the width, from which follow the
knots of the baseline and the reach of the line shape. All signals are fitted, at first without soft
ratios, whose weights come from there; the data are turned by the phases found until these are
small.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.fitting.model import GAUSS, LORENTZ, SHIFT, ZERO_PHASE
from mrsviewer.fitting.outcome import noise_of_filtered_data
from mrsviewer.fitting.provencher.expected import PHASES, of_common, of_free
from mrsviewer.fitting.provencher.grid import filled_spectrum, make_grid
from mrsviewer.fitting.provencher.kernel import make_support
from mrsviewer.fitting.provencher.lines import CommonLines, FreeLines
from mrsviewer.fitting.provencher.problem import Problem, evaluate
from mrsviewer.fitting.provencher.result import Ended, rms, to_result
from mrsviewer.fitting.provencher.search import search
from mrsviewer.fitting.provencher.spline import BEYOND, make_spline
from mrsviewer.fitting.provencher.stiffness import LEAST_EVEN, Choice, limits_of
from mrsviewer.fitting.ratios import broad_penalty, weak_penalty
from mrsviewer.fitting.refusals import refuse_far_shift, refuse_without_signal
from mrsviewer.fitting.stages import NOISE_FLOOR, Stages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.provencher.stiffness import Accepted
    from mrsviewer.fitting.varpro import Solution
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

STRONG = ("NAA", "Cr", "GPC", "Glu", "Ins")
"""Metabolites that give the width; LCModel's CHUSE1. Without any of them, all do."""

COARSE_PPM = 0.24
"""Distance of knots beneath them: six times the width of 0.04 ppm that LCModel begins with."""

KNOTS_PER_WIDTH = 2.5
WIDEST_PPM = 0.15
TURNED_DEG, HALF, TURNS = 12.5, 0.5, 3
"""Phase in the window that may be left in the model, the share of a larger one by which the data
are turned, and how often."""

NATURAL_PPM = 0.013
"""FWHM of a basis set's lines where it does not say."""

FLEXIBLE_DF_PER_PPM = 5.0
"""Of the baseline under which the spectrum is looked for: structures of 0.15 ppm."""

STEPS = 150
"""About how many steps a fit takes."""


class Course:
    """One fit, stage by stage."""

    def __init__(
        self,
        prepared: Prepared,
        options: LcmOptions,
        context: JobContext,
        natural_ppm: float | None = None,
    ) -> None:
        """Take data and options; ``natural_ppm`` is the FWHM of the basis set's lines."""
        self.prepared, self.options, self.context = prepared, options, context
        self.natural_ppm = natural_ppm or NATURAL_PPM
        self.grid = make_grid(prepared, options)
        self.spectrum = filled_spectrum(prepared)
        self.steps = 0
        self.moved = 0
        self.phases = np.zeros(PHASES)
        self.broad = np.zeros((len(prepared.components),) * 2)

    def run(self, name: str, version: str) -> FitResult:
        """Return the result of all stages, by the engine of this name and version.

        Raises
        ------
        FitError
            If no signal is found.
        """
        own = msgspec.structs.replace(
            self.options, baseline_df_per_ppm=FLEXIBLE_DF_PER_PPM, line_shape="auto"
        )
        stages = Stages(self.prepared, own, self.context)
        task, near = stages.near()
        filtered = noise_of_filtered_data(task, near.state, self.prepared.noise_sd)
        noise_sd = self.prepared.noise_sd if filtered is None else filtered
        refuse_without_signal(task, near.state, noise_sd)
        width_ppm = self._strong(near, stages.moved)
        fit = self._all(width_ppm)
        if filtered is not None:
            self.prepared = replace(self.prepared, noise_sd=rms(fit.state.left))
        ended = Ended(
            self.prepared, self.options, fit, self.broad, self.phases, self.moved, self.steps
        )
        result = to_result(ended, task, near, filtered=filtered is not None)
        return replace(result, engine=name, engine_version=version)

    def _tick(self) -> None:
        self.steps += 1
        self.context.tick(min(0.99, self.steps / STEPS), "fitting")

    def _strong(self, near: Solution, moved: int) -> float:
        """Return the width of the strong metabolites, in ppm; shift and phases are then known."""
        axis, theta = self.grid.window.axis, near.state.theta
        moved_hz = moved * self.prepared.axis.step_hz
        self.moved = round(float(theta[SHIFT] + moved_hz) / axis.step_hz)
        found = np.array(
            [theta[ZERO_PHASE], 0.0, 0.0, np.hypot(theta[LORENTZ], theta[GAUSS] ** 0.5)]
        )
        rows = self._strong_rows()
        for _ in range(2):
            problem = Problem(
                grid=self.grid,
                lines=CommonLines(self.grid, rows),
                spline=make_spline(self.grid.window.ppm, max(self.options.knots_ppm, COARSE_PPM)),
                data=self.grid.window.take(self.spectrum, self.moved),
                expected=of_common(found, self.options),
                held=np.zeros((rows.size, rows.size)),
                variance=1.0,
            )
            start = evaluate(problem, problem.expected.start)
            end = search(problem, start, self.options.max_iterations, self._tick)
            found = end.state.p.copy()
            self.moved += round(float(found[PHASES]) / axis.step_hz)
            found[PHASES] = 0.0
        refuse_far_shift(self.moved * self.grid.step_ppm, self.options)
        self.phases = found[:PHASES]
        return float(found[-1]) / axis.hz_per_ppm

    def _strong_rows(self) -> NDArray[np.intp]:
        names = [c.name for c in self.prepared.components]
        strong = [row for row, name in enumerate(names) if name in STRONG]
        return np.array(strong or range(len(names)), np.intp)

    def _all(self, width_ppm: float) -> Accepted:
        """Return the fit of all signals."""
        choice, problem = self._problem(min(width_ppm, WIDEST_PPM))
        fit = choice.first(problem)
        reference = choice.reference(*self._turned(fit, 1.0))
        fit = choice.stiffest(reference, fit._replace(found=reference.found, even=LEAST_EVEN))
        best, share = None, 1.0
        for _ in range(TURNS):
            problem, straight = self._turned(fit, share)
            reference = choice.reference(replace(problem, held=self._ratios(fit)), straight)
            fit = choice.accepted(reference, fit._replace(found=reference.found))
            if best is None or fit.stiff >= best[0].stiff:
                best = fit, self.phases
            if self._turn_left_deg(fit) <= TURNED_DEG:
                return fit
            share = HALF
        assert best is not None
        self.phases = best[1]
        return best[0]

    def _problem(self, width_ppm: float) -> tuple[Choice, Problem[FreeLines]]:
        """Return the problem of all signals, without soft ratios, and what makes it smooth."""
        components = self.prepared.components
        support = make_support(width_ppm, self.grid.step_ppm)
        shares = np.array([c.width_ppm is None for c in components])
        lines = FreeLines(self.grid, support, shares)
        spline = make_spline(
            self.grid.window.ppm, max(self.options.knots_ppm, KNOTS_PER_WIDTH * width_ppm)
        )
        weights = support.gaussian(width_ppm / self.grid.step_ppm)
        problem = Problem(
            grid=self.grid,
            lines=lines,
            spline=spline,
            data=self.grid.window.take(self.spectrum, self.moved),
            expected=of_free(lines, components, self.options, weights),
            held=np.zeros_like(self.broad),
            variance=1.0,
            nonnegative=self.options.nonnegative,
        ).turned(self.phases)
        choice = Choice(
            size=rms(problem.data[problem.used]),
            floor=(NOISE_FLOOR * float(np.abs(problem.data).max())) ** 2,
            limits=limits_of(self.options.knots_ppm),
            step_ppm=float(np.ptp(self.grid.window.ppm)) / (len(spline.curves) - BEYOND),
            natural_bins=self.natural_ppm / (self.grid.step_ppm * support.stride),
            most=self.options.max_iterations,
            tick=self._tick,
        )
        return choice, problem

    def _turned(
        self, fit: Accepted, share: float
    ) -> tuple[Problem[FreeLines], NDArray[np.float64]]:
        """Return the problem with its data turned by what was found, and where to begin."""
        phases = share * fit.state.p[:PHASES]
        self.phases = self.phases + phases
        straight = fit.state.p.copy()
        straight[:PHASES] -= phases
        return fit.problem.turned(phases), straight

    def _turn_left_deg(self, fit: Accepted) -> float:
        """Return the largest phase in the window by which the model is turned."""
        zero, first = fit.state.p[:PHASES]
        half = 0.5 * float(np.ptp(self.grid.window.ppm))
        return float(np.rad2deg(abs(zero) + abs(first) * half))

    def _ratios(self, fit: Accepted) -> NDArray[np.float64]:
        """Return the soft ratios, weighed by the amplitudes of a fit."""
        choice = (self.prepared.components, fit.state.amplitudes, self.options.ratio_priors)
        self.broad = broad_penalty(*choice)
        return self.broad + weak_penalty(*choice)
