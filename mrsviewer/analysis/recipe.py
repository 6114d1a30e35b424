"""The recipe: everything a person decided about a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from mrsviewer.basis.macromolecule_choice import MacromoleculeChoice
from mrsviewer.fitting.engine import DEFAULT_ENGINE
from mrsviewer.model.acquisition import Editing, Localisation, SlicePulses
from mrsviewer.model.versions import check_version
from mrsviewer.processing.steps import (
    AnyStep,
    AverageTransients,
    CombineCoils,
    Phase,
    RepairFirstPoint,
    default_steps,
)
from mrsviewer.quantification.options import QuantificationOptions

if TYPE_CHECKING:
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.exam import Exam
    from mrsviewer.quality.lint import Correction

_Seconds = Annotated[float, msgspec.Meta(gt=0, le=60)] | None
_Hertz = Annotated[float, msgspec.Meta(ge=1e6, le=2e9)] | None
_Dwell = Annotated[float, msgspec.Meta(ge=1e-6, le=0.01)] | None
_Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None
_JOINING = (CombineCoils, AverageTransients)
_Nucleus = Literal["1H", "31P", "13C"] | None
RECIPE_VERSION = 2
"""Of the recipe's fields: 1 had no ``complete``, and LCModel's way of fitting as a baseline."""

_PEAKS_ENGINE = {"31P": "amares"}
"""Engine for nuclei without a basis set, where a list of their peaks is there."""


def _said(description: str) -> msgspec.Meta:
    """Return what a form says of a value that the file may have."""
    return msgspec.Meta(description=description, extra_json_schema={"empty": "as in the file"})


class FitSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which engine fits, with which options, on which basis.

    ``options`` holds only what differs from the engine's defaults.
    """

    engine: Annotated[str, msgspec.Meta(description="Fit engine")] = DEFAULT_ENGINE
    options: dict[str, Any] = {}
    basis_path: Annotated[
        str | None, msgspec.Meta(description="Basis set; empty: simulate one that matches")
    ] = None
    macromolecules: Annotated[
        MacromoleculeChoice,
        msgspec.Meta(
            description="Macromolecules: auto (those of the set, else parametrised), set (just "
            "what the set has), parametrised, measured, both, or lcmodel (LCModel's own)"
        ),
    ] = "auto"
    macromolecule_scan: Annotated[
        str | None, msgspec.Meta(description="Metabolite-nulled scan that gives measured ones")
    ] = None
    complete: Annotated[
        bool,
        msgspec.Meta(
            description="Simulate what a basis set file lacks of every brain's metabolites at "
            "short echo times (GSH, PE, ...); never with macromolecules 'set' or 'lcmodel'"
        ),
    ] = True
    enabled: bool = True


