"""From an LCModel control file to a recipe: the same data, basis set, window and freedom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from mrsviewer.analysis.lcmodel.signals import basis_of, left_out, with_macromolecules
from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.model.exam import Finding
from mrsviewer.processing.steps import (
    AverageTransients,
    CombineCoils,
    CorrectEddyCurrents,
    ReferenceShift,
)
from mrsviewer.quantification.options import QuantificationOptions

if TYPE_CHECKING:
    from mrsviewer.basis.macromolecule_choice import MacromoleculeChoice
    from mrsviewer.formats.lcmodel_case import LcmodelCase
    from mrsviewer.model.exam import Severity
    from mrsviewer.processing.steps import AnyStep

ALL_RATIOS = 12
"""NRATIO from which on the soft ratios are LCModel's default; 13 at short echo times."""

WIDTH_SD_PERCENT = 20.0
"""About how far LCModel lets its simulated signals be broader than expected."""

SHIFT_AFTER_REFERENCE_PPM = 0.1
"""Largest shift that the fit may add to that found by the landmarks tNAA, tCr and tCho."""

_FREE_PHASE_SD_DEG = 45.0
_HIFMM_MHZ = 190.0


class Translation:
    """Builds the recipe of one control file.

    Attributes
    ----------
    said
        Sentences on what was taken over.
    findings
        What differs from LCModel.
    """

    def __init__(self, case: LcmodelCase, macromolecules: MacromoleculeChoice | None) -> None:
        self._case = case
        self._macromolecules: MacromoleculeChoice = macromolecules or (
            "lcmodel" if case.simulated else "set"
        )
        self.said: list[str] = []
        self.findings: list[Finding] = []

    def recipe(self) -> Recipe:
        """Return the settings; ``said`` and ``findings`` then tell of them."""
        fit, steps = self._fit(), self._steps()
        recipe = Recipe(steps=steps, fit=fit, quantification=self._quantification())
        self._voxels()
        return recipe

    def _note(self, severity: Severity, title: str, detail: str) -> None:
        self.findings.append(Finding(severity, title, detail))

    def _steps(self) -> tuple[AnyStep, ...]:
        """Return what LCModel does to data: eddy currents if wanted, reference by landmarks."""
        joining = (CombineCoils(), AverageTransients())
        if not self._case.eddy_currents:
            self.said.append("No correction of eddy currents (DOECC).")
            return (*joining, ReferenceShift())
        self.said.append("Eddy currents corrected by the water reference (DOECC).")
        return (*joining, CorrectEddyCurrents(source="water"), ReferenceShift())

    def _fit(self) -> FitSettings:
        case = self._case
        top, bottom = case.window_ppm
        self.said.append(f"Fit from {top:g} to {bottom:g} ppm (PPMST, PPMEND).")
        if not case.simulated:
            self.said.append("No simulated macromolecules and lipids (NSIMUL = 0).")
        elif case.frequency_mhz > _HIFMM_MHZ:
            title = (
                f"Sharper macromolecules of LCModel above {_HIFMM_MHZ:g} MHz were not taken over"
            )
            self._note("warning", title, "Here they have the widths that it expects at 3 T.")
        options: dict[str, Any] = {"window_ppm": [top, bottom], **self._phases(), **self._shape()}
        if case.gaps_ppm:
            options["excluded_ppm"] = [list(gap) for gap in case.gaps_ppm]
            self.said.append("Gaps as in PPMGAP.")
        if excluded := self._left_out():
            options["exclude"] = list(excluded)
        lost = next((name for key, name in case.lost if key == "FILBAS"), None)
        return FitSettings(
            options=_beyond_defaults(options),
            basis_path=lost if case.basis is None else str(case.basis),
            macromolecules=self._macromolecules,
            complete=False,
        )

    def _shape(self) -> dict[str, Any]:
        """Return baseline, soft ratios and shifts."""
        case = self._case
        if case.no_baseline:
            self.said.append("No baseline (NOBASE).")
        if case.ratio_priors == 0:
            self.said.append("No soft ratios (NRATIO = 0).")
        elif case.ratio_priors < ALL_RATIOS:
            self._note(
                "warning",
                f"NRATIO = {case.ratio_priors} was taken for all of LCModel's soft ratios",
                "Here they can be held all or not at all.",
            )
        shape: dict[str, Any] = {
            **({"baseline_df_per_ppm": 0.0} if case.no_baseline else {"method": "lcmodel"}),
            "ratio_priors": "lcmodel" if case.ratio_priors else "none",
            "width_sd_percent": WIDTH_SD_PERCENT,
            "max_shift_ppm": SHIFT_AFTER_REFERENCE_PPM,
        }
        shape |= self._allowed("shift_sd_ppm", "DESDSH", case.shift_sd_ppm)
        return shape if case.no_baseline else shape | self._knots()

    def _knots(self) -> dict[str, Any]:
        """Return the distance of the baseline's knots."""
        spacing = self._case.knots_ppm
        allowed = self._allowed("knots_ppm", "DKNTMN", spacing)
        if allowed and spacing != LcmOptions().knots_ppm:
            self.said.append(f"Knots of the baseline {spacing:g} ppm apart (DKNTMN).")
        return allowed

    def _phases(self) -> dict[str, Any]:
        """Return what holds the phases; an expectation other than zero widens the spread to it."""
        zero, zero_sd = self._case.zero_phase_deg
        first, first_sd = self._case.first_phase_deg_per_ppm
        phases: dict[str, Any] = {}
        if self._is_held(("DEGZER", zero), ("SDDEGZ", zero_sd)):
            phases["zero_phase"] = "fixed"
        elif 0 < zero_sd < _FREE_PHASE_SD_DEG and not zero:
            title = f"SDDEGZ = {zero_sd:g} was not taken over"
            self._note("info", title, "The zero-order phase is free here.")
        if self._is_held(("DEGPPM", first), ("SDDEGP", first_sd)):
            phases["first_phase"] = "fixed"
        else:
            spread = float(np.hypot(first, first_sd))
            phases |= self._allowed("first_phase_sd_deg_per_ppm", "SDDEGP", spread)
        return phases

    def _is_held(self, expected: tuple[str, float], spread: tuple[str, float]) -> bool:
        """Return whether a phase is held at zero; one expected elsewhere is left free and told."""
        (key, value), (spread_key, deviation) = expected, spread
        if value:
            title = f"{key} = {value:g} with {spread_key} = {deviation:g} was not taken over"
            detail = (
                "LCModel expects the phase there; here it is searched about zero, as far as there. "
                "Set it by hand to hold it."
            )
            self._note("warning" if deviation < abs(value) else "info", title, detail)
        if value or deviation > 0:
            return False
        order = "Zero-order" if key == "DEGZER" else "First-order"
        self.said.append(f"{order} phase held at zero ({spread_key} = 0).")
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

    def _left_out(self) -> tuple[str, ...]:
        """Return the signals that LCModel leaves out, among those that would be fitted here."""
        case = self._case
        own = basis_of(case)
        if own is None:
            return ()
        names = with_macromolecules(own, self._macromolecules).names
        if gone := [name for name in own.names if name not in names]:
            title = f"{', '.join(gone)} of the basis set will not be fitted"
            detail = "LCModel would fit it beside its simulated signals; here these stand for it."
            self._note("warning", title, detail)
        by_name, by_window = left_out(case, own, names)
        if by_window:
            self.said.append(f"Not in the window, so left out: {', '.join(by_window)}.")
        if case.omitted:
            self.said.append(f"Left out (CHOMIT): {', '.join(case.omitted)}.")
        elif "CHOMIT" in case.given:
            self._note("info", "CHOMIT has no effect", "NOMIT, which counts its names, is 0.")
        return tuple(name for name in names if name in {*by_name, *by_window})

    def _quantification(self) -> QuantificationOptions:
        case = self._case
        if not case.water_scaling:
            self.said.append("No scaling by water (DOWS): ratios only.")
            return QuantificationOptions(scaling="ratio")
        values: dict[str, Any] = {"scaling": "water", "attenuation": "institutional"}
        for option, key, value in (
            ("water_conc_mmol", "WCONC", case.water_conc_mmol),
            ("water_attenuation", "ATTH2O", case.water_attenuation),
            ("metabolite_attenuation", "ATTMET", case.metabolite_attenuation),
        ):
            values |= self._allowed(option, key, value, QuantificationOptions)
        self.said.append(
            "Scaling by water, where there is a reference (DOWS): "
            f"WCONC {case.water_conc_mmol:g}, ATTH2O {case.water_attenuation:g}, "
            f"ATTMET {case.metabolite_attenuation:g}."
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


def _beyond_defaults(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that differ from the engine's own."""
    usual = msgspec.to_builtins(LcmOptions())
    return {name: value for name, value in options.items() if usual[name] != value}
