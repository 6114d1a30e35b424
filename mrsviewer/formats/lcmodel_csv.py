"""LCModel CSV files: concentrations of one voxel or many, one line each."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

from mrsviewer.formats.fortran_namelist import parse_number
from mrsviewer.formats.lcmodel_results import PROGRAM
from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.failure import FormatError
from mrsviewer.model.foreign_fit import ForeignFit, ForeignQuantity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_START = ("Row", "Col")
_PER_NAME = 3
_MOST_LINES = 1 << 16


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first line is that of an LCModel CSV file."""
    del path
    first = head.split(b"\n", 1)[0].decode("latin-1")
    cells = [cell.strip() for cell in first.split(",")[:4]]
    return len(cells) == 4 and tuple(cells[:2]) == _START and cells[3] == f"{cells[2]} %SD"


def read(path: Path) -> tuple[ForeignFit, ...]:
    """Return the results of each voxel, in the order of the file.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    text, digest = read_text(path, "an LCModel CSV file")
    try:
        table = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as error:
        raise FormatError(path, f"It is not a table: {error}.", SEND_AGAIN) from error
    if not table or tuple(table[0][:2]) != _START:
        cause = "It is text, but does not begin with Row, Col as LCModel CSV files do."
        raise FormatError(path, cause, "Choose a CSV file that LCModel wrote.")
    names, ratio_to = _columns(path, table[0])
    rows = [row for row in table[1:] if any(row)]
    if not rows or len(rows) > _MOST_LINES or not text.endswith("\n"):
        raise FormatError(path, "It is cut off: it has no complete line of values.", SEND_AGAIN)
    return tuple(
        ForeignFit(
            PROGRAM,
            path,
            digest,
            quantities=quantities,
            ratio_to=ratio_to,
            voxel=(int(place[0]), int(place[1]), 1),
        )
        for place, quantities in (_line(path, row, names) for row in rows)
    )


def _columns(path: Path, header: Sequence[str]) -> tuple[list[str], str | None]:
    """Return the names of the concentrations, three columns each, and the ratios' name."""
    body = list(header[2:])
    if body and not body[-1]:
        body.pop()
    names = body[::_PER_NAME]
    if not names or len(body) % _PER_NAME or body[1::_PER_NAME] != [f"{n} %SD" for n in names]:
        cause = "Its columns are not value, %SD and ratio of each metabolite."
        raise FormatError(path, cause, SEND_AGAIN)
    prefix = f"{names[0]}/"
    first = body[2]
    return names, first.removeprefix(prefix) if first.startswith(prefix) else None


def _line(
    path: Path, row: Sequence[str], names: Sequence[str]
) -> tuple[tuple[float, float], tuple[ForeignQuantity, ...]]:
    """Return row and column of a voxel, and its concentrations."""
    cells = list(row[:-1] if row and not row[-1] else row)
    if len(cells) != 2 + _PER_NAME * len(names):
        cause = f"A line has {len(cells)} values where the first line names more or fewer."
        raise FormatError(path, cause, SEND_AGAIN)
    try:
        values = [parse_number(cell) for cell in cells]
    except ValueError as error:
        raise FormatError(path, "A value in it is not a number.", SEND_AGAIN) from error
    if not all(map(math.isfinite, values)):
        raise FormatError(path, "A value in it is not a finite number.", SEND_AGAIN)
    body = zip(names, values[2::3], values[3::3], values[4::3], strict=True)
    return (values[0], values[1]), tuple(ForeignQuantity(*cell) for cell in body)
