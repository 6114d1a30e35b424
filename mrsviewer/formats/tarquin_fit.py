"""TARQUIN's text file of fitted spectra: ppm, data, fit, baseline and one column each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.fortran_namelist import TextFault
from mrsviewer.formats.fortran_numbers import read_numbers
from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.source_file import read_text
from mrsviewer.formats.tarquin_results import PROGRAM
from mrsviewer.model.failure import FormatError
from mrsviewer.model.foreign_fit import ForeignCurve, ForeignCurves, ForeignFit

if TYPE_CHECKING:
    from pathlib import Path

_FIRST = ("PPMScale", "Data", "Fit", "Baseline")
_VOXEL = re.compile(r"^Row : (\d+), Col : (\d+), Slice : (\d+) *$", re.MULTILINE)


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of TARQUIN's fitted spectra."""
    del path
    text = head.decode("latin-1").replace("\r", "")
    return _VOXEL.match(text) is not None and ",".join(_FIRST) in text[:200]


def read(path: Path) -> tuple[ForeignFit, ...]:
    """Return the spectra of each voxel.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    text, digest = read_text(path, "a TARQUIN text file of fitted spectra")
    marks = list(_VOXEL.finditer(text))
    if not marks:
        cause = "It is text, but does not name a voxel as TARQUIN's fitted spectra do."
        raise FormatError(path, cause, "Choose a text file of a fit that TARQUIN wrote.")
    if not text.endswith("\n"):
        raise FormatError(path, "It is cut off: it ends within a line.", SEND_AGAIN)
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    fits = []
    for mark, stop in zip(marks, stops, strict=True):
        line = text.count("\n", 0, mark.end()) + 1
        curves = _curves(path, text[mark.end() : stop], line)
        voxel = (int(mark[1]), int(mark[2]), int(mark[3]))
        fits.append(ForeignFit(PROGRAM, path, digest, curves=curves, voxel=voxel))
    return tuple(fits)


def _curves(path: Path, block: str, line: int) -> ForeignCurves:
    """Return the spectra of one voxel; TARQUIN's fit is without the baseline, ours with it."""
    header, _, body = block.lstrip("\n").partition("\n")
    names = [name.strip() for name in header.split(",")]
    try:
        values = read_numbers(body, line + 2, None)
    except TextFault as fault:
        raise FormatError(path, str(fault), SEND_AGAIN) from fault
    if tuple(names[:4]) != _FIRST or values.size < 2 * len(names) or values.size % len(names):
        cause = f"The {values.size} values below line {line + 1} make no table of {len(names)}."
        raise FormatError(path, cause, SEND_AGAIN)
    table = values.reshape(-1, len(names)).T.copy()
    ppm, data, fit, baseline = table[:4]
    if not (np.diff(ppm) < 0).all():
        raise FormatError(path, "Its ppm axis does not fall from point to point.", SEND_AGAIN)
    parts = tuple(ForeignCurve(n, row) for n, row in zip(names[4:], table[4:], strict=True))
    return ForeignCurves(ppm, data, fit + baseline, baseline, parts)
