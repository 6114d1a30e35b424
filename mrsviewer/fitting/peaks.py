"""Peaks with prior knowledge as parameters of a fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.damped import Lines, LineSlopes
from mrsviewer.fitting.prior_knowledge import tied
from mrsviewer.fitting.time_task import AmplitudeTies, Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.prior_knowledge import PriorKnowledge, Tied

SHIFT, PHASE, BROADER, DELAY = range(4)
"""Places of the parameters common to all peaks: Hz, rad, Hz, s."""

COMMON = 4


@dataclass(frozen=True, slots=True, eq=False)
class PeakMap:
    """From parameters to lines: the common ones above, then the free ones of each quality.

    The line of a peak of width w and shape g has the Lorentz width (1 - g) w and the squared
    Gauss width g w^2. Its full width at half maximum is w for g = 0 and g = 1 and within 2 %
    of it between (by the approximation of Olivero and Longbothum 1977).

    Attributes
    ----------
    shift, width, shape, phase
        Relations of chemical shift (ppm), line width (Hz), g and phase (rad).
    hz_per_ppm, centre_ppm
        Axis of the data.
    """

    shift: Tied
    width: Tied
    shape: Tied
    phase: Tied
    hz_per_ppm: float
    centre_ppm: float

    @classmethod
    def of(cls, prior: PriorKnowledge, hz_per_ppm: float, centre_ppm: float) -> PeakMap:
        """Return the map for a list of peaks."""
        return cls(
            tied(prior, "chemicalshift", hz_per_ppm),
            tied(prior, "linewidth", hz_per_ppm),
            tied(prior, "g", hz_per_ppm),
            _in_radians(tied(prior, "phase", hz_per_ppm)),
            hz_per_ppm,
            centre_ppm,
        )

    @property
    def _parts(self) -> tuple[Tied, ...]:
        return self.shift, self.width, self.shape, self.phase

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        return COMMON + sum(part.start.size for part in self._parts)

    def where(self, part: Tied) -> slice:
        """Return where the free values of one quality stand among the parameters."""
        before = 0
        for other in self._parts:
            if other is part:
                break
            before += other.start.size
        return slice(COMMON + before, COMMON + before + part.start.size)

    def start(self) -> NDArray[np.float64]:
        """Return the parameters that the table of peaks begins with."""
        return np.concatenate([np.zeros(COMMON), *(part.start for part in self._parts)])

    def limits(self, most_shift_hz: float, most_width_hz: float) -> Limits:
        """Return the limits; no parameter is free yet."""
        low = np.concatenate(
            [[-most_shift_hz, -np.inf, -most_width_hz, -np.inf], *(p.low for p in self._parts)]
        )
        high = np.concatenate(
            [[most_shift_hz, np.inf, most_width_hz, np.inf], *(p.high for p in self._parts)]
        )
        nothing = np.zeros(self.size)
        return Limits(low, high, nothing, nothing, np.zeros(self.size, bool))

    def widths_hz(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the line width of each peak, shape (k,); never below 0."""
        widths = self.width.values(x[self.where(self.width)]) + x[BROADER]
        return np.asarray(np.maximum(widths, 0.0))

    def lines(self, x: NDArray[np.float64]) -> Lines:
        """Return the lines at parameters of shape (p,)."""
        ppm = self.shift.values(x[self.where(self.shift)])
        width, g = self.widths_hz(x), self.shape.values(x[self.where(self.shape)])
        return Lines(
            (ppm - self.centre_ppm) * self.hz_per_ppm + x[SHIFT],
            (1.0 - g) * width,
            g * width**2,
            self.phase.values(x[self.where(self.phase)]) + x[PHASE],
            float(x[DELAY]),
        )

    def slopes(self, x: NDArray[np.float64]) -> LineSlopes:
        """Return the derivatives of the lines by all parameters."""
        count = len(self.shift.constant)
        width, g = self.widths_hz(x), self.shape.values(x[self.where(self.shape)])
        shift, of_width, of_shape, phase = (np.zeros((count, self.size)) for _ in range(4))
        shift[:, SHIFT], phase[:, PHASE], of_width[:, BROADER] = 1.0, 1.0, 1.0
        shift[:, self.where(self.shift)] = self.hz_per_ppm * self.shift.shares
        of_width[:, self.where(self.width)] = self.width.shares
        of_shape[:, self.where(self.shape)] = self.shape.shares
        phase[:, self.where(self.phase)] = self.phase.shares
        delay = np.zeros(self.size)
        delay[DELAY] = 1.0
        return LineSlopes(
            shift,
            (1.0 - g)[:, None] * of_width - width[:, None] * of_shape,
            (2.0 * g * width)[:, None] * of_width + (width**2)[:, None] * of_shape,
            phase,
            delay,
        )


def _in_radians(degrees: Tied) -> Tied:
    """Return phases in radians; limits a full turn apart are none."""
    turns = degrees.high - degrees.low >= 360.0
    return replace(
        degrees,
        constant=np.deg2rad(degrees.constant),
        start=np.deg2rad(degrees.start),
        low=np.where(turns, -np.inf, np.deg2rad(degrees.low)),
        high=np.where(turns, np.inf, np.deg2rad(degrees.high)),
    )


def amplitude_ties(prior: PriorKnowledge) -> AmplitudeTies:
    """Return the relations of the amplitudes."""
    found = tied(prior, "amplitude", 1.0)
    return AmplitudeTies(found.shares, found.constant, found.low, found.high)
