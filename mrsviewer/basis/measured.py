"""The macromolecules of a metabolite-nulled scan as one component of a basis set.

The scan (an inversion before the sequence, so long that metabolites are near zero) holds the
macromolecules, what is left of metabolites with other T1 - the CH2 of creatine upright, NAA often
inverted - residual water and noise. Its broad lines are fitted together with those remains
(:mod:`mrsviewer.basis.measured_model`), and only the lines go into the basis set: free of noise,
in absorption, on the axis of the set (experts' consensus: Cudalbu 2021, doi 10.1002/nbm.4393).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.editing import BroadLine, broad_lines, with_signal
from mrsviewer.basis.grid_change import on_grid_of
from mrsviewer.basis.measured_model import NulledModel
from mrsviewer.basis.normalisation import normalise
from mrsviewer.dsp.conventions import time_axis
from mrsviewer.dsp.noise import noise_sd
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.basis import BasisSet, Component, no_signals
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.basis.measured_model import NulledFit
    from mrsviewer.model.dataset import Dataset

MEASURED = Component("Mac", "macromolecule")
"""What the component is called; it takes the common line of the fit, as metabolites do."""

CREATINE_CH2 = "CH2 of creatine"
NULLED, NEARLY_NULLED = 0.5, 0.2
"""Amplitude of NAA over that of the line at 0.9 ppm, per proton: above the first the scan is not
metabolite-nulled (a usual spectrum has some 2), above the second it is told."""

LEAST_SNR, GOOD_SNR = 4.0, 12.0
STRUCTURED = 1.6
"""Misfit over noise from which the lines do not describe the scan."""

_REMAINS = ("NAA", "Cr", "GPC", "Glu", "Ins")
_CH2_PPM = 3.92
_REMEDY = "Choose a scan with inversion and an inversion time that nulls the metabolites."


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredMacromolecules:
    """What a metabolite-nulled scan gave.

    Attributes
    ----------
    component, fid
        For a basis set; the signal is on the set's grid and in its scale, the line at 0.9 ppm
        counting three protons.
    lines
        The broad lines it is made of, the scan's own line width taken off.
    snr
        Height of the macromolecules over the noise SD.
    remains
        What was left of metabolites and taken out: amplitude over that of the line at 0.9 ppm,
        per proton.
    narrow_hz
        Line width found or assumed for these.
    misfit
        Residual SD over noise SD.
    phase_deg, shift_ppm
        Of the scan; taken out.
    findings
        What the user must know of the quality.
    fit
        The spectra, to be looked at.
    """

    component: Component
    fid: NDArray[np.complex128]
    lines: tuple[BroadLine, ...]
    snr: float
    remains: dict[str, float]
    narrow_hz: float
    misfit: float
    phase_deg: float
    shift_ppm: float
    findings: tuple[Finding, ...]
    fit: NulledFit


def measured_macromolecules(
    dataset: Dataset, basis: BasisSet, *, context: JobContext | None = None
) -> MeasuredMacromolecules:
    """Return the macromolecules of a processed metabolite-nulled scan.

    Parameters
    ----------
    dataset
        One signal, coils and transients combined, eddy currents corrected, water removed.
    basis
        The set it is for; some of its metabolites describe what is left of them.
    context
        Progress and cancel.

    Raises
    ------
    BasisError
        If the scan is of another field or nucleus, not metabolite-nulled, or nothing but noise.
    Cancelled
        If the job was cancelled.
    """
    basis = normalise(basis)
    _check(dataset, basis)
    narrow, names = _narrow_signals(dataset, basis)
    how = dataset.acquisition
    noise = noise_sd(dataset.fid, how.dwell_s, how.hz_per_ppm, dataset.centre_ppm)
    fit = NulledModel(dataset, narrow, noise).fit(context or JobContext())
    proton = float(fit.areas[0]) / 3
    height = float(fit.broad.real.max())
    snr = height / noise if noise > 0 else np.inf
    if proton <= 0 or snr < LEAST_SNR:
        raise _refused("No macromolecules can be told from the noise.")
    remains = {name: float(a / proton) for name, a in zip(names, fit.narrow, strict=True)}
    if abs(remains.get("NAA", 0.0)) > NULLED:
        raise _refused(
            f"The line of NAA is there with {remains['NAA']:.1f} times the amplitude of the "
            f"macromolecules' line at 0.9 ppm; at most {NULLED:g} is what a nulled scan leaves."
        )
    lines = _lines(fit, how.hz_per_ppm)
    misfit = float(np.std(fit.data - fit.broad - fit.rest) / np.sqrt(2)) / noise if noise else 0.0
    return MeasuredMacromolecules(
        component=MEASURED,
        fid=broad_lines(lines, basis) * (basis.proton_unit or 1.0),
        lines=lines,
        snr=snr,
        remains=remains,
        narrow_hz=fit.narrow_hz,
        misfit=misfit,
        phase_deg=float(np.degrees(fit.phase_rad)),
        shift_ppm=fit.shift_ppm,
        findings=_findings(snr, remains, misfit, fit.narrow_hz),
        fit=fit,
    )


def with_measured(basis: BasisSet, measured: MeasuredMacromolecules, source: str) -> BasisSet:
    """Return the set with the macromolecules of the scan called ``source`` added."""
    note = f"measured: {source}, {len(measured.lines)} lines, SNR {measured.snr:.0f}"
    return with_signal(normalise(basis), measured.component, measured.fid, note)


def _check(dataset: Dataset, basis: BasisSet) -> None:
    if dataset.dims:
        raise _refused(f"The scan still has the axes {', '.join(dataset.dims)}.")
    if dataset.acquisition.nucleus != "1H":
        raise _refused(f"The scan is of {dataset.acquisition.nucleus}.")
    if basis.proton_unit is None:
        raise BasisError(
            "Macromolecules not added",
            "How large one proton is in the basis set is not known.",
            "The set needs a creatine or NAA signal.",
        )
    if "NAA" not in basis.names:
        raise BasisError(
            "Macromolecules not added",
            "The basis set has no NAA, by which a nulled scan is told from another.",
            "Add NAA to the set first.",
        )


def _narrow_signals(
    dataset: Dataset, basis: BasisSet
) -> tuple[NDArray[np.complex128], tuple[str, ...]]:
    """Return signals of one proton's scale on the grid of the scan, and what they are."""
    names = tuple(name for name in basis.names if name in _REMAINS)
    rows = on_grid_of(basis.take(names), no_signals(dataset)) / (basis.proton_unit or 1.0)
    per_ppm = dataset.acquisition.hz_per_ppm
    time = time_axis(dataset.points, dataset.acquisition.dwell_s)
    singlet = 2 * np.exp(2j * np.pi * (_CH2_PPM - dataset.centre_ppm) * per_ppm * time)
    return np.concatenate([rows, singlet[None]]), (*names, CREATINE_CH2)


