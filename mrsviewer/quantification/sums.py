"""Sums of components that are reported together, with their joint uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUMS = {
    "tNAA": ("NAA", "NAAG"),
    "tCr": ("Cr", "PCr"),
    "tCho": ("GPC", "PCh", "Cho"),
    "Glx": ("Glu", "Gln"),
    "Ins+Gly": ("Ins", "Gly"),
}
"""What cannot or need not be told apart at clinical field strength (Kreis 2020)."""

TOTAL_CREATINE = "tCr"
PHOSPHOCREATINE = "PCr"
PROTON = "1H"
ALONE = ("tNAA", "tCr", "tCho")
"""Sums that make sense with one member; the others need at least two."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """A component or a sum: its name, and the weight of each component, shape (k,)."""

    name: str
    weights: NDArray[np.float64]


def reference_of(names: tuple[str, ...], nucleus: str = PROTON) -> Selection:
    """Return what ratios are to: total creatine, or phosphocreatine where only that is seen.

    Total creatine may be a component of its own, as where lines are fitted and not molecules.
    Without any of them all weights are 0.
    """
    if nucleus != PROTON:
        return Selection(PHOSPHOCREATINE, np.isin(names, (PHOSPHOCREATINE,)).astype(float))
    parts = np.isin(names, SUMS[TOTAL_CREATINE])
    chosen = parts if parts.any() else np.isin(names, (TOTAL_CREATINE,))
    return Selection(TOTAL_CREATINE, chosen.astype(float))


def sums_of(names: tuple[str, ...], nucleus: str = PROTON) -> tuple[Selection, ...]:
    """Return the sums that components of these names allow; all are of proton spectra."""
    if nucleus != PROTON:
        return ()
    found = []
    for name, members in SUMS.items():
        weights = np.isin(names, members).astype(float)
        if weights.sum() >= (1 if name in ALONE else 2):
            found.append(Selection(name, weights))
    return tuple(found)


def spread(weights: NDArray[np.float64], covariance: NDArray[np.float64]) -> float:
    """Return the standard deviation of a weighted sum of amplitudes."""
    return float(np.sqrt(max(float(weights @ covariance @ weights), 0.0)))


def ratio_spread(
    top: NDArray[np.float64],
    bottom: NDArray[np.float64],
    amplitudes: NDArray[np.float64],
    covariance: NDArray[np.float64],
) -> float:
    """Return the standard deviation of a ratio of two sums, to first order, with covariance."""
    denominator = float(bottom @ amplitudes)
    gradient = (top - (top @ amplitudes) / denominator * bottom) / denominator
    return spread(gradient, covariance)
