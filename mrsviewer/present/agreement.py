"""Where fit engines agree, as tables of text and as intervals side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.present.fmt import DASH, column_scale, fixed, percent, power_of_ten
from mrsviewer.present.names import full_name, order_of
from mrsviewer.present.scenes import Freshness, TableRow, TableScene
from mrsviewer.quantification.sums import SUMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.analysis.agreement import Agreement, MetaboliteAgreement, Opinion

FLAG = "◆"
MOST_PAIRS = 2
"""More pairs of engines than these are counted where room is short."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an engine fared, in a sentence."""

    level: Literal["good", "warning", "danger"]
    text: str


@dataclass(frozen=True, slots=True)
class Whisker:
    """What one engine says: its label, value, 95 % interval, and the same in words.

    ``differs``: by more than the 95 % bounds from another engine.
    """

    label: str
    value: float
    low: float
    high: float
    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class WhiskerScene:
    """The opinions on one metabolite, side by side.

    Attributes
    ----------
    title, axis
        Its full name, and what the values are: "NAA / tCr".
    whiskers
        In the order of the engines; those without an opinion are left out.
    mean
        Over the engines, None without any.
    span
        (low, high) that shows all of them.
    caption
        What is seen, in a sentence.
    freshness
        Whether it is of the recipe in force.
    """

    title: str
    axis: str
    whiskers: tuple[Whisker, ...]
    mean: float | None
    span: tuple[float, float]
    caption: str
    freshness: Freshness = "current"


NO_OPINIONS = WhiskerScene("", "", (), None, (0.0, 1.0), "", "none")


def agreement_table(
    found: Agreement, freshness: Freshness = "current", *, brief: bool = False
) -> TableScene:
    """Return one line per metabolite and sum: what each engine says, mean, spread, who differs.

    ``weak`` marks lines where engines differ by more than their 95 % bounds. ``brief`` gives
    the number of pairs in place of more than two.
    """
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
                _differing_briefly(row, found.engines)
                if brief
                else differing(row, found.engines, FLAG),
            ),
            weak=bool(row.disagreeing),
            group="",
            tooltip=_tooltip(row, found.engines, scale),
        )
        for row in sorted(found.metabolites, key=_place)
    )
    power = f"{power_of_ten(scale[0])} " if scale[0] else ""
    what = "Ratios" if found.unit.startswith("/") else f"Amplitudes, {power}unit"
    caption = f"{what} {found.unit} ± SD. {FLAG} differ by more than their 95 % bounds."
    return TableScene(headings, rows, freshness, caption)


def opinions_scene(found: Agreement, name: str, freshness: Freshness = "current") -> WhiskerScene:
    """Return the opinions on one metabolite or sum; nothing to draw where there are none."""
    row = next((one for one in found.metabolites if one.name == name), None)
    if row is None or row.mean is None:
        return NO_OPINIONS
    scale = _scale(found)
    flagged = {place for pair in row.disagreeing for place in pair}
    whiskers = tuple(
        Whisker(
            label,
            one.value,
            *(one.interval if np.isfinite(one.sd) else (one.value, one.value)),
            _opinion(one, scale),
            place in flagged,
        )
        for place, (label, one) in enumerate(zip(found.engines, row.opinions, strict=True))
        if one is not None
    )
    ends = [end for one in whiskers for end in (one.low, one.high) if np.isfinite(end)]
    said = differing(row, found.engines)
    return WhiskerScene(
        full_name(name),
        _axis(name, found.unit),
        whiskers,
        row.mean,
        (min(ends), max(ends)) if ends else (row.mean, row.mean),
        (
            f"{FLAG} {said} differ by more than their 95 % bounds."
            if said
            else "No two differ by more than their 95 % bounds."
        )
        + " Bars: 95 %; dashed: mean.",
        freshness,
    )


def standings(found: Agreement, reservations: Mapping[str, str]) -> dict[str, Standing]:
    """Return how each engine fared: fitted, fitted with a reservation, or why it failed."""
    failed = {
        label: Standing("danger", failures[0].one_line() if failures else "It made no fit.")
        for label, failures in found.failures.items()
    }
    doubted = {label: Standing("warning", text) for label, text in reservations.items()}
    fitted = {label: Standing("good", "Fitted.") for label in found.engines}
    return {**failed, **fitted, **doubted}


def concordance_table(found: Agreement, freshness: Freshness = "current") -> TableScene:
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
    return TableScene(("Concordance", *found.engines), rows, freshness, caption)


def differing(row: MetaboliteAgreement, engines: tuple[str, ...], flag: str = "") -> str:
    """Return which engines differ by more than their 95 % bounds: "lcm - quest"."""
    pairs = "; ".join(f"{engines[i]} - {engines[j]}" for i, j in row.disagreeing)
    return f"{flag} {pairs}".strip() if pairs else ""


def _differing_briefly(row: MetaboliteAgreement, engines: tuple[str, ...]) -> str:
    pairs = len(row.disagreeing)
    return differing(row, engines, FLAG) if pairs <= MOST_PAIRS else f"{FLAG} {pairs} pairs"


def _axis(name: str, unit: str) -> str:
    """Return "NAA / tCr", or "NAA (unit)" where values are no ratios."""
    return f"{name} {unit}" if unit.startswith("/") else f"{name} ({unit})"


def _tooltip(row: MetaboliteAgreement, engines: tuple[str, ...], scale: tuple[int, int]) -> str:
    """Return the 95 % interval of each engine, a line each."""
    lines = [full_name(row.name)]
    for label, one in zip(engines, row.opinions, strict=True):
        if one is not None:
            low, high = (_value(end, scale) for end in one.interval)
            lines.append(f"{label}: 95 % interval {low} to {high}")
    if said := differing(row, engines, FLAG):
        lines.append(f"{said} differ by more than their 95 % bounds")
    return "\n".join(lines)


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
