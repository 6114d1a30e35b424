"""From an LCModel control file to a recipe: the same data, basis set, window and freedom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from mrsviewer import formats
from mrsviewer.analysis.lcmodel_keys import not_taken_over
from mrsviewer.analysis.lcmodel_window import left_out_by_window
from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.basis.macromolecule_choice import with_choice
from mrsviewer.basis.matching import normalise
from mrsviewer.fitting.engine import load_engine
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.formats.lcmodel_case import is_control, read_case
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.exam import Finding, Source
from mrsviewer.model.failure import MrsError
from mrsviewer.model.names import canonical_name
from mrsviewer.processing.steps import AverageTransients, CombineCoils, CorrectEddyCurrents
from mrsviewer.quantification.options import QuantificationOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.basis.macromolecule_choice import MacromoleculeChoice
    from mrsviewer.formats.lcmodel_case import LcmodelCase
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.exam import Exam, Severity
    from mrsviewer.processing.steps import AnyStep

SIMULATED = (
    "Lip13a", "Lip13b", "Lip13c", "Lip13d", "Lip09", "MM09", "Lip20", "MM20", "MM12", "MM14",
    "MM17", "-CrCH2", "Gua", "Glyc",
)  # fmt: skip
"""LCModel's list of simulated signals, of which NSIMUL counts how many are used."""

ALL_RATIOS = 12
"""NRATIO from which on the soft ratios are LCModel's default; 13 at short echo times."""

_FREE_PHASE_SD_DEG = 45.0


@dataclass(frozen=True, slots=True)
class LcmodelSettings:
    """What a control file decides here.

    Attributes
    ----------
    path
        The control file.
    recipe
        Its settings.
    findings
        What was taken over, then what was not.
    spectrum
        The first spectrum that LCModel analyses of a file of several, counted from 1.
    basis
        FILBAS, where it was found.
    """

    path: Path
    recipe: Recipe
    findings: tuple[Finding, ...]
    spectrum: int
    basis: Path | None

    @property
    def label(self) -> str:
        """Return what undo calls it."""
        return f"Settings from {self.path.name}"

    def noted_in(self, exam: Exam) -> Exam:
        """Return the exam with what is to be known of these settings, and with their basis set."""
        sources = exam.sources
        if self.basis is not None:
            reason, key = f"named as FILBAS in {self.path.name}", digest(read_bytes(self.basis))
            sources = (*sources, Source(self.basis, "basis", "basis set", reason, key))
        return replace(exam, findings=(*self.findings, *exam.findings), sources=sources)


def settings_among(paths: Sequence[Path]) -> LcmodelSettings | None:
    """Return the settings of the one control file among some paths; None without just one.

    Raises
    ------
    FormatError
        If it is damaged.
    """
    controls = [path for path in paths if is_control(path)]
    return settings_of(read_case(controls[0])) if len(controls) == 1 else None


def settings_of(
    case: LcmodelCase,
    basis: Path | None = None,
    macromolecules: MacromoleculeChoice | None = None,
) -> LcmodelSettings:
    """Return what a control file decides, every setting of it answered by recipe or finding.

    Parameters
    ----------
    case
        What the file says.
    basis, macromolecules
        A person's choice in place of the file's; None: as the file says.
    """
    if basis is not None:
        lost = tuple(named for named in case.lost if named[0] != "FILBAS")
        given = {**case.given, "FILBAS": str(basis)}
        case = replace(case, basis=basis, lost=lost, given=given)
    return _Translation(case, macromolecules).settings()


