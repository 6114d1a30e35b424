"""What the header of a Siemens TWIX measurement says: acquisition, voxel, identity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.formats import siemens_ascconv
from mrsviewer.formats.dicom_file import date
from mrsviewer.formats.orientation import displacement_mm
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.formats.siemens_geometry import TITLE, TOLERANCE_MM, agreement
from mrsviewer.formats.siemens_voi import voxel_from_normal
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.model.voxel import Voxel

_PARAMETER = re.compile(
    rb'<Param(?:String|Long|Double)\."(\w+)">\s*\{\s*(?:<Precision>\s*\d+\s*)?([^{}<>\n]*?)\s*\}'
)
_AXES = ("Sag", "Cor", "Tra")
_MATRIX = ("Read", "Phase", "Slice")


@dataclass(frozen=True, slots=True)
class Header:
    """The protocol (ASCCONV) and the parameters of the header of one measurement."""

    protocol: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def points(self) -> int | None:
        """Return the length of the signal that the user asked for; None for an imaging scan."""
        value = siemens_ascconv.number(self.protocol, "sSpecPara.lVectorSize")
        return int(value) if value is not None and 2 <= value <= 1 << 22 else None

    @property
    def voxels(self) -> int:
        """Return the number of voxels: more than 1 for spectroscopic imaging."""
        product = 1
        for axis in _MATRIX:
            value = self.number(f"sSpecPara.lFinalMatrixSize{axis}")
            product *= max(1, int(value or 1))
        return product

    def number(self, name: str) -> float | None:
        """Return a number of the protocol, or None."""
        return siemens_ascconv.number(self.protocol, name)

    def text(self, *names: str) -> str | None:
        """Return the first parameter that is not blank, or None."""
        return next((self.parameters[name] for name in names if self.parameters.get(name)), None)

    @property
    def sequence(self) -> str | None:
        """Return the sequence's file name without its folder."""
        name = self.protocol.get("tSequenceFileName") or self.text("SequenceFileName")
        return re.split(r"[\\/]", name)[-1] if name else self.text("tSequenceString")

    @property
    def protocol_name(self) -> str | None:
        """Return what the user called the scan."""
        return self.text("tProtocolName", "ProtocolName") or _plain(
            self.protocol.get("tProtocolName")
        )


def parse(buffers: Mapping[str, bytes]) -> Header:
    """Return protocol and parameters of the buffers of a measurement."""
    protocol = siemens_ascconv.parse(buffers.get("MeasYaps", b""))
    parameters: dict[str, str] = {}
    for name in ("Config", "Spice", "Dicom"):
        for key, value in _PARAMETER.findall(buffers.get(name, b"")):
            text = _decoded(value.strip().strip(b'"').strip())
            if text:
                parameters[key.decode("latin-1")] = text
    return Header(protocol or siemens_ascconv.parse(buffers.get("Phoenix", b"")), parameters)


def acquisition(header: Header, dwell_s: float) -> Acquisition | None:
    """Return what the header says of the acquisition; None where it names no frequency.

    Only the first echo time counts: unused entries of the list hold leftovers.
    """
    hertz = header.number("sTXSPEC.asNucleusInfo[0].lFrequency") or _number(
        header.text("lFrequency", "Frequency")
    )
    if hertz is None or not 1e6 < hertz < 3e9:
        return None
    nucleus = header.protocol.get("sTXSPEC.asNucleusInfo[0].tNucleus", "").strip('"')
    return Acquisition(
        nucleus=nucleus or "1H",
        frequency_hz=hertz,
        dwell_s=dwell_s,
        echo_time_s=_seconds(header.number("alTE[0]")),
        repetition_time_s=_seconds(header.number("alTR[0]")),
        sequence=header.sequence,
        localisation=localisation_of(header.sequence, header.protocol_name),
        averages=1,
        vendor="Siemens",
        scanner=header.text("ManufacturersModelName"),
        software=header.text("SoftwareVersions"),
    )


