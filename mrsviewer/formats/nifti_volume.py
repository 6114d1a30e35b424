"""Anatomical images and tissue maps in NIfTI, whatever the order of their axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats import nifti_file
from mrsviewer.formats.source_file import describe_content, read_bytes
from mrsviewer.model.failure import FormatError
from mrsviewer.model.volume import Volume

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_REMEDY = "Choose a three-dimensional head image (.nii or .nii.gz) of this examination."


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of a NIfTI file; its samples may be complex."""
    del path
    return nifti_file.is_nifti(head)


def read(path: Path) -> Volume:
    """Return the image of a NIfTI file in scanner space.

    Samples that are not finite become 0. Of a series along a fourth axis, one entry is taken if
    it has only one.

    Raises
    ------
    FormatError
        If it is another kind of file, damaged, a series, a spectrum, or has no place in space.
    """
    data = read_bytes(path)
    if not nifti_file.is_nifti(data[:4096]):
        kind = describe_content(data[:4096]) or "another kind of file"
        raise FormatError(path, f"It is {kind}, not a NIfTI image.", _REMEDY)
    image = nifti_file.parse(path, data)
    if np.iscomplexobj(image.samples):
        raise FormatError(path, "It holds complex samples, as spectra do, not an image.", _REMEDY)
    if image.samples.dtype.names is not None:
        raise FormatError(path, "It is a colour image; intensities are needed.", _REMEDY)
    samples = image.samples.reshape(_three(path, image.samples.shape))
    if image.affine is None:
        cause = "Its header does not say where in space it lies, so no voxel can be drawn on it."
        raise FormatError(path, cause, "Convert the original DICOM images again.")
    return Volume(_scaled(samples, image.scaling), image.affine, _name(path))


def _three(path: Path, shape: tuple[int, ...]) -> tuple[int, int, int]:
    first = (*shape[:3], 1, 1)
    if any(count != 1 for count in shape[3:]):
        cause = f"It is a series of {max(shape[3:])} images."
        raise FormatError(path, cause, "Choose one image of the series.")
    if sum(count > 1 for count in first[:3]) < 2:
        raise FormatError(path, "It has less than two axes.", _REMEDY)
    return first[0], first[1], first[2]


def _scaled(samples: NDArray[np.generic], scaling: tuple[float, float]) -> NDArray[np.float32]:
    slope, offset = scaling
    with np.errstate(over="ignore", invalid="ignore"):
        data = np.array(samples, dtype=np.float32, order="C")
        if (slope, offset) != (1.0, 0.0):
            data = np.asarray(data * np.float32(slope) + np.float32(offset), np.float32)
    return np.nan_to_num(data, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def _name(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".nii")
