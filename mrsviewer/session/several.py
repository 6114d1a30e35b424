"""Files of several spectra: one is open at a time, the others wait with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.analysis.each import one_spectrum, spectra_in
from mrsviewer.model.exam import Finding
from mrsviewer.present.each import place_in_words
from mrsviewer.processing.steps import Phase
from mrsviewer.session.document import Case

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.model.exam import Exam

REST = "The others of this file are not in these results."


def count_of(exam: Exam | None) -> int:
    """Return how many spectra an exam holds; 1 where nothing is open."""
    return 1 if exam is None else spectra_in(exam.metabolite)


def other_of(case: Case, number: int) -> Case:
    """Return the case with another of its spectra open, counted from 1.

    A phase set by hand is a decision about one spectrum: it stays with that one, and the other
    has its own or none.
    """
    if case.whole is None:
        return case
    known = dict(case.phases) | {case.spectrum: case.recipe.manual_phase}
    other = case_of(case.whole, case.recipe, number)
    own = known.pop(other.spectrum, Phase())
    kept = tuple(sorted((place, phase) for place, phase in known.items() if not phase.is_zero))
    recipe = case.recipe.with_manual_phase(own)
    return replace(other, recipe=recipe, phases=kept, noted=case.noted)


def case_of(exam: Exam, recipe: Recipe, number: int = 1) -> Case:
    """Return the case of an exam; of a file with several spectra that of one, counted from 1.

    A number beyond the last means the last.
    """
    count = spectra_in(exam.metabolite)
    if count == 1:
        return Case(exam, recipe)
    number = min(max(number, 1), count)
    one = one_spectrum(exam, number)
    place = place_in_words(exam.metabolite, number).capitalize()
    told = Finding(
        "info",
        f"Spectrum {number} of {count}",
        f"{place}. {REST}" if place else REST,
    )
    return Case(replace(one, findings=(told, *one.findings)), recipe, exam, number)
