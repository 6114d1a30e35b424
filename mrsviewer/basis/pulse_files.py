"""Pulse shapes from files: Siemens .pta, Bruker (JCAMP-DX), Varian .RF, and plain tables.

None of these files tells the duration, so it is given with them.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from mrsviewer.basis.pulse_shapes import Sampled
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAX_BYTES = 4_000_000
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_Rows = list[tuple[float, ...]]


def read_pulse(path: Path, duration_s: float, *, peak_hz: float | None = None) -> Sampled:
    """Return the pulse in a file.

    Parameters
    ----------
    path
        Recognised by its contents: Siemens .pta (amplitude, phase in rad), JCAMP-DX (amplitude,
        phase in degrees), Varian .RF (phase in degrees, amplitude, duration), or a table of
        amplitude, phase in degrees and, if there is a third column, relative slice gradient.
    duration_s
        Of the whole pulse.
    peak_hz
        Strongest field; needed for adiabatic pulses.

    Raises
    ------
    BasisError
        If it cannot be read, holds no pulse, or its numbers are not finite.
    """
    try:
        data = path.read_bytes()[: _MAX_BYTES + 1]
    except OSError as error:
        raise _unreadable(path, f"The file cannot be opened ({error.strerror}).") from error
    if len(data) > _MAX_BYTES or b"\0" in data:
        raise _unreadable(path, "It is not a text file of a pulse.")
    text = data.decode("latin-1")
    rows = _rows(text)
    if len(rows) < 2 or not any(row[0] for row in rows):
        raise _unreadable(path, "It holds no samples of a pulse.")
    if not all(math.isfinite(value) for row in rows for value in row):
        raise _unreadable(path, "Some samples are not numbers.")
    with_gradient = all(len(row) > 2 for row in rows)
    return Sampled(
        path.name,
        duration_s,
        tuple(row[0] for row in rows),
        tuple(row[1] for row in rows),
        tuple(row[2] for row in rows) if with_gradient else None,
        peak_hz,
    )


def _rows(text: str) -> _Rows:
    """Return amplitude, phase in degrees and, if given, gradient of every sample."""
    if "##XYPOINTS" in text:
        return [(row[0], row[1]) for row in _numbers(_between(text)) if len(row) == 2]
    if re.search(r"^PULSENAME:", text, re.MULTILINE):
        lines = (re.sub(r";.*", "", line) for line in text.splitlines() if ":" not in line)
        return [(r[0], math.degrees(r[1])) for r in _numbers(lines) if len(r) == 2]
    if re.search(r"^#\s*(TYPE|MODULATION|EXCITEWIDTH)\b", text, re.MULTILINE):
        return list(_varian(text))
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [row if len(row) > 1 else (row[0], 0.0) for row in _numbers(lines)]


def _between(text: str) -> list[str]:
    """Return the lines of the table of a JCAMP-DX file."""
    table = text.split("##XYPOINTS", 1)[1].split("##END", 1)[0]
    return table.splitlines()[1:]


def _varian(text: str) -> Iterator[tuple[float, float]]:
    """Yield amplitude and phase, samples of several time units repeated."""
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    for row in _numbers(lines):
        if len(row) < 2:
            continue
        units = round(row[2]) if len(row) > 2 else 1
        for _ in range(min(max(units, 0), 10_000)):
            yield row[1], row[0]


def _numbers(lines: Iterator[str] | list[str]) -> list[tuple[float, ...]]:
    """Return the numbers of every line that has nothing else in it."""
    found = []
    for line in lines:
        cells = [cell for cell in re.split(r"[,\s]+", line.strip()) if cell]
        if cells and all(_NUMBER.fullmatch(cell) for cell in cells):
            found.append(tuple(float(cell) for cell in cells))
    return found


def _unreadable(path: Path, cause: str) -> BasisError:
    return BasisError(
        f"Cannot read the pulse {path.name}",
        cause,
        "Give a Siemens .pta, Bruker, Varian .RF, or a table of amplitude and phase in degrees.",
    )
