"""Where DICOM spectroscopy files keep their samples, by maker, and what each frame is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.formats import dicom_file
from mrsviewer.formats.samples import SEND_AGAIN, check_samples, check_size, complex_pairs
from mrsviewer.formats.signs import turned
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

BYTES_PER_SAMPLE = 8
_UIH_REFERENCE = 0x0065FF07
_PHILIPS_SAMPLES, _PHILIPS_FRAMES = 0x20051270, 0x2005140F
_IS_REFERENCE, _EDIT = 0x20051304, 0x20051598
"""Philips' private elements, which stand in the same blocks in all its files."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The signals of a file.

    Attributes
    ----------
    fid
        Shape (frames, points), in the program's sign.
    reference
        Whether each frame is marked as water reference; None where nothing is marked.
    edit
        The editing condition of each frame, or None where there is none.
    """

    fid: NDArray[np.complex128]
    reference: tuple[bool, ...] | None = None
    edit: tuple[str, ...] | None = None


def maker_of(elements: Any) -> str:
    """Return the manufacturer's name in capitals; empty where it is missing."""
    return (dicom_file.text(elements, "Manufacturer") or "").upper()


def read_frames(path: Path, elements: Any) -> Frames:
    """Return the signals of a single-voxel file.

    Raises
    ------
    FormatError
        If there are none, they are no complex FIDs, of a grid of voxels, or cut off.
    """
    _check_kind(path, elements)
    data = _stored(elements)
    points, count = _points(elements), int(dicom_file.number(elements, "NumberOfFrames") or 1)
    if data is None or count < 1:
        raise FormatError(path, "It holds no samples; the file is cut off.", SEND_AGAIN)
    if points is None or points < 2:
        raise FormatError(path, "The header does not say how many samples there are.", SEND_AGAIN)
    promised = f"{count} x {points} samples"
    check_size(path, count * points * BYTES_PER_SAMPLE, len(data), promised)
    reference = _uih_reference(elements)
    if reference is not None:
        check_size(path, points * BYTES_PER_SAMPLE, len(reference), f"{points} reference samples")
        data += reference
    stored = complex_pairs(np.frombuffer(data, "<f4")).reshape(-1, points)
    name = "uih_dicom" if "UIH" in maker_of(elements) else "dicom_spectroscopy"
    fid = turned(stored, name)
    check_samples(path, fid)
    if reference is not None:
        return Frames(fid, (*[False] * count, True))
    return Frames(fid, *_philips_marks(elements, count))


def _check_kind(path: Path, elements: Any) -> None:
    """Refuse grids of voxels and what is no complex signal in time."""
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


def _stored(elements: Any) -> bytes | None:
    """Return the samples as they lie in the file, of the standard element or Philips' own."""
    data = dicom_file.value(elements, "SpectroscopyData")
    if isinstance(data, bytes):
        return data
    found = dicom_file.element(elements, _PHILIPS_SAMPLES)
    return found if isinstance(found, bytes) else None


def _points(elements: Any) -> int | None:
    """Return the number of samples per frame that the header states."""
    details = philips_details(elements)
    places = [elements, *details[:1]]
    for place in places:
        for keyword in ("DataPointColumns", "SpectroscopyAcquisitionDataColumns"):
            found = dicom_file.number(place, keyword)
            if found:
                return int(found)
    return None


def philips_details(elements: Any) -> list[Any]:
    """Return Philips' private items, one per frame; empty for other makers."""
    found = dicom_file.element(elements, _PHILIPS_FRAMES)
    is_sequence = found is not None and not isinstance(found, (bytes, str))
    return list(found) if is_sequence and "PHILIPS" in maker_of(elements) else []


def _uih_reference(elements: Any) -> bytes | None:
    """Return UIH's water reference, which stands in an element of its own."""
    found = dicom_file.element(elements, _UIH_REFERENCE) if "UIH" in maker_of(elements) else None
    return found if isinstance(found, bytes) and found else None


def _philips_marks(
    elements: Any, count: int
) -> tuple[tuple[bool, ...] | None, tuple[str, ...] | None]:
    """Return which frames Philips marks as reference, and their editing conditions."""
    details = philips_details(elements)
    if len(details) != count:
        return None, None
    marks = [dicom_file.element(each, _IS_REFERENCE) for each in details]
    edits = [dicom_file.element(each, _EDIT) for each in details]
    reference = None if None in marks else tuple(bool(mark) for mark in marks)
    return reference, None if None in edits else tuple(str(edit).strip() for edit in edits)
