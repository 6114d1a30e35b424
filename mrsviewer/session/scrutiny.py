"""What several engines, or refits, say of the open exam, with what that was computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.analysis.engines_here import settings_of_each
from mrsviewer.model.failure import Failure
from mrsviewer.model.fit import CONVERGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.analysis.agreement import Agreement
    from mrsviewer.analysis.cache import StageCache
    from mrsviewer.analysis.recipe import FitSettings, Recipe
    from mrsviewer.analysis.repetitions import Repetitions
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.exam import Exam

LEAST_ENGINES = 2
LEAST_DRAWS, MOST_DRAWS = 50, 1000


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Several engines on one exam.

    Attributes
    ----------
    exam, recipe, settings
        What was fitted, and how by each engine.
    agreement
        Where they agree; engines without a fit are its failures.
    reservations
        By engine: what its fit says is to be doubted.
    """

    exam: Exam
    recipe: Recipe
    settings: Mapping[str, FitSettings]
    agreement: Agreement
    reservations: Mapping[str, str]

    @property
    def failure(self) -> Failure | None:
        """Return why there is nothing to compare; None where two engines have an answer."""
        answers = len(self.agreement.engines)
        if answers >= LEAST_ENGINES:
            return None
        return Failure(
            "No agreement",
            f"{answers} of {len(self.settings)} engines could fit the spectrum.",
            "Choose others, or mend what is said beside each.",
        )

    def answers(self, exam: Exam | None, recipe: Recipe) -> bool:
        """Return whether the same engines would say the same of this exam by this recipe.

        Which of them is the recipe's own does not matter, nor how values are scaled.
        """
        return (
            exam is self.exam
            and settings_of_each(recipe.fit, self.settings) == self.settings
            and same_data(recipe, self.recipe)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """The refits of one analysis, and the exam and recipe that it was made from."""

    exam: Exam
    recipe: Recipe
    repetitions: Repetitions

    def answers(self, exam: Exam | None, recipe: Recipe) -> bool:
        """Return whether this is of the exam, processed and fitted by the recipe given."""
        return exam is self.exam and same_fit(recipe, self.recipe)


def same_data(one: Recipe, other: Recipe) -> bool:
    """Return whether two recipes prepare the same signals."""
    return one.steps == other.steps and one.entered == other.entered


def same_fit(one: Recipe, other: Recipe) -> bool:
    """Return whether two recipes lead to the same fit; how it is scaled does not matter."""
    return same_data(one, other) and one.fit == other.fit


def compare(
    exam: Exam, recipe: Recipe, engines: tuple[str, ...], context: JobContext, cache: StageCache
) -> Comparison:
    """Return what these engines say of an exam.

    Raises
    ------
    Cancelled
        If the job was cancelled.
    """
    from mrsviewer.analysis.agreement import (  # noqa: PLC0415 - heavy; in the thread
        agreement_of,
        compare_engines,
    )

    settings = settings_of_each(recipe.fit, engines)
    analyses = compare_engines(exam, recipe, settings, context, cache)
    reservations = {
        label: one.fit.message
        for label, one in analyses.items()
        if one.fit is not None and one.fit.message != CONVERGED
    }
    return Comparison(exam, recipe, settings, agreement_of(analyses), reservations)


def resample(analysis: Analysis, draws: int, context: JobContext) -> Resampling:
    """Return the scatter of an analysis's values over refits.

    Raises
    ------
    FitError
        If there is no fit, or it cannot be repeated.
    Cancelled
        If the job was cancelled.
    """
    from mrsviewer.analysis.repetitions import repeat  # noqa: PLC0415 - heavy; in the thread

    found = repeat(analysis, context, draws=draws)
    return Resampling(analysis.exam, analysis.recipe, found)
