"""How much of what a network says is data, and what is reported of it.

The network gives the expectation over amounts as wide as the training's. For a linear
measurement that is ``S x + (1 - S) m``, x being what the data alone say, m the training's mean, and
``S = 1 - C / P`` from the covariances after (C) and before (P) the data. So the network's own
covariance tells the slope of its estimate on the truth for this very spectrum. P was calibrated to
make that so on average.

Amounts are per gain of the alignment, which is lower for broad lines. So mean and spread before
the data are scaled by what tNAA, tCr and tCho together are, against their mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.learned_card import Card

    Real = NDArray[np.float64]

LEAST_SHARE = 0.5
"""Share of data in a value below which it is not reported."""

LEAST_KNOWN = 0.02
"""Least share for which the pull is computed."""

PROTONS = {"NAA": 3.0, "NAAG": 3.0, "Cr": 3.0, "PCr": 3.0, "GPC": 9.0, "PCh": 9.0}
"""Of the singlets that tell the size of a spectrum."""

SUMS = (("NAA", "NAAG"), ("Cr", "PCr"), ("GPC", "PCh"))
"""Members are kept where their sum is well determined; it would be wrong without one of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What was known before the data of a spectrum of this size: shapes (k,)."""

    mean: Real
    sd: Real


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """What is said of each metabolite, per gain.

    Attributes
    ----------
    amounts
        Shape (k,): as the network gives them.
    covariance
        Shape (k, k): of the amounts given data and training's range; holds 95 % as it says.
    before
        What was known without the data.
    share
        Shape (k,): how much of each value is data: the slope of estimate on truth.
    pull
        Shape (k,): how far the training's mean moved each value.
    kept, as_sum
        Shape (k,): what is reported; of it, what only its sum determines.
    """

    amounts: Real
    covariance: Real
    before: Before
    share: Real
    pull: Real
    kept: NDArray[np.bool_]
    as_sum: NDArray[np.bool_]


def before_data(amounts: Real, card: Card) -> Before:
    """Return mean and spread before the data for a spectrum of the size of this one."""
    size = relative_size(amounts[None], card)[0]
    return Before(size * np.array(card.mean), size * np.array(card.before))


def relative_size(amounts: Real, card: Card) -> Real:
    """Return what the singlets of amounts, shape (n, k), are against their mean; shape (n,)."""
    protons = np.array([PROTONS.get(name, 0.0) for name in card.metabolites])
    return np.asarray(np.maximum(amounts @ protons / (np.array(card.mean) @ protons), 1e-6))


def values_of(amounts: Real, covariance: Real, card: Card, *, every: bool) -> Values:
    """Return what to report of a prediction; with ``every`` nothing is left out."""
    before = before_data(amounts, card)
    share = np.clip(1.0 - np.diagonal(covariance) / before.sd**2, 0.0, 1.0)
    strong = share >= LEAST_SHARE
    as_sum = np.zeros(len(share), bool)
    for members in SUMS:
        weights = np.isin(card.metabolites, members).astype(float)
        if share_of(weights, covariance, before) >= LEAST_SHARE:
            as_sum |= (weights > 0) & ~strong
    return Values(
        amounts=amounts,
        covariance=covariance,
        before=before,
        share=share,
        pull=(before.mean - amounts) * (1.0 - share) / np.maximum(share, LEAST_KNOWN),
        kept=strong | as_sum | every,
        as_sum=as_sum,
    )


def share_of(weights: Real, covariance: Real, before: Before) -> float:
    """Return how much of a weighted sum is data, 0 to 1."""
    spread = float(np.sum((weights * before.sd) ** 2))
    return float(np.clip(1.0 - weights @ covariance @ weights / max(spread, 1e-300), 0.0, 1.0))
