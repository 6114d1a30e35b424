"""The signal model and its derivatives.

In the frame that the data are rotated into, metabolite k contributes amplitude times

    FFT[ b_k(t) exp(2 pi i (s + s_k) t - pi (L + L_k) t - pi^2 / (4 ln 2) V t^2 + c(t)) ]

with a common shift s, a common Voigt line (Lorentz width L and squared Gauss width V, as FWHM) and
small deviations s_k and L_k = contrast * D_k + l_k: metabolites differ in T2 and in temperature-
and pH-dependent shift, but all share the shim. D_k is the difference in width that their T2 asks
for, and one common contrast says how much of it the data show beyond what the basis holds. c(t) is
the departure from a Voigt line (see :mod:`lineshape <mrsviewer.fitting.lineshape>`), zero unless
the data ask for it. Parametrised macromolecules and lipids are drawn at their expected width and
do not take the common line; each has a relative width 1 + u_k.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mrsviewer.fitting.lineshape import TERMS, shape_functions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.band import Band

ZERO_PHASE, FIRST_PHASE, SHIFT, LORENTZ, GAUSS, CONTRAST = range(6)
"""Places of the common parameters: rad, rad/ppm, Hz, Hz, Hz^2, 1."""

COMMON = 6
LINE = COMMON - SHIFT
"""How many of them are of the line; the phases act on the data."""

GAUSS_RATE = np.pi**2 / (4 * np.log(2))
"""A Gaussian line of FWHM w decays as ``exp(-GAUSS_RATE w^2 t^2)``."""


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Derivatives of the model: parameter p has ``factor[p] * curves[row[p]]``.

    Several parameters share a curve - shift and width of a metabolite differ by a factor - so
    there are fewer curves to transform and to multiply than parameters.
    """

    curves: NDArray[np.complex128]
    row: NDArray[np.intp]
    factor: NDArray[np.complex128]

    def each(self) -> NDArray[np.complex128]:
        """Return one curve per parameter, shape (parameters, n)."""
        return np.asarray(self.factor[:, None] * self.curves[self.row])


class _Chosen(NamedTuple):
    """Which derivatives are wanted.

    Attributes
    ----------
    moving, broad, bends
        Components whose own shift or Lorentz width moves, components that change the width they
        are drawn at, and terms of the line shape: one curve each, after those of the common line.
    row
        Curve of each free parameter of the line, in their order.
    """

    moving: NDArray[np.intp]
    broad: NDArray[np.intp]
    bends: NDArray[np.intp]
    row: NDArray[np.intp]


@lru_cache(maxsize=256)
def _chosen_slopes(shares_line: bytes, free: bytes) -> _Chosen:
    """Return which derivatives the free parameters ask for; from the bytes of boolean arrays."""
    shares = np.frombuffer(shares_line, bool)
    common, shift, width, real, imaginary = np.split(
        np.frombuffer(free, bool), np.cumsum([COMMON, shares.size, shares.size, TERMS])
    )
    moving = np.flatnonzero(shift | (width & shares))
    broad = np.flatnonzero(width & ~shares)
    bends = np.flatnonzero(real | imaginary)
    own_shift, own_width, bend = (
        np.zeros_like(shift, int),
        np.zeros_like(width, int),
        np.zeros(TERMS, int),
    )
    own_shift[moving] = LINE + np.arange(moving.size)
    own_width[shares] = own_shift[shares]
    own_width[broad] = LINE + moving.size + np.arange(broad.size)
    bend[bends] = LINE + moving.size + broad.size + np.arange(bends.size)
    rows = np.concatenate([np.arange(LINE), own_shift, own_width, bend, bend])
    wanted = np.concatenate([common[SHIFT:], shift, width, real, imaginary])
    return _Chosen(moving, broad, bends, rows[wanted])


