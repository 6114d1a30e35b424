"""Bytes to model and back: one module per format, chosen by content.

The functions import what they need when called, so that importing this package costs nothing.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.formats.deidentification import Deidentified
    from mrsviewer.formats.water import WaterVerdict
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.acquisition import Identity
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Exam, Role, Scan
    from mrsviewer.model.foreign_fit import ForeignFit
    from mrsviewer.model.volume import Volume

__all__ = [
    "deidentify",
    "describe",
    "is_water",
    "open_exam",
    "read_basis",
    "read_fits",
    "read_scan",
    "read_scans",
    "read_volume",
    "reassign",
    "source_exists",
    "with_roles",
    "write_basis",
    "write_nifti_mrs",
    "write_scan",
]


def read_scan(path: Path, axes: Axes | None = None) -> Scan:
    """Return the scan in a file; of several the metabolite one. Raises FormatError."""
    from mrsviewer.formats.registry import read_scans as read

    return read(path, axes)[0]


def read_scans(path: Path, axes: Axes | None = None) -> tuple[Scan, ...]:
    """Return all scans in a file, the metabolites first. Raises FormatError.

    ``axes`` are what a person says of a file that raised
    :class:`~mrsviewer.formats.unknown_axes.UnknownAxesError`.
    """
    from mrsviewer.formats.registry import read_scans as read

    return read(path, axes)


def open_exam(
    paths: Sequence[Path],
    *,
    water: Path | None = None,
    anatomy: Path | None = None,
    axes: Axes | None = None,
    context: JobContext | None = None,
) -> Exam:
    """Return the exam that files, a folder, zip or DICOMDIR make up; see :mod:`.exam`."""
    from mrsviewer.formats.exam import open_exam as assemble

    return assemble(paths, water=water, anatomy=anatomy, axes=axes, context=context)


def reassign(
    exam: Exam,
    path: Path,
    role: Role,
    *,
    was: Role | None = None,
    context: JobContext | None = None,
) -> Exam:
    """Return the exam with another role for one of its files; see :mod:`mrsviewer.formats.roles`.

    Raises FormatError if the file cannot have the role: a water reference must be water.
    """
    from mrsviewer.formats.roles import reassign as changed

    return changed(exam, path, role, was=was, context=context)


def with_roles(
    roles: Sequence[tuple[Path, Role]],
    *,
    axes: Axes | None = None,
    context: JobContext | None = None,
) -> Exam:
    """Return the exam that files make up whose roles are all given. Raises FormatError."""
    from mrsviewer.formats.roles import with_roles as made

    return made(roles, axes=axes, context=context)


def read_volume(path: Path) -> Volume:
    """Return the image in a NIfTI file, DICOM image or DICOM folder. Raises FormatError."""
    from mrsviewer.formats.registry import read_volume as read

    return read(path)


def read_basis(path: Path) -> BasisSet:
    """Return the basis set in a file. Raises FormatError."""
    from mrsviewer.formats.registry import read_basis as read

    return read(path)


def read_fits(path: Path) -> tuple[ForeignFit, ...]:
    """Return what LCModel or TARQUIN found, one result for each voxel. Raises FormatError."""
    from mrsviewer.formats.registry import read_fits as read

    return read(path)


def write_nifti_mrs(dataset: Dataset, path: Path, identity: Identity | None = None) -> None:
    """Write a dataset as NIfTI-MRS. Raises MrsError."""
    from mrsviewer.formats.nifti_mrs_writer import write

    write(dataset, path, identity)


def write_scan(
    dataset: Dataset, path: Path, kind: str | None = None, identity: Identity | None = None
) -> tuple[Path, ...]:
    """Write a dataset in the format that ``kind`` or the ending of the name says; return files.

    NIfTI-MRS (.nii.gz), LCModel (.RAW, .H2O), jMRUI text (.txt) or columns (.csv); see
    :mod:`mrsviewer.formats.scan_writer`. Raises MrsError.
    """
    from mrsviewer.formats.scan_writer import write_scan as write

    return write(dataset, path, kind, identity)


def write_basis(basis: BasisSet, path: Path, kind: str | None = None) -> tuple[Path, ...]:
    """Write a basis set in the format that ``kind`` or the name says; return the files.

    LCModel (.basis), this program's own (.mrsbasis) or a folder of jMRUI text (no ending); see
    :mod:`mrsviewer.formats.basis_writer`. Raises MrsError.
    """
    from mrsviewer.formats.basis_writer import write_basis as write

    return write(basis, path, kind)


def deidentify(dataset: Dataset, identity: Identity) -> Deidentified:
    """Return the dataset without its patient, and what was taken out."""
    from mrsviewer.formats.deidentification import deidentify as cleaned

    return cleaned(dataset, identity)


def source_exists(path: Path) -> bool:
    """Return whether a file is there, also as a member of a zip: ``case.zip/scan.SDAT``."""
    from mrsviewer.formats.archive import exists

    return path.exists() or exists(path)


def is_water(dataset: Dataset, against: Dataset | None = None) -> WaterVerdict:
    """Return whether a scan is a water reference, by measurement, and why."""
    from mrsviewer.formats.water import is_water as measured

    return measured(dataset, against)


def describe(scan: Scan) -> dict[str, object]:
    """Return the facts of a scan under the names that ``mrsviewer info --json`` prints."""
    from mrsviewer.formats.description import describe as described

    return described(scan)
