"""The document: what is open, what was decided about it, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.session.history import History

if TYPE_CHECKING:
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.exam import Exam, Finding
    from mrsviewer.model.voxel import Vector
    from mrsviewer.present.scenes import Freshness
    from mrsviewer.processing.steps import Phase


@dataclass(frozen=True, slots=True)
class Case:
    """What undo and redo step through: the input data and the recipe.

    Attributes
    ----------
    exam
        What the scanner gave, or None while nothing is open. Two exams are equal only if they
        are one object.
    recipe
        What a person decided.
    whole, spectrum
        Of a file with several spectra: all of it, and which one ``exam`` is, counted from 1.
    phases
        Of a file with several spectra: the phase set by hand of each that is not open and has
        one, by number.
    noted
        What is to be known of the settings that came with the data, those of an LCModel control
        file; ``exam`` and ``whole`` name it among their findings.
    """

    exam: Exam | None = None
    recipe: Recipe = field(default_factory=Recipe)
    whole: Exam | None = None
    spectrum: int = 1
    phases: tuple[tuple[int, Phase], ...] = ()
    noted: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """How the case is looked at; no part of the history.

    Attributes
    ----------
    level, width
        Window of the images; None: automatic.
    show_residual, show_identity
        Whether the residual strip and the patient's name are shown.
    """

    level: float | None = None
    width: float | None = None
    show_residual: bool = True
    show_identity: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One open case, as a value. Commands return the next document.

    Attributes
    ----------
    history
        Past, present and undone cases.
    analysis
        The latest that arrived, with the exam and recipe it was computed from; None before.
    selection
        Names of the metabolites chosen in table or plot.
    cursor_ras_mm
        Crosshair of the slices; None: the centre of the voxel.
    view
        How it is looked at.
    """

    history: History[Case] = field(default_factory=lambda: History(Case()))
    analysis: Analysis | None = None
    selection: tuple[str, ...] = ()
    cursor_ras_mm: Vector | None = None
    view: View = View()

    @property
    def exam(self) -> Exam | None:
        """Return what is open, or None."""
        return self.history.present.exam

    @property
    def whole(self) -> Exam | None:
        """Return what was read: all spectra of a file that holds several."""
        return self.history.present.whole or self.exam

    @property
    def spectrum(self) -> int:
        """Return which of several spectra is open, counted from 1."""
        return self.history.present.spectrum

    @property
    def recipe(self) -> Recipe:
        """Return the recipe in force."""
        return self.history.present.recipe

    @property
    def freshness(self) -> Freshness:
        """Return whether the analysis belongs to the exam and recipe in force."""
        if self.analysis is None or self.exam is None:
            return "none"
        return "current" if self.answers(self.analysis) else "stale"

    @property
    def has_fit(self) -> bool:
        """Return whether there is a fit of the recipe in force."""
        analysis = self.analysis
        return analysis is not None and analysis.fit is not None and self.answers(analysis)

    def answers(self, analysis: Analysis) -> bool:
        """Return whether ``analysis`` was computed from the exam and recipe in force."""
        return analysis.exam is self.exam and analysis.recipe == self.recipe
