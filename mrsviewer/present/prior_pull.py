"""How far soft expectations moved each value, as a share of the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.present.fmt import DASH, fixed
from mrsviewer.quantification.sums import SUMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.quantities import Quantity

HEADING = "prior"
STRONG_PERCENT = 10.0
"""Pull from which a value rests on the expectation as much as on the data to be worth a sign."""

STRONG_SIGN = "◆"
_SHOWN_PERCENT = 0.5
_LARGEST_PERCENT = 999.0
"""Beyond, the value is nothing beside its pull; how little does not matter."""


def prior_pulls(fit: FitResult | None) -> dict[str, float] | None:
    """Return by how much each component and sum was moved, in the unit of the amplitudes.

    None where the engine knows no such expectations.
    """
    if fit is None or fit.prior_pull is None:
        return None
    alone = dict(zip(fit.names, (float(pull) for pull in fit.prior_pull), strict=True))
    sums = {
        name: sum(alone[member] for member in members if member in alone)
        for name, members in SUMS.items()
    }
    return sums | alone


def pull_percent(quantity: Quantity, pulls: Mapping[str, float]) -> float | None:
    """Return the pull as a share of the value in per cent; None where the value is 0."""
    pull = pulls.get(quantity.name)
    if pull is None or not quantity.amplitude > 0 or not np.isfinite(pull):
        return None
    return 100.0 * pull / quantity.amplitude


def is_strong(quantity: Quantity, pulls: Mapping[str, float] | None) -> bool:
    """Return whether the value carries the sign: moved by a tenth of itself or more."""
    percent = None if pulls is None else pull_percent(quantity, pulls)
    return percent is not None and abs(percent) >= STRONG_PERCENT


def pull_text(quantity: Quantity, pulls: Mapping[str, float]) -> str:
    """Return "+12 %" for a value that expectations raised, "0" where they did nothing.

    "to 0" is one that they lowered to less than a tenth.
    """
    percent = pull_percent(quantity, pulls)
    if percent is None:
        return DASH
    if abs(percent) < _SHOWN_PERCENT:
        return "0"
    if abs(percent) > _LARGEST_PERCENT:
        return f"{'to' if percent < 0 else 'from'} 0 {STRONG_SIGN}"
    sign = f" {STRONG_SIGN}" if is_strong(quantity, pulls) else ""
    return f"{'+' if percent > 0 else ''}{fixed(percent, 0)} %{sign}"


def pull_words(quantity: Quantity, pulls: Mapping[str, float] | None) -> str:
    """Return a line for the tooltip; empty where nothing is to be said."""
    percent = None if pulls is None else pull_percent(quantity, pulls)
    if percent is None:
        return ""
    if abs(percent) < _SHOWN_PERCENT:
        return "Soft expectations of ratios did not move it."
    if percent < -_LARGEST_PERCENT:
        return "Soft expectations of ratios lowered it to less than a tenth."
    way = "raised" if percent > 0 else "lowered"
    return f"Soft expectations of ratios {way} it by {fixed(abs(percent), 0)} % of the value."