def identity(header: Header) -> Identity:
    """Return whose data these are; the date stands in the name of the frame of reference."""
    frame = header.text("FrameOfReference", "tFrameOfReference") or ""
    day = re.search(r"\.((?:19|20)\d{6})\d{6,}", frame)
    sex = {"1": "F", "2": "M", "3": "O"}.get(header.text("PatientSex", "lPatientSex") or "")
    return Identity(
        patient_name=header.text("tPatientName", "PatientName", "PatientsName"),
        patient_id=header.text("PatientID"),
        birth_date=date(header.text("PatientBirthDay")),
        sex=sex,
        study_date=date(day.group(1)) if day else None,
        institution=header.text("InstitutionName"),
        protocol=header.protocol_name,
    )


def voxel(header: Header) -> tuple[Voxel | None, tuple[Finding, ...]]:
    """Return the voxel of the protocol, compared with a second statement in the header."""
    planned = _protocol_voxel(header)
    if planned is None:
        detail = "The header gives no complete box."
        return None, (Finding("warning", "Voxel position unknown", detail, "geometry"),)
    findings = []
    table = siemens_ascconv.table_shift(header.protocol)
    if any(table):
        shift = ", ".join(f"{part:g}" for part in table)
        detail = f"The table had moved by {shift} mm (LPS); the voxel is shown where it then was."
        findings.append(Finding("warning", "Check the voxel against the image", detail, "geometry"))
    other = _parameter_voxel(header)
    if other is not None:
        findings.append(_compared(displacement_mm(planned, other)))
    return planned, tuple(findings)


def _compared(away_mm: float) -> Finding:
    """Return what two statements on the voxel, so far apart at the corners, amount to."""
    if away_mm <= TOLERANCE_MM:
        return agreement("Protocol (ASCCONV)", "header", away_mm)
    detail = (
        f"Protocol and header put its corners up to {away_mm:.1f} mm apart. Shown is the "
        "protocol's. Check it against the image."
    )
    return Finding("danger", TITLE, detail, "geometry")


def _protocol_voxel(header: Header) -> Voxel | None:
    """Return the box of the protocol, which leaves out what is zero."""
    root = "sSpecPara.sVoI"
    names = ("dReadoutFOV", "dPhaseFOV", "dThickness")
    size = [header.number(f"{root}.{name}") for name in names]
    centre = [header.number(f"{root}.sPosition.d{axis}") or 0.0 for axis in _AXES]
    normal = [header.number(f"{root}.sNormal.d{axis}") or 0.0 for axis in _AXES]
    rotation = header.number(f"{root}.dInPlaneRot") or 0.0
    centre = [
        one + two
        for one, two in zip(centre, siemens_ascconv.table_shift(header.protocol), strict=True)
    ]
    return _box(centre, normal, rotation, size)


def _parameter_voxel(header: Header) -> Voxel | None:
    """Return the box of the header's parameters, without the table; None where it has none."""
    size = [
        _number(header.text(*names))
        for names in (
            ("VoI_RoFOV", "VoiReadoutFOV"),
            ("VoI_PeFOV", "VoiPhaseFOV"),
            ("VoI_SliceThickness", "VoiThickness"),
        )
    ]
    vectors = [
        [_number(header.text(f"VoI_{what}_{axis}", f"Voi{what}{axis}")) or 0.0 for axis in _AXES]
        for what in ("Position", "Normal")
    ]
    rotation = _number(header.text("VoI_InPlaneRotAngle", "VoiInPlaneRot")) or 0.0
    centre = [
        one + two
        for one, two in zip(vectors[0], siemens_ascconv.table_shift(header.protocol), strict=True)
    ]
    return _box(centre, vectors[1], rotation, size)


def _box(
    centre: list[float], normal: list[float], rotation: float, size: list[float | None]
) -> Voxel | None:
    known = [length for length in size if length is not None]
    try:
        return voxel_from_normal(centre, normal, rotation, known) if len(known) == 3 else None
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _seconds(microseconds: float | None) -> float | None:
    """Return a time in s; 0 stands for none."""
    return microseconds / 1e6 if microseconds and microseconds > 0 else None


def _decoded(value: bytes) -> str:
    """Return text that is UTF-8 (XA) or Latin-1 (before)."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _plain(name: str | None) -> str | None:
    """Return a protocol name, which VB writes in UTF-7 ("+AF8-" for "_")."""
    try:
        return name.encode("ascii").decode("utf-7") if name else None
    except UnicodeError:
        return name
