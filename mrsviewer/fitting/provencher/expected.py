"""What is expected of shifts, decays, phases and the line shape before the fit.

Each row of ``rows p = wanted`` is an expectation with a spread of 1; it adds the square of its
deviation to the objective, which is in units of the residual's variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.provencher.lines import FreeLines
    from mrsviewer.model.basis import Component

PHASES = 2
"""Parameters before those of the lines: zero order in rad, first order in rad per ppm."""

DECAY, DECAY_SD = 2.0, 0.4
"""Of metabolites beyond the basis set, in 1/s at 2 T; both grow as the root of the field."""

DECAY_HZ_PER_PPM = 85.16

SHIFT_SD_PPM = {"NAA": 0.002, "NAAG": 0.002, "Cho": 0.008}
"""Spread of own shifts other than the usual one."""

BROAD_PPM = {
    "Lip13a": (0.20, 0.035), "Lip13b": (0.09, 0.035), "Lip09": (0.19, 0.035),
    "MM09": (0.17, 0.015), "Lip20": (0.20, 0.025), "MM20": (0.18, 0.01), "MM12": (0.20, 0.02),
    "MM14": (0.20, 0.02), "MM17": (0.17, 0.02),
}  # fmt: skip
"""Expected FWHM of drawn signals and its spread; LCModel's CHSIMU."""

BROADER, BROADER_SD = 1.2, 0.1
"""The same of others, relative to the width that they are drawn at."""

LEAST_DECAY, LEAST_DECAY_SD = 0.5, 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Expectations of all parameters, and what they cannot be.

    Attributes
    ----------
    rows, wanted
        Shapes (m, p) and (m,).
    low
        Shape (p,): limits from below.
    free
        Shape (p,): which parameters move.
    start
        Shape (p,).
    """

    rows: NDArray[np.float64]
    wanted: NDArray[np.float64]
    low: NDArray[np.float64]
    free: NDArray[np.bool_]
    start: NDArray[np.float64]

    def penalty(self, p: NDArray[np.float64]) -> float:
        """Return the sum of the squared deviations."""
        return float(np.sum((self.wanted - self.rows @ p) ** 2))

    def downhill(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return half its slope, shape (p,)."""
        return np.asarray(self.rows.T @ (self.wanted - self.rows @ p))


def free_phases(options: LcmOptions) -> NDArray[np.bool_]:
    """Return which of the two phases are fitted."""
    return np.array([options.zero_phase == "free", options.first_phase == "free"])


def of_common(start: NDArray[np.float64], options: LcmOptions) -> Expected:
    """Return that nothing is expected of phases, a common shift and width but where they begin."""
    low = np.array([-np.inf, -np.inf, -np.inf, 0.0])
    free = np.concatenate([free_phases(options), [True, True]])
    return Expected(np.zeros((0, start.size)), np.zeros(0), low, free, start)


def of_free(
    lines: FreeLines,
    components: tuple[Component, ...],
    options: LcmOptions,
    weights: NDArray[np.float64],
) -> Expected:
    """Return the expectations of single shifts and decays, and of the first-order phase."""
    hz_per_ppm = lines.grid.window.axis.hz_per_ppm
    shift_sd = np.array([_shift_sd_ppm(c, options) for c in components]) * hz_per_ppm
    decay = np.array([_decay(c, hz_per_ppm) for c in components])
    start = np.concatenate([np.zeros(PHASES), weights, np.zeros(len(components)), decay[:, 0]])
    shifts, decays = np.split(np.arange(PHASES + lines.weights, start.size), 2)
    first_sd = np.deg2rad(options.first_phase_sd_deg_per_ppm)
    sd = np.concatenate([shift_sd, decay[:, 1], [first_sd]])
    places = np.concatenate([shifts, decays, [1]])
    held = sd > 0
    rows = np.zeros((int(held.sum()), start.size))
    rows[np.arange(len(rows)), places[held]] = 1.0 / sd[held]
    low = np.full(start.size, -np.inf)
    low[decays] = 0.0
    free = np.ones(start.size, bool)
    free[:PHASES] = free_phases(options)
    free[places[~held]] = False
    return Expected(rows, rows @ start, low, free, start)


def _shift_sd_ppm(component: Component, options: LcmOptions) -> float:
    if component.shift_sd_ppm is not None:
        return component.shift_sd_ppm
    return SHIFT_SD_PPM.get(component.name, options.shift_sd_ppm)


def _decay(component: Component, hz_per_ppm: float) -> tuple[float, float]:
    """Return the expected decay and its spread, in 1/s.

    A Lorentz width adds to a drawn Gaussian as variances do; one spread more must give one spread
    more of the whole width.
    """
    drawn = component.width_ppm
    if drawn is None:
        scale = float(np.sqrt(hz_per_ppm / DECAY_HZ_PER_PPM))
        return DECAY * scale, DECAY_SD * scale
    whole, spread = BROAD_PPM.get(component.name, (BROADER * drawn, BROADER_SD * drawn))
    decay = np.pi * hz_per_ppm * np.sqrt(max(whole**2 - drawn**2, 0.0))
    wider = np.pi * hz_per_ppm * np.sqrt(max((whole + spread) ** 2 - drawn**2, 0.0))
    decay = max(float(decay), LEAST_DECAY)
    return decay, max(float(wider) - decay, LEAST_DECAY_SD)
