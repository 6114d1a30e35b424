"""Results as tables for other programs: CSV and JSON."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from mrsviewer.dsp.phase import phase_factor
from mrsviewer.formats.mrsviewer_basis import SUFFIX
from mrsviewer.present.prior_pull import prior_pulls, pull_percent
from mrsviewer.present.spectrum import spectrum_scene
from mrsviewer.report.absorption import absorption
from mrsviewer.report.atomic import make_folder, write_bytes, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.quantities import Quantification, Quantity

CONCENTRATION_COLUMNS = (
    "metabolite",
    "concentration",
    "unit",
    "crlb",
    "crlb_percent",
    "ratio_to_tcr",
    "ratio_sd",
    "amplitude",
    "kind",
    "detected",
    "prior_pull",
    "prior_pull_percent",
)
SPECTRUM_COLUMNS = ("ppm", "data", "fit", "baseline", "residual")


def write_tables(analysis: Analysis, folder: Path) -> tuple[Path, ...]:
    """Write concentrations.csv, spectrum.csv, quality.json and recipe.json; return their paths.

    A basis set that was edited in the program is copied beside them, as basis_set.mrsbasis.
    An analysis without a fit gives concentrations.csv without rows and spectrum.csv with the
    data alone.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    own = _own_basis(analysis, folder)
    return (
        write_text(folder / "concentrations.csv", concentrations_csv(analysis)),
        write_text(folder / "spectrum.csv", spectrum_csv(analysis)),
        write_bytes(folder / "quality.json", quality_json(analysis)),
        write_bytes(folder / "recipe.json", recipe_json(analysis)),
        *own,
    )


def _own_basis(analysis: Analysis, folder: Path) -> tuple[Path, ...]:
    """Write a copy of a basis set that was edited in the program; other sets are their owner's."""
    path = analysis.recipe.fit.basis_path
    if path is None or not path.endswith(SUFFIX) or not Path(path).is_file():
        return ()
    return (write_bytes(folder / f"basis_set{SUFFIX}", Path(path).read_bytes()),)


def concentrations_csv(analysis: Analysis) -> str:
    """Return one line per metabolite; a value that is not known is an empty field.

    ``crlb`` is in the unit of ``concentration``, or of ``amplitude`` where there is none;
    ``prior_pull``, by how much soft expectations of ratios moved the value, is in that unit, too.
    """
    table, pulls = analysis.quantification, prior_pulls(analysis.fit) or {}
    rows = [] if table is None else _rows(table, pulls)
    return csv_text(CONCENTRATION_COLUMNS, rows)


