"""Signals of one basis set on the time grid and axis of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.checks import FIELD_LIMIT
from mrsviewer.dsp.conventions import time_axis
from mrsviewer.dsp.resample import resample_fids
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet

DECAYED = 0.05
"""Share of a signal's magnitude that may be left where its record ends before that of the set."""


def moved(fids: NDArray[np.complex128], dwell_s: float, by_hz: float) -> NDArray[np.complex128]:
    """Return signals, shape (..., points), moved to a frequency higher by ``by_hz``."""
    time = time_axis(fids.shape[-1], dwell_s)
    return np.asarray(fids * np.exp(2j * np.pi * by_hz * time))


def on_grid_of(other: BasisSet, basis: BasisSet) -> NDArray[np.complex128]:
    """Return the signals of ``other`` on the grid and axis of ``basis``; amplitudes as stored.

    Raises
    ------
    BasisError
        If the fields differ, or the signals of ``other`` end before they have decayed.
    """
    same_field(other, basis)
    length, wanted = (s.fids.shape[1] * s.dwell_s for s in (other, basis))
    if length < 0.99 * wanted and _still_there(other.fids):
        raise BasisError(
            "Signals cannot be taken over",
            f"Those of {other.source} end after {length * 1e3:.0f} ms, before they have decayed; "
            f"the set lasts {wanted * 1e3:.0f} ms.",
            "Take them from a set with as many points, or simulate them.",
        )
    away_hz = (other.centre_ppm - basis.centre_ppm) * other.frequency_hz * 1e-6
    centred = moved(other.fids, other.dwell_s, away_hz)
    return resample_fids(centred, other.dwell_s, basis.dwell_s, basis.fids.shape[1])


def same_field(other: BasisSet, basis: BasisSet) -> None:
    """Raise BasisError if two sets were made for different fields."""
    if abs(other.frequency_hz / basis.frequency_hz - 1) > FIELD_LIMIT:
        raise BasisError(
            "Basis sets of different fields",
            f"One is for {basis.frequency_hz * 1e-6:.2f} MHz, the other for "
            f"{other.frequency_hz * 1e-6:.2f} MHz.",
            "Choose or simulate a set for the same field.",
        )


def _still_there(fids: NDArray[np.complex128]) -> bool:
    size = np.abs(fids)
    return bool(np.any(size[:, -16:].max(axis=1) > DECAYED * size.max(axis=1)))
