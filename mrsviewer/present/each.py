"""Several spectra of one file, a line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.analysis.each import SEPARATE, spectra_in
from mrsviewer.model.fit import CONVERGED
from mrsviewer.present.scenes import TableRow, TableScene

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.quantities import Quantity

NAMES = {"x": "column", "y": "row", "z": "slice", "measurement": "measurement"}
SHOWN = ("tNAA", "tCho", "Glx", "Ins")


def place_in_words(data: Dataset, number: int) -> str:
    """Return where a spectrum lies among several, counted from 1: "column 3, row 2".

    Axes along which there is only one are left out; empty where the number says it all.
    """
    apart = [dim for dim in data.dims if dim in SEPARATE]
    counts = [data.count(dim) for dim in apart]
    if not 1 <= number <= spectra_in(data) or not apart:
        return ""
    if [dim for dim, count in zip(apart, counts, strict=True) if count > 1] == ["measurement"]:
        return ""
    places = np.unravel_index(number - 1, counts)
    return ", ".join(
        f"{NAMES[dim]} {int(place) + 1}"
        for dim, count, place in zip(apart, counts, places, strict=True)
        if count > 1
    )


def each_table(analyses: Sequence[Analysis]) -> TableScene:
    """Return a table with the ratios to tCr of each spectrum, numbered from 1."""
    headings = ("spectrum", *(f"{name}/tCr" for name in SHOWN), "residual/noise")
    rows = tuple(
        TableRow(str(number), (str(number), *_cells(analysis)), False, "", "")
        for number, analysis in enumerate(analyses, 1)
    )
    return TableScene(headings, rows)


def remarks(analyses: Sequence[Analysis]) -> Iterator[str]:
    """Yield a line for each spectrum that was not fitted or whose fit is in doubt: why."""
    for number, analysis in enumerate(analyses, 1):
        said = [failure.one_line() for failure in analysis.failures]
        if analysis.fit is not None and analysis.fit.message != CONVERGED:
            said.append(analysis.fit.message)
        if said:
            yield f"spectrum {number}: {'; '.join(said)}"


def _cells(analysis: Analysis) -> tuple[str, ...]:
    fit, table = analysis.fit, analysis.quantification
    if fit is None or table is None:
        return ("-",) * (len(SHOWN) + 1)
    found = {quantity.name: quantity for quantity in table.quantities}
    misfit = f"{fit.residual_sd / fit.noise_sd:.2f}" if fit.noise_sd > 0 else "-"
    return (*(_ratio(found.get(name)) for name in SHOWN), misfit)


def _ratio(quantity: Quantity | None) -> str:
    if quantity is None or quantity.ratio_to_tcr is None or quantity.ratio_sd is None:
        return "-"
    if quantity.ratio_sd > quantity.ratio_to_tcr:
        return "not determined"
    return f"{quantity.ratio_to_tcr:.2f} ± {quantity.ratio_sd:.2f}"
