"""What is known of shifts, widths and phases before the fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.lineshape import shape_spread
from mrsviewer.fitting.model import CONTRAST, FIRST_PHASE, GAUSS, LORENTZ, SHIFT, ZERO_PHASE
from mrsviewer.fitting.natural_width import CONTRAST_LIMITS, expected_contrast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.model import SignalModel
    from mrsviewer.model.basis import Component

WIDEST_PPM = 0.2
"""Largest common Lorentz or Gauss width; no spectrum as broad as this is worth a fit."""

SHIFT_SLACK = 1.3
"""How far beyond the searched range the common shift may go."""

BROADER = 0.2
"""Macromolecules are drawn at the least width seen; LCModel expects them 0 to 35 % broader."""

LIMIT_SD = 4.0

MEASURED_HZ = 1.0
"""Prior SD of the own Lorentz width of measured macromolecules, whose shim was another one."""


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What is known of the nonlinear parameters beforehand; arrays of shape (p,).

    Attributes
    ----------
    centre, precision
        Mean and inverse variance of the prior; precision 0 where nothing is known.
    low, high
        Hard limits.
    """

    centre: NDArray[np.float64]
    precision: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def slope(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return half the downhill slope of the prior, shape (p,)."""
        return self.precision * (self.centre - theta)

    def penalty(self, theta: NDArray[np.float64]) -> float:
        """Return the sum of squared deviations over their variances."""
        return float(self.precision @ (theta - self.centre) ** 2)


def line_widths_hz(components: tuple[Component, ...], hz_per_ppm: float) -> NDArray[np.float64]:
    """Return the drawn width of components with a line of their own, 0 for the others."""
    return np.array([(c.width_ppm or 0.0) * hz_per_ppm for c in components])


def make_bounds(
    model: SignalModel, components: tuple[Component, ...], options: LcmOptions
) -> tuple[Bounds, NDArray[np.bool_]]:
    """Return priors and limits, and which parameters are free; all of shape (model.size,)."""
    hz_per_ppm = model.band.window.axis.hz_per_ppm
    sd = np.full(model.size, np.inf)
    sd[FIRST_PHASE] = np.deg2rad(options.first_phase_sd_deg_per_ppm)
    own_shift = [
        options.shift_sd_ppm if c.shift_sd_ppm is None else c.shift_sd_ppm for c in components
    ]
    sd[model.own_shift()] = np.array(own_shift) * hz_per_ppm
    measured = np.array([c.kind != "metabolite" for c in components])
    lorentz = np.where(measured, max(MEASURED_HZ, options.damping_sd_hz), options.damping_sd_hz)
    sd[model.own_width()] = np.where(model.shares_line, lorentz, options.width_sd_percent / 100)
    sd[model.shape()] = shape_spread()
    centre = np.zeros_like(sd)
    centre[model.own_width()] = np.where(model.shares_line, 0.0, BROADER)
    centre[CONTRAST], sd[CONTRAST] = expected_contrast(model.signals[~measured], model.times_s)
    low, high = centre - LIMIT_SD * sd, centre + LIMIT_SD * sd
    own_low = low[model.own_width()]
    low[model.own_width()] = np.where(model.shares_line, own_low, np.maximum(own_low, 0.0))
    most = SHIFT_SLACK * max(options.max_shift_ppm, 0.01) * hz_per_ppm
    low[SHIFT], high[SHIFT] = -most, most
    low[[LORENTZ, GAUSS]] = 0.0
    low[CONTRAST], high[CONTRAST] = CONTRAST_LIMITS
    high[LORENTZ], high[GAUSS] = WIDEST_PPM * hz_per_ppm, (WIDEST_PPM * hz_per_ppm) ** 2
    free = sd > 0
    free[ZERO_PHASE] = options.zero_phase == "free"
    free[FIRST_PHASE] = options.first_phase == "free"
    free[SHIFT] = options.max_shift_ppm > 0
    tied = ~free
    low[tied], high[tied] = centre[tied], centre[tied]
    precision = np.where(free, 1.0 / np.maximum(sd, 1e-12) ** 2, 0.0)
    return Bounds(centre, precision, low, high), free
