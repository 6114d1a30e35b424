"""Refits of simulated repetitions as a table for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.model.failure import Failure
from mrsviewer.report.atomic import make_folder, write_text
from mrsviewer.report.tables import csv_of_each, csv_text, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.analysis.repetitions import Repetitions, Scatter

NAME = "bootstrap.csv"
_MEASURES = ("mean", "sd", "p2_5", "p97_5", "sd_percent", "crlb_sd")
BOOTSTRAP_COLUMNS = (
    "metabolite",
    "amplitude",
    *_MEASURES,
    "ratio_to_tcr",
    *(f"ratio_{name}" for name in _MEASURES),
    "draws",
    "refused",
    "seed",
    "drawn",
)


def write_bootstrap(found: Repetitions | None, folder: Path) -> Path:
    """Write bootstrap.csv, a row per row of concentrations.csv; without rows where none is given.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    rows = [] if found is None else _rows(found)
    return write_text(folder / NAME, csv_text(BOOTSTRAP_COLUMNS, rows))


def write_bootstrap_of_each(found: Sequence[Repetitions | Failure], folder: Path) -> Path:
    """Write bootstrap.csv of several spectra, numbered from 1 in the first column.

    A spectrum without refits has one line with the reason in the last column.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    parts = (
        one.one_line() if isinstance(one, Failure) else [[*row, ""] for row in _rows(one)]
        for one in found
    )
    return write_text(folder / NAME, csv_of_each((*BOOTSTRAP_COLUMNS, "message"), parts))


def _rows(found: Repetitions) -> list[list[str]]:
    """Return one line per quantity; ratios to anything but tCr have no column."""
    drawn = "noise" if found.noise_only else "noise and model"
    made = [str(found.draws), str(found.refused), str(found.seed), drawn]
    ratios = found.reference == "tCr"
    return [
        [row.name, *_cells(row.amplitude), *_cells(row.ratio if ratios else None), *made]
        for row in found.rows
    ]


def _cells(one: Scatter | None) -> list[str]:
    if one is None:
        return [""] * (1 + len(_MEASURES))
    values = (one.value, one.mean, one.sd, one.low, one.high, one.sd_percent, one.bound)
    return [number_text(value) for value in values]
