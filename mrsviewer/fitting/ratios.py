"""Soft expectations of concentration ratios.

Broad signals - baseline, macromolecules, lipids - can stand in for one another, and which of them
wins decides over the metabolites above them. Macromolecules come in proportions that vary little
between brains (Birch 2017, doi 10.1002/mrm.26083); holding them together loosely leaves the
baseline what is smooth. Lipids, and weak metabolites if wanted, are expected as by LCModel
(Provencher, LCModel manual, section 11.8).

Each expectation is one quadratic penalty ``((numerator - ratio * denominator) / (spread *
size))^2``, in which the size of the denominator is that of a preliminary fit. It has heavy tails:
an expectation that a preliminary fit contradicts by many spreads is given little weight, so
disease is not pulled to the norm where the data show it.

The bounds of the amplitudes (:mod:`mrsviewer.fitting.uncertainty`) count those of macromolecules
and lipids as information, those of metabolites not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import Component

RatioPriors = Literal["none", "macromolecules", "all"]

LEAST_SHARE = 0.02
"""A denominator counts as at least this share of the sum of all amplitudes."""

TAILS = 4.0
"""Squared deviation, in spreads, at which an expectation has lost half its weight."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A ratio of sums of amplitudes, its mean and its standard deviation."""

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    mean: float
    spread: float
    weights: tuple[float, ...] = ()


_MM09 = ("MM09",)
_LIP13 = ("Lip13a", "Lip13b")
_PROPORTION = 0.3
"""Relative spread of the proportions of macromolecules, which are drawn in proportion."""

MACROMOLECULES = (
    *(
        Expectation((name,), _MM09, 1.0, _PROPORTION)
        for name in ("MM12", "MM14", "MM17", "MM20", "MM23", "MM26", "MM30", "MM32", "MM37", "MM40")
    ),
    Expectation(("Lip09",), _LIP13, 0.267, 0.1),
    Expectation(("Lip20",), _LIP13, 0.15, 0.07),
)
_BIG3 = ("Cr", "PCr", "NAA", "NAAG", "Cho", "GPC", "PCh")
_BIG3_WEIGHTS = (1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0)
METABOLITES = (
    Expectation(("Asp",), _BIG3, 0.05, 0.05, _BIG3_WEIGHTS),
    Expectation(("GABA",), _BIG3, 0.03, 0.03, _BIG3_WEIGHTS),
    Expectation(("Glc",), _BIG3, 0.03, 0.03, _BIG3_WEIGHTS),
    Expectation(("sIns",), _BIG3, 0.01, 0.01, _BIG3_WEIGHTS),
    Expectation(("Tau",), _BIG3, 0.05, 0.05, _BIG3_WEIGHTS),
)


def ratio_penalty(
    components: tuple[Component, ...],
    amplitudes: NDArray[np.float64],
    choice: RatioPriors,
) -> NDArray[np.float64]:
    """Return the matrix R of the penalty ``a' R a``, shape (k, k).

    Parameters
    ----------
    components
        What the amplitudes belong to. An expectation about absent ones is passed over.
    amplitudes
        Of a preliminary fit.
    choice
        Which expectations to hold.
    """
    broad, metabolites = expected(components, amplitudes, choice)
    return broad + metabolites


def expected(
    components: tuple[Component, ...],
    amplitudes: NDArray[np.float64],
    choice: RatioPriors,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the penalties on broad signals and on metabolites; see :func:`ratio_penalty`."""
    none: tuple[Expectation, ...] = ()
    broad = none if choice == "none" else MACROMOLECULES
    metabolites = METABOLITES if choice == "all" else none
    return (
        _penalty(broad, components, amplitudes),
        _penalty(metabolites, components, amplitudes),
    )


def _penalty(
    expectations: tuple[Expectation, ...],
    components: tuple[Component, ...],
    amplitudes: NDArray[np.float64],
) -> NDArray[np.float64]:
    places = {component.name: place for place, component in enumerate(components)}
    penalty = np.zeros((len(components), len(components)))
    least = LEAST_SHARE * float(np.abs(amplitudes).sum())
    for expected in expectations:
        row = _row(expected, places, amplitudes, least)
        if row is not None:
            deviation = float(row @ amplitudes)
            penalty += np.outer(row, row) / (1.0 + deviation**2 / TAILS)
    return penalty


def _row(
    expected: Expectation,
    places: dict[str, int],
    amplitudes: NDArray[np.float64],
    least: float,
) -> NDArray[np.float64] | None:
    """Return the row whose product with the amplitudes is the deviation in spreads."""
    weights = expected.weights or (1.0,) * len(expected.denominator)
    top = [places[name] for name in expected.numerator if name in places]
    bottom = [
        (places[name], weight)
        for name, weight in zip(expected.denominator, weights, strict=True)
        if name in places
    ]
    row = np.zeros(amplitudes.size)
    for place, weight in bottom:
        row[place] = weight
    size = max(float(row @ amplitudes), least)
    if not top or not bottom or size <= 0:
        return None
    row *= -expected.mean
    row[top] += 1.0
    return row / (expected.spread * size)
