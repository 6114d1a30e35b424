"""Amplitudes to concentrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.model.fit import BASIS_UNIT, CONCENTRATION_UNIT
from mrsviewer.model.quantities import Constant, Quantification
from mrsviewer.quantification.lines import AMPLITUDE_UNIT, found_reference, quantities
from mrsviewer.quantification.scaling import Scale, by_tissue, institutional
from mrsviewer.quantification.sums import reference_of
from mrsviewer.quantification.water import water_signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.volume import Tissue
    from mrsviewer.quantification.options import QuantificationOptions

LEAST_WATER = 100.0
"""Water gives thousands of times the signal of a metabolite proton; less than this is none."""

RATIO_NOTE = "Ratios to {} are those of fitted amplitudes, not corrected for relaxation."
NO_RATIO_NOTE = "There are no ratios: {} was not found."


def quantify(
    fit: FitResult,
    basis: BasisSet,
    water: Dataset | None,
    acquisition: Acquisition,
    options: QuantificationOptions,
    tissue: Mapping[Tissue, float] | None = None,
) -> Quantification:
    """Return all quantities of a fit.

    Parameters
    ----------
    fit, basis
        Amplitudes, and the basis set whose ``proton_unit`` gives them their scale.
    water
        Unsuppressed water of the same voxel, coils combined, on the same scale; or None.
    acquisition
        Timing and field of the metabolite data.
    options
        How to scale.
    tissue
        Volume fractions; the ones in ``options`` take precedence.

    Returns
    -------
    Quantification
        Concentrations where they can be known; else amplitudes and ratios, with the reason.
    """
    nucleus = acquisition.nucleus
    if fit.amplitude_unit != BASIS_UNIT:
        return _as_fitted(fit, nucleus)
    if options.scaling == "ratio":
        return _ratios(fit, (), nucleus)
    constants, notes = _absolute(fit, basis, water)
    if isinstance(constants, str):
        return _ratios(fit, (constants, *notes), nucleus)
    names = tuple(c.name for c in fit.components if c.kind == "metabolite")
    scale = _scale(options, names, acquisition, _fractions(options, tissue))
    if isinstance(scale, str):
        return _ratios(fit, (scale, *notes), nucleus)
    unit_amplitude = constants[1].value / constants[0].value
    factors = np.array([scale.factors.get(name, np.nan) for name in fit.names]) * unit_amplitude
    return Quantification(
        quantities=quantities(fit, factors, scale.unit, nucleus),
        method=scale.method,
        unit=scale.unit,
        constants=(*constants, *scale.constants),
        notes=(*scale.notes, *notes, _about_ratios(fit, nucleus)),
        reference=found_reference(fit, nucleus),
    )


def _about_ratios(fit: FitResult, nucleus: str) -> str:
    found = found_reference(fit, nucleus)
    if found is None:
        return NO_RATIO_NOTE.format(reference_of(fit.names, nucleus).name)
    return RATIO_NOTE.format(found)


def _ratios(fit: FitResult, notes: tuple[str, ...], nucleus: str) -> Quantification:
    factors = np.full(len(fit.components), np.nan)
    reference = found_reference(fit, nucleus)
    return Quantification(
        quantities=quantities(fit, factors, AMPLITUDE_UNIT, nucleus),
        method="fitted amplitudes" if reference is None else f"ratios to {reference}",
        unit=AMPLITUDE_UNIT,
        constants=(),
        notes=(*notes, _about_ratios(fit, nucleus)),
        reference=reference,
    )


def _as_fitted(fit: FitResult, nucleus: str) -> Quantification:
    """Return the amplitudes of an engine that does not give them in units of the basis set."""
    if fit.amplitude_unit != CONCENTRATION_UNIT:
        note = (
            f"The amplitudes of {fit.engine} ({fit.amplitude_unit}) have no scale in common with "
            "a water reference"
        )
        reference = found_reference(fit, nucleus)
        return _ratios(
            fit, (f"{note}: only ratios are given." if reference else f"{note}.",), nucleus
        )
    scaled = quantities(fit, np.ones(len(fit.components)), CONCENTRATION_UNIT, nucleus)
    return Quantification(
        scaled,
        method=f"scaled by {fit.engine} itself, with its own constants",
        unit=CONCENTRATION_UNIT,
        constants=(),
        notes=(_about_ratios(fit, nucleus),),
        reference=found_reference(fit, nucleus),
    )


def _absolute(
    fit: FitResult, basis: BasisSet, water: Dataset | None
) -> tuple[tuple[Constant, Constant] | str, tuple[str, ...]]:
    """Return water amplitude and proton unit, or why there are none; and notes."""
    if water is None:
        return "No water reference: only ratios are given.", ()
    if basis.proton_unit is None:
        return "The scale of the basis set is unknown: only ratios are given.", ()
    signal = water_signal(water)
    if signal is None:
        return "The water reference holds no usable signal: only ratios are given.", ()
    largest = float(np.max(fit.amplitudes, initial=0.0)) * basis.proton_unit
    if signal.amplitude < LEAST_WATER * largest:
        times = signal.amplitude / largest
        return (
            f"The water reference is only {times:.0f} times one metabolite proton, so it seems to "
            "be water suppressed: only ratios are given.",
            (),
        )
    notes = []
    if signal.first_sample_is_off:
        notes.append(
            f"The first sample of the water signal is {signal.first_sample:.2f} of what the "
            "samples after it extrapolate to; the extrapolated value was used."
        )
    constants = (
        Constant("Water signal at time zero", signal.amplitude, AMPLITUDE_UNIT, "water reference"),
        Constant("Signal of one proton in the basis", basis.proton_unit, AMPLITUDE_UNIT, "basis"),
    )
    return constants, tuple(notes)


def _fractions(
    options: QuantificationOptions, tissue: Mapping[Tissue, float] | None
) -> dict[Tissue, float] | None:
    """Return fractions that sum to 1, or None where none are known."""
    chosen = options.tissue
    known: Mapping[Tissue, float] | None = tissue
    if chosen is not None:
        known = {"gm": chosen.gm, "wm": chosen.wm, "csf": chosen.csf}
    if known is None:
        return None
    kinds: tuple[Tissue, ...] = ("gm", "wm", "csf")
    total = sum(known.get(x, 0.0) for x in kinds)
    return {x: known.get(x, 0.0) / total for x in kinds} if total > 0 else None


def _scale(
    options: QuantificationOptions,
    names: tuple[str, ...],
    acquisition: Acquisition,
    fractions: dict[Tissue, float] | None,
) -> Scale | str:
    if options.attenuation == "institutional":
        return institutional(options, names)
    if fractions is not None:
        return by_tissue(options, names, acquisition, fractions)
    scale = institutional(options, names)
    note = (
        "No tissue fractions are known, so institutional constants were used: values are not "
        "corrected for tissue and relaxation and compare only within one protocol."
    )
    return Scale(scale.factors, scale.method, scale.unit, scale.constants, (note, *scale.notes))
