"""The JSON header extension of NIfTI-MRS, to and from the model."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from mrsviewer.formats.dicom_file import date as dashed
from mrsviewer.formats.nifti_mrs_editing import editing_of
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.dataset import Applied
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "mrsviewer"
LONGEST_TIME_S = 30.0
"""Echo, inversion and mixing times beyond this were meant as milliseconds."""

_TIMES = {
    "echo_time_s": "EchoTime",
    "repetition_time_s": "RepetitionTime",
    "inversion_time_s": "InversionTime",
    "mixing_time_s": "MixingTime",
}
_WORDS = {
    "sequence": "SequenceName",
    "vendor": "Manufacturer",
    "scanner": "ManufacturersModelName",
    "software": "SoftwareVersions",
}
_PERSON = {
    "patient_name": "PatientName",
    "patient_id": "PatientID",
    "birth_date": "PatientDoB",
    "sex": "PatientSex",
    "institution": "InstitutionName",
    "protocol": "ProtocolName",
}
_OWN = {
    "te1_s": ("FirstEchoTime", "First echo time of PRESS in seconds."),
    "averages": ("SignalAverages", "Excitations summed into each stored signal."),
    "localisation": ("Localisation", "Kind of localisation sequence."),
    "editing": ("EditedSpectrum", "Which spectrum of an edited scan."),
}
_METHODS = {
    "combinecoils": "RF coil combination",
    "averagetransients": "Signal averaging",
    "aligntransients": "Frequency and phase correction",
    "correcteddycurrents": "Eddy current correction",
    "removewater": "Nuisance peak removal",
    "autophase": "Phasing",
    "phase": "Phasing",
}
"""The standard's words for processing, by the names of this program's steps."""

_STUDY_DATE = ("StudyDate", "Date of the examination.")


@dataclass(slots=True)
class _Times:
    """Sequence times of a header, with notes of those that cannot be right."""

    entries: Mapping[str, Any]
    findings: list[Finding]

    def get(self, key: str) -> float | None:
        value = _number(self.entries.get(key))
        if value is None or value < 0:
            return None
        if value <= LONGEST_TIME_S:
            return value
        detail = f"{value:g} s cannot be right and is left out; milliseconds may have been meant."
        self.findings.append(Finding("warning", f"{key} of the file not used", detail))
        return None


def acquisition_of(
    path: Path, entries: Mapping[str, Any], dwell_s: float
) -> tuple[Acquisition, tuple[Finding, ...]]:
    """Return how the data were acquired, and what is doubtful about it.

    Raises
    ------
    FormatError
        If the frequency is missing or absurd.
    """
    findings: list[Finding] = []
    frequency_hz = _frequency_hz(path, entries, findings)
    nucleus = _first(entries.get("ResonantNucleus"))
    if not isinstance(nucleus, str) or not nucleus.strip():
        nucleus = "1H"
        detail = "The file does not name the nucleus; 1H is assumed."
        findings.append(Finding("warning", "Nucleus not known", detail))
    width = _number(entries.get("SpectralWidth"))
    if width is not None and abs(width * dwell_s - 1) > 1e-3:
        detail = (
            f"SpectralWidth {width:g} Hz contradicts the dwell time {dwell_s:g} s, which is used."
        )
        findings.append(Finding("warning", "Spectral width and dwell time differ", detail))
    times = _Times(entries, findings)
    words = {field: _text(entries.get(key)) for field, key in _WORDS.items()}
    suppressed = entries.get("WaterSuppressed")
    averages = _number(_own(entries, "averages"))
    editing = editing_of(entries)
    acquisition = Acquisition(
        nucleus.strip(),
        frequency_hz,
        dwell_s,
        echo_time_s=times.get(_TIMES["echo_time_s"]),
        repetition_time_s=times.get(_TIMES["repetition_time_s"]),
        inversion_time_s=times.get(_TIMES["inversion_time_s"]),
        mixing_time_s=times.get(_TIMES["mixing_time_s"]),
        te1_s=_number(_own(entries, "te1_s")),
        averages=None if averages is None else int(averages),
        water_suppressed=suppressed if isinstance(suppressed, bool) else None,
        localisation="mega-press"
        if editing.edited
        else localisation_of(
            _text(_own(entries, "localisation")),
            words["sequence"],
            _text(entries.get("ProtocolName")),
        ),
        editing=editing.spectrum,
        sequence=words["sequence"],
        vendor=words["vendor"],
        scanner=words["scanner"],
        software=words["software"],
    )
    return acquisition, tuple(findings)


def centre_ppm_of(entries: Mapping[str, Any], nominal: float) -> float:
    """Return the shift at 0 Hz: SpecFreqChemShift where given, else ``nominal``."""
    value = _number(entries.get("SpecFreqChemShift"))
    return nominal if value is None else value


def identity_of(entries: Mapping[str, Any]) -> Identity:
    """Return whose data these are, as far as the header says."""
    date = entries.get(_STUDY_DATE[0])
    date = date.get("Value") if isinstance(date, Mapping) else date
    named = {field: _text(entries.get(key)) for field, key in _PERSON.items()}
    return replace(
        Identity(**named, study_date=_text(date)), birth_date=dashed(named["birth_date"])
    )


def provenance_of(entries: Mapping[str, Any]) -> tuple[Applied, ...]:
    """Return the processing that the header says was applied, oldest first."""
    steps = entries.get("ProcessingApplied")
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        return ()
    return tuple(_applied(step) for step in steps if isinstance(step, Mapping))


def header_entries(
    acquisition: Acquisition, centre_ppm: float, identity: Identity, provenance: Sequence[Applied]
) -> dict[str, Any]:
    """Return the JSON object for a header extension; what is not known is left out."""
    entries: dict[str, Any] = {
        "SpectrometerFrequency": [acquisition.frequency_hz / 1e6],
        "ResonantNucleus": [acquisition.nucleus],
        "SpecFreqChemShift": float(centre_ppm),
        "WaterSuppressed": acquisition.water_suppressed,
    }
    for field, key in {**_TIMES, **_WORDS}.items():
        entries[key] = getattr(acquisition, field)
    for field, key in _PERSON.items():
        entries[key] = getattr(identity, field)
    if identity.birth_date is not None:  # the standard wants YYYYMMDD
        entries[_PERSON["birth_date"]] = identity.birth_date.replace("-", "")
    for field, (key, description) in _OWN.items():
        value = getattr(acquisition, field)
        entries[key] = None if value is None else {"Value": value, "Description": description}
    if identity.study_date is not None:
        key, description = _STUDY_DATE
        entries[key] = {"Value": identity.study_date, "Description": description}
    if provenance:
        entries["ProcessingApplied"] = [_entry(applied) for applied in provenance]
    return {key: value for key, value in entries.items() if value is not None}


def _entry(applied: Applied) -> dict[str, str]:
    kept = {field.name: getattr(applied, field.name) for field in fields(applied)}
    return {
        "Program": PROGRAM,
        "Version": str(applied.version),
        "Method": _METHODS.get(applied.step, applied.step),
        "Details": json.dumps(kept, ensure_ascii=False),
    }


def _applied(step: Mapping[str, Any]) -> Applied:
    details = str(step.get("Details", ""))
    if step.get("Program") == PROGRAM:
        try:
            kept = json.loads(details)
            return Applied(
                str(kept["step"]), int(kept["version"]), str(kept["parameters"]), str(kept["note"])
            )
        except (ValueError, KeyError, TypeError):
            pass
    who = " ".join(str(step[key]) for key in ("Program", "Version") if step.get(key))
    note = ": ".join(part for part in (who, details) if part)
    return Applied(str(step.get("Method", "unknown")), 0, "{}", note)


def _frequency_hz(path: Path, entries: Mapping[str, Any], findings: list[Finding]) -> float:
    value = _number(_first(entries.get("SpectrometerFrequency", entries.get("ImagingFrequency"))))
    if value is None:
        cause = "Its header does not say the spectrometer frequency."
        raise FormatError(path, cause, "Convert the scan again with a current converter.")
    frequency_hz = round(value * 1e6, 3)
    if value > 1e5:
        frequency_hz = value
        detail = f"The standard wants MHz; {value:g} can only be Hz and is taken so."
        findings.append(Finding("info", "Spectrometer frequency given in Hz", detail))
    if not 1e6 < frequency_hz < 2e9:
        cause = f"Its spectrometer frequency of {frequency_hz * 1e-6:g} MHz cannot be right."
        raise FormatError(path, cause, "Correct the header or convert the scan again.")
    return frequency_hz


def _own(entries: Mapping[str, Any], field: str) -> object:
    value = entries.get(_OWN[field][0])
    return value.get("Value") if isinstance(value, Mapping) else None


def _first(value: object) -> object:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value[0] if value else None
    return value


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