def write_table_of_each(analyses: Sequence[Analysis], folder: Path) -> Path:
    """Write concentrations.csv of several spectra, numbered from 1 in the first column.

    A spectrum that could not be fitted has one line with the reason in the last column.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    heading = (*CONCENTRATION_COLUMNS, "residual_to_noise", "message")
    text = csv_of_each(heading, (_rows_or_reason(analysis) for analysis in analyses))
    return write_text(folder / "concentrations.csv", text)


def csv_of_each(heading: Sequence[str], parts: Iterable[list[list[str]] | str]) -> str:
    """Return the lines of several spectra, numbered from 1 in the first column.

    A spectrum is its lines, or the reason why it has none, which goes into the last column.
    """
    rows: list[list[str]] = []
    for number, part in enumerate(parts, 1):
        lines = [[""] * (len(heading) - 1) + [part]] if isinstance(part, str) else part
        rows += [[str(number), *line] for line in lines]
    return csv_text(("spectrum", *heading), rows)


def _rows_or_reason(analysis: Analysis) -> list[list[str]] | str:
    fit, table = analysis.fit, analysis.quantification
    if fit is None or table is None:
        return "; ".join(failure.one_line() for failure in analysis.failures)
    misfit = number_text(fit.residual_sd / fit.noise_sd if fit.noise_sd > 0 else None)
    return [[*row, misfit, fit.message] for row in _rows(table, prior_pulls(fit) or {})]


def spectrum_csv(analysis: Analysis) -> str:
    """Return the spectrum as displayed: real parts in absorption, highest ppm first.

    After the five fixed columns follows each component of the fit, without the baseline.
    """
    fit = analysis.fit
    if fit is None:
        return csv_text(SPECTRUM_COLUMNS, _data_rows(analysis))
    turn = _display_factor(analysis, fit)
    columns = [fit.data, fit.fit, fit.baseline, fit.data - fit.fit, *fit.curves]
    real = np.column_stack([fit.ppm, *((column * turn).real for column in columns)])
    return csv_text((*SPECTRUM_COLUMNS, *fit.names), (_numbers(row) for row in real))


def quality_json(analysis: Analysis) -> bytes:
    """Return grade, metrics with their definitions, findings and failures."""
    quality: dict[str, Any] = {
        "grade": analysis.quality.grade,
        "metrics": [asdict(metric) for metric in analysis.quality.metrics],
        "findings": [
            asdict(f) for f in dict.fromkeys((*analysis.exam.findings, *analysis.findings))
        ],
        "failures": [asdict(failure) for failure in analysis.failures],
    }
    return msgspec.json.format(msgspec.json.encode(quality), indent=2) + b"\n"


def recipe_json(analysis: Analysis) -> bytes:
    """Return the recipe; with the same input files it gives the same numbers again."""
    return msgspec.json.format(msgspec.json.encode(analysis.recipe), indent=2) + b"\n"


def _rows(table: Quantification, pulls: Mapping[str, float]) -> list[list[str]]:
    """Return one line per quantity; ratios to anything but tCr have no column."""
    rows = [_row(quantity, pulls) for quantity in table.quantities]
    if table.reference != "tCr":
        at = CONCENTRATION_COLUMNS.index("ratio_to_tcr")
        rows = [[*row[:at], "", "", *row[at + 2 :]] for row in rows]
    return rows


def _row(quantity: Quantity, pulls: Mapping[str, float]) -> list[str]:
    pull, percent = pulls.get(quantity.name), pull_percent(quantity, pulls)
    if pull is not None and quantity.concentration is not None:
        pull = None if percent is None else percent / 100 * quantity.concentration
    return [
        quantity.name,
        number_text(quantity.concentration),
        quantity.unit if quantity.concentration is not None else "",
        number_text(quantity.crlb),
        number_text(quantity.crlb_percent),
        number_text(quantity.ratio_to_tcr),
        number_text(quantity.ratio_sd),
        number_text(quantity.amplitude),
        quantity.kind,
        "yes" if quantity.detected else "no",
        number_text(pull),
        number_text(percent),
    ]


def _display_factor(analysis: Analysis, fit: FitResult) -> np.ndarray[Any, np.dtype[Any]]:
    """Return the phase the picture has on top of the fitted curves, shape (n,)."""
    scene = spectrum_scene(analysis, analysis.recipe)
    offset_hz = (fit.ppm - scene.pivot_ppm) * scene.hz_per_ppm
    return phase_factor(offset_hz, scene.zero_phase_rad, scene.first_phase_s, 0.0)


def _data_rows(analysis: Analysis) -> list[list[str]]:
    scene = spectrum_scene(analysis, analysis.recipe)
    high, low = scene.window_ppm
    rows: list[list[str]] = []
    for curve in scene.curves:
        real = absorption(scene, curve)
        keep = (curve.ppm >= low) & (curve.ppm <= high)
        pairs = sorted(zip(curve.ppm[keep], real[keep], strict=True), reverse=True)
        rows += [[*_numbers(pair), "", "", ""] for pair in pairs]
    return rows


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as comma-separated lines."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue()


def _numbers(values: Iterable[float]) -> list[str]:
    return [number_text(value) for value in values]


def number_text(value: float | None) -> str:
    """Return seven significant digits; nothing for what is not known."""
    return "" if value is None or not np.isfinite(value) else f"{float(value):.7g}"
