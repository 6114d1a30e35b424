"""What a basis set is, in words and figures: its header, its components, how it differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.checks import check_basis
from mrsviewer.dsp.conventions import ppm_axis, spectrum, time_axis
from mrsviewer.model.acquisition import GYROMAGNETIC_RATIO_HZ_PER_T
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import MrsError
from mrsviewer.present.fmt import DASH, fixed, significant
from mrsviewer.present.names import full_name
from mrsviewer.present.scenes import TableRow, TableScene

if TYPE_CHECKING:
    from mrsviewer.basis.comparison import Likeness
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.basis import BasisSet

UNKNOWN = "unknown"
RANGE_PPM = (0.1, 4.5)
"""Where the highest point of a component is looked for: not on a marker at 0 ppm."""

PEAK_HZ = 3.0
LIKE, NEARLY_LIKE = 0.99, 0.95
"""Correlations from which two signals are alike, and nearly so."""

_DIGEST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """One component as text: ``protons`` is its amplitude at time zero per proton unit."""

    name: str
    kind: str
    protons: str
    peak_ppm: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of the set beside the same of the data; ``differs`` where they disagree."""

    label: str
    of_set: str
    of_data: str
    differs: bool


def component_rows(basis: BasisSet) -> tuple[ComponentRow, ...]:
    """Return one row for each component, in the order of the set."""
    ppm, spectra = looked_at(basis, PEAK_HZ)
    inside = (ppm > RANGE_PPM[0]) & (ppm < RANGE_PPM[1])
    tops = ppm[inside][np.abs(spectra[:, inside]).argmax(axis=1)]
    rows = []
    for component, fid, top in zip(basis.components, basis.fids, tops, strict=True):
        unit = basis.proton_unit
        size = abs(complex(fid[0]))
        protons = significant(size / unit, 3) if unit else f"{significant(size, 3)} a.u."
        rows.append(
            ComponentRow(
                component.name,
                component.kind,
                protons,
                fixed(float(top), 2),
                f"{full_name(component.name)}\nhighest at {top:.2f} ppm; at time zero "
                + (f"{protons} protons" if unit else f"{protons}, scale unknown"),
            )
        )
    return tuple(rows)


def looked_at(
    basis: BasisSet, broadening_hz: float
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.float64]],
    np.ndarray[tuple[int, int], np.dtype[np.complex128]],
]:
    """Return ascending ppm, shape (n,), and the spectra damped by a Lorentz width, (k, n).

    Zero-filled once; per proton where that is known, so that sets can be compared.
    """
    points = 2 * basis.fids.shape[1]
    time = time_axis(basis.fids.shape[1], basis.dwell_s)
    damped = basis.fids * np.exp(-np.pi * broadening_hz * time)
    spectra = spectrum(damped, points) * (basis.dwell_s / (basis.proton_unit or 1.0))
    ppm = ppm_axis(points, basis.dwell_s, basis.frequency_hz * 1e-6, basis.centre_ppm)
    return ppm, spectra


def fact_rows(basis: BasisSet, data: Acquisition | None) -> tuple[FactRow, ...]:
    """Return the facts of a set beside those of the data, if there are any."""
    ours = _facts(
        basis.frequency_hz, basis.echo_time_s, basis.te1_s, basis.localisation, basis.dwell_s
    )
    theirs = dict.fromkeys(ours, "")
    if data is not None:
        theirs = _facts(
            data.frequency_hz, data.echo_time_s, data.te1_s, data.localisation, data.dwell_s
        )
    may_differ = {"Frequency", "Dwell time"}
    rows = [
        FactRow(
            label,
            said,
            theirs[label],
            label not in may_differ
            and UNKNOWN not in (said, theirs[label])
            and bool(theirs[label])
            and said != theirs[label],
        )
        for label, said in ours.items()
    ]
    unit = "unknown" if basis.proton_unit is None else significant(basis.proton_unit, 4)
    rows += [
        FactRow("Points", str(basis.fids.shape[1]), "", False),
        FactRow("One proton", unit, "", False),
        FactRow("0 Hz at", f"{basis.centre_ppm:.2f} ppm", "", False),
        FactRow("Digest", basis.digest[:_DIGEST_SHOWN], "", False),
    ]
    return tuple(rows)


def guard(basis: BasisSet, data: Acquisition | None) -> tuple[Finding, ...]:
    """Return what speaks against using a set with the data; a refusal is a danger, too."""
    if data is None:
        return ()
    try:
        return check_basis(basis, data)
    except MrsError as error:
        failure = error.failure
        return (Finding("danger", failure.title, f"{failure.cause} {failure.remedy}"),)


def comparison_table(found: tuple[Likeness, ...], first: str, second: str) -> TableScene:
    """Return how alike two sets are; ``weak`` marks what is not."""
    headings = ("Component", "correlation", "amplitude", "shift (ppm)", "wider (Hz)")
    rows = tuple(_likeness_row(like, first, second) for like in found)
    caption = (
        "Complex correlation of the spectra between 0.2 and 4.2 ppm after shift and line width "
        "were matched; amplitude of the second over the first, per proton; shift and Lorentz "
        f"width of the second against the first. {first} against {second}."
    )
    return TableScene(headings, rows, "current", caption)


def _likeness_row(like: Likeness, first: str, second: str) -> TableRow:
    if like.correlation is None:
        owner = first if like.missing_in == "second" else second
        cells = (like.name, DASH, DASH, DASH, DASH)
        return TableRow(like.name, cells, False, "", f"{like.name} is only in {owner}.")
    cells = (
        like.name,
        fixed(like.correlation, 4),
        fixed(like.ratio or 0.0, 3),
        fixed(like.shift_ppm or 0.0, 4),
        fixed(like.wider_hz or 0.0, 1),
    )
    words = "alike" if like.correlation >= LIKE else "nearly alike"
    words = words if like.correlation >= NEARLY_LIKE else "different"
    tooltip = f"{full_name(like.name)}\n{words}; phase {fixed(like.phase_deg or 0.0, 1)}°"
    return TableRow(like.name, cells, like.correlation < NEARLY_LIKE, "", tooltip)


def _facts(
    frequency_hz: float,
    echo_s: float | None,
    te1_s: float | None,
    localisation: str | None,
    dwell_s: float,
) -> dict[str, str]:
    field_t = frequency_hz / GYROMAGNETIC_RATIO_HZ_PER_T["1H"]
    return {
        "Frequency": f"{frequency_hz * 1e-6:.3f} MHz",
        "Field": f"{field_t:.2f} T",
        "Sequence": UNKNOWN if localisation is None else localisation.upper(),
        "TE": UNKNOWN if echo_s is None else f"{echo_s * 1e3:.4g} ms",
        "TE1": UNKNOWN if te1_s is None else f"{te1_s * 1e3:.4g} ms",
        "Dwell time": f"{dwell_s * 1e6:.4g} µs",
    }
