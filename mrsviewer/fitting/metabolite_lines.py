"""Basis signals as parameters of a time-domain fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.damped import Lines, LineSlopes
from mrsviewer.fitting.time_task import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.quest_options import QuestOptions
    from mrsviewer.model.basis import Component

SHIFT, PHASE, DELAY, LORENTZ, GAUSS = range(5)
"""Places of the common parameters: Hz, rad, s, Hz, Hz^2."""

COMMON = 5
WIDEST_PPM = 0.2
FIRST_PHASE_SD_DEG_PER_PPM = 10.0
BROADER = 0.2
"""Macromolecules are drawn at the least width seen; LCModel expects them 0 to 35 % broader."""


@dataclass(frozen=True, slots=True, eq=False)
class MetaboliteMap:
    """From parameters to lines: the common ones above, k own shifts (Hz), k own widths.

    Metabolites share a Voigt line and have a Lorentz width (Hz) of their own on top.
    Macromolecules and lipids that are drawn at a width of their own change it by a factor.

    Attributes
    ----------
    drawn_hz
        Shape (k,): that width; 0 for metabolites.
    """

    drawn_hz: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Return the number of signals."""
        return self.drawn_hz.size

    @property
    def own_shift(self) -> slice:
        """Return where the own shifts stand."""
        return slice(COMMON, COMMON + self.count)

    @property
    def own_width(self) -> slice:
        """Return where the own widths stand."""
        return slice(COMMON + self.count, COMMON + 2 * self.count)

    def lines(self, x: NDArray[np.float64]) -> Lines:
        """Return the lines at parameters of shape (p,)."""
        shares, own = self.drawn_hz == 0, x[self.own_width]
        return Lines(
            x[SHIFT] + x[self.own_shift],
            np.where(shares, np.maximum(x[LORENTZ] + own, 0.0), 0.0),
            np.where(shares, x[GAUSS], ((1.0 + own) ** 2 - 1.0) * self.drawn_hz**2),
            np.full(self.count, x[PHASE]),
            float(x[DELAY]),
        )

    def slopes(self, x: NDArray[np.float64]) -> LineSlopes:
        """Return the derivatives of the lines by all parameters."""
        size, own = COMMON + 2 * self.count, x[self.own_width]
        shift, lorentz, gauss, phase = (np.zeros((self.count, size)) for _ in range(4))
        shares, each = self.drawn_hz == 0, np.arange(self.count)
        moving = shares & (x[LORENTZ] + own > 0)
        shift[:, SHIFT], phase[:, PHASE] = 1.0, 1.0
        shift[each, COMMON + each] = 1.0
        lorentz[:, LORENTZ], gauss[:, GAUSS] = shares, shares
        width = COMMON + self.count + each
        lorentz[each, width] = moving
        gauss[each, width] = np.where(shares, 0.0, 2.0 * (1.0 + own) * self.drawn_hz**2)
        delay = np.zeros(size)
        delay[DELAY] = 1.0
        return LineSlopes(shift, lorentz, gauss, phase, delay)

    def limits(
        self, components: tuple[Component, ...], options: QuestOptions, hz_per_ppm: float
    ) -> Limits:
        """Return limits and priors.

        What is limited to a range is expected in its middle, with the standard deviation of a
        uniform distribution over it: without that, a weak signal would wander to a limit.
        """
        shares = self.drawn_hz == 0
        own = [
            options.max_own_shift_ppm if c.shift_sd_ppm is None else 2 * c.shift_sd_ppm
            for c in components
        ]
        most = np.full(COMMON + 2 * self.count, np.inf)
        most[SHIFT] = 1.3 * options.max_shift_ppm * hz_per_ppm
        most[self.own_shift] = np.array(own) * hz_per_ppm
        most[self.own_width] = np.where(
            shares, options.max_own_damping_hz, options.max_own_width_percent / 100
        )
        most[[LORENTZ, GAUSS]] = WIDEST_PPM * hz_per_ppm, (WIDEST_PPM * hz_per_ppm) ** 2
        centre = np.zeros_like(most)
        centre[self.own_width] = np.where(shares, 0.0, BROADER)
        low, high = centre - most, centre + most
        low[[LORENTZ, GAUSS]] = 0.0
        # A signal is never narrower than it is drawn: undoing a decay blows up what rounding left.
        low[self.own_width] = np.where(shares, low[self.own_width], 0.0)
        sd = np.full_like(most, np.inf)
        sd[COMMON:] = most[COMMON:] / np.sqrt(3.0)
        sd[DELAY] = FIRST_PHASE_SD_DEG_PER_PPM / 360.0 / hz_per_ppm
        free = most > 0
        free[PHASE], free[DELAY] = options.zero_phase == "free", options.first_phase == "free"
        low[~free], high[~free] = centre[~free], centre[~free]
        precision = np.where(free, 1.0 / np.maximum(sd, 1e-12) ** 2, 0.0)
        return Limits(low, high, centre, precision, free)
