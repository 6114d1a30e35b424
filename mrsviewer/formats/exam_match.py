"""Do two scans belong together? Nucleus, field, sampling, coils and voxel compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.formats.orientation import displacement_mm
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.model.acquisition import Identity
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Scan

MOVED_MM = 1.0
SHIFTED_PPM = 0.3
OTHER_FIELD = 0.01
SAME_DWELL = 1e-3
"""RDA rounds the dwell time to microseconds: 0.833 for 0.8334 ms."""


def differences(metabolite: Dataset, reference: Dataset) -> tuple[Finding, ...]:
    """Return in what a reference differs from the data; ``danger`` where it cannot be used."""
    return (*_scanner(metabolite, reference), *_place(metabolite, reference))


def _scanner(one: Dataset, other: Dataset) -> Iterator[Finding]:
    a, b = one.acquisition, other.acquisition
    if a.nucleus != b.nucleus:
        yield Finding("danger", "Other nucleus", f"{a.nucleus} and {b.nucleus}.")
    apart = abs(a.frequency_hz - b.frequency_hz)
    figures = f"{a.frequency_hz * 1e-6:.6g} and {b.frequency_hz * 1e-6:.6g} MHz."
    if apart > OTHER_FIELD * a.frequency_hz:
        yield Finding("danger", "Other field strength", figures)
    elif apart > SHIFTED_PPM * a.hz_per_ppm:
        yield Finding("warning", "Frequency differs between data and reference", figures)
    if abs(a.dwell_s / b.dwell_s - 1) > SAME_DWELL:
        figures = f"{a.dwell_s * 1e3:g} and {b.dwell_s * 1e3:g} ms."
        yield Finding("danger", "Other dwell time", figures)
    if one.count("coil") != other.count("coil"):
        figures = f"{one.count('coil')} and {other.count('coil')}."
        yield Finding("danger", "Other number of coils", figures)
    if a.echo_time_s and b.echo_time_s and abs(a.echo_time_s - b.echo_time_s) > 1e-4:
        figures = f"{a.echo_time_s * 1e3:g} and {b.echo_time_s * 1e3:g} ms."
        yield Finding("info", "Echo time differs between data and reference", figures)


def _place(one: Dataset, other: Dataset) -> Iterator[Finding]:
    if one.voxel is None or other.voxel is None:
        return
    moved = displacement_mm(one.voxel, other.voxel)
    if moved > MOVED_MM:
        detail = f"Their corners lie up to {moved:.1f} mm apart."
        yield Finding("danger", "The voxel moved between data and reference", detail)


def other_patient(one: Scan, two: Scan) -> Finding | None:
    """Return a red finding where both files name a patient and not the same one."""
    if another_person(one, replace(two.identity, patient_name=_patient_name(two))):
        detail = "Their headers name two."
        return Finding("danger", "Data and reference are of different patients", detail)
    return None


def another_person(scan: Scan, other: Identity) -> bool:
    """Return whether a scan and another file name a patient and not the same one; by ID first."""
    mine, theirs = scan.identity.patient_id, other.patient_id
    if not (mine and theirs):
        mine, theirs = _patient_name(scan), other.patient_name
    return bool(mine and theirs and mine.casefold() != theirs.casefold())


def _patient_name(scan: Scan) -> str | None:
    """Return the patient's name; None where a program wrote the file's own name instead."""
    name = scan.identity.patient_name
    return None if name is None or name.casefold() in scan.path.name.casefold() else name
