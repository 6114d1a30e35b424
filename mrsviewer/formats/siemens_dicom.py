"""Siemens classic DICOM spectroscopy (VA to VE): private object, CSA header, float FID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats import dicom_file, siemens_ascconv, siemens_csa
from mrsviewer.formats.orientation import voxel_from_lps
from mrsviewer.formats.samples import SEND_AGAIN, check_samples, check_size, complex_pairs
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.formats.siemens_geometry import checked
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.acquisition import Acquisition, Statement
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.siemens_csa import Csa
    from mrsviewer.model.voxel import Voxel

FORMAT = "Siemens DICOM (CSA)"
BYTES_PER_SAMPLE = 8
CREATOR, DATA_CREATOR = "SIEMENS CSA HEADER", "SIEMENS CSA NON-IMAGE"


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 - all readers share this signature
    """Return whether the file is a DICOM object of Siemens' class for spectra."""
    return dicom_file.storage_class(head) == dicom_file.SIEMENS_NON_IMAGE


def read(path: Path) -> tuple[Scan, ...]:
    """Return the single-voxel scan of a classic Siemens DICOM file.

    Raises
    ------
    FormatError
        If the file is damaged, holds no spectrum, or a grid of voxels.
    """
    data = read_bytes(path)
    elements = dicom_file.open_dicom(path)
    csa, protocol = _headers(path, elements)
    fid = _samples(path, elements, _points(path, csa, protocol))
    acquisition, doubts = _acquisition(path, elements, csa, protocol)
    voxel, findings = checked(_voxel(csa, at_corner=False), protocol, _voxel(csa, at_corner=True))
    dataset = Dataset(fid, acquisition, nominal_centre_ppm(acquisition.nucleus), (), voxel)
    findings += doubts + check_signal(fid, acquisition, dataset.centre_ppm)
    identity = dicom_file.identity(elements)
    return (Scan(dataset, FORMAT, path, digest(data), identity, findings),)


def _headers(path: Path, elements: Any) -> tuple[Csa, dict[str, str]]:
    """Return the CSA image header, and the protocol inside the CSA series header."""
    image = dicom_file.private_bytes(elements, 0x0029, CREATOR, 0x10)
    series = dicom_file.private_bytes(elements, 0x0029, CREATOR, 0x20)
    if image is None:
        cause = "It has no CSA header; an anonymiser may have removed it, or the file is cut off."
        raise FormatError(path, cause, "Export it with its private elements, or as RDA.")
    try:
        return siemens_csa.parse(image), siemens_ascconv.parse(series or b"")
    except ValueError as error:
        raise FormatError(path, f"Its header is damaged: {error}.", SEND_AGAIN) from error


def _points(path: Path, csa: Csa, protocol: Mapping[str, str]) -> int:
    """Return the number of samples; FormatError for a grid of voxels."""
    grid = [int(csa.number(key) or 1) for key in ("Columns", "Rows", "NumberOfFrames")]
    if int(np.prod(grid)) > 1:
        raise FormatError(
            path,
            f"It is spectroscopic imaging of {' x '.join(map(str, grid))} voxels.",
            "Open a single-voxel scan; imaging grids are not read from this format yet.",
        )
    points = csa.number("DataPointColumns")
    # VA21 has no such element.
    points = points or siemens_ascconv.number(protocol, "sSpecPara.lVectorSize")
    if points is None or not 2 <= points <= 1 << 22:
        raise FormatError(path, "The header does not say how many samples there are.", SEND_AGAIN)
    return int(points)


def _samples(path: Path, elements: Any, points: int) -> NDArray[np.complex128]:
    """Return the FID, shape (points,)."""
    data = dicom_file.private_bytes(elements, 0x7FE1, DATA_CREATOR, 0x10)
    if data is None:
        raise FormatError(path, "The file has a header but no samples; it is cut off.", SEND_AGAIN)
    check_size(path, points * BYTES_PER_SAMPLE, len(data), f"{points} samples")
    fid = turned(complex_pairs(np.frombuffer(data, "<f4")), "siemens_dicom")
    check_samples(path, fid)
    return fid