def _lines(fit: NulledFit, per_ppm: float) -> tuple[BroadLine, ...]:
    """Return the lines without the width that the scan's field gave all of them."""
    own = fit.narrow_hz / per_ppm
    return tuple(
        BroadLine(
            float(place), float(np.sqrt(max(width**2 - own**2, width**2 / 4))), float(protons)
        )
        for place, width, protons in zip(
            fit.shifts_ppm, fit.widths_ppm, 3 * fit.areas / fit.areas[0], strict=True
        )
        if protons > 0
    )


def _findings(
    snr: float, remains: dict[str, float], misfit: float, narrow_hz: float
) -> tuple[Finding, ...]:
    said = ", ".join(f"{name} {share:+.2f}" for name, share in remains.items())
    found = [
        Finding(
            "info",
            f"Macromolecules measured with SNR {snr:.0f}",
            f"Left of metabolites and taken out, over the line at 0.9 ppm: {said}; "
            f"FWHM of these lines {narrow_hz:.1f} Hz.",
        )
    ]
    if snr < GOOD_SNR:
        detail = f"SNR {snr:.0f}; {GOOD_SNR:g} is wanted."
        found.append(Finding("warning", "Noisy scan of macromolecules", detail))
    left = [name for name, share in remains.items() if abs(share) > NEARLY_NULLED]
    left = [name for name in left if name != CREATINE_CH2]
    if left:
        detail = f"{', '.join(left)} stood out and had to be taken out."
        found.append(Finding("warning", "Metabolites not quite nulled", detail))
    if misfit > STRUCTURED:
        detail = f"What the lines leave is {misfit:.1f} times the noise."
        found.append(Finding("warning", "Lines do not quite describe the scan", detail))
    return tuple(found)


def _refused(cause: str) -> BasisError:
    return BasisError("Not a scan of macromolecules", cause, _REMEDY)
