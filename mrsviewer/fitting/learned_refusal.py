"""Spectra that the network does not answer for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from mrsviewer.fitting.learned_card import Limits

REMEDY = "Use the engine lcm, and look at the data: something in them is unusual."


def refuse_weak(strength: float, limits: Limits) -> None:
    """Raise FitError if the singlets do not stand out of the noise."""
    if strength < limits.strength:
        raise FitError(
            "No signal found",
            f"tNAA, tCr and tCho together are only {strength:.1f} times the noise; the network "
            f"was trained from {limits.strength:.1f} times on.",
            "Check the processing steps and the water suppression.",
        )


def refuse_unlike(distance: float, limits: Limits) -> None:
    """Raise FitError if the network sees what it never saw in training."""
    if not distance <= limits.distance:
        raise FitError(
            "Unlike what the network was trained on",
            f"What the network sees is {distance:.1f} times as far from its training as usual "
            f"(limit {limits.distance:.1f}).",
            REMEDY,
        )


def refuse_misfit(misfit: float, limits: Limits) -> None:
    """Raise FitError if the data contradict what the network says of them."""
    if not misfit <= limits.misfit:
        raise FitError(
            "The network does not explain these data",
            f"Drawn spectra differ from the data by {misfit:.1f} times what noise and the "
            f"network's own uncertainty allow (limit {limits.misfit:.1f}).",
            REMEDY,
        )
