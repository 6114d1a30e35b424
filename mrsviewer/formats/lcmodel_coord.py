"""LCModel COORD files: the spectra of a fit, and its tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.fortran_namelist import TextFault
from mrsviewer.formats.fortran_numbers import Layout, read_numbers
from mrsviewer.formats.lcmodel_results import (
    PROGRAM,
    messages_of,
    misc_of,
    quantities_of,
    settings_of,
    title_of,
    version_of,
    voxel_of,
)
from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.failure import FormatError
from mrsviewer.model.foreign_fit import ForeignCurve, ForeignCurves, ForeignFit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_MARK = "points on ppm-axis = NY"
_AXIS = re.compile(r"^ *(\d+) points on ppm-axis = NY *$", re.MULTILINE)
_BLOCK = re.compile(
    r"^ *(?:(NY phased data points follow)|(NY points of the fit to the data follow)"
    r"|(NY background values follow)|(\S+) +Conc\. *=.*|(.*lines in following diagnostic table.*)"
    r"|(.*lines in following table of input changes.*))$",
    re.MULTILINE,
)
_LAYOUT = Layout(10, 13)
_LONGEST = 1 << 20
_NAMES = ("data", "fit", "baseline")


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of an LCModel COORD file."""
    del path
    text = head.decode("latin-1")
    announced = "lines in following concentration table" in text and "$$CONC" not in text
    return version_of(text) is not None and announced


def read(path: Path) -> tuple[ForeignFit, ...]:
    """Return the fit in a COORD file.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    text, digest = read_text(path, "an LCModel COORD file")
    axis = _AXIS.search(text)
    if version_of(text) is None or axis is None:
        cause = f"It is text, but lacks the line '{_MARK}' of LCModel COORD files."
        raise FormatError(path, cause, "Choose a COORD file that LCModel wrote completely.")
    try:
        curves = _curves(path, text, axis)
    except TextFault as fault:
        raise FormatError(path, str(fault), SEND_AGAIN) from fault
    preamble = text[: axis.start()].split("\n")
    at = next((i for i, line in enumerate(preamble) if "concentration table" in line), 0)
    quantities, ratio_to = quantities_of(preamble[at + 1 :])
    tail = text[text.find("diagnostic table") :] if "diagnostic table" in text else ""
    misc, title = misc_of(text[: axis.start()]), title_of(text)
    fit = ForeignFit(
        PROGRAM,
        path,
        digest,
        version_of(text),
        title,
        curves,
        quantities,
        ratio_to,
        voxel_of(title),
        misc.fwhm_ppm,
        misc.signal_to_noise,
        misc.shift_ppm,
        misc.zero_phase_deg,
        misc.first_phase_deg_per_ppm,
        settings_of(tail),
        messages_of(tail.split("input changes")[0].split("\n")),
    )
    return (fit,)


def _curves(path: Path, text: str, axis: re.Match[str]) -> ForeignCurves:
    """Return the spectra; every one must have the points that the file announces."""
    points = int(axis[1])
    if not 2 <= points < _LONGEST:
        raise FormatError(path, f"A ppm axis of {points} points cannot be right.", SEND_AGAIN)
    marks = list(_BLOCK.finditer(text, axis.end()))
    stops = [*(mark.start() for mark in marks), len(text)]
    ppm = _values(path, text, axis.end(), stops[0], points)
    main: dict[str, NDArray[np.float64]] = {}
    parts: list[tuple[str, NDArray[np.float64]]] = []
    for mark, stop in zip(marks, stops[1:], strict=True):
        if mark[5] or mark[6]:
            break
        values = _values(path, text, mark.end(), stop, points)
        if mark[4]:
            parts.append((mark[4], values))
        else:
            main[_NAMES[next(k for k in range(3) if mark[k + 1])]] = values
    return _assembled(path, ppm, main, parts)


def _assembled(
    path: Path,
    ppm: NDArray[np.float64],
    main: Mapping[str, NDArray[np.float64]],
    parts: list[tuple[str, NDArray[np.float64]]],
) -> ForeignCurves:
    """Return the spectra; LCModel adds the baseline to each component, which is undone."""
    lacking = [name for name in ("data", "fit") if name not in main]
    if lacking:
        raise FormatError(path, f"It is cut off: it has no {lacking[0]}.", SEND_AGAIN)
    if not (np.diff(ppm) < 0).all():
        raise FormatError(path, "Its ppm axis does not fall from point to point.", SEND_AGAIN)
    # Without a background block (NOBASE = T) the baseline is zero.
    baseline = main.get("baseline", np.zeros_like(ppm))
    components = tuple(ForeignCurve(name, values - baseline) for name, values in parts)
    return ForeignCurves(ppm, main["data"], main["fit"], baseline, components)


def _values(path: Path, text: str, start: int, stop: int, points: int) -> NDArray[np.float64]:
    line = text.count("\n", 0, start) + 1
    values = read_numbers(text[start:stop], line, _LAYOUT)
    if values.size != points:
        cause = f"The block from line {line + 1} has {values.size} values, {points} are promised."
        raise FormatError(path, f"{cause} The file was cut off or altered.", SEND_AGAIN)
    return values
