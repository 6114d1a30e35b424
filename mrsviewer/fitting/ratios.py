"""Soft expectations of concentration ratios.

Broad signals - baseline, macromolecules, lipids - can stand in for one another, and which of them
wins decides over the metabolites above them. Macromolecules come in proportions that vary little
between brains; holding them together loosely leaves the baseline what is smooth. Means and
spreads are those LCModel expects (Provencher, LCModel manual, section 11.8); each becomes one
quadratic penalty ``((numerator - ratio * denominator) / (spread * size))^2``, in which the size of
the denominator is that of a preliminary fit.

The bounds of the amplitudes (:mod:`mrsviewer.fitting.uncertainty`) do not count these as
information.
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
MACROMOLECULES = (
    Expectation(("MM20",), _MM09, 1.5, 0.375),
    Expectation(("MM12",), _MM09, 0.3, 0.1),
    Expectation(("MM14",), _MM09, 0.75, 0.45),
    Expectation(("MM17",), _MM09, 0.375, 0.3),
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


def expectations(choice: RatioPriors) -> tuple[Expectation, ...]:
    """Return the expectations of a choice."""
    chosen = {"none": (), "macromolecules": MACROMOLECULES, "all": MACROMOLECULES + METABOLITES}
    return chosen[choice]


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
    names = [component.name for component in components]
    penalty = np.zeros((len(names), len(names)))
    least = LEAST_SHARE * float(np.abs(amplitudes).sum())
    for expected in expectations(choice):
        top = np.isin(names, expected.numerator).astype(float)
        weights = expected.weights or (1.0,) * len(expected.denominator)
        known = dict(zip(expected.denominator, weights, strict=True))
        bottom = np.array([known.get(name, 0.0) for name in names])
        size = max(float(bottom @ amplitudes), least)
        if top.any() and bottom.any() and size > 0:
            row = (top - expected.mean * bottom) / (expected.spread * size)
            penalty += np.outer(row, row)
    return penalty
