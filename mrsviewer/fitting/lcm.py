"""Linear combination of basis spectra, in the frequency domain, on complex data.

The model is ``data = exp(i phase) (sum of damped, shifted basis spectra + baseline)``; its parts
are described in :mod:`model <mrsviewer.fitting.model>`, :mod:`baseline
<mrsviewer.fitting.baseline>` and :mod:`varpro <mrsviewer.fitting.varpro>`, the order of events in
:mod:`stages <mrsviewer.fitting.stages>`. In the class of LCModel (Provencher 1993, doi
10.1002/mrm.1910300604) and ABfit (Wilson 2021, doi 10.1002/mrm.28385).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.fitting.common_grid import moved_back, on_common_grid
from mrsviewer.fitting.contamination import LIPID_PPM, lipid_towers, without_lipid
from mrsviewer.fitting.doubts import LIPID_WITHIN
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.fitting.outcome import to_result
from mrsviewer.fitting.prepare import prepare
from mrsviewer.fitting.provencher.fit import Course
from mrsviewer.fitting.refusals import STRUCTURE, refuse_misfit
from mrsviewer.fitting.stages import Stages
from mrsviewer.model.failure import FitError
from mrsviewer.model.fit import CONVERGED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

__all__ = ["LcmOptions", "LinearCombinationEngine"]

WORSE = 1.2
"""Residual over noise, against that of the fit before, from which a fit that began there is
checked by one that begins afresh."""


DESCRIBED = 1.2
"""Residual over noise up to which lipid that towers counts as described; and where that is larger
for other reasons, the residual in lipid's range over what a fit without lipid leaves above it."""

HOPELESS = 2.5
"""The same in the neighbourhood of the solution; what is left to do took 40 % off it at most."""


class LinearCombinationEngine:
    """Variable projection with analytic derivatives on the fit window alone."""

    name = "lcm"
    version = "2"
    options: type[msgspec.Struct] = LcmOptions

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Fit one spectrum.

        Raises
        ------
        FitError
            If the data or the basis cannot be fitted, or no signal is found.
        """
        chosen = msgspec.convert(options, LcmOptions, from_attributes=True)
        context.tick(0.0, "preparing the fit")
        return self._fit(problem, chosen, context)

    def fit_many(
        self, problems: Sequence[FitProblem], options: msgspec.Struct, context: JobContext
    ) -> tuple[FitResult | FitError, ...]:
        """Fit spectra of one kind, such as the voxels of a grid in the order of neighbourhood.

        Each fit begins where the one before it ended, if that was on the same grid, and is made
        afresh where it ends worse. A spectrum that cannot be fitted leaves its error in its place.
        """
        chosen = msgspec.convert(options, LcmOptions, from_attributes=True)
        results: list[FitResult | FitError] = []
        like: FitResult | None = None
        for number, problem in enumerate(problems):
            context.tick(number / len(problems), f"spectrum {number + 1} of {len(problems)}")
            part = context.part(number / len(problems), (number + 1) / len(problems))
            try:
                like = self._fit_like(problem, chosen, part, like)
                results.append(like)
            except FitError as error:
                results.append(error)
        return tuple(results)

    def _fit(self, given: FitProblem, options: LcmOptions, context: JobContext) -> FitResult:
        problem, left_ppm = on_common_grid(given)
        prepared = prepare(problem, options)
        if options.method == "lcmodel":
            result = self._as_lcmodel(problem, prepared, options, context)
        else:
            result = self._by_evidence(problem, prepared, options, context)
        refuse_misfit(result)
        return moved_back(result, left_ppm)

    def _as_lcmodel(
        self, problem: FitProblem, prepared: Prepared, options: LcmOptions, context: JobContext
    ) -> FitResult:
        """Return a fit the way LCModel does it, refused where ours would be.

        A spline follows lines of other substances; where it leaves much, ours is asked as well.
        """
        course = Course(prepared, options, context, problem.basis.line_ppm)
        result = course.run(self.name, f"{self.version}, LCModel's method")
        if lipid_towers(prepared, options):
            said = "" if result.message == CONVERGED else f" {result.message}"
            result = replace(result, message=f"{LIPID_WITHIN}{said}")
        if _misfit(result) > STRUCTURE:
            own = msgspec.structs.replace(
                options, method="mrsviewer", baseline_df_per_ppm="auto", line_shape="auto"
            )
            refuse_misfit(self._by_evidence(problem, prepared, own, context))
        return result

    def _by_evidence(
        self, problem: FitProblem, prepared: Prepared, options: LcmOptions, context: JobContext
    ) -> FitResult:
        """Return a fit of all components; of those above lipid where it towers undescribed."""
        stages = Stages(prepared, options, context)
        task, near = stages.near()
        whole: FitResult | None = None
        if stages.misfit(task, near.state) <= HOPELESS or not lipid_towers(prepared, options):
            whole = to_result(stages.finish(task, near), self.name, self.version)
            if not _lipid_doubtful(whole, prepared, options):
                return whole
        without = without_lipid(prepared, options)
        stages = Stages(prepare(problem, without), without, context)
        above = to_result(stages.run(), self.name, self.version)
        if whole is None or _left(whole, above=False) > DESCRIBED * _left(above, above=True):
            refuse_misfit(above)
            return _without_gap(above)
        return whole

    def _fit_like(
        self,
        problem: FitProblem,
        options: LcmOptions,
        context: JobContext,
        like: FitResult | None,
    ) -> FitResult:
        """Return a fit that begins at another one where that leads to as good an end."""
        if like is None or options.method == "lcmodel":
            return self._fit(problem, options, context)
        moved, left_ppm = on_common_grid(problem)
        prepared = prepare(moved, options)
        stages = Stages(prepared, options, context)
        if not stages.resembles(like):
            return self._fit(problem, options, context)
        try:
            found = to_result(stages.run(like), self.name, self.version)
        except FitError:
            return self._fit(problem, options, context)
        if _lipid_doubtful(found, prepared, options):
            return self._fit(problem, options, context)
        warm = moved_back(found, left_ppm)
        if _misfit(warm) < WORSE * max(1.0, _misfit(like)):
            return warm
        cold = self._fit(problem, options, context)
        return cold if cold.residual_sd < warm.residual_sd else warm


def _lipid_doubtful(fit: FitResult, prepared: Prepared, options: LcmOptions) -> bool:
    """Return whether lipid towers in data of which a fit of all components leaves something."""
    return _misfit(fit) > DESCRIBED and lipid_towers(prepared, options)


def _without_gap(fit: FitResult) -> FitResult:
    """Return a fit without lipid's range, where it says nothing."""
    kept = fit.ppm > LIPID_PPM[0]
    cut = {name: getattr(fit, name)[kept] for name in ("ppm", "data", "fit", "baseline")}
    return replace(fit, **cut, curves=fit.curves[:, kept])


def _left(fit: FitResult, *, above: bool) -> float:
    """Return the root mean square of the residual above the range of lipid, or in it."""
    chosen = (fit.ppm > LIPID_PPM[0]) == above
    return float(np.sqrt(np.mean(np.abs(fit.data - fit.fit)[chosen] ** 2)))


def _misfit(fit: FitResult) -> float:
    return fit.residual_sd / fit.noise_sd if fit.noise_sd > 0 else 1.0
