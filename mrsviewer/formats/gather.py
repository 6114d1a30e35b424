"""Everything in the files, folders, archives and DICOMDIRs that a user named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.formats import archive, dicom_enhanced, dicom_file, dicomdir, registry
from mrsviewer.formats.exam_inputs import Inputs, read_image
from mrsviewer.formats.image_series import dicom_images, nifti_image
from mrsviewer.formats.source_file import PICTURES, describe_content, read_head
from mrsviewer.formats.walk import walk
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Scan

MOST_NAMED = 5
_IMAGES = {*dicom_file.IMAGES, dicom_enhanced.ENHANCED_MR}


class Gatherer:
    """Reads paths into :class:`Inputs`; archives live as long as ``stack``.

    Parameters
    ----------
    stack
        Closes what has to be closed.
    context
        For progress and cancelling.
    axes
        What a person said of files that do not say it.
    """

    def __init__(self, stack: ExitStack, context: JobContext, axes: Axes | None = None) -> None:
        self.inputs = Inputs(axes=axes)
        self._stack = stack
        self._context = context

    def place(self, path: Path) -> Path:
        """Return where a file is: for ``case.zip/scan.SDAT`` its unpacked copy."""
        parts = archive.split(path)
        return path if parts is None else self._folder_of(parts[0]) / parts[1]

    def scans(self, path: Path) -> tuple[Scan, ...]:
        """Return the scans of one file. Raises FormatError."""
        return registry.read_scans(self.place(path), self.inputs.axes)

    def gather(self, paths: Sequence[Path]) -> Inputs:
        """Return the content of all paths.

        Raises
        ------
        FormatError
            If a named file cannot be read, or a folder holds no spectrum.
        """
        for k, path in enumerate(map(self.place, paths)):
            self._context.tick(0.5 * k / len(paths), f"Reading {path.name}")
            self._add(path, alone=len(paths) == 1)
        return self.inputs

    def gather_together(self, paths: Sequence[Path]) -> Inputs:
        """Return the content of files as if they were all there is in one folder.

        Of a DICOM image all images beside it are taken, as one of them stands for its series.
        """
        files: dict[Path, None] = {}
        for path in map(self.place, paths):
            if path.is_dir():
                files |= dict.fromkeys(walk(path, self._context))
            elif dicom_file.storage_class(read_head(path)) in _IMAGES:
                beside = (p for p in sorted(path.parent.iterdir()) if p.is_file())
                files |= dict.fromkeys(p for p in beside if _is_image(p))
            else:
                files[path] = None
        self._add_all(paths[0], tuple(files), alone=True)
        return self.inputs

    def _add(self, path: Path, *, alone: bool) -> None:
        """Read one path; the second file of a pair adds nothing."""
        if path.is_file() and archive.is_archive(path):
            self._add_all(path, walk(self._folder_of(path), self._context), alone=alone)
        elif path.is_file() and dicomdir.is_dicomdir(read_head(path)):
            files, findings = dicomdir.listed_files(path)
            self.inputs.findings += findings
            self._add_all(path, files, alone=alone)
        elif path.is_dir() and not _is_one(path, alone=alone):
            self._add_all(path, walk(path, self._context), alone=alone)
        else:
            self._add_file(path)

    def _add_file(self, path: Path) -> None:
        kind = registry.identify(path).kind
        if kind == "basis":
            self.inputs.basis.append(path)
        elif kind == "volume":
            self.inputs.images.append(read_image(path))
        else:
            self.inputs.add_scans(path)

    def _folder_of(self, path: Path) -> Path:
        """Return the folder to which an archive was unpacked, once."""
        if path not in self.inputs.unpacked:
            place = self._stack.enter_context(archive.unpacked(path, self._context))
            self.inputs.unpacked[path] = place
        return self.inputs.unpacked[path]

    def _add_all(self, named: Path, files: Sequence[Path], *, alone: bool) -> None:
        """Read all spectra among files and note the images; tell what was left out."""
        inputs, faults, images, other = self.inputs, [], [], 0
        inputs.whole = named
        before = len(inputs.files)
        for k, path in enumerate(files):
            self._context.tick(0.3 + 0.3 * k / len(files), f"Looking at {path.name}")
            try:
                head = read_head(path)
                if dicom_file.storage_class(head) in _IMAGES:
                    images.append(path)
                    continue
                if describe_content(head) in PICTURES:
                    other += 1
                    continue
                kind = registry.identify(path).kind
                if kind == "scan":
                    inputs.add_scans(path)
                elif kind == "volume":
                    inputs.series.append(nifti_image(path))
                else:
                    other += 1
            except FormatError as error:
                faults.append(f"{path.name}: {error.failure.cause}")
        inputs.series += dicom_images(images, self._context)
        if alone and len(inputs.files) == before:
            _refuse(named, faults, len(inputs.series) + other)
        if faults:
            title = f"{len(faults)} files of the folder were left out"
            inputs.findings.append(Finding("info", title, " ".join(faults[:MOST_NAMED])))


def is_collection(path: Path) -> bool:
    """Return whether a path holds an exam and not one scan: a folder, an archive, a DICOMDIR."""
    if path.is_dir():
        return not _is_one(path, alone=True)
    return archive.is_archive(path) or dicomdir.is_dicomdir(read_head(path))


def _is_one(folder: Path, *, alone: bool) -> bool:
    """Return whether a folder as a whole is one input: an experiment, or a basis set."""
    try:
        kind = registry.identify(folder).kind
    except FormatError:
        return False
    return kind == "scan" or (kind == "basis" and not alone)


def _is_image(path: Path) -> bool:
    """Return whether a file is a DICOM image."""
    try:
        return dicom_file.storage_class(read_head(path)) in _IMAGES
    except FormatError:
        return False


def _refuse(named: Path, faults: Sequence[str], others: int) -> None:
    """Raise FormatError: nothing to fit in there."""
    what = "folder" if named.is_dir() else "file"
    seen = f" {faults[0]}" if faults else ""
    seen = f" It holds {others} images, basis sets or results of fits." if others else seen
    cause = f"The {what} holds no spectrum that can be read.{seen}"
    raise FormatError(named, cause, "Open a folder or file with a spectrum.")
