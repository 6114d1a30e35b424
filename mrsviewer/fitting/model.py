"""The signal model and its derivatives.

In the frame that the data are rotated into, metabolite k contributes amplitude times

    FFT[ b_k(t) exp(2 pi i (s + s_k) t - pi (L + L_k) t - pi^2 / (4 ln 2) V t^2) ]

with a common shift s, a common Voigt line (Lorentz width L and squared Gauss width V, as FWHM)
and small deviations s_k and L_k of its own: metabolites differ in T2 and in temperature- and
pH-dependent shift, but all share the shim. Parametrised macromolecules and lipids are drawn at
their expected width and do not take the common line; each has a relative width 1 + u_k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.band import Band

ZERO_PHASE, FIRST_PHASE, SHIFT, LORENTZ, GAUSS = range(5)
"""Places of the common parameters: rad, rad/ppm, Hz, Hz, Hz^2."""

COMMON = 5
GAUSS_RATE = np.pi**2 / (4 * np.log(2))
"""A Gaussian line of FWHM w decays as ``exp(-GAUSS_RATE w^2 t^2)``."""


@dataclass(frozen=True, slots=True, eq=False)
class SignalModel:
    """Basis signals on the coarse time grid.

    The parameter vector has 5 common entries (see the constants above), then one own shift in Hz
    per component, then one own width per component: a Lorentz width in Hz, or for components
    with a line of their own the relative change of the width they are drawn at.

    Attributes
    ----------
    band
        Coarse grid and fit window.
    signals
        Shape (k, coarse samples), complex128.
    drawn_hz
        Shape (k,): FWHM at which a component with a line of its own is drawn; 0 for components
        that take the common line.
    pivot_ppm
        Where the first-order phase is zero.
    """

    band: Band
    signals: NDArray[np.complex128]
    drawn_hz: NDArray[np.float64]
    pivot_ppm: float

    @property
    def count(self) -> int:
        """Return the number of components."""
        return len(self.signals)

    @property
    def shares_line(self) -> NDArray[np.bool_]:
        """Return which components take the common line, shape (k,)."""
        return np.asarray(self.drawn_hz == 0)

    def own_shift(self) -> slice:
        """Return where the own shifts stand in the parameter vector."""
        return slice(COMMON, COMMON + self.count)

    def own_width(self) -> slice:
        """Return where the own widths stand in the parameter vector."""
        return slice(COMMON + self.count, COMMON + 2 * self.count)

    def damped(self, theta: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the shifted and damped signals on the coarse grid, shape (k, samples)."""
        times = self.band.times_s
        turning = np.exp(2j * np.pi * theta[SHIFT] * times)
        decay = np.exp(-np.pi * theta[LORENTZ] * times - GAUSS_RATE * theta[GAUSS] * times**2)
        damped = self.signals * np.where(self.shares_line[:, None], turning * decay, turning)
        own_shift, own = theta[self.own_shift()], theta[self.own_width()]
        rows = np.flatnonzero((own_shift != 0) | (own != 0))
        if rows.size:
            shares, own = self.shares_line[rows], own[rows]
            relative = (1.0 + own) ** 2 - 1.0
            lorentz = np.where(shares, own, 0.0)
            gauss = np.where(shares, 0.0, relative * self.drawn_hz[rows] ** 2)
            exponent = (2j * np.pi * own_shift[rows] - np.pi * lorentz)[:, None] * times
            exponent -= (GAUSS_RATE * gauss)[:, None] * times**2
            damped[rows] *= np.exp(exponent)
        return np.asarray(damped)

    def derivatives(
        self,
        theta: NDArray[np.float64],
        amplitudes: NDArray[np.float64],
        damped: NDArray[np.complex128],
        free: NDArray[np.bool_],
    ) -> NDArray[np.complex128]:
        """Return d(spectrum)/d(parameter) for the free line parameters, in their order.

        Shape (number of free parameters from SHIFT on, window points). The two phases act on the
        data and are not among them.
        """
        times = self.band.times_s
        scaled = amplitudes[:, None] * damped
        shared = scaled[self.shares_line].sum(axis=0)
        rows: list[NDArray[np.complex128]] = []
        if free[SHIFT]:
            rows.append(2j * np.pi * times * scaled.sum(axis=0))
        if free[LORENTZ]:
            rows.append(-np.pi * times * shared)
        if free[GAUSS]:
            rows.append(-GAUSS_RATE * times**2 * shared)
        blocks = [np.array(rows).reshape(len(rows), times.size)]
        shifting = np.flatnonzero(free[self.own_shift()])
        blocks.append(2j * np.pi * times * scaled[shifting])
        widening = np.flatnonzero(free[self.own_width()])
        own = theta[self.own_width()][widening, None]
        rate = 2 * GAUSS_RATE * (1.0 + own) * self.drawn_hz[widening, None] ** 2
        growth = np.where(self.shares_line[widening, None], -np.pi * times, -rate * times**2)
        blocks.append(growth * scaled[widening])
        return self.band.spectra(np.concatenate(blocks))

    def spectra(self, damped: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return the spectra of damped signals in the window, shape (k, window points)."""
        return self.band.spectra(damped)

    def phase(self, theta: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return ``exp(i phase)`` of the data, shape (window points,)."""
        away = self.band.window.ppm - self.pivot_ppm
        return np.asarray(np.exp(1j * (theta[ZERO_PHASE] + theta[FIRST_PHASE] * away)))
