"""Plain columns of numbers: real and imaginary part, perhaps the water's beside them.

Such a file says nothing of itself. Dwell time and frequency come from the caller or from a JSON
file of the same name beside it, in the words of NIfTI-MRS; without them it is not opened. Programs
disagree on the sign, so that it is taken from the peaks of protons, and told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.dsp.mirror import mirror_ratio
from mrsviewer.formats.ascii_sidecar import find_axes
from mrsviewer.formats.fortran_namelist import TextFault
from mrsviewer.formats.fortran_numbers import read_numbers
from mrsviewer.formats.samples import SEND_AGAIN, check_samples
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.source_file import read_text
from mrsviewer.formats.unknown_axes import UnknownAxesError
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.axes import Axes

FORMAT = "Columns of numbers"
_FEWEST_ROWS = 16
_SNIFFED = 8
_MIRRORED = 1.2
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?")
_COMMENT = re.compile(r"^[ \t]*[#%!].*$", re.MULTILINE)


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first lines are two or four numbers each, and nothing else."""
    del path
    if b"\x00" in head:
        return False
    text = _COMMENT.sub("", head.decode("latin-1"))
    lines = [line for line in text.splitlines() if line.strip()]
    # The last line of the head may be cut.
    rows = [_cells(line) for line in (lines[:-1] if len(head) >= 4096 else lines)[:_SNIFFED]]
    widths = {len(row) for row in rows}
    numbers = all(_NUMBER.fullmatch(cell) for row in rows for cell in row)
    return len(rows) == _SNIFFED and widths <= {2, 4} and len(widths) == 1 and numbers


def read(path: Path) -> tuple[Scan, ...]:
    """Return the scan of two columns, or the two scans of four, the weaker one first.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged; UnknownAxesError if no JSON file beside
        it says dwell time and frequency.
    """
    return _read(path, find_axes(path))


def read_told(path: Path, axes: Axes) -> tuple[Scan, ...]:
    """Return the scans of a file whose axes a person gives; raises as :func:`read`."""
    return _read(path, (axes.acquisition(path), ()))


def _read(path: Path, found: tuple[Acquisition, tuple[Finding, ...]] | None) -> tuple[Scan, ...]:
    """Return the scans with the acquisition that was found or told."""
    text, digest = read_text(path, "columns of numbers")
    fids = _signals(path, text)
    if found is None:
        raise _unknown(path)
    acquisition, findings = found
    # Of four columns two are the unsuppressed water, as a rule the last two; it is the stronger.
    pairs = sorted(fids, key=lambda fid: float(np.abs(fid).max()))
    conjugate, sign = _sign(pairs[0], acquisition)
    centre = nominal_centre_ppm(acquisition.nucleus)
    scans = []
    for number, stored in enumerate(pairs):
        fid = np.ascontiguousarray(stored.conj() if conjugate else stored)
        notes = (*findings, sign, *check_signal(fid, acquisition, centre))
        key = digest if number == 0 else f"{digest}/{number}"
        dataset = Dataset(fid, acquisition, centre)
        scans.append(Scan(dataset, FORMAT, path, key, findings=notes))
    return tuple(scans)


def _cells(line: str) -> list[str]:
    return line.replace(",", " ").replace(";", " ").split()


def _signals(path: Path, text: str) -> list[NDArray[np.complex128]]:
    """Return one signal for each pair of columns."""
    if not text.endswith("\n"):
        text += "\n"  # written without a last line end by many programs
    plain = _COMMENT.sub("", text).replace(";", " ")
    lines = [line for line in plain.split("\n") if line.strip()]
    width = len(_cells(lines[0])) if lines else 0
    if width not in {2, 4} or len(lines) < _FEWEST_ROWS:
        cause = f"It is text, but no table of two or four columns: {len(lines)} lines."
        raise FormatError(path, cause, "Choose a file of real and imaginary parts.")
    if any(len(_cells(line)) != width for line in lines):
        cause = f"Some of its lines do not hold {width} numbers: it was cut off or altered."
        raise FormatError(path, cause, SEND_AGAIN)
    try:
        values = read_numbers(plain, 1, None)
    except TextFault as fault:
        raise FormatError(path, str(fault), SEND_AGAIN) from fault
    table = values.reshape(len(lines), width)
    fids = [table[:, k] + 1j * table[:, k + 1] for k in range(0, width, 2)]
    for fid in fids:
        check_samples(path, fid)
    return fids


def _sign(fid: NDArray[np.complex128], acquisition: Acquisition) -> tuple[bool, Finding]:
    """Return whether the file holds the conjugate, as the metabolites' peaks say, and a note."""
    ratio = mirror_ratio(fid, acquisition, nominal_centre_ppm(acquisition.nucleus))
    title = "The direction of the ppm axis follows from the peaks"
    if ratio is None:
        title = "The direction of the ppm axis is not known"
        detail = "Its sign cannot be told for this nucleus; the samples are as stored."
    elif ratio > _MIRRORED:
        detail = "By where the peaks lie the file stores the complex conjugate; it was undone."
    else:
        detail = "By where the peaks lie the samples are as they should be."
    conjugate = ratio is not None and ratio > _MIRRORED
    return conjugate, Finding("warning", title, detail)


def _unknown(path: Path) -> UnknownAxesError:
    cause = "It holds columns of numbers, but says neither dwell time nor frequency nor nucleus."
    remedy = (
        f"Put a file {path.stem}.json beside it that says so, such as "
        '{"SpectrometerFrequency": [123.2], "DwellTime": 0.00025, "ResonantNucleus": ["1H"]} '
        "with MHz and seconds, or open the scan in a format that holds them."
    )
    return UnknownAxesError(path, ("dwell_s", "frequency_hz"), cause, remedy)
