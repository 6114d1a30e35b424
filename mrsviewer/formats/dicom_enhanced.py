"""Where the frames of an enhanced (multi-frame) DICOM image lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.formats import dicom_file
from mrsviewer.formats.dicom_series import Slice, check_stack
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of an enhanced MR image."""
    del path
    return dicom_file.storage_class(head) == ENHANCED_MR


def slices_of(path: Path) -> list[Slice]:
    """Return the frames by height.

    Raises
    ------
    FormatError
        If a frame does not say where it lies, or they make no even stack.
    """
    elements = dicom_file.open_dicom(path, pixels=False)
    shared: Any = next(iter(dicom_file.items(elements, "SharedFunctionalGroupsSequence")), {})
    frames = dicom_file.items(elements, "PerFrameFunctionalGroupsSequence")
    slices = [_slice(path, elements, frame, shared) for frame in frames]
    if not slices:
        raise FormatError(path, "It has no frames.", "Export the images again.")
    slices.sort(key=lambda s: s.height)
    check_stack(path, slices)
    return slices


def _slice(path: Path, elements: Any, frame: Any, shared: Any) -> Slice:
    def group(macro: str) -> Any:
        for holder in (frame, shared):
            for item in dicom_file.items(holder, macro)[:1]:
                return item
        return {}

    corner = dicom_file.numbers(group("PlanePositionSequence"), "ImagePositionPatient", 3)
    plane = dicom_file.numbers(group("PlaneOrientationSequence"), "ImageOrientationPatient", 6)
    measures = group("PixelMeasuresSequence")
    spacing = dicom_file.numbers(measures, "PixelSpacing", 2)
    if corner is None or plane is None or spacing is None or min(spacing) <= 0:
        cause = "A frame does not say where in the body it lies."
        raise FormatError(path, cause, "Export the original images.")
    between = dicom_file.number(measures, "SpacingBetweenSlices")
    thick = dicom_file.number(measures, "SliceThickness")
    keys = ("SeriesInstanceUID", "Rows", "Columns")
    return Slice(
        path,
        tuple(dicom_file.text(elements, key) for key in keys),
        np.array(corner),
        np.array(plane[:3]),
        np.array(plane[3:]),
        (spacing[1], spacing[0], between or thick or 1.0),
        dicom_file.text(elements, "SeriesDescription") or path.name,
        dicom_file.identity(elements),
        dicom_file.text(elements, "FrameOfReferenceUID"),
    )