def _acquisition(
    path: Path, elements: Any, csa: Csa, protocol: Mapping[str, str]
) -> tuple[Acquisition, tuple[Finding, ...]]:
    """Return what the headers say of the acquisition."""
    frequency_mhz, dwell_ns = csa.number("ImagingFrequency"), csa.number("RealDwellTime")
    if not frequency_mhz or not dwell_ns or frequency_mhz <= 0 or dwell_ns <= 0:
        raise FormatError(path, "The header lacks frequency or dwell time.", SEND_AGAIN)
    echo_time_s, doubts = _echo_time(csa, protocol)
    sequence = csa.text("SequenceName") or protocol.get("tSequenceFileName", "").strip('"')
    protocol_name = dicom_file.text(elements, "ProtocolName")
    series = dicom_file.text(elements, "SeriesDescription")
    averages = csa.number("NumberOfAverages")
    acquisition = Acquisition(
        nucleus=csa.text("ImagedNucleus") or csa.text("ResonantNucleus") or "1H",
        frequency_hz=frequency_mhz * 1e6,
        dwell_s=dwell_ns * 1e-9,
        echo_time_s=echo_time_s,
        repetition_time_s=_seconds(csa.number("RepetitionTime"), 1e-3),
        mixing_time_s=_seconds(csa.number("MixingTime"), 1e-3),
        inversion_time_s=_seconds(csa.number("InversionTime"), 1e-3),
        sequence=sequence.lstrip("*") or None,
        localisation=localisation_of(sequence, protocol_name, series),
        averages=int(averages) if averages and averages >= 1 else None,
        vendor="Siemens",
        scanner=dicom_file.text(elements, "ManufacturerModelName"),
        software=dicom_file.text(elements, "SoftwareVersions"),
        stated=_stated(protocol),
    )
    return acquisition, doubts


def _stated(protocol: Mapping[str, str]) -> tuple[Statement, ...]:
    """Return the protocol's list of echo times, and its repetition time."""
    lists = (("echo_time_s", "alTE", 64), ("repetition_time_s", "alTR", 1))
    found = (
        (about, f"{name}[{k}]", siemens_ascconv.number(protocol, f"{name}[{k}]"))
        for about, name, count in lists
        for k in range(count)
    )
    return tuple(
        Statement(about, value * 1e-6, f"protocol (ASCCONV) {name}")
        for about, name, value in found
        if value is not None
    )


def _echo_time(csa: Csa, protocol: Mapping[str, str]) -> tuple[float | None, tuple[Finding, ...]]:
    """Return the echo time, and a warning where header and protocol differ by over 0.1 ms.

    The header's EchoTime counts. The protocol's list alTE holds one entry per echo *slot* and
    leftovers in the unused ones, so only its first entry is comparable, and its sum is
    meaningless.
    """
    stated = _seconds(csa.number("EchoTime"), 1e-3)
    planned = _seconds(siemens_ascconv.number(protocol, "alTE[0]"), 1e-6)
    if stated and planned and abs(stated - planned) > 1e-4:
        detail = f"Header {stated * 1e3:g} ms, first entry of the protocol {planned * 1e3:g} ms."
        return stated, (Finding("warning", "Check the echo time", detail),)
    return stated or planned, ()


def _seconds(value: float | None, unit: float) -> float | None:
    """Return a time in s; 0 stands for none."""
    return value * unit if value and value > 0 else None


def _voxel(csa: Csa, *, at_corner: bool) -> Voxel | None:
    """Return the box centred at VoiPosition, or by ImagePositionPatient at its corner.

    VA21 knows only the latter, which is the outer corner of a one-pixel "image".
    """
    directions = csa.numbers("ImageOrientationPatient", 6)
    size = _size(csa)
    if directions is None or size is None:
        return None
    row, column = np.array(directions[:3]), np.array(directions[3:])
    centre = None if at_corner else csa.numbers("VoiPosition", 3)
    corner = csa.numbers("ImagePositionPatient", 3)
    if centre is None and corner is not None:
        centre = (np.array(corner) + row * size[0] / 2 + column * size[1] / 2).tolist()
    try:
        return (
            None if centre is None else voxel_from_lps(centre, directions[:3], directions[3:], size)
        )
    except ValueError:
        return None


def _size(csa: Csa) -> list[float] | None:
    """Return edge lengths along row, column and slice, in mm."""
    names = ("VoiReadoutFoV", "VoiPhaseFoV", "VoiThickness")
    size = [value for name in names if (value := csa.number(name)) is not None]
    if len(size) == 3:
        return size
    spacing, thickness = csa.numbers("PixelSpacing", 2), csa.number("SliceThickness")
    return None if spacing is None or thickness is None else [spacing[1], spacing[0], thickness]
