"""What a ``procpar`` says of an acquisition: times in seconds, frequency, voxel, person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.formats.varian_procpar import Procpar

_LIMITS_S = {"te": 1.0, "tm": 2.0, "ti": 10.0, "tr": 60.0}
"""A time beyond this was written in milliseconds by the sequence's programmer."""

_SAME_TIME = 0.01


@dataclass(slots=True)
class _Times:
    """Sequence times, with notes of those that were not in seconds."""

    procpar: Procpar
    findings: list[Finding] = field(default_factory=list)

    def get(self, name: str) -> float | None:
        value = self.procpar.number(name)
        if value is None or not 0 < value < 1e5:
            return None
        if value <= _LIMITS_S[name]:
            return value
        title = f"{name} of the file taken as milliseconds"
        self.findings.append(Finding("warning", title, f"{value:g} s cannot be right.", "header"))
        return value * 1e-3


def acquisition_of(
    path: Path, procpar: Procpar, averages: int | None
) -> tuple[Acquisition, tuple[Finding, ...]]:
    """Return how the data were acquired, and what is doubtful about it.

    Raises
    ------
    FormatError
        If frequency or spectral width are missing or absurd.
    """
    megahertz, width = procpar.number("sfrq") or 0.0, procpar.number("sw") or 0.0
    # Written so that NaN fails as well.
    if not (1 < megahertz < 2000 and 10 < width < 1e7):
        cause = f"Its procpar gives {megahertz:g} MHz (sfrq) and a width of {width:g} Hz (sw)."
        raise FormatError(path, cause, SEND_AGAIN)
    times = _Times(procpar)
    names = [procpar.text(name) for name in ("seqfil", "pslabel", "apptype")]
    localisation = localisation_of(*names)
    acquisition = Acquisition(
        nucleus=_nucleus(procpar.text("tn")),
        frequency_hz=round(megahertz * 1e6, 3),
        dwell_s=1 / width,
        echo_time_s=times.get("te"),
        repetition_time_s=times.get("tr"),
        mixing_time_s=times.get("tm") if localisation == "steam" else None,
        inversion_time_s=times.get("ti") if procpar.text("ir") == "y" else None,
        sequence=next((name for name in names if name), None),
        localisation=localisation,
        averages=averages,
        vendor="Varian",
        scanner=procpar.text("console"),
        software=procpar.text("parver"),
    )
    return acquisition, (*times.findings, *_doubts(procpar), *_place(procpar))


def _nucleus(said: str | None) -> str:
    """Return "1H" of "H1"."""
    match = re.fullmatch(r"([A-Za-z]{1,2})(\d{1,3})", said or "")
    return f"{match[2]}{match[1].capitalize()}" if match else "1H"


def _doubts(procpar: Procpar) -> list[Finding]:
    """Return what contradicts itself, and what the header asks for and is not done."""
    findings = []
    points, width, time = (procpar.number(name) for name in ("np", "sw", "at"))
    if points and width and time and abs(points / 2 / width / time - 1) > _SAME_TIME:
        detail = (
            f"at = {time:g} s, but np and sw make {points / 2 / width:.4g} s; those two are used."
        )
        title = "The parameters contradict one another"
        findings.append(Finding("warning", title, detail, "header"))
    if procpar.number("lsfid"):
        detail = f"lsfid = {procpar.number('lsfid'):g} points; the samples are as stored."
        findings.append(Finding("info", "The header asks to leave out the first points", detail))
    if procpar.text("tn") is None:
        detail = "The file does not name the nucleus; 1H is assumed."
        findings.append(Finding("warning", "Nucleus not known", detail, "header"))
    return findings


def _place(procpar: Procpar) -> list[Finding]:
    """Return the voxel in words: how its axes lie in the body is not proven by any file."""
    edges = [procpar.number(f"vox{axis}") for axis in (1, 2, 3)]
    if any(edge is None or not 0 < edge < 100 for edge in edges):
        return []
    size = " x ".join(f"{10 * (edge or 0):g}" for edge in edges)
    detail = (
        f"The header gives {size} mm and a place in the magnet; how its axes lie in the body is "
        "not proven, so no place is given."
    )
    return [Finding("warning", "Voxel position not taken over", detail, "geometry")]


def identity_of(procpar: Procpar) -> Identity:
    """Return whose data these are."""
    run = procpar.text("time_run", "time_complete") or ""
    date = f"{run[:4]}-{run[4:6]}-{run[6:8]}" if re.match(r"\d{8}T", run) else None
    return Identity(
        patient_name=procpar.text("name", "samplename"),
        patient_id=procpar.text("ident"),
        birth_date=procpar.text("birthday"),
        sex=procpar.text("gender"),
        study_date=date,
        protocol=procpar.text("protocol", "comment"),
    )