class EnteredByHand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Acquisition values that the file lacks or has wrong, as a person entered them."""

    echo_time_s: Annotated[_Seconds, _said("Echo time TE")] = None
    te1_s: Annotated[_Seconds, _said("First echo of PRESS; it shapes Glu, Gln and mI")] = None
    repetition_time_s: Annotated[_Seconds, _said("Repetition time TR")] = None
    mixing_time_s: Annotated[_Seconds, _said("Mixing time TM of STEAM")] = None
    localisation: Annotated[Localisation | None, _said("Kind of sequence")] = None
    frequency_hz: Annotated[_Hertz, _said("Frequency of the nucleus in this scanner")] = None
    dwell_s: Annotated[_Dwell, _said("Time between two samples, 1 / spectral width")] = None
    averages: Annotated[_Count, _said("Transients summed up")] = None
    nucleus: Annotated[_Nucleus, _said("Nucleus")] = None
    slice_pulses: Annotated[
        SlicePulses | None,
        msgspec.Meta(
            description="Pulses that selected the voxel, for a simulated basis set",
            extra_json_schema={"empty": "usual for PRESS of a clinical scanner, else ideal"},
        ),
    ] = None
    editing: Annotated[
        Editing | None, _said("Which spectrum of an edited scan (MEGA-PRESS) this is")
    ] = None
    conjugated: Annotated[
        bool, msgspec.Meta(description="The file stores the complex conjugate: mirror the spectrum")
    ] = False

    def applied_to(self, acquisition: Acquisition) -> Acquisition:
        """Return ``acquisition`` with the entered values in place of the file's."""
        entered = {
            name: value
            for name, value in msgspec.structs.asdict(self).items()
            if value is not None and name != "conjugated"
        }
        return replace(acquisition, **entered)


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Processing steps, fit and quantification options. JSON on disk, a value in memory.

    ``confirmed`` holds the keys of doubts about the voxel's place that a person has checked, see
    :mod:`mrsviewer.analysis.confirmation`.
    """

    version: int = RECIPE_VERSION
    entered: EnteredByHand = EnteredByHand()
    steps: tuple[AnyStep, ...] = default_steps()
    fit: FitSettings = FitSettings()
    quantification: QuantificationOptions = QuantificationOptions()
    confirmed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_version(self.version, RECIPE_VERSION)

    @property
    def manual_phase(self) -> Phase:
        """Return the phase set by hand; a zero phase if there is none."""
        return next((s for s in self.steps if isinstance(s, Phase)), Phase())

    def with_manual_phase(self, phase: Phase) -> Recipe:
        """Return the recipe with the phase set by hand replaced; zero removes it."""
        others = tuple(step for step in self.steps if not isinstance(step, Phase))
        steps = others if phase.is_zero else (*others, phase)
        return msgspec.structs.replace(self, steps=steps)

    def corrected(self, correction: Correction) -> Recipe:
        """Return the recipe with a correction made: a value entered, a step added or left out.

        Raises
        ------
        msgspec.ValidationError
            If the value is outside what may be entered.
        """
        if correction.field in ("add_step", "leave_out_step"):
            rest = tuple(s for s in self.steps if type(s).__name__.lower() != correction.value)
            if correction.field == "add_step":
                rest = _with_repair(rest)
            return msgspec.structs.replace(self, steps=rest)
        given = msgspec.to_builtins(self.entered) | {correction.field: correction.value}
        return msgspec.structs.replace(self, entered=msgspec.convert(given, EnteredByHand))

    def taken_back(self, name: str) -> Recipe:
        """Return the recipe with one entered value removed: the file's counts again."""
        given = msgspec.to_builtins(self.entered)
        given.pop(name, None)
        return msgspec.structs.replace(self, entered=msgspec.convert(given, EnteredByHand))


def for_nucleus(recipe: Recipe, acquisition: Acquisition) -> Recipe:
    """Return the recipe with the usual engine for the data's nucleus, where its fit is untouched.

    No basis set can be simulated for phosphorus; its peaks are fitted by AMARES.
    """
    nucleus = recipe.entered.applied_to(acquisition).nucleus
    if recipe.fit != FitSettings() or nucleus not in _PEAKS_ENGINE:
        return recipe
    return msgspec.structs.replace(recipe, fit=FitSettings(engine=_PEAKS_ENGINE[nucleus]))


def usual_recipe(exam: Exam) -> Recipe:
    """Return the recipe of a case that nobody has decided anything about."""
    return with_basis_of(for_nucleus(Recipe(), exam.metabolite.acquisition), exam)


def with_basis_of(recipe: Recipe, exam: Exam, before: Exam | None = None) -> Recipe:
    """Return the recipe with the basis set that was opened together with the data.

    A basis set chosen by a person stays, as does the engine; several sets decide nothing.

    Parameters
    ----------
    recipe
        As it is.
    exam
        Whose basis set is meant.
    before
        The exam as it was: the basis set goes with it where ``exam`` has it no more.
    """
    now, then = _basis_set(exam), None if before is None else _basis_set(before)
    if now == then or recipe.fit.basis_path not in (None, then):
        return recipe
    fit = msgspec.structs.replace(recipe.fit, basis_path=now)
    return msgspec.structs.replace(recipe, fit=fit)


def _basis_set(exam: Exam) -> str | None:
    found = [str(source.path) for source in exam.sources if source.role == "basis"]
    return found[0] if len(found) == 1 else None


def _with_repair(steps: tuple[AnyStep, ...]) -> tuple[AnyStep, ...]:
    """Return the steps with the repair of the first point where one signal is left, or first."""
    last = max((i for i, s in enumerate(steps) if isinstance(s, _JOINING)), default=-1)
    return (*steps[: last + 1], RepairFirstPoint(), *steps[last + 1 :])
