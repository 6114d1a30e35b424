"""How values scatter over refits: a table of text, and the histogram of one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.present.fmt import DASH, column_scale, fixed, power_of_ten
from mrsviewer.present.names import full_name, order_of
from mrsviewer.present.scenes import Freshness, TableRow, TableScene
from mrsviewer.quantification.sums import SUMS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.analysis.repetitions import Repeated, Repetitions, Scatter

FLAG = "▲"
WIDER = 1.2
"""Ratio of the standard deviations from which it is marked: that of 200 draws is known to 5 %."""

LEAST_BINS, MOST_BINS = 8, 40
_CURVE_POINTS = 121
_REACH_SD = 3.0
NOISE_ONLY = (
    "Noise alone was drawn. What the fit does not know of baseline and lines is not in the "
    "scatter, which is too small: quote the Cramér-Rao bounds."
)


@dataclass(frozen=True, slots=True, eq=False)
class HistogramScene:
    """The refits of one value.

    Attributes
    ----------
    title, axis
        Its full name, and what the values are: "NAA / tCr".
    edges, counts
        Shapes (n + 1,) and (n,): bins and draws in them.
    value, low, high
        As fitted, and the 95 % interval of the refits.
    curve
        (values, draws per bin) that the Cramér-Rao bound alone would give; empty without one.
    caption
        What is seen, in a sentence.
    freshness
        Whether it is of the recipe in force.
    """

    title: str = ""
    axis: str = ""
    edges: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    curve: tuple[NDArray[np.float64], NDArray[np.float64]] = field(
        default_factory=lambda: (np.zeros(0), np.zeros(0))
    )
    caption: str = ""
    freshness: Freshness = "none"


def scatter_table(
    found: Repetitions, *, ratios: bool, freshness: Freshness = "current"
) -> TableScene:
    """Return one line per value: as fitted, both standard deviations, interval, their ratio.

    ``ratios``: of the ratios to creatine, where there are any; else of the amplitudes. ``weak``
    marks values that scatter by a fifth more than their bound says.
    """
    listed = _listed(found, ratios=ratios)
    exponent, decimals = _scale([one for _, one in listed], ratios=_has_ratios(found, ratios))
    rows = tuple(_row(name, one, exponent, decimals) for name, one in listed)
    headings = ("Metabolite", "value", "± CRLB", "± bootstrap", "95 % interval", "SD / CRLB")
    return TableScene(
        headings, rows, freshness, _caption(found, exponent, ratios=_has_ratios(found, ratios))
    )


def histogram_scene(
    found: Repetitions, name: str, *, ratios: bool, freshness: Freshness = "current"
) -> HistogramScene:
    """Return the histogram of one value; nothing to draw where it has none."""
    listed = dict(_listed(found, ratios=ratios))
    one = listed.get(name)
    if one is None:
        return HistogramScene()
    drawn = one.drawn[np.isfinite(one.drawn)]
    if drawn.size < 2 or not np.ptp(drawn) > 0:
        return HistogramScene(full_name(name), caption=f"{name} is the same in all refits.")
    to_creatine = _has_ratios(found, ratios)
    exponent, decimals = _scale(list(listed.values()), ratios=to_creatine)
    power = f" in {power_of_ten(exponent)}" if exponent else ""
    factor = 10.0**-exponent
    counts, edges = np.histogram(drawn * factor, _bins(drawn))
    value, low, high = one.value * factor, one.low * factor, one.high * factor
    fit, start, end = (fixed(number, decimals) for number in (value, low, high))
    return HistogramScene(
        full_name(name),
        f"{name} / {found.reference}" if to_creatine else f"{name} (amplitude{power})",
        edges,
        counts,
        value,
        low,
        high,
        _normal(value, one.bound * factor, drawn.size * float(edges[1] - edges[0])),
        f"Line: the fit, {fit}. Band: 95 % of the refits, {start} to {end}. "
        "Dashed: what the Cramér-Rao bound alone says.",
        freshness,
    )


def has_ratios(found: Repetitions) -> bool:
    """Return whether there is anything that ratios are to."""
    return found.reference is not None


def _has_ratios(found: Repetitions, wanted: bool) -> bool:
    return wanted and has_ratios(found)


def _listed(found: Repetitions, *, ratios: bool) -> list[tuple[str, Scatter]]:
    """Return what is shown, in reading order; the reference has no ratio to itself."""
    ordered = sorted(found.rows, key=_place)
    if not _has_ratios(found, ratios):
        return [(row.name, row.amplitude) for row in ordered]
    return [
        (row.name, row.ratio)
        for row in ordered
        if row.ratio is not None and row.name != found.reference
    ]


def _place(row: Repeated) -> tuple[bool, tuple[int, str]]:
    return row.name not in SUMS, order_of(row.name)


def _scale(listed: list[Scatter], *, ratios: bool) -> tuple[int, int]:
    """Return exponent and decimals of all values; ratios have three decimals, as their bounds."""
    if ratios:
        return 0, 3
    return column_scale(max((abs(one.value) for one in listed), default=0.0))


def _row(name: str, one: Scatter, exponent: int, decimals: int) -> TableRow:
    factor = 10.0**-exponent
    value, bound, sd, low, high = (
        fixed(number * factor, decimals) if np.isfinite(number) else DASH
        for number in (one.value, one.bound, one.sd, one.low, one.high)
    )
    ratio = _ratio(one)
    wide = ratio is not None and ratio >= WIDER
    said = DASH if ratio is None else f"{f'{FLAG} ' if wide else ''}{fixed(ratio, 2)}"
    interval = f"{low} to {high}"
    words = [full_name(name), f"95 % of the refits: {interval}"]
    if wide:
        words.append(f"{FLAG} Scatters more than its Cramér-Rao bound says: quote the bootstrap.")
    cells = (name, value, bound, sd, interval, said)
    return TableRow(name, cells, wide, "", "\n".join(words))


def _ratio(one: Scatter) -> float | None:
    """Return the deviation of the refits over the bound; None where either says nothing."""
    if not (one.bound > 0 and np.isfinite(one.sd) and np.isfinite(one.bound)):
        return None
    return one.sd / one.bound


def _caption(found: Repetitions, exponent: int, *, ratios: bool) -> str:
    power = f" in {power_of_ten(exponent)}" if exponent else ""
    what = f"Ratios to {found.reference}" if ratios else f"Amplitudes{power}"
    drawn = (
        "noise alone, so that the scatter is too small"
        if found.noise_only
        else "noise, baseline and lines"
    )
    refused = f", {found.refused} refused" if found.refused else ""
    return (
        f"{what}. {found.draws} refits{refused}, seed {found.seed}; drawn anew: {drawn}. "
        f"{FLAG} scatters by a fifth more than the bound says."
    )


def _bins(drawn: NDArray[np.float64]) -> int:
    """Return how many bins: Freedman and Diaconis 1981, within limits."""
    low, high = np.percentile(drawn, (25, 75))
    width = 2.0 * float(high - low) / drawn.size ** (1 / 3)
    if not width > 0:
        return LEAST_BINS
    return int(np.clip(np.ceil(np.ptp(drawn) / width), LEAST_BINS, MOST_BINS))


def _normal(
    value: float, sd: float, area: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a normal distribution of that area; empty where the bound says nothing."""
    if not (sd > 0 and np.isfinite(sd)):
        return np.zeros(0), np.zeros(0)
    steps = np.linspace(-_REACH_SD, _REACH_SD, _CURVE_POINTS)
    return value + sd * steps, area / (sd * np.sqrt(2 * np.pi)) * np.exp(-(steps**2) / 2)
