"""An anatomical DICOM series as one volume."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.dsp.conventions import lps_to_ras
from mrsviewer.formats import dicom_file
from mrsviewer.model.failure import FormatError
from mrsviewer.model.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Identity

PARALLEL = 0.999
GAP_MM = 0.1
"""How far a slice may lie from its place in an even stack."""

CONVERT = "Convert the series to NIfTI with dcm2niix and open that."


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """Where one image lies: corner and edge vectors (LPS mm), spacing, its series and patient."""

    path: Path
    series: tuple[str | None, ...]
    corner: NDArray[np.float64]
    row: NDArray[np.float64]
    column: NDArray[np.float64]
    spacing: tuple[float, float, float]
    name: str
    person: Identity
    frame: str | None

    @property
    def normal(self) -> NDArray[np.float64]:
        """Return the unit vector across the slice."""
        return np.asarray(np.cross(self.row, self.column))

    @property
    def shape(self) -> tuple[int, int]:
        """Return the number of columns and of rows."""
        rows, columns = self.series[-2:]
        return int(columns or 0), int(rows or 0)

    @property
    def height(self) -> float:
        """Return the position along the normal in mm."""
        return float(self.corner @ self.normal)


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the file is one DICOM image (MR, CT, PET), or a folder that has such."""
    if path.is_dir():
        return any(sniff(file, _head(file)) for file in _files(path))
    return dicom_file.storage_class(head) in dicom_file.IMAGES


def slices_of(path: Path) -> list[Slice]:
    """Return the images of one series by height, given its folder or one of them.

    Raises
    ------
    FormatError
        If a folder holds several series, or the images do not make an even stack.
    """
    if path.is_dir():
        slices = [slice_of(file) for file in _files(path) if sniff(file, _head(file))]
        if len({s.series for s in slices}) != 1:
            cause = f"It holds {len({s.series for s in slices})} image series."
            raise FormatError(path, cause, "Open one image of the series you want.")
    else:
        chosen = slice_of(path)
        siblings = (slice_of(f) for f in _files(path.parent) if f != path and sniff(f, _head(f)))
        slices = [chosen, *(s for s in siblings if s.series == chosen.series)]
    slices.sort(key=lambda s: s.height)
    check_stack(path, slices)
    return slices


def read(path: Path) -> Volume:
    """Return the volume of a series, given its folder or one of its images.

    Raises
    ------
    FormatError
        If slices are missing, not parallel, or from several series, or pixels are unreadable.
    """
    return stack(path, slices_of(path))


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder in order of their names."""
    return sorted(path for path in folder.iterdir() if path.is_file())


def _head(path: Path) -> bytes:
    """Return the first bytes of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError:
        return b""


def slice_of(path: Path) -> Slice:
    """Return where an image lies, its pixels unread."""
    elements = dicom_file.open_dicom(path, pixels=False)
    corner = dicom_file.numbers(elements, "ImagePositionPatient", 3)
    directions = dicom_file.numbers(elements, "ImageOrientationPatient", 6)
    spacing = dicom_file.numbers(elements, "PixelSpacing", 2)
    if corner is None or directions is None or spacing is None or min(spacing) <= 0:
        cause = "The image does not say where in the body it lies."
        raise FormatError(path, cause, "Export the original images, not screenshots.")
    between = dicom_file.number(elements, "SpacingBetweenSlices")
    thick = dicom_file.number(elements, "SliceThickness")
    keys = ("SeriesInstanceUID", "EchoTime", "ImageType", "Rows", "Columns")
    return Slice(
        path,
        tuple(dicom_file.text(elements, key) for key in keys),
        np.array(corner),
        np.array(directions[:3]),
        np.array(directions[3:]),
        (spacing[1], spacing[0], between or thick or 1.0),
        dicom_file.text(elements, "SeriesDescription") or path.parent.name,
        dicom_file.identity(elements),
        dicom_file.text(elements, "FrameOfReferenceUID"),
    )


def check_stack(path: Path, slices: Sequence[Slice]) -> None:
    """Raise FormatError unless the slices are parallel and evenly spaced."""
    first = slices[0]
    if any(float(s.normal @ first.normal) < PARALLEL for s in slices):
        raise FormatError(path, "Its slices are not parallel (a localiser?).", "Open a 3D scan.")
    steps = np.diff([s.height for s in slices])
    if len(steps) == 0:
        return
    if steps.min() < GAP_MM:
        cause = "It has several images at one place (phases or channels)."
        raise FormatError(path, cause, CONVERT)
    if np.ptp(steps) > max(GAP_MM, 0.02 * float(np.median(steps))):
        missing = round(float(steps.sum() / steps.min())) - len(steps)
        cause = f"About {missing} slices of the series are missing." if missing else "Uneven gaps."
        raise FormatError(path, cause, "Copy the whole series into the folder.")


def stack(path: Path, slices: Sequence[Slice]) -> Volume:
    """Return slices, in order of their height, as one volume. Raises FormatError."""
    data = np.stack([_pixels(s.path) for s in slices], axis=-1)
    name = slices[0].name if path.is_dir() else path.name
    return Volume(data, affine_of(slices), name)


def affine_of(slices: Sequence[Slice]) -> NDArray[np.float64]:
    """Return the 4 x 4 matrix from index (column, row, slice) to RAS mm of an even stack."""
    first, last = slices[0], slices[-1]
    across = first.normal * first.spacing[2]
    if len(slices) > 1:
        across = (last.corner - first.corner) / (len(slices) - 1)
    edges = [first.row * first.spacing[0], first.column * first.spacing[1], across]
    affine = np.eye(4)
    affine[:3] = lps_to_ras(np.array([*edges, first.corner])).T
    return affine


def _pixels(path: Path) -> NDArray[np.float32]:
    """Return one image, shape (columns, rows), rescaled as the file says."""
    elements: Any = dicom_file.open_dicom(path)
    try:
        raw = np.asarray(elements.pixel_array, np.float32)
    except Exception as error:
        cause = "Its pixels cannot be read: compressed in a way not known here, or cut off."
        raise FormatError(path, cause, CONVERT, f"{type(error).__name__}: {error}") from error
    if raw.ndim != 2:
        raise FormatError(path, "It is not a single grey image.", CONVERT)
    slope = dicom_file.number(elements, "RescaleSlope")
    offset = dicom_file.number(elements, "RescaleIntercept") or 0.0
    return np.asarray(raw.T * np.float32(slope or 1.0) + np.float32(offset), np.float32)
