"""What a user can do to a document: pure functions from one document to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.analysis.recipe import (
    FitSettings,
    Recipe,
    for_nucleus,
    usual_recipe,
    with_basis_of,
)
from mrsviewer.analysis.result import Analysis
from mrsviewer.processing.steps import AnyStep, AutoPhase, Phase, default_steps
from mrsviewer.session.document import Document
from mrsviewer.session.history import History
from mrsviewer.session.several import case_of, count_of, other_of

if TYPE_CHECKING:
    from mrsviewer.analysis.lcmodel.settings import LcmodelSettings
    from mrsviewer.basis.macromolecule_choice import MacromoleculeChoice
    from mrsviewer.model.exam import Exam, Finding
    from mrsviewer.model.failure import Failure
    from mrsviewer.model.voxel import Vector
    from mrsviewer.quality.lint import Correction
    from mrsviewer.session.document import Case, View


def open_case(
    document: Document,
    exam: Exam,
    recipe: Recipe | None = None,
    spectrum: int = 1,
    phases: tuple[tuple[int, Phase], ...] = (),
    noted: tuple[Finding, ...] = (),
) -> Document:
    """Return a document with another case; its history starts anew, the view settings stay.

    Of a file with several spectra the one numbered ``spectrum`` is open; ``phases`` are those
    set by hand of the others. ``noted`` is what of the exam's findings is about settings.
    """
    view = replace(document.view, level=None, width=None)
    case = case_of(exam, recipe or usual_recipe(exam), spectrum)
    case = replace(case, phases=phases, noted=noted)
    return Document(History(case), view=view)


def take_settings(document: Document, settings: LcmodelSettings) -> Document:
    """Return the document with the settings of a control file in force; undo takes them back."""
    whole = document.whole
    if whole is None:
        return document
    case = case_of(settings.noted_in(whole), settings.recipe, document.spectrum)
    phases = document.history.present.phases
    case = replace(case, phases=phases, noted=settings.findings)
    return replace(document, history=document.history.push(settings.label, case))


def choose_spectrum(document: Document, number: int) -> Document:
    """Return the document with another one of several spectra open.

    Each keeps the phase set by hand for it; all else in the recipe is common to them.
    """
    now = document.history.present
    number = min(max(number, 1), count_of(now.whole))
    if number == now.spectrum:
        return document
    case = other_of(now, number)
    return _stepped(document, document.history.push("Spectrum", case, "spectrum"))


def replace_exam(document: Document, exam: Exam, label: str) -> Document:
    """Return the document with another reading of the case, such as one more water reference.

    What is to be known of the settings in force stays known.
    """
    now = document.history.present
    exam = replace(exam, findings=(*now.noted, *exam.findings))
    recipe = with_basis_of(document.recipe, exam, document.whole)
    case = case_of(exam, recipe, document.spectrum)
    case = replace(case, phases=now.phases, noted=now.noted)
    return replace(document, history=document.history.push(label, case))


def replace_data(document: Document, exam: Exam, label: str) -> Document:
    """Return the document with another reading of the case whose data may be another scan.

    Decisions about the data themselves (entered values, confirmations, phase, steps) do not pass
    on to another scan; options of fit and quantification do. A fit that nobody touched is the
    usual one for the nucleus.
    """
    before = document.whole
    if before is not None and _data_digest(before) == _data_digest(exam):
        return replace_exam(document, exam, label)
    old = document.recipe
    if before is not None and old.fit == usual_recipe(before).fit:
        old = msgspec.structs.replace(old, fit=FitSettings())
    recipe = Recipe(fit=old.fit, quantification=old.quantification)
    recipe = with_basis_of(for_nucleus(recipe, exam.metabolite.acquisition), exam)
    return replace(document, history=document.history.push(label, case_of(exam, recipe)))


def set_recipe(
    document: Document, recipe: Recipe, label: str, gesture: str | None = None
) -> Document:
    """Return the document with ``recipe`` in force; changes under one gesture undo as one."""
    case = replace(document.history.present, recipe=recipe)
    return replace(document, history=document.history.push(label, case, gesture))


def set_manual_phase(document: Document, phase: Phase, gesture: str | None = None) -> Document:
    """Return the document with the phase set by hand; a zero phase removes it."""
    return set_recipe(document, document.recipe.with_manual_phase(phase), "Phase", gesture)


def auto_phase(document: Document) -> Document:
    """Return the document without a phase set by hand and with automatic phase in its recipe."""
    recipe = document.recipe.with_manual_phase(Phase())
    if not any(isinstance(step, AutoPhase) for step in recipe.steps):
        recipe = msgspec.structs.replace(recipe, steps=_with_step(recipe.steps, AutoPhase()))
    return set_recipe(document, recipe, "Automatic phase")


def toggle_step(document: Document, name: str) -> Document:
    """Return the document with a step left out, or put back with its default parameters.

    Parameters
    ----------
    document
        The document.
    name
        Tag of the step: "removewater". Where the default recipe has no step of that name and
        neither has the document's, nothing changes.
    """
    steps = document.recipe.steps
    rest = tuple(step for step in steps if step_name(step) != name)
    if len(rest) == len(steps):
        added = next((step for step in default_steps() if step_name(step) == name), None)
        rest = steps if added is None else _with_step(steps, added)
    recipe = msgspec.structs.replace(document.recipe, steps=rest)
    return set_recipe(document, recipe, "Processing step")


def set_step(document: Document, step: AnyStep) -> Document:
    """Return the document with other parameters of a step; nothing changes where it is not used."""
    name = step_name(step)
    steps = tuple(step if step_name(old) == name else old for old in document.recipe.steps)
    recipe = msgspec.structs.replace(document.recipe, steps=steps)
    return set_recipe(document, recipe, "Processing step")


def set_basis(document: Document, path: str | None) -> Document:
    """Return the document with another basis set; None: simulate one that matches."""
    fit = msgspec.structs.replace(document.recipe.fit, basis_path=path)
    if fit.macromolecules == "set":
        fit = msgspec.structs.replace(fit, macromolecules="auto", complete=True)
    recipe = msgspec.structs.replace(document.recipe, fit=fit)
    return set_recipe(document, recipe, "Basis set")


def use_basis(document: Document, path: str) -> Document:
    """Return the document fitted with just what a basis set holds, macromolecules included."""
    fit = msgspec.structs.replace(
        document.recipe.fit, basis_path=path, macromolecules="set", macromolecule_scan=None
    )
    recipe = msgspec.structs.replace(document.recipe, fit=fit)
    return set_recipe(document, recipe, "Edited basis set")


def set_macromolecules(
    document: Document, choice: MacromoleculeChoice, scan: str | None, *, complete: bool
) -> Document:
    """Return the document with other macromolecules, and missing metabolites added or not."""
    fit = msgspec.structs.replace(
        document.recipe.fit, macromolecules=choice, macromolecule_scan=scan, complete=complete
    )
    recipe = msgspec.structs.replace(document.recipe, fit=fit)
    return set_recipe(document, recipe, "Macromolecules")


def set_options(document: Document, recipe: Recipe) -> Document:
    """Return the document with the options of ``recipe``: fit, quantification, entered values."""
    return set_recipe(document, recipe, "Options")


def correct(document: Document, correction: Correction) -> Document:
    """Return the document with a correction made, or a question answered."""
    return set_recipe(document, document.recipe.corrected(correction), correction.label)


def take_back(document: Document, field: str) -> Document:
    """Return the document with an entered value removed: the file's counts again."""
    return set_recipe(document, document.recipe.taken_back(field), "Entered value")


