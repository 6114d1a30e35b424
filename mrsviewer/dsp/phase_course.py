"""How straight the phase of a water FID runs: what eddy currents bend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.eddy import eddy_phase
from mrsviewer.dsp.noise import tail_noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRAIGHT_DEG = 0.3
"""Real water references bend by 4 degrees and more; corrected or simulated ones by under 0.2."""


@dataclass(frozen=True, slots=True)
class PhaseCourse:
    """The phase of a water FID against the straight line through it.

    Attributes
    ----------
    bend_deg
        Root mean square deviation in degrees, weighed by signal energy.
    noise_deg
        The part of it that noise makes.
    """

    bend_deg: float
    noise_deg: float

    @property
    def is_straight(self) -> bool:
        """Return whether nothing but noise bends it."""
        return self.bend_deg < max(STRAIGHT_DEG, 2.0 * self.noise_deg)


def phase_course(water: NDArray[np.complex128]) -> PhaseCourse | None:
    """Return how far the phase of a water FID, shape (points,), is from straight, or None.

    None where the FID has no signal above noise.
    """
    noise = tail_noise(water)
    try:
        phase = eddy_phase(water, noise)
    except ValueError:
        return None
    n, magnitude = np.arange(water.size), np.abs(water)
    line = np.polyval(np.polyfit(n, phase, 1, w=magnitude), n)
    energy = magnitude**2
    bend = np.sqrt(np.average((phase - line) ** 2, weights=energy))
    grain = noise * np.sqrt(np.count_nonzero(magnitude > 5.0 * noise) / energy.sum())
    return PhaseCourse(float(np.degrees(bend)), float(np.degrees(grain)))
