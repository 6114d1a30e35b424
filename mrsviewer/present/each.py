"""Several spectra of one file, a line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.analysis.each import SEPARATE, spectra_in
from mrsviewer.model.fit import CONVERGED

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


def each_lines(analyses: Sequence[Analysis]) -> Iterator[str]:
    """Yield a heading, and for each spectrum its ratios to tCr or why there are none."""
    yield (
        f"{'spectrum':>8}" + "".join(f"{name + '/tCr':>14}" for name in SHOWN) + "  residual/noise"
    )
    for number, analysis in enumerate(analyses, 1):
        yield f"{number:>8}{_words(analysis)}"


def _words(analysis: Analysis) -> str:
    fit, table = analysis.fit, analysis.quantification
    if fit is None or table is None:
        return "  " + "; ".join(failure.one_line() for failure in analysis.failures)
    found = {quantity.name: quantity for quantity in table.quantities}
    ratios = "".join(f"{_ratio(found.get(name)):>16}" for name in SHOWN)
    misfit = f"{fit.residual_sd / fit.noise_sd:.2f}" if fit.noise_sd > 0 else "-"
    doubt = "" if fit.message == CONVERGED else fit.message
    return f"{ratios}{misfit:>16}  {doubt}".rstrip()


def _ratio(quantity: Quantity | None) -> str:
    if quantity is None or quantity.ratio_to_tcr is None or quantity.ratio_sd is None:
        return "-"
    if quantity.ratio_sd > quantity.ratio_to_tcr:
        return "not determined"
    return f"{quantity.ratio_to_tcr:.2f} ± {quantity.ratio_sd:.2f}"
