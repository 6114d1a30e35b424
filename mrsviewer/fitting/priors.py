"""What is known of shifts, widths and phases before the fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.model import COMMON, FIRST_PHASE, GAUSS, LORENTZ, SHIFT, ZERO_PHASE
from mrsviewer.fitting.task import Bounds

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


def line_widths_hz(components: tuple[Component, ...], hz_per_ppm: float) -> NDArray[np.float64]:
    """Return the drawn width of components with a line of their own, 0 for the others."""
    return np.array([(c.width_ppm or 0.0) * hz_per_ppm for c in components])


def make_bounds(
    model: SignalModel, components: tuple[Component, ...], options: LcmOptions
) -> tuple[Bounds, NDArray[np.bool_]]:
    """Return priors and limits, and which parameters are free; all of shape (5 + 2k,)."""
    hz_per_ppm = model.band.window.axis.hz_per_ppm
    sd = np.full(COMMON + 2 * model.count, np.inf)
    sd[FIRST_PHASE] = np.deg2rad(options.first_phase_sd_deg_per_ppm)
    own_shift = [
        options.shift_sd_ppm if c.shift_sd_ppm is None else c.shift_sd_ppm for c in components
    ]
    sd[model.own_shift()] = np.array(own_shift) * hz_per_ppm
    sd[model.own_width()] = np.where(
        model.shares_line, options.damping_sd_hz, options.width_sd_percent / 100
    )
    centre = np.zeros_like(sd)
    centre[model.own_width()] = np.where(model.shares_line, 0.0, BROADER)
    low, high = centre - LIMIT_SD * sd, centre + LIMIT_SD * sd
    own_low = low[model.own_width()]
    low[model.own_width()] = np.where(model.shares_line, own_low, np.maximum(own_low, 0.0))
    most = SHIFT_SLACK * max(options.max_shift_ppm, 0.01) * hz_per_ppm
    low[SHIFT], high[SHIFT] = -most, most
    low[[LORENTZ, GAUSS]] = 0.0
    high[LORENTZ], high[GAUSS] = WIDEST_PPM * hz_per_ppm, (WIDEST_PPM * hz_per_ppm) ** 2
    free = sd > 0
    free[ZERO_PHASE] = options.zero_phase == "free"
    free[FIRST_PHASE] = options.first_phase == "free"
    free[SHIFT] = options.max_shift_ppm > 0
    tied = ~free
    low[tied], high[tied] = centre[tied], centre[tied]
    precision = np.where(free, 1.0 / np.maximum(sd, 1e-12) ** 2, 0.0)
    return Bounds(centre, precision, low, high), free
