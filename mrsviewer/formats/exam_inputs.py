"""Read what a user named: scans, images and basis sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrsviewer.formats import registry
from mrsviewer.formats.source_file import digest, read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.formats.image_series import ImageSeries
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Finding, Scan
    from mrsviewer.model.volume import Volume

MOST_FILES = 1000
"""Files beside a scan that are looked at when only the scan was named."""


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A volume and the file it came from."""

    volume: Volume
    path: Path
    digest: str


@dataclass(slots=True, eq=False)
class Inputs:
    """What was read.

    Attributes
    ----------
    files
        The scans of each file together.
    images, basis
        Images and basis files that were named.
    series
        Images found in a folder, not yet read.
    whole
        The folder, archive or DICOMDIR that was opened: then everything is among the inputs,
        and nothing need be looked for beside them. None where single files were named.
    unpacked
        Where archives were unpacked to, by archive.
    findings
        Remarks.
    axes
        What a person said of files that do not say it.
    """

    files: list[tuple[Scan, ...]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    basis: list[Path] = field(default_factory=list)
    series: list[ImageSeries] = field(default_factory=list)
    whole: Path | None = None
    unpacked: dict[Path, Path] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    axes: Axes | None = None

    def shown(self, path: Path) -> Path:
        """Return the name under which a file can be opened again: a member within its archive."""
        for archive, folder in self.unpacked.items():
            if path.is_relative_to(folder):
                return archive / path.relative_to(folder)
        return path

    def add_scans(self, path: Path) -> bool:
        """Read the scans of a file; return whether they are new and not a second copy."""
        scans = registry.read_scans(path, self.axes)
        known = {scan.digest for file in self.files for scan in file}
        if scans[0].digest in known:
            return False
        self.files.append(scans)
        return True


def read_image(path: Path) -> Image:
    """Return an image file, DICOM slice or DICOM folder. Raises FormatError."""
    volume = registry.read_volume(path)
    parts = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    return Image(volume, path, digest_of(parts))


def digest_of(parts: list[Path]) -> str:
    """Return the digest of one file, or of several together."""
    marks = "".join(digest(read_bytes(part)) for part in parts)
    return marks if len(parts) == 1 else digest(marks.encode())