def confirm(document: Document, key: str, *, checked: bool = True) -> Document:
    """Return the document with a doubt about the voxel's place confirmed, or no longer so."""
    rest = tuple(known for known in document.recipe.confirmed if known != key)
    confirmed = (*rest, key) if checked else rest
    recipe = msgspec.structs.replace(document.recipe, confirmed=confirmed)
    return set_recipe(document, recipe, "Side confirmed" if checked else "Side not confirmed")


def undo(document: Document) -> Document:
    """Return the document one decision earlier."""
    return _stepped(document, document.history.undo())


def redo(document: Document) -> Document:
    """Return the document with the decision that was taken back last."""
    return _stepped(document, document.history.redo())


def settle(document: Document) -> Document:
    """Return the document with its running gesture ended."""
    return replace(document, history=document.history.settle())


def select(document: Document, names: tuple[str, ...]) -> Document:
    """Return the document with other metabolites chosen."""
    return replace(document, selection=names)


def move_cursor(document: Document, point_ras_mm: Vector | None) -> Document:
    """Return the document with the crosshair elsewhere; None: the centre of the voxel."""
    return replace(document, cursor_ras_mm=point_ras_mm)


def look(document: Document, view: View) -> Document:
    """Return the document looked at in another way."""
    return replace(document, view=view)


def receive(document: Document, analysis: Analysis) -> Document:
    """Return the document with ``analysis``; one of another exam or recipe is dropped."""
    return replace(document, analysis=analysis) if document.answers(analysis) else document


def receive_failure(
    document: Document, exam: Exam | None, recipe: Recipe, failure: Failure
) -> Document:
    """Return the document after ``analyse(exam, recipe)`` failed: no numbers, the failure kept."""
    if exam is None:
        return document
    return receive(document, Analysis(exam, recipe, failures=(failure,)))


def step_name(step: AnyStep) -> str:
    """Return the tag of a step: "removewater"."""
    return str(type(step).__struct_config__.tag)


def _stepped(document: Document, history: History[Case]) -> Document:
    """Return the document with another history; numbers of another spectrum do not stay."""
    same = history.present.spectrum == document.spectrum
    return replace(document, history=history, analysis=document.analysis if same else None)


def _data_digest(exam: Exam) -> str | None:
    return next((s.digest for s in exam.sources if s.role == "metabolite"), None)


def _with_step(steps: tuple[AnyStep, ...], added: AnyStep) -> tuple[AnyStep, ...]:
    """Return ``steps`` with one more, where the default recipe has it; else before the phase."""
    order = {step_name(step): i for i, step in enumerate(default_steps())}
    place = order.get(step_name(added), len(order) - 0.5)
    before = [step for step in steps if order.get(step_name(step), len(order)) < place]
    after = steps[len(before) :] if tuple(before) == steps[: len(before)] else None
    if after is None:
        return (*steps, added)
    return (*before, added, *after)
