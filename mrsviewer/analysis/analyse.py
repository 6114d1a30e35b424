"""From an exam and a recipe to an analysis: the order of the stages."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from mrsviewer.analysis.basis_stage import basis_of
from mrsviewer.analysis.cache import StageCache
from mrsviewer.analysis.checks import (
    Checks,
    in_force,
    lint_exam,
    measured_offset,
    reader_findings,
)
from mrsviewer.analysis.entered import exam_as_entered
from mrsviewer.analysis.problem import problem_of
from mrsviewer.analysis.result import Analysis
from mrsviewer.anatomy.tissue import tissue_fractions
from mrsviewer.basis.checks import check_basis
from mrsviewer.fitting.engine import load_engine, uses_basis
from mrsviewer.model.basis import no_signals
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import Failure, FitError, MrsError
from mrsviewer.model.fit import CONVERGED
from mrsviewer.model.quality import Quality
from mrsviewer.processing.run import run
from mrsviewer.processing.step import Signals
from mrsviewer.quality.measure import measure
from mrsviewer.quantification.quantify import quantify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Exam
    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.quantities import Quantification
    from mrsviewer.model.volume import Tissue

T = TypeVar("T")


def analyse(
    exam: Exam, recipe: Recipe, context: JobContext, cache: StageCache | None = None
) -> Analysis:
    """Return everything that follows from an exam and a recipe.

    Pure: the same exam and recipe give the same numbers. A stage that fails is a line in
    ``failures`` and leaves what depends on it empty.

    Raises
    ------
    Cancelled
        If the job was cancelled.
    """
    return _Run(exam, recipe, context, cache or StageCache()).analysis()


class _Run:
    """One analysis under way: the inputs, and what the stages reported so far."""

    def __init__(self, exam: Exam, recipe: Recipe, context: JobContext, cache: StageCache) -> None:
        self.exam = exam
        self.recipe = recipe
        self.context = context
        self.cache = cache
        self.failures: list[Failure] = []
        self.findings: list[Finding] = []

    def analysis(self) -> Analysis:
        """Carry out the stages in order."""
        signals = self._stage("Processing", self._process)
        checks = self._stage("Checks", lambda: self._checks(signals)) or Checks()
        basis = fit = quantification = None
        if signals is not None and self.recipe.fit.enabled:
            acquisition = signals.metabolite.acquisition
            self.context.tick(0.5, "Basis set")
            basis = self._stage("Basis set", lambda: self._basis(signals.metabolite))
            if basis is not None:
                self.context.tick(0.6, "Fitting")
                fit = self._stage("Fit", lambda: self._fit(signals, basis))
            if basis is not None and fit is not None:
                self.context.tick(0.95, "Concentrations")
                quantification = self._stage(
                    "Concentrations",
                    lambda: quantify(
                        fit,
                        basis,
                        signals.water,
                        acquisition,
                        self.recipe.quantification,
                        self._tissue(signals.metabolite),
                    ),
                )
        quality = self._stage("Quality", lambda: self._quality(signals, fit, quantification))
        self.context.tick(1.0, "Done")
        return Analysis(
            self.exam,
            self.recipe,
            signals,
            basis,
            fit,
            quantification,
            quality or Quality(),
            (
                *reader_findings(self.exam),
                *(finding.as_finding() for finding in checks.findings),
                *self.findings,
            ),
            tuple(self.failures),
            checks,
        )

    def _stage(self, title: str, work: Callable[[], T]) -> T | None:
        """Return what a stage gives, or None with its failure noted."""
        try:
            return work()
        except MrsError as error:
            self.failures.append(error.failure)
        except (ArithmeticError, ValueError) as error:
            self.failures.append(
                Failure(
                    f"{title} failed",
                    f"The data led to an arithmetic error ({error}).",
                    "Check the processing steps and the header values; report this as a defect.",
                    traceback.format_exc(),
                )
            )
        return None

    def _process(self) -> Signals:
        """Return the signals after all processing steps."""
        entered = self.recipe.entered
        source = self.cache.get(("source", self.exam.digest, entered), self._source)
        prefixes = self.cache.get(("steps", self.exam.digest, entered), dict[Any, Signals])
        return run(source, self.recipe.steps, self.context, prefixes)

    def _source(self) -> Signals:
        """Return the exam's data with what was entered by hand in place of the header's."""
        exam = exam_as_entered(self.exam, self.recipe.entered)
        return Signals(exam.metabolite, exam.water, exam.eddy)

    def _checks(self, signals: Signals | None) -> Checks:
        """Return what header and data give away, and what has to be asked for."""
        entered = self.recipe.entered
        key = ("checks", self.exam.digest, entered)
        found = self.cache.get(key, lambda: lint_exam(self.exam, entered))
        if signals is not None:
            found = (*found, *measured_offset(self.exam, signals))
        return in_force(found, self.exam, self.recipe)

    def _basis(self, data: Dataset) -> BasisSet:
        """Return the basis set to fit with, checked against the data.

        It is empty for an engine that explains the data by peaks of its own.
        """
        _refuse_conditions(data)
        if not uses_basis(load_engine(self.recipe.fit.engine)):
            return no_signals(data)
        basis, found = basis_of(self.recipe.fit, data, self.cache, self.context)
        self.findings.extend((*check_basis(basis, data.acquisition), *found))
        return basis

    def _fit(self, signals: Signals, basis: BasisSet) -> FitResult:
        """Return the engine's result."""
        settings = self.recipe.fit
        engine = load_engine(settings.engine)
        try:
            options = msgspec.convert(settings.options, engine.options)
        except msgspec.ValidationError as error:
            raise FitError(
                f"Options of engine {settings.engine}",
                f"{error}.",
                "Correct the recipe; or open the fit options and accept them: what the engine does "
                "not know goes.",
            ) from error
        key = (
            "fit",
            self.exam.digest,
            self.recipe.entered,
            self.recipe.steps,
            basis.digest,
            msgspec.json.encode(settings),
        )
        problem = problem_of(self.exam, signals, basis)
        fit = self.cache.get(key, lambda: engine.fit(problem, options, self.context))
        if fit.message != CONVERGED:
            title = "The fit has a reservation" if fit.converged else "The fit is doubtful"
            self.findings.append(Finding("warning", title, fit.message))
        return fit

    def _tissue(self, data: Dataset) -> Mapping[Tissue, float] | None:
        """Return tissue fractions in the voxel, where there are maps."""
        if not self.exam.tissue or data.voxel is None:
            return None
        return tissue_fractions(data.voxel, self.exam.tissue)

    def _quality(
        self,
        signals: Signals | None,
        fit: FitResult | None,
        quantification: Quantification | None,
    ) -> Quality:
        """Return the metrics of what there is."""
        if signals is None:
            return Quality()
        return measure(signals.metabolite, signals.water, fit, quantification)


def _refuse_conditions(data: Dataset) -> None:
    """Raise FitError if the data are several spectra of an edited scan."""
    if (count := data.count("edit")) > 1:
        raise FitError(
            "The edited scan holds several spectra",
            f"They are {count} editing conditions (edit-on, edit-off), whose signals differ; none "
            "of them, nor their difference, is taken unasked.",
            "Write the one to be fitted, or their difference, to a file of its own (FSL-MRS: "
            "mrs_tools split), and give a MEGA-PRESS basis set for it.",
        )
