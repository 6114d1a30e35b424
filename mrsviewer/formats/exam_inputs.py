"""Read everything a user named: scans, images and basis sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrsviewer.formats import registry
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.volume import Volume

MOST_FILES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A volume and the file it came from."""

    volume: Volume
    path: Path
    digest: str


@dataclass(slots=True, eq=False)
class Inputs:
    """What was read: the scans of each file together, images, basis files, and remarks."""

    files: list[tuple[Scan, ...]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    basis: list[Path] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def gather(paths: Sequence[Path], context: JobContext) -> Inputs:
    """Return the content of all paths; one folder stands for the scans in it.

    Raises
    ------
    FormatError
        If a named file cannot be read, or a folder holds no spectrum.
    """
    if len(paths) == 1 and paths[0].is_dir():
        return _gather_folder(paths[0], context)
    inputs = Inputs()
    for k, path in enumerate(paths):
        context.tick(0.5 * k / len(paths), f"Reading {path.name}")
        _add(inputs, path)
    return inputs


def read_image(path: Path) -> Image:
    """Return an image file, DICOM slice or DICOM folder. Raises FormatError."""
    volume = registry.read_volume(path)
    parts = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    marks = "".join(digest(read_bytes(part)) for part in parts)
    return Image(volume, path, marks if len(parts) == 1 else digest(marks.encode()))


def _add(inputs: Inputs, path: Path) -> None:
    """Read one path into ``inputs``; the second file of a pair adds nothing."""
    row = registry.identify(path)
    if row.kind == "basis":
        inputs.basis.append(path)
    elif row.kind == "volume":
        inputs.images.append(read_image(path))
    else:
        scans = registry.read_scans(path)
        known = {scan.digest for file in inputs.files for scan in file}
        if scans[0].digest not in known:
            inputs.files.append(scans)


def _gather_folder(folder: Path, context: JobContext) -> Inputs:
    """Return the scans in a folder; what is none of them is named in a remark."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    if len(files) > MOST_FILES:
        cause = f"The folder holds {len(files)} files."
        raise FormatError(folder, cause, "Open the file of the scan you want.")
    inputs, faults, other = Inputs(), [], 0
    for k, path in enumerate(files):
        context.tick(0.5 * k / len(files), f"Looking at {path.name}")
        try:
            if registry.identify(path).kind == "scan":
                _add(inputs, path)
            else:
                other += 1
        except FormatError as error:
            faults.append(f"{path.name}: {error.failure.cause}")
    if not inputs.files:
        seen = f" {faults[0]}" if faults else ""
        seen = f" It holds {other} images or basis files." if other else seen
        cause = f"The folder holds no spectrum that can be read.{seen}"
        raise FormatError(folder, cause, "Open a folder or file with a spectrum.")
    if faults:
        title = f"{len(faults)} files of the folder were left out"
        inputs.findings.append(Finding("info", title, " ".join(faults[:5])))
    return inputs