@dataclass(frozen=True, slots=True, eq=False)
class SignalModel:
    """Basis signals on the coarse time grid.

    The parameter vector has 6 common entries (see the constants above), then one own shift in Hz
    per component, one own width per component - a Lorentz width in Hz, or for components with a
    line of their own the relative change of the width they are drawn at - and last the real and
    the imaginary coefficients of the line shape.

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
    by_t2_hz
        Shape (k,): differences in Lorentz width that T2 asks for; 0 for components with a line
        of their own.
    times_s, away_ppm, shapes, shares_line
        Coarse time grid, ppm from the pivot, functions of the line shape, and which components
        take the common line, shape (k,); follow from these.
    """

    band: Band
    signals: NDArray[np.complex128]
    drawn_hz: NDArray[np.float64]
    pivot_ppm: float
    by_t2_hz: NDArray[np.float64]
    times_s: NDArray[np.float64] = field(init=False)
    away_ppm: NDArray[np.float64] = field(init=False)
    shapes: NDArray[np.float64] = field(init=False)
    shares_line: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        times = self.band.times_s
        object.__setattr__(self, "times_s", times)
        object.__setattr__(self, "away_ppm", self.band.window.ppm - self.pivot_ppm)
        object.__setattr__(self, "shapes", shape_functions(times))
        object.__setattr__(self, "shares_line", self.drawn_hz == 0)

    @property
    def count(self) -> int:
        """Return the number of components."""
        return len(self.signals)

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        return COMMON + 2 * self.count + 2 * TERMS

    def own_shift(self) -> slice:
        """Return where the own shifts stand in the parameter vector."""
        return slice(COMMON, COMMON + self.count)

    def own_width(self) -> slice:
        """Return where the own widths stand in the parameter vector."""
        return slice(COMMON + self.count, COMMON + 2 * self.count)

    def shape(self) -> slice:
        """Return where the coefficients of the line shape stand in the parameter vector."""
        return slice(COMMON + 2 * self.count, self.size)

    def own_lorentz_hz(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much each Lorentz width differs from the common one, shape (k,)."""
        own = theta[CONTRAST] * self.by_t2_hz + theta[self.own_width()]
        return np.where(self.shares_line, own, 0.0)

    def damped(self, theta: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the shifted and damped signals on the coarse grid, shape (k, samples)."""
        times = self.times_s
        shift = theta[SHIFT] + theta[self.own_shift()]
        damped = _powers(2j * np.pi * shift - np.pi * self.own_lorentz_hz(theta), times)
        damped *= self.signals
        damped *= self._common_line(theta)[self.shares_line.astype(np.intp)]
        own = theta[self.own_width()]
        rows = np.flatnonzero(~self.shares_line & (own != 0))
        if rows.size:
            excess = ((1.0 + own[rows]) ** 2 - 1.0) * self.drawn_hz[rows] ** 2
            damped[rows] *= np.exp(-GAUSS_RATE * excess[:, None] * times**2)
        return np.asarray(damped)

    def _common_line(self, theta: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return what multiplies signals without and with the common line, shape (2, samples)."""
        times = self.times_s
        exponent = -np.pi * theta[LORENTZ] * times - GAUSS_RATE * theta[GAUSS] * times**2
        coefficients = theta[self.shape()]
        bent = (coefficients[:TERMS] + 1j * coefficients[TERMS:]) @ self.shapes
        return np.stack([np.ones_like(bent), np.exp(exponent + bent)])

    def slopes(
        self,
        theta: NDArray[np.float64],
        amplitudes: NDArray[np.float64],
        damped: NDArray[np.complex128],
        free: NDArray[np.bool_],
    ) -> Slopes:
        """Return d(spectrum)/d(parameter) for the free line parameters, in their order.

        The two phases act on the data and are not among them.
        """
        times, shares = self.times_s, self.shares_line
        chosen = _chosen_slopes(shares.tobytes(), free.tobytes())
        shared = np.where(shares, amplitudes, 0.0)
        weights = np.stack([amplitudes, shared, shared, self.by_t2_hz * amplitudes])
        sums = (weights @ damped.view(np.float64)).view(np.complex128)
        curves = np.concatenate(
            [
                np.stack([times, times, times**2, times]) * sums,
                times * damped[chosen.moving],
                times**2 * damped[chosen.broad],
                self.shapes[chosen.bends] * sums[1],
            ]
        )
        broader = -2 * GAUSS_RATE * (1.0 + theta[self.own_width()]) * self.drawn_hz**2
        factors = np.concatenate(
            [
                (2j * np.pi, -np.pi, -GAUSS_RATE, -np.pi),
                2j * np.pi * amplitudes,
                np.where(shares, -np.pi, broader) * amplitudes,
                (1,) * TERMS + (1j,) * TERMS,
            ]
        )
        return Slopes(self.band.spectra(curves), chosen.row, factors[free[SHIFT:]])

    def spectra(self, damped: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return the spectra of damped signals in the window, shape (k, window points)."""
        return self.band.spectra(damped)

    def phase(self, theta: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return ``exp(i phase)`` of the data, shape (window points,)."""
        return np.asarray(np.exp(1j * (theta[ZERO_PHASE] + theta[FIRST_PHASE] * self.away_ppm)))


def _powers(rates: NDArray[Any], times: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return ``exp(rate * time)`` on an even time grid, shape (rates, times)."""
    block = 64
    step = times[1] - times[0]
    fine = np.empty((rates.size, block), np.complex128)
    fine[:, 0], fine[:, 1:] = 1.0, np.exp(rates * step)[:, None]
    coarse = np.empty((rates.size, -(-times.size // block)), np.complex128)
    coarse[:, 0], coarse[:, 1:] = np.exp(rates * times[0]), np.exp(rates * step * block)[:, None]
    for factors in (fine, coarse):
        np.multiply.accumulate(factors, axis=1, out=factors)
    product = coarse[:, :, None] * fine[:, None, :]
    return np.asarray(product.reshape(rates.size, -1)[:, : times.size])
