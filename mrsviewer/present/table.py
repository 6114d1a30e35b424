"""Concentrations as a table of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.present.fmt import DASH, column_scale, fixed, percent, power_of_ten, significant
from mrsviewer.present.names import full_name, order_of
from mrsviewer.present.prior_pull import (
    HEADING,
    STRONG_PERCENT,
    STRONG_SIGN,
    prior_pulls,
    pull_text,
    pull_words,
)
from mrsviewer.present.scenes import Freshness, TableRow, TableScene

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.quantities import Quantification, Quantity

WEAK_SIGN = "▲"
WEAK_PERCENT = 20.0
"""Relative bound above which a value is marked: Bonny & Pagès 2018 (10.1002/mrm.27415)."""

LIMIT_95 = 1.645
"""One-sided 95 % quantile of the normal distribution."""

SUMS = "Sums"
METABOLITES = "Metabolites"
LINES = "Lines of no known metabolite"
MACROMOLECULES = "Macromolecules and lipids"
GROUPS = (SUMS, METABOLITES, LINES, MACROMOLECULES)
"""In the order of the table."""

_GROUP_OF = {
    "sum": SUMS,
    "metabolite": METABOLITES,
    "line": LINES,
    "macromolecule": MACROMOLECULES,
    "lipid": MACROMOLECULES,
}
ARBITRARY = "a.u."
SHOWN_BY_TWO = 0.005
"""Bounds and limits of ratios below this would read 0.00."""

NO_SPREAD = 1e-9
"""Bound of what is all there is of the reference: its ratio is 1 by definition."""

RATIO_ONLY = "ratio only"
UPSIDE_DOWN = "Negative: the line stands upside down, as lactate does at an echo time of 144 ms."
NOT_SCALED = "Macromolecules and lipids have no concentration: their number of protons is not known"


@dataclass(frozen=True, slots=True)
class _Scale:
    """How the column of values is written."""

    unit: str
    scaled: bool
    exponent: int
    decimals: int

    @property
    def heading(self) -> str:
        """Return the unit, with the power of ten taken out of the column."""
        return f"{power_of_ten(self.exponent)} {self.unit}" if self.exponent else self.unit

    def text(self, value: float) -> str:
        """Return ``value`` as the column shows it."""
        return fixed(value / 10.0**self.exponent, self.decimals)

    def covers(self, quantity: Quantity) -> bool:
        """Return whether the quantity has a value in the unit of the column."""
        return quantity.concentration is not None or not self.scaled


def concentration_table(analysis: Analysis | None, recipe: Recipe | None = None) -> TableScene:
    """Return the table of concentrations: sums first, then metabolites, then macromolecules.

    Headings are name, value (the heading is its unit), bound in per cent, and ratio to tCr with
    its bound, where there are ratios; where the engine has soft expectations, also how far these
    moved the value. A value that cannot be told from nothing is shown as an upper limit, never
    left out. ``weak`` marks those and all with a bound above 20 %.

    Parameters
    ----------
    analysis
        The latest result, or None.
    recipe
        The recipe in force; where it differs from the analysis's the table is ``stale``.
    """
    if analysis is None or analysis.quantification is None:
        return TableScene(("Metabolite", "value", "± CRLB", "/tCr"), ())
    table = analysis.quantification
    ordered = sorted(table.quantities, key=_place)
    scale = _scale(table)
    pulls = prior_pulls(analysis.fit)
    rows = tuple(_row(quantity, scale, table, pulls) for quantity in ordered)
    fresh: Freshness = "current" if recipe in (None, analysis.recipe) else "stale"
    headings = ["Metabolite", scale.heading, "± CRLB"]
    headings += [] if table.reference is None else [f"/{table.reference}"]
    headings += [] if pulls is None else [HEADING]
    uncovered = any(not scale.covers(quantity) for quantity in ordered)
    caption = _caption(table, fresh, (*_about_priors(pulls), *((NOT_SCALED,) if uncovered else ())))
    return TableScene(tuple(headings), rows, fresh, caption)


def _about_priors(pulls: dict[str, float] | None) -> tuple[str, ...]:
    if pulls is None:
        return ()
    return (
        f"{HEADING}: how far soft expectations of ratios moved the value, "
        f"{STRONG_SIGN} {STRONG_PERCENT:g} % or more",
    )


def is_weak(quantity: Quantity) -> bool:
    """Return whether the value carries the sign: not detected, or bound above 20 %."""
    bound = quantity.crlb_percent
    return not quantity.detected or bound is None or bound > WEAK_PERCENT


def upper_limit(value: float, sd: float) -> float:
    """Return the one-sided 95 % limit of a value that cannot be negative."""
    return max(value, 0.0) + LIMIT_95 * sd


def _place(quantity: Quantity) -> tuple[int, tuple[int, str]]:
    return GROUPS.index(_GROUP_OF[quantity.kind]), order_of(quantity.name)


def _shown(quantity: Quantity) -> float:
    """Return the concentration, or the amplitude where there is none."""
    return quantity.amplitude if quantity.concentration is None else quantity.concentration


def _scale(table: Quantification) -> _Scale:
    """Return unit, power of ten and decimals of the column of values."""
    listed = table.quantities
    scaled = any(quantity.concentration is not None for quantity in listed)
    largest = max(
        (abs(_shown(q)) for q in listed if _GROUP_OF[q.kind] != MACROMOLECULES), default=0
    )
    unit = (table.unit or ARBITRARY) if scaled else ARBITRARY
    return _Scale(unit, scaled, *column_scale(largest))


def _row(
    quantity: Quantity, scale: _Scale, table: Quantification, pulls: dict[str, float] | None
) -> TableRow:
    weak = is_weak(quantity)
    cells = [
        f"{quantity.name} {WEAK_SIGN}" if weak else quantity.name,
        _value(quantity, scale),
        percent(quantity.crlb_percent),
    ]
    cells += [] if table.reference is None else [_ratio(quantity, table.reference)]
    cells += [] if pulls is None else [pull_text(quantity, pulls)]
    group = _GROUP_OF[quantity.kind]
    words = pull_words(quantity, pulls)
    tooltip = "\n".join(part for part in (_tooltip(quantity, scale, table), words) if part)
    return TableRow(quantity.name, tuple(cells), weak, group, tooltip)


def _value(quantity: Quantity, scale: _Scale) -> str:
    if not scale.covers(quantity):
        return DASH if quantity.ratio_to_tcr is None else RATIO_ONLY
    if quantity.detected:
        return scale.text(_shown(quantity))
    return f"< {scale.text(upper_limit(_shown(quantity), quantity.crlb))}"


def _ratio(quantity: Quantity, reference: str) -> str:
    ratio, sd = quantity.ratio_to_tcr, quantity.ratio_sd
    if ratio is None:
        return DASH
    if sd is None or sd < NO_SPREAD or quantity.name == reference:
        return fixed(ratio, 2)
    limit = upper_limit(ratio, sd)
    decimals = 2 if (sd if quantity.detected else limit) >= SHOWN_BY_TWO else 3
    if not quantity.detected:
        return f"< {fixed(limit, decimals)}"
    return f"{fixed(ratio, decimals)} ± {fixed(sd, decimals)}"


def _tooltip(quantity: Quantity, scale: _Scale, table: Quantification) -> str:
    """Return how the value came about, a few lines of plain text."""
    lines = [full_name(quantity.name)]
    value, sd = significant(_shown(quantity)), significant(quantity.crlb, 2)
    unit = scale.unit if scale.covers(quantity) else "of its basis signal"
    if not scale.covers(quantity):
        lines.append("No concentration: its number of protons and relaxation are not known.")
    if quantity.kind == "line":
        lines.append("A line where no metabolite of the list is known: no ratio.")
    if quantity.detected:
        lines.append(f"{value} ± {sd} {unit} (CRLB {percent(quantity.crlb_percent)})")
        if _shown(quantity) < 0:
            lines.append(UPSIDE_DOWN)
    else:
        limit = significant(upper_limit(_shown(quantity), quantity.crlb))
        lines.append(f"Not detected: below {limit} {unit} with 95 % confidence")
        lines.append(f"(best estimate {value} ± {sd} {unit}, less than twice its bound)")
    if quantity.ratio_to_tcr is not None and table.reference is not None:
        said = _ratio(quantity, table.reference)
        lines.append(f"Concentration ratio to {table.reference}: {said}")
    lines.append(f"Scaling: {table.method}")
    if quantity.detected and is_weak(quantity):
        lines.append(f"{WEAK_SIGN} Weak: the bound exceeds {WEAK_PERCENT:g} % of the value.")
    return "\n".join(lines)


def _caption(table: Quantification, fresh: Freshness, more: tuple[str, ...]) -> str:
    parts = [
        table.method[:1].upper() + table.method[1:],
        f"{WEAK_SIGN} weak: CRLB above {WEAK_PERCENT:g} % or not detected",
        "<\N{NO-BREAK SPACE}X: 95 % upper limit",
        *more,
        *table.notes,
    ]
    text = ". ".join(part.rstrip(".") for part in parts if part) + "."
    return f"Stale: computed from an earlier recipe. {text}" if fresh == "stale" else text
