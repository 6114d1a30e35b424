"""An anatomical DICOM series: converted by dcm2niix, its place checked by an own computation.

The place of the image decides on which side of the head a voxel is drawn, so it is computed
twice: by dcm2niix, and from Image Position and Orientation (Patient). Where the two disagree the
image is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats import dicom_enhanced, dicom_series
from mrsviewer.formats.dcm2niix import ConversionError, convert
from mrsviewer.formats.source_file import read_head
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.dicom_series import Slice
    from mrsviewer.model.volume import Volume

MOST_APART_MM = 0.2


def sniff(path: Path, head: bytes) -> bool:
    """Return whether it is a DICOM image, single or multi-frame, or a folder that has such."""
    if path.is_file() and dicom_enhanced.sniff(path, head):
        return True
    return dicom_series.sniff(path, head)


def read(path: Path) -> Volume:
    """Return the volume of a series, given its folder or one of its images.

    Raises
    ------
    FormatError
        If slices are missing, not parallel, from several series, or unreadable, or the image's
        place is not the same by both computations.
    """
    enhanced = path.is_file() and dicom_enhanced.sniff(path, read_head(path))
    slices = (dicom_enhanced if enhanced else dicom_series).slices_of(path)
    try:
        made = _converted(slices)
    except ConversionError as error:
        if enhanced:
            cause = "The enhanced DICOM image could not be converted."
            details = error.failure.details
            raise FormatError(path, cause, dicom_series.CONVERT, details) from error
        return dicom_series.stack(path, slices)
    apart = disagreement_mm(made, slices)
    if apart > MOST_APART_MM:
        cause = (
            f"Its place by dcm2niix and by the positions of its slices are {apart:.1f} mm apart."
        )
        raise FormatError(path, cause, "Do not draw voxels on it; export the images again.")
    return replace(made, name=slices[0].name if path.is_dir() else path.name)


def _converted(slices: Sequence[Slice]) -> Volume:
    """Return what dcm2niix makes of the slices; ConversionError where it lost some of them."""
    made = convert(list(dict.fromkeys(s.path for s in slices)))
    shape = (*slices[0].shape, len(slices))
    if sorted(shape) != sorted(made.data.shape):
        raise ConversionError(f"{made.data.shape} pixels instead of {shape}")
    return made


def disagreement_mm(volume: Volume, slices: Sequence[Slice]) -> float:
    """Return how far the outermost pixels of a volume lie from those of the slices.

    Order and direction of the axes do not matter.
    """
    shape = (*slices[0].shape, len(slices))
    one = _corners(volume.data.shape, volume.affine)
    other = _corners(shape, dicom_series.affine_of(slices))
    between = np.linalg.norm(one[:, None] - other[None], axis=-1)
    return float(max(between.min(axis=0).max(), between.min(axis=1).max()))


def _corners(shape: Sequence[int], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centres of the eight outermost pixels, shape (8, 3)."""
    ends = np.array(np.meshgrid(*[(0, count - 1) for count in shape])).reshape(3, -1)
    return np.asarray((affine[:3, :3] @ ends).T + affine[:3, 3])
