"""DICOM MR Spectroscopy Storage: Siemens XA and Philips enhanced files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats import dicom_file, dicom_statements, siemens_ascconv
from mrsviewer.formats.orientation import voxel_from_lps, voxel_from_slabs
from mrsviewer.formats.samples import SEND_AGAIN, check_samples, check_size, complex_pairs
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.formats.siemens_geometry import checked
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.formats.water import is_water
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset, Dimension
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.model.voxel import Voxel

FORMAT = "DICOM MR Spectroscopy"
BYTES_PER_SAMPLE = 8
_VENDORS = ("Siemens", "Philips", "GE", "UIH", "Canon")


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 - all readers share this signature
    """Return whether the file is a DICOM object of the class MR Spectroscopy."""
    return dicom_file.storage_class(head) == dicom_file.MR_SPECTROSCOPY


def read(path: Path) -> tuple[Scan, ...]:
    """Return the scans of the file, the metabolites first.

    Philips puts the water reference into a second frame; that it is one is measured.

    Raises
    ------
    FormatError
        If the file is damaged, holds no time-domain signal, or a grid of voxels.
    """
    data = read_bytes(path)
    elements = dicom_file.open_dicom(path)
    fid = _samples(path, elements)
    acquisition = _acquisition(path, elements)
    voxel, findings = checked(_voxel(elements), _protocol(elements), named="functional groups")
    findings += _doubts(acquisition)
    identity = dicom_file.identity(elements)
    scans = [
        Scan(dataset, FORMAT, path, digest(data) + part, identity, findings + signs)
        for part, dataset, signs in _datasets(fid, acquisition, voxel)
    ]
    return tuple(sorted(scans, key=lambda scan: len(scans) > 1 and _is_reference(scan, scans)))


def _is_reference(scan: Scan, scans: Sequence[Scan]) -> bool:
    """Return whether one of two frames is the water reference of the other."""
    (other,) = (each for each in scans if each is not scan)
    return is_water(scan.dataset, other.dataset).is_water


def _datasets(
    fid: NDArray[np.complex128], acquisition: Acquisition, voxel: Voxel | None
) -> Iterator[tuple[str, Dataset, tuple[Finding, ...]]]:
    """Yield a mark for the digest, a dataset, and what its signal shows, per scan in the file.

    Two frames, one of which is water, are two scans; other frames are transients of one.
    """
    centre = nominal_centre_ppm(acquisition.nucleus)
    frames = [Dataset(frame, acquisition, centre, (), voxel) for frame in fid]
    pairs = [frames, frames[::-1]] if len(frames) == 2 else []
    if len(fid) > 1 and not any(is_water(one, two).is_water for one, two in pairs):
        dims: tuple[Dimension, ...] = ("transient",)
        frames = [Dataset(fid, acquisition, centre, dims, voxel)]
    for k, frame in enumerate(frames):
        mark = f"#{k + 1}" if len(frames) > 1 else ""
        yield mark, frame, check_signal(frame.fid, acquisition, centre)


def _doubts(acquisition: Acquisition) -> tuple[Finding, ...]:
    """Return a warning for makers whose direction of the axis was never seen."""
    if acquisition.vendor in {"Siemens", "Philips"}:
        return ()
    detail = "The sign of the frequency is known for Siemens and Philips files only."
    return (Finding("warning", "Check the direction of the ppm axis", detail),)


def _samples(path: Path, elements: Any) -> NDArray[np.complex128]:
    """Return the FIDs, shape (frames, points)."""
    points = int(dicom_file.number(elements, "DataPointColumns") or 0)
    frames = int(dicom_file.number(elements, "NumberOfFrames") or 1)
    grid = [int(dicom_file.number(elements, key) or 1) for key in ("Columns", "Rows")]
    if int(np.prod(grid)) * int(dicom_file.number(elements, "DataPointRows") or 1) > 1:
        raise FormatError(
            path,
            f"It is spectroscopic imaging of {grid[0]} x {grid[1]} voxels, or two-dimensional.",
            "Open a single-voxel scan; imaging grids are not read from this format yet.",
        )
    domain = dicom_file.text(elements, "SignalDomainColumns") or "TIME"
    kind = dicom_file.text(elements, "DataRepresentation") or "COMPLEX"
    if (domain, kind) != ("TIME", "COMPLEX"):
        cause = f"It holds {kind.lower()} data over {domain.lower()}, not a complex FID."
        raise FormatError(path, cause, "Export the time-domain signal.")
    data = dicom_file.value(elements, "SpectroscopyData")
    if not isinstance(data, bytes) or points < 2 or frames < 1:
        raise FormatError(path, "It holds no samples; the file is cut off.", SEND_AGAIN)
    promised = f"{frames} x {points} samples"
    check_size(path, frames * points * BYTES_PER_SAMPLE, len(data), promised)
    stored = complex_pairs(np.frombuffer(data, "<f4")).reshape(frames, points)
    fid = turned(stored, "dicom_spectroscopy")
    check_samples(path, fid)
    return fid


def _group(elements: Any, macro: str) -> Any:
    """Return a functional group of the first frame, or the one that all frames share."""
    for keyword in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        for item in dicom_file.items(elements, keyword)[:1]:
            for found in dicom_file.items(item, macro)[:1]:
                return found
    return {}


def _acquisition(path: Path, elements: Any) -> Acquisition:
    """Return what the file says of the acquisition; its times are in ms."""
    frequency_mhz = dicom_file.number(elements, "TransmitterFrequency")
    width_hz = dicom_file.number(elements, "SpectralWidth")
    if not frequency_mhz or not width_hz or frequency_mhz <= 0 or width_hz <= 0:
        raise FormatError(path, "The header lacks frequency or spectral width.", SEND_AGAIN)
    maker = dicom_file.text(elements, "Manufacturer") or ""
    sequence = dicom_file.text(elements, "PulseSequenceName")
    technique = dicom_file.text(elements, "VolumeLocalizationTechnique")
    names = (sequence, technique, dicom_file.text(elements, "ProtocolName"))
    timing = _group(elements, "MRTimingAndRelatedParametersSequence")
    averages = dicom_file.number(_group(elements, "MRAveragesSequence"), "NumberOfAverages")
    return Acquisition(
        nucleus=dicom_file.text(elements, "ResonantNucleus") or "1H",
        frequency_hz=frequency_mhz * 1e6,
        dwell_s=1 / width_hz,
        echo_time_s=_seconds(
            dicom_file.number(_group(elements, "MREchoSequence"), "EffectiveEchoTime")
        ),
        repetition_time_s=_seconds(dicom_file.number(timing, "RepetitionTime")),
        sequence=sequence.lstrip("*") if sequence else None,
        localisation=localisation_of(*names),
        averages=int(averages) if averages and averages >= 1 else None,
        vendor=next((v for v in _VENDORS if v.lower() in maker.lower()), maker or None),
        scanner=dicom_file.text(elements, "ManufacturerModelName"),
        software=dicom_file.text(elements, "SoftwareVersions"),
        stated=dicom_statements.statements(elements),
    )


def _seconds(milliseconds: float | None) -> float | None:
    """Return a time in s; 0 stands for none."""
    return milliseconds * 1e-3 if milliseconds and milliseconds > 0 else None


def _voxel(elements: Any) -> Voxel | None:
    """Return the box: of the one "pixel", else of the three slabs that select it."""
    slabs = dicom_file.items(elements, "VolumeLocalizationSequence")
    directions = dicom_file.numbers(
        _group(elements, "PlaneOrientationSequence"), "ImageOrientationPatient", 6
    )
    centre = dicom_file.numbers(
        _group(elements, "PlanePositionSequence"), "ImagePositionPatient", 3
    )
    measures = _group(elements, "PixelMeasuresSequence")
    spacing = dicom_file.numbers(measures, "PixelSpacing", 2)
    thickness = dicom_file.number(measures, "SliceThickness")
    if thickness is None and slabs:
        thickness = dicom_file.number(slabs[0], "SlabThickness")
    try:
        if directions and centre and spacing and thickness:
            size = [spacing[1], spacing[0], thickness]
            return voxel_from_lps(centre, directions[:3], directions[3:], size)
        return _slab_voxel(slabs)
    except ValueError:
        return None


def _slab_voxel(slabs: Any) -> Voxel | None:
    """Return the box that three slabs cut out, or None without three complete ones."""
    normals = [dicom_file.numbers(slab, "SlabOrientation", 3) for slab in slabs]
    middles = [dicom_file.numbers(slab, "MidSlabPosition", 3) for slab in slabs]
    thickness = [dicom_file.number(slab, "SlabThickness") for slab in slabs]
    if len(slabs) != 3 or None in normals or None in middles or None in thickness:
        return None
    return voxel_from_slabs(
        np.array(normals, float), np.array(middles, float), np.array(thickness, float)
    )


def _protocol(elements: Any) -> dict[str, str]:
    """Return the measurement protocol that Siemens XA puts into a private element."""
    for keyword in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for item in dicom_file.items(elements, keyword)[:1]:
            for outer in dicom_file.private_items(item, 0x0021, "SIEMENS MR SDS 01", 0xFE):
                data = dicom_file.private_bytes(outer, 0x0021, "SIEMENS MR SDS 01", 0x19)
                if data:
                    return siemens_ascconv.parse(data)
    return {}
