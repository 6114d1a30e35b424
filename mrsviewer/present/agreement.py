"""Where fit engines agree, as tables of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.present.fmt import DASH, column_scale, fixed, percent, power_of_ten
from mrsviewer.present.names import order_of
from mrsviewer.present.scenes import TableRow, TableScene
from mrsviewer.quantification.sums import SUMS

if TYPE_CHECKING:
    from mrsviewer.analysis.agreement import Agreement, MetaboliteAgreement, Opinion

FLAG = "◆"


def agreement_table(found: Agreement) -> TableScene:
    """Return one line per metabolite and sum: what each engine says, mean, spread, who differs."""
    headings = ("Metabolite", *found.engines, "mean", "spread", "differ")
    scale = _scale(found)
    rows = tuple(
        TableRow(
            row.name,
            (
                row.name,
                *(_opinion(one, scale) for one in row.opinions),
                _value(row.mean, scale),
                percent(row.spread_percent),
                differing(row, found.engines, FLAG),
            ),
            weak=False,
            group="",
            tooltip="",
        )
        for row in sorted(found.metabolites, key=_place)
    )
    power = f"{power_of_ten(scale[0])} " if scale[0] else ""
    what = "Ratios" if found.unit.startswith("/") else f"Amplitudes, {power}unit"
    caption = f"{what} {found.unit} ± SD. {FLAG} differ by more than their 95 % bounds."
    return TableScene(headings, rows, caption=caption)


def concordance_table(found: Agreement) -> TableScene:
    """Return Lin's concordance of every pair of engines, in the order of the engines."""
    rows = tuple(
        TableRow(
            label,
            (label, *(DASH if np.isnan(value) else fixed(value, 3) for value in line)),
            weak=False,
            group="",
            tooltip="",
        )
        for label, line in zip(found.engines, found.concordance, strict=True)
    )
    caption = "Lin's concordance over single metabolites: 1 where two engines say the same."
    return TableScene(("Concordance", *found.engines), rows, caption=caption)


def differing(row: MetaboliteAgreement, engines: tuple[str, ...], flag: str = "") -> str:
    """Return which engines differ by more than their 95 % bounds: "lcm - quest"."""
    pairs = "; ".join(f"{engines[i]} - {engines[j]}" for i, j in row.disagreeing)
    return f"{flag} {pairs}".strip() if pairs else ""


def _place(row: MetaboliteAgreement) -> tuple[bool, tuple[int, str]]:
    return row.name not in SUMS, order_of(row.name)


def _scale(found: Agreement) -> tuple[int, int]:
    """Return exponent and decimals of all values; ratios have two decimals."""
    if found.unit.startswith("/"):
        return 0, 2
    said = (one for row in found.metabolites for one in row.opinions if one is not None)
    return column_scale(max((abs(one.value) for one in said), default=0.0))


def _opinion(one: Opinion | None, scale: tuple[int, int]) -> str:
    return DASH if one is None else f"{_value(one.value, scale)} ± {_value(one.sd, scale)}"


def _value(value: float | None, scale: tuple[int, int]) -> str:
    exponent, decimals = scale
    return DASH if value is None else fixed(value / 10.0**exponent, decimals)
