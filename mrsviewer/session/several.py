"""Files of several spectra: one is open at a time, the others wait with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.analysis.each import one_spectrum, spectra_in
from mrsviewer.model.exam import Finding
from mrsviewer.present.each import place_in_words
from mrsviewer.session.document import Case

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.model.exam import Exam

REST = "The others of this file are not in these results."


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
