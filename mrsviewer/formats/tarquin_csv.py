"""TARQUIN's CSV files: amplitudes, standard deviations and quality, one line for each voxel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.source_file import read_text
from mrsviewer.formats.tarquin_results import PROGRAM, number
from mrsviewer.model.failure import FormatError
from mrsviewer.model.foreign_fit import ForeignFit, ForeignQuantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_AMOUNTS = "Signal amplitudes"
_BOUNDS = "CRLBs (standard deviation)"
_QUALITY = "Fit diagnostics"
_PLACE = ("Row", "Col", "Slice")

Table = list[dict[str, str]]


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first lines are those of a TARQUIN result CSV."""
    del path
    lines = head.decode("latin-1").splitlines()[:2]
    return len(lines) == 2 and lines[0].strip() == _AMOUNTS and lines[1].startswith("Row,Col,")


def read(path: Path) -> tuple[ForeignFit, ...]:
    """Return the results of each voxel, in the order of the file.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    text, digest = read_text(path, "a TARQUIN result CSV")
    tables = _tables(path, text)
    if not tables.get(_AMOUNTS):
        cause = "It is text, but has no signal amplitudes as TARQUIN's CSV files do."
        raise FormatError(path, cause, "Choose a CSV file of results that TARQUIN wrote.")
    amounts, bounds = tables[_AMOUNTS], tables.get(_BOUNDS, [])
    if len(bounds) != len(amounts):
        cause = f"It is cut off: {len(amounts)} voxels have values and {len(bounds)} bounds."
        raise FormatError(path, cause, SEND_AGAIN)
    quality: Table = tables.get(_QUALITY, [{}] * len(amounts))
    if len(quality) != len(amounts) or not text.endswith("\n"):
        raise FormatError(path, "It is cut off within its fit diagnostics.", SEND_AGAIN)
    return tuple(
        ForeignFit(
            PROGRAM,
            path,
            digest,
            quantities=_quantities(path, row, bound),
            voxel=_voxel(row),
            fwhm_ppm=number(grades.get("Metab FWHM (PPM)")),
            signal_to_noise=number(grades.get("SNR residual") or grades.get("SNR")),
        )
        for row, bound, grades in zip(amounts, bounds, quality, strict=True)
    )


def _tables(path: Path, text: str) -> dict[str, Table]:
    """Return the tables: a title, a line of names, and lines of values each."""
    found: dict[str, Table] = {}
    names: Sequence[str] | None = None
    title = ""
    for line in text.split("\n"):
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == 1:
            title, names = cells[0] or title, None
        elif names is None:
            names, found[title] = cells, []
        elif len(cells) != len(names):
            cause = f"A line of '{title}' has {len(cells)} values, {len(names)} are named."
            raise FormatError(path, cause, SEND_AGAIN)
        else:
            found[title].append(dict(zip(names, cells, strict=True)))
    return found


def _quantities(
    path: Path, row: Mapping[str, str], bound: Mapping[str, str]
) -> tuple[ForeignQuantity, ...]:
    """Return the concentrations; the bounds, given as they are, become percentages."""
    found = []
    for name, text in row.items():
        if name in _PLACE:
            continue
        amount, deviation = number(text), number(bound.get(name))
        if amount is None:
            raise FormatError(path, f"The amplitude of {name} is not a number.", SEND_AGAIN)
        percent = None
        if deviation is not None:
            percent = 100 * deviation / abs(amount) if amount else math.inf
        found.append(ForeignQuantity(name, amount, percent))
    return tuple(found)


def _voxel(row: Mapping[str, str]) -> tuple[int, int, int] | None:
    place = [number(row.get(axis)) for axis in _PLACE]
    if any(value is None for value in place):
        return None
    first, second, third = (int(value or 0) for value in place)
    return first, second, third