class _Translation:
    """Builds recipe and findings of one control file."""

    def __init__(self, case: LcmodelCase, macromolecules: MacromoleculeChoice | None) -> None:
        self._case = case
        self._macromolecules: MacromoleculeChoice = macromolecules or (
            "lcmodel" if case.simulated else "set"
        )
        self._said: list[str] = []
        self._findings: list[Finding] = []

    def settings(self) -> LcmodelSettings:
        """Return everything."""
        case = self._case
        fit = self._fit()
        recipe = Recipe(steps=self._steps(), fit=fit, quantification=self._quantification())
        self._voxels()
        self._lost()
        head = Finding(
            "info",
            f"Settings from {case.path.name}",
            f"{' '.join(self._said)} Where it says nothing, LCModel's defaults hold.",
        )
        findings = (head, *self._findings, *not_taken_over(case))
        return LcmodelSettings(case.path, recipe, findings, case.voxels.first, case.basis)

    def _note(self, severity: Severity, title: str, detail: str) -> None:
        self._findings.append(Finding(severity, title, detail))

    def _steps(self) -> tuple[AnyStep, ...]:
        """Return what LCModel does before its fit: at most the correction of eddy currents."""
        joining = (CombineCoils(), AverageTransients())
        if not self._case.eddy_currents:
            self._said.append("No correction of eddy currents (DOECC).")
            return joining
        self._said.append("Eddy currents corrected by the water reference (DOECC).")
        return (*joining, CorrectEddyCurrents(source="water"))

    def _fit(self) -> FitSettings:
        case = self._case
        top, bottom = case.window_ppm
        self._said.append(f"Fit from {top:g} to {bottom:g} ppm (PPMST, PPMEND).")
        if not case.simulated:
            self._said.append("No simulated macromolecules and lipids (NSIMUL = 0).")
        options: dict[str, Any] = {"window_ppm": [top, bottom], **self._phases(), **self._shape()}
        if case.gaps_ppm:
            options["excluded_ppm"] = [list(gap) for gap in case.gaps_ppm]
            self._said.append("Gaps as in PPMGAP.")
        if excluded := self._excluded():
            options["exclude"] = list(excluded)
        lost = next((name for key, name in case.lost if key == "FILBAS"), None)
        return FitSettings(
            options=_beyond_defaults(options),
            basis_path=lost if case.basis is None else str(case.basis),
            macromolecules=self._macromolecules,
        )

    def _shape(self) -> dict[str, Any]:
        """Return baseline, soft ratios and shifts."""
        case = self._case
        if case.no_baseline:
            self._said.append("No baseline (NOBASE).")
        if case.ratio_priors == 0:
            self._said.append("No soft ratios (NRATIO = 0).")
        elif case.ratio_priors < ALL_RATIOS:
            self._note(
                "warning",
                f"NRATIO = {case.ratio_priors} was taken for all of LCModel's soft ratios",
                "Here they can be held all or not at all.",
            )
        shape: dict[str, Any] = {
            "baseline_df_per_ppm": 0.0 if case.no_baseline else "stiff",
            "ratio_priors": "lcmodel" if case.ratio_priors else "none",
        }
        return shape | self._allowed("shift_sd_ppm", "DESDSH", case.shift_sd_ppm)

    def _phases(self) -> dict[str, Any]:
        case = self._case
        zero, zero_sd = case.zero_phase_deg
        first, first_sd = case.first_phase_deg_per_ppm
        phases: dict[str, Any] = {}
        if self._is_held(("DEGZER", zero), ("SDDEGZ", zero_sd)):
            phases["zero_phase"] = "fixed"
        elif 0 < zero_sd < _FREE_PHASE_SD_DEG:
            title = f"SDDEGZ = {zero_sd:g} was not taken over"
            self._note("info", title, "The zero-order phase is free here.")
        if self._is_held(("DEGPPM", first), ("SDDEGP", first_sd)):
            phases["first_phase"] = "fixed"
        elif first_sd > 0:
            phases |= self._allowed("first_phase_sd_deg_per_ppm", "SDDEGP", first_sd)
        return phases

    def _is_held(self, expected: tuple[str, float], spread: tuple[str, float]) -> bool:
        """Return whether a phase is held at zero; one held elsewhere is left free and told."""
        (key, value), (spread_key, deviation) = expected, spread
        if deviation > 0:
            if value:
                title = f"{key} = {value:g} was not taken over"
                self._note("info", title, "The fit searches the phase without an expectation.")
            return False
        if value:
            title = f"{key} = {value:g} with {spread_key} = 0 was not taken over"
            detail = "LCModel holds the phase there; here it is free. Set it by hand to hold it."
            self._note("warning", title, detail)
            return False
        order = "Zero-order" if key == "DEGZER" else "First-order"
        self._said.append(f"{order} phase held at zero ({spread_key} = 0).")
        return True

    def _allowed(
        self, option: str, key: str, value: float, known: type[msgspec.Struct] = LcmOptions
    ) -> dict[str, Any]:
        """Return an option if it may have a value; else tell and return nothing."""
        try:
            msgspec.convert({option: value}, known)
        except msgspec.ValidationError:
            title = f"{key} = {value:g} was not taken over"
            self._note("warning", title, "It is outside what may be chosen here.")
            return {}
        return {option: value}

    def _excluded(self) -> tuple[str, ...]:
        """Return the signals that LCModel leaves out, among those that would be fitted here."""
        case, own = self._case, self._basis()
        if own is None:
            return ()
        said, kept = _canonical(case.omitted), _canonical(case.kept)
        never = _canonical(case.not_fitted)
        never |= _canonical(SIMULATED[case.simulated :]) - set(own.names)
        never |= {"Gua"} if "GSH" in own.names else set()
        names = self._with_macromolecules(own).names
        if gone := [name for name in own.names if name not in names]:
            title = f"{', '.join(gone)} of the basis set will not be fitted"
            detail = "LCModel would fit it beside its simulated signals; here these stand for it."
            self._note("warning", title, detail)
        seen = left_out_by_window(names, case.window_ppm, case.gaps_ppm, own.echo_time_s)
        outside = tuple(name for name in seen if name not in kept | said | never)
        if outside:
            self._said.append(f"Not in the window, so left out: {', '.join(outside)}.")
        if said:
            self._said.append(f"Left out (CHOMIT): {', '.join(case.omitted)}.")
        return tuple(name for name in names if name in {*said, *never, *outside})

    def _with_macromolecules(self, basis: BasisSet) -> BasisSet:
        """Return the set as it will be fitted, or as it is where a scan is yet to complete it."""
        try:
            return with_choice(basis, self._macromolecules)
        except MrsError:
            return basis

    def _basis(self) -> BasisSet | None:
        """Return the basis set; None where it is missing or cannot be read, as the fit will say."""
        if self._case.basis is None:
            return None
        try:
            return normalise(formats.read_basis(self._case.basis))
        except MrsError:
            return None

    def _quantification(self) -> QuantificationOptions:
        case = self._case
        if not case.water_scaling:
            self._said.append("No scaling by water (DOWS): ratios only.")
            return QuantificationOptions(scaling="ratio")
        values: dict[str, Any] = {"scaling": "water", "attenuation": "institutional"}
        for option, key, value in (
            ("water_conc_mmol", "WCONC", case.water_conc_mmol),
            ("water_attenuation", "ATTH2O", case.water_attenuation),
            ("metabolite_attenuation", "ATTMET", case.metabolite_attenuation),
        ):
            values |= self._allowed(option, key, value, QuantificationOptions)
        self._said.append(
            f"Scaled by water (DOWS): WCONC {case.water_conc_mmol:g}, ATTH2O "
            f"{case.water_attenuation:g}, ATTMET {case.metabolite_attenuation:g}."
        )
        return msgspec.convert(values, QuantificationOptions)

    def _voxels(self) -> None:
        voxels = self._case.voxels
        across, down, slices = voxels.grid
        total = across * down * slices
        if total > 1 and voxels.count < total:
            self._note(
                "warning",
                f"LCModel analyses {voxels.count} of these {total} voxels",
                "Those that ICOLST, ICOLEN, IROWST, IROWEN, ISLICE and NVOXSK say; here all are "
                f"there. The first of them is number {voxels.first}.",
            )

    def _lost(self) -> None:
        """Tell of files that are named and not there, and of a missing basis set."""
        case = self._case
        for key, name in case.lost:
            if key == "FILBAS":
                self._note(
                    "warning",
                    f"The basis set {name} was not found",
                    "It is named as FILBAS and lies neither there nor beside the control file, so "
                    "nothing can be fitted. Put it beside the control file and open that again, or "
                    "choose a basis set.",
                )
            elif key == "FILH2O":
                self._note(
                    "warning",
                    f"The water reference {name} was not found",
                    "It is named as FILH2O and lies neither there nor beside the control file. "
                    "Put it there and open the control file again, or add a water reference.",
                )
        if "FILBAS" not in case.given:
            detail = "LCModel would refuse it. A set that matches the data is simulated here."
            self._note("warning", "The control file names no basis set (FILBAS)", detail)


def for_engine(recipe: Recipe, engine: str) -> Recipe:
    """Return the recipe for another engine: with those of its options that this one has."""
    known = load_engine(engine).options
    options = {}
    for name, value in recipe.fit.options.items():
        try:
            msgspec.convert({name: value}, known)
        except msgspec.ValidationError:
            continue
        options[name] = value
    fit = msgspec.structs.replace(recipe.fit, engine=engine, options=options)
    return msgspec.structs.replace(recipe, fit=fit)


def _beyond_defaults(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that differ from the engine's own."""
    usual = msgspec.to_builtins(LcmOptions())
    return {name: value for name, value in options.items() if usual[name] != value}


def _canonical(names: Sequence[str]) -> set[str]:
    return {canonical_name(name) for name in names}
