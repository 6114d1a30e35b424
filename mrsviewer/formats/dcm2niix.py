"""DICOM images to NIfTI by dcm2niix, in a folder of its own and within a time limit.

dcm2niix (Li et al., J Neurosci Methods 2016;264:47) knows what manufacturers do to images:
compression, enhanced multi-frame files, intensity scaling. It comes as a package with the program
in it and runs as a process of its own.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mrsviewer.formats import nifti_volume
from mrsviewer.model.failure import MrsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.model.volume import Volume

LIMIT_S = 30.0


class ConversionError(MrsError):
    """dcm2niix gave no single image; the reason is in the details."""

    def __init__(self, details: str) -> None:
        cause = "dcm2niix made no single image of it."
        super().__init__("Cannot convert the images", cause, "Convert them yourself.", details)


def convert(files: Sequence[Path], limit_s: float = LIMIT_S) -> Volume:
    """Return the one image that dcm2niix makes of the files of one series.

    Nothing is written beside the files: they are linked into a temporary folder.

    Raises
    ------
    ConversionError
        If the program is missing, fails, takes too long, or makes no or several images.
    """
    with tempfile.TemporaryDirectory(prefix="mrsviewer-", ignore_cleanup_errors=True) as name:
        source, target = Path(name, "in"), Path(name, "out")
        try:
            source.mkdir()
            target.mkdir()
            for k, file in enumerate(files):
                _link(file, source / f"{k:06}.dcm")
            said = _run(source, target, limit_s)
        except OSError as error:
            raise ConversionError(f"{type(error).__name__}: {error}") from error
        made = sorted(target.glob("*.nii"))
        if len(made) != 1:
            raise ConversionError(f"{len(made)} images; {said[-500:]}")
        return nifti_volume.read(made[0])


def _run(source: Path, target: Path, limit_s: float) -> str:
    """Return what the program printed; ConversionError if it failed."""
    try:
        import dcm2niix  # noqa: PLC0415 - looks for its program on import

        program = str(dcm2niix.bin)
    except (ImportError, AttributeError) as error:
        raise ConversionError(f"no dcm2niix: {error}") from error
    command = [program, "-b", "n", "-z", "n", "-f", "image_%s", "-o", str(target), str(source)]
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ConversionError(f"no answer within {limit_s:g} s") from error
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise ConversionError(f"exit status {done.returncode}; {said[-500:]}")
    return said


def _link(file: Path, name: Path) -> None:
    """Make a file available under another name; by a copy where the system has no links."""
    try:
        name.symlink_to(file.absolute())
    except (OSError, NotImplementedError):
        shutil.copyfile(file, name)
