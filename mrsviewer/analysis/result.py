"""What analyse() returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrsviewer.analysis.checks import Checks
from mrsviewer.model.quality import Quality

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.exam import Exam, Finding
    from mrsviewer.model.failure import Failure
    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.quantities import Quantification
    from mrsviewer.processing.step import Signals


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """All that follows from an exam and a recipe.

    A stage that failed leaves ``None`` from there on and a line in ``failures``; nothing of an
    earlier analysis is ever kept in its place.

    Attributes
    ----------
    exam, recipe
        What this was computed from.
    signals
        After all processing steps, or None if one failed.
    basis
        As fitted, or None.
    fit, quantification
        Result, or None.
    quality
        Metrics; graded "unknown" where nothing could be measured.
    findings
        What the stages noticed, after those of the exam.
    failures
        Which stages failed and why.
    checks
        Findings about header and data with their corrections, and questions; the findings are
        among ``findings``, too.
    """

    exam: Exam
    recipe: Recipe
    signals: Signals | None = None
    basis: BasisSet | None = None
    fit: FitResult | None = None
    quantification: Quantification | None = None
    quality: Quality = field(default_factory=Quality)
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    checks: Checks = field(default_factory=Checks)
