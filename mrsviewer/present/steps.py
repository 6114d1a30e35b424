"""The recipe as a list of rows: what is done, what was found, what waits, what failed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.present.fmt import degrees, degrees_per_ppm, one_line
from mrsviewer.present.freshness import same_fit, same_steps
from mrsviewer.present.scenes import StepRow
from mrsviewer.processing.steps import default_steps

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.dataset import Applied
    from mrsviewer.model.failure import Failure
    from mrsviewer.model.fit import FitResult
    from mrsviewer.processing.step import Step

_ADDED = "parametrised "
_MOST_NAMED = 6

TITLES: dict[str, str] = {
    "combinecoils": "Coil combination",
    "rejecttransients": "Transient rejection",
    "aligntransients": "Frequency alignment",
    "averagetransients": "Averaging",
    "correcteddycurrents": "Eddy-current correction",
    "removewater": "Water removal",
    "referenceshift": "Chemical-shift reference",
    "autophase": "Automatic phase",
    "phase": "Phase by hand",
    "truncate": "Truncation",
    "repairfirstpoint": "First-point repair",
}


def step_rows(analysis: Analysis | None, recipe: Recipe) -> tuple[StepRow, ...]:
    """Return a row for every step of ``recipe``, then fit, concentrations and failures.

    A step is done where the analysis's recipe begins with the same steps; the note then is what
    the step found. After the first difference every row is waiting.

    Parameters
    ----------
    analysis
        The latest result, or None while there is none.
    recipe
        The recipe in force.
    """
    failures = list(analysis.failures) if analysis is not None else []
    rows = [
        replace(_step_row(analysis, recipe, i, failures), name=_tag(step))
        for i, step in enumerate(recipe.steps)
    ]
    rows.append(_fit_row(analysis, recipe, failures))
    rows.append(_concentration_row(analysis, recipe, failures))
    rows += [_failed(failure.title, failure) for failure in failures]
    return tuple(rows)


def with_left_out(rows: tuple[StepRow, ...]) -> tuple[StepRow, ...]:
    """Return ``rows`` with a row of state "off" for every default step that is not among them."""
    order = {_tag(step): step for step in default_steps()}
    result, places = list(rows), list(order)
    for place, name in enumerate(places):
        if any(row.name == name for row in result):
            continue
        earlier = [i for i, row in enumerate(result) if row.name in places[:place]]
        step = order[name]
        row = StepRow(title_of(step), "left out", "off", step.in_words(), name)
        result.insert(earlier[-1] + 1 if earlier else 0, row)
    return tuple(result)


def title_of(step: Step) -> str:
    """Return the step's name for people: "Water removal"."""
    name = type(step).__name__
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
    return TITLES.get(name.lower(), words)


def _step_row(
    analysis: Analysis | None, recipe: Recipe, index: int, failures: list[Failure]
) -> StepRow:
    step = recipe.steps[index]
    title, tooltip = title_of(step), step.in_words()
    by_hand = type(step).__name__ == "Phase"
    shared = analysis is not None and same_steps(analysis.recipe, recipe, index + 1)
    if analysis is None or not shared:
        return StepRow(title, _planned(step), "manual" if by_hand else "waiting", tooltip)
    if analysis.signals is None:
        failure = _take_failure(failures, type(step).__name__, title)
        if failure is not None:
            return _failed(title, failure)
        return StepRow(title, "", "waiting", tooltip)
    if by_hand:
        return StepRow(title, _planned(step), "manual", tooltip)
    note = _note(analysis.signals.metabolite.provenance, step)
    return StepRow(title, note, "done", tooltip)


def _tag(step: Step) -> str:
    return str(type(step).__struct_config__.tag)


def _planned(step: Step) -> str:
    """Return what a phase set by hand is; nothing for other steps, which have found nothing yet."""
    if type(step).__name__ != "Phase":
        return ""
    values = msgspec.structs.asdict(step)
    zero, first = values["zero_deg"], values["first_deg_per_ppm"]
    text = f"φ₀ {degrees(zero)}"
    return (
        f"{text}, φ₁ {degrees_per_ppm(first)} about {values['pivot_ppm']:.2f} ppm"
        if first
        else text
    )


def _note(provenance: tuple[Applied, ...], step: Step) -> str:
    name, parameters = type(step).__name__.lower(), msgspec.json.encode(step).decode()
    lines = [a.note for a in provenance if a.step == name and a.parameters == parameters]
    return one_line("; ".join(dict.fromkeys(line for line in lines if line)))


def _fit_row(analysis: Analysis | None, recipe: Recipe, failures: list[Failure]) -> StepRow:
    settings = recipe.fit
    if not settings.enabled:
        return StepRow("Fit", "switched off", "done")
    tooltip = f"Fit by engine {settings.engine}"
    if analysis is None or not same_fit(analysis.recipe, recipe):
        return StepRow("Fit", "", "waiting", tooltip)
    if analysis.fit is None:
        failure = failures.pop(0) if failures and analysis.signals is not None else None
        return _failed("Fit", failure) if failure else StepRow("Fit", "", "waiting", tooltip)
    fit, basis = analysis.fit, analysis.basis
    source = f", basis {_fitted_of(basis, fit)}" if basis is not None else ""
    warning = "" if fit.converged else f"; did not converge: {fit.message}"
    note = f"{fit.engine} {fit.engine_version}, {len(fit.components)} components{source}{warning}"
    return StepRow("Fit", one_line(note), "done", tooltip)


def _fitted_of(basis: BasisSet, fit: FitResult) -> str:
    """Return where the basis set comes from, of what was added to it only what was fitted."""
    fitted = {component.name for component in fit.components}
    origin, *changes = basis.source.split("; ")
    left_out = [name for name in basis.names if name not in fitted]
    said, added = [origin], set[str]()
    for change in changes:
        names = change.removeprefix(_ADDED).split(", ") if change.startswith(_ADDED) else []
        added |= {*names}
        kept = [name for name in names if name not in left_out]
        if not names:
            said.append(change)
        elif any(name in fitted for name in kept):
            said.append(_ADDED + ", ".join(kept))
    missing = [name for name in left_out if name not in added]
    if 0 < len(missing) <= _MOST_NAMED:
        said.append(f"not fitted: {', '.join(missing)}")
    return "; ".join(said)


def _concentration_row(
    analysis: Analysis | None, recipe: Recipe, failures: list[Failure]
) -> StepRow:
    title = "Concentrations"
    if analysis is None or analysis.recipe != recipe:
        return StepRow(title, "", "waiting")
    if analysis.quantification is None:
        failure = failures.pop(0) if failures and analysis.fit is not None else None
        return _failed(title, failure) if failure else StepRow(title, "", "waiting")
    return StepRow(title, one_line(analysis.quantification.method), "done")


def _take_failure(failures: list[Failure], name: str, title: str) -> Failure | None:
    """Remove and return the failure that speaks of this step, if one does."""
    for failure in failures:
        text = f"{failure.title} {failure.details}".casefold()
        if name.casefold() in text or title.casefold() in text:
            failures.remove(failure)
            return failure
    return None


def _failed(title: str, failure: Failure) -> StepRow:
    said = failure.cause if title == failure.title else f"{failure.title}: {failure.cause}"
    return StepRow(title, one_line(said), "failed", failure.one_line())
