"""What an engine is given of an analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.fitting.engine import FitProblem

if TYPE_CHECKING:
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.exam import Exam
    from mrsviewer.processing.step import Signals


def problem_of(exam: Exam, signals: Signals, basis: BasisSet) -> FitProblem:
    """Return the fit problem of an exam's processed signals."""
    return FitProblem(
        signals.metabolite,
        basis,
        water=signals.water,
        shim_of_water=not exam.water_elsewhere,
    )
