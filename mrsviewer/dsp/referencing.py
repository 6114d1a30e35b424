"""The chemical-shift axis, put right by the pattern of tNAA, tCr and tCho."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import WATER_PPM
from mrsviewer.dsp.singlets import SINGLETS_PPM, Lines, lines_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUPPORT = 5.0
"""A peak supports the reference where it is this many times the noise high."""

FLOOR = 0.06
"""Share of the highest line below which heights do not differ: multiplets are that high."""

SHARE = (0.15, 0.35)
"""Share of the line energy in the three singlets from which confidence begins, and is full."""

WATER_SD_PPM = 0.12
"""How far water may be from 4.65: about 0.15 ppm in a phantom at 20 degrees."""

ACCEPTED = 0.5
"""Confidence from which on the axis is moved."""

_PATTERN = np.array(list(SINGLETS_PPM.values()))
_WEIGHTS = np.array([1.0, 1.0, 0.7])


@dataclass(frozen=True, slots=True)
class Reference:
    """What the spectrum says about its axis.

    Attributes
    ----------
    shift_ppm
        To be added to the axis: 2.01 less where tNAA was found.
    confidence
        0 to 1: how much better this shift explains the lines than any other more than
        0.06 ppm away, less where the three hold only a small share of the energy of all lines,
        and 0 where fewer than two stand out of the noise.
    supported_by
        Which of tNAA, tCr and tCho stand out of the noise there.
    """

    shift_ppm: float
    confidence: float
    supported_by: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Return whether the axis should be moved."""
        return self.confidence >= ACCEPTED


def find_reference(
    fid: NDArray[np.complex128],
    dwell_s: float,
    hz_per_ppm: float,
    centre_ppm: float,
    *,
    search_ppm: float = 0.3,
    water_ppm: float | None = None,
) -> Reference:
    """Return the shift that puts the singlets of a proton spectrum of the brain in their places.

    All three are looked for at once in a phase-insensitive line spectrum: the score of a shift is
    the sum of the logarithms of the three heights, so one line that fits badly (tCho on creatine
    in a phantom whose water is colder) outweighs two that fit well. Water is a second, weaker
    vote.

    Parameters
    ----------
    fid
        Shape (points,), water removed.
    dwell_s, hz_per_ppm, centre_ppm
        Axes as they are.
    search_ppm
        How far to look.
    water_ppm
        Where water lies on this axis, if known; else the axis itself is taken at its word.
    """
    lines = lines_only(fid, dwell_s, hz_per_ppm, centre_ppm)
    moves = np.arange(-search_ppm, search_ppm + 1e-9, 0.0025)
    water = (centre_ppm if water_ppm is None else water_ppm) - WATER_PPM
    score = _score(lines, moves) - 0.5 * ((moves - water) / WATER_SD_PPM) ** 2
    best = int(np.argmax(score))
    rivals = score[np.abs(moves - moves[best]) > 0.06]
    margin = float(score[best] - rivals.max()) if rivals.size else 0.0
    names, offset = _support(lines, float(moves[best]))
    singular = float(np.clip((lines.share(offset) - SHARE[0]) / (SHARE[1] - SHARE[0]), 0.0, 1.0))
    confidence = float(np.tanh(1.5 * margin)) * singular if len(names) >= 2 else 0.0
    return Reference(-offset, confidence, names)


def _score(lines: Lines, moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how well the pattern fits the lines at each offset of the spectrum."""
    highest = lines.highest()
    floor = max(FLOOR, 2.0 * lines.noise / highest) if highest > 0.0 else 1.0
    heights = lines.at(_PATTERN + moves[:, None]) / max(highest, 1e-300)
    return np.asarray(np.log(heights + floor) @ _WEIGHTS)


def _support(lines: Lines, move: float) -> tuple[tuple[str, ...], float]:
    """Return which peaks stand out at an offset, and the mean offset their tops show."""
    names, offsets, weights = [], [], []
    for name, ppm in SINGLETS_PPM.items():
        where, height = lines.peak(ppm + move)
        if height > SUPPORT * lines.noise:
            names.append(name)
            offsets.append(where - ppm)
            weights.append(height)
    mean = float(np.average(offsets, weights=weights)) if names else move
    return tuple(names), mean
