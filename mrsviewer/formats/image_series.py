"""Images found in a folder: what and where they are, their pixels still unread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats import dicom_enhanced, dicom_file, dicom_series, nifti_file
from mrsviewer.formats.exam_inputs import Image, digest_of
from mrsviewer.formats.exam_names import is_anatomy, is_t1, tissue
from mrsviewer.formats.registry import read_volume
from mrsviewer.formats.source_file import read_head
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.dicom_series import Slice
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.acquisition import Identity
    from mrsviewer.model.volume import Tissue
    from mrsviewer.model.voxel import Voxel

MARGIN_MM = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class ImageSeries:
    """A NIfTI image, or the images of one DICOM series in one folder.

    Attributes
    ----------
    path
        The file that opens it.
    files
        All files of it.
    title
        What to call it: file name, or series description and number of images.
    shape, affine
        Size, and matrix from index to RAS mm; None where it does not say.
    person, frame
        Whose image, and its frame of reference, where the file says.
    fault
        Why it cannot be used, or None.
    """

    path: Path
    files: tuple[Path, ...]
    title: str
    shape: tuple[int, ...] = ()
    affine: NDArray[np.float64] | None = None
    person: Identity | None = None
    frame: str | None = None
    fault: str | None = None

    @property
    def is_dicom(self) -> bool:
        """Return whether it is a DICOM series."""
        return self.person is not None

    @property
    def tissue(self) -> Tissue | None:
        """Return the tissue whose map it is by its name."""
        return None if self.is_dicom else tissue(self.path)

    @property
    def is_head(self) -> bool:
        """Return whether it may be a head image: by name if it is NIfTI, any volume of DICOM."""
        if self.is_dicom:
            return len(self.shape) == 3 and min(self.shape[:2]) >= 32 and self.shape[2] >= 3
        return is_anatomy(self.path)

    @property
    def is_t1(self) -> bool:
        """Return whether its name or description says T1-weighted."""
        return is_t1(self.path.with_name(self.title)) if self.is_dicom else is_t1(self.path)

    @property
    def pixel_ml(self) -> float:
        """Return the volume of a pixel in ml; infinite where it is not known."""
        return np.inf if self.affine is None else abs(np.linalg.det(self.affine[:3, :3])) * 1e-3

    def shows(self, voxel: Voxel) -> bool:
        """Return whether all of a voxel lies within it."""
        return self.affine is not None and shows(self.shape[:3], self.affine, voxel)

    def read(self) -> Image:
        """Return it with its pixels. Raises FormatError."""
        return Image(read_volume(self.path), self.path, self.digest())

    def digest(self) -> str:
        """Return the digest of the file by which it is opened."""
        return digest_of([self.path])


def shows(shape: Sequence[int], affine: NDArray[np.float64], voxel: Voxel) -> bool:
    """Return whether all corners of a voxel lie within an image's field of view."""
    if len(shape) < 3:
        return False
    corners = np.column_stack([voxel.corners_ras_mm(), np.ones(8)])
    try:
        index = (corners @ np.linalg.inv(affine).T)[:, :3]
    except np.linalg.LinAlgError:
        return False
    margin = MARGIN_MM / np.linalg.norm(affine[:3, :3], axis=0)
    inside = (index >= -0.5 - margin) & (index <= np.array(shape) - 0.5 + margin)
    return bool(inside.all())


def nifti_image(path: Path) -> ImageSeries:
    """Return a NIfTI image by its header alone."""
    try:
        shape, affine = nifti_file.outline(path, read_head(path))
    except FormatError as error:
        return ImageSeries(path, (path,), path.name, fault=error.failure.cause)
    fault = None
    if affine is None:
        fault = "It does not say where in space it lies."
    elif any(count != 1 for count in shape[3:]):
        fault = f"It is a series of {max(shape[3:])} images."
    return ImageSeries(path, (path,), path.name, (*shape[:3],), affine, fault=fault)


def dicom_images(paths: Sequence[Path], context: JobContext) -> list[ImageSeries]:
    """Return the series that DICOM images make up, each folder for itself."""
    groups: dict[tuple[object, ...], list[Slice]] = {}
    found: list[ImageSeries] = []
    for k, path in enumerate(paths):
        context.tick(0.1 + 0.2 * k / len(paths), f"Sorting images: {path.name}")
        try:
            if dicom_enhanced.sniff(path, read_head(path)):
                found.append(_series(dicom_enhanced.slices_of(path)))
            else:
                one = dicom_series.slice_of(path)
                groups.setdefault((path.parent, one.series), []).append(one)
        except FormatError as error:
            found.append(ImageSeries(path, (path,), path.name, fault=error.failure.cause))
    return [*found, *(_series(slices) for slices in groups.values())]


def person_of(path: Path) -> Identity | None:
    """Return whose image a DICOM file or folder holds; None where it is no DICOM."""
    files = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    for file in files:
        try:
            if dicom_file.storage_class(read_head(file)) is not None:
                return dicom_file.identity(dicom_file.open_dicom(file, pixels=False))
        except FormatError:
            continue
    return None


def _series(slices: list[Slice]) -> ImageSeries:
    slices.sort(key=lambda s: s.height)
    first = min(slices, key=lambda s: s.path)
    files = tuple(dict.fromkeys(sorted(s.path for s in slices)))
    title = f"{first.name} ({len(slices)} images)"
    try:
        dicom_series.check_stack(first.path, slices)
    except FormatError as error:
        cause = error.failure.cause
        return ImageSeries(first.path, files, title, person=first.person, fault=cause)
    affine = dicom_series.affine_of(slices)
    shape = (*first.shape, len(slices))
    return ImageSeries(first.path, files, title, shape, affine, first.person, first.frame)
