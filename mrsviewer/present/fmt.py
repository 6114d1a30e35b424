"""Numbers as text: digits, signs and units as every table, panel and report shows them."""

from __future__ import annotations

import math

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EM DASH}"
"""Stands where there is nothing to show."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def fixed(value: float, decimals: int) -> str:
    """Return ``value`` with so many decimals and a typographic minus; never a negative zero."""
    text = f"{value:.{max(decimals, 0)}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def significant(value: float, digits: int = 3) -> str:
    """Return ``value`` with so many significant digits; an exponent only for extreme values."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else DASH
    exponent = math.floor(math.log10(abs(value)))
    if -4 <= exponent <= 5:
        return fixed(round(value, digits - 1 - exponent), digits - 1 - exponent)
    mantissa = fixed(value / 10.0**exponent, digits - 1)
    return f"{mantissa}·{power_of_ten(exponent)}"


def power_of_ten(exponent: int) -> str:
    """Return "10⁻⁵" for -5."""
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def percent(value: float | None) -> str:
    """Return "3.4 %" below ten, "48 %" above, "> 999 %" beyond; a dash for None."""
    if value is None or not math.isfinite(value):
        return DASH
    if value > 999:
        return "> 999 %"
    return f"{fixed(value, 1 if value < 9.95 else 0)} %"


def degrees(value: float) -> str:
    """Return "−12.5°"."""
    return f"{fixed(value, 1)}°"


def degrees_per_ppm(value: float) -> str:
    """Return "0.31 °/ppm"."""
    return f"{fixed(value, 2)} °/ppm"


def column_scale(largest: float) -> tuple[int, int]:
    """Return (exponent, decimals) at which a column with this largest value reads well.

    Values between 0.1 and 100 000 keep exponent 0; others are divided by ``10 ** exponent``,
    which the heading must state.
    """
    if largest <= 0 or not math.isfinite(largest):
        return 0, 2
    magnitude = math.floor(math.log10(largest))
    if -1 <= magnitude <= 4:
        return 0, min(max(3 - magnitude, 0), 2) if magnitude >= 0 else 3
    return magnitude, 2


def one_line(text: str) -> str:
    """Return ``text`` with every run of white space as one blank."""
    return " ".join(text.split())
