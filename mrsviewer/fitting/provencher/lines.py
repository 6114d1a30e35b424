"""The signals: how parameters shift and broaden the basis set, and the derivatives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mrsviewer.fitting.model import GAUSS_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.provencher.grid import Grid
    from mrsviewer.fitting.provencher.kernel import Support


class Lines(Protocol):
    """Signals that depend on parameters ``p``."""

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        ...

    def damped(self, p: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the signals on the coarse time grid, shape (k, samples)."""
        ...

    def slopes(
        self,
        p: NDArray[np.float64],
        amplitudes: NDArray[np.float64],
        damped: NDArray[np.complex128],
    ) -> NDArray[np.complex128]:
        """Return d(sum of signals)/dp on the coarse time grid, shape (size, samples)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class CommonLines:
    """Signals with one shift in Hz and one Gaussian FWHM in Hz."""

    grid: Grid
    rows: NDArray[np.intp]

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        return 2

    def damped(self, p: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the signals, shape (rows, samples)."""
        t = self.grid.times_s
        common = np.exp(2j * np.pi * p[0] * t - GAUSS_RATE * p[1] ** 2 * t**2)
        return np.asarray(self.grid.signals[self.rows] * common)

    def slopes(
        self,
        p: NDArray[np.float64],
        amplitudes: NDArray[np.float64],
        damped: NDArray[np.complex128],
    ) -> NDArray[np.complex128]:
        """Return the derivatives, shape (2, samples)."""
        t, whole = self.grid.times_s, amplitudes @ damped
        return np.stack([2j * np.pi * t * whole, -2.0 * GAUSS_RATE * p[1] * t**2 * whole])


@dataclass(frozen=True, slots=True, eq=False)
class FreeLines:
    """Signals each with a shift in Hz and a decay in 1/s, and a line shape that most share.

    The parameters are the free weights of the line shape, the shifts, the decays.

    Attributes
    ----------
    grid, support
        As said.
    shares
        Shape (k,): which signals have the line shape; those that are drawn have not.
    phasors
        Shape (weights, samples): what each weight multiplies, less that of the middle one.
    """

    grid: Grid
    support: Support
    shares: NDArray[np.bool_]
    phasors: NDArray[np.complex128] = field(init=False)

    def __post_init__(self) -> None:
        turn = 2j * np.pi * self.grid.window.axis.step_hz * self.grid.times_s
        phasors = np.exp(np.outer(self.support.offsets, turn)) - 1.0
        object.__setattr__(self, "phasors", phasors)

    @property
    def weights(self) -> int:
        """Return the number of free weights."""
        return len(self.phasors)

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        return self.weights + 2 * self.shares.size

    def parts(
        self, p: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return weights, shifts and decays."""
        weights, shifts, decays = np.split(p, [self.weights, self.weights + self.shares.size])
        return weights, shifts, decays

    def damped(self, p: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the signals, shape (k, samples)."""
        weights, shifts, decays = self.parts(p)
        damped = np.exp(np.outer(2j * np.pi * shifts - decays, self.grid.times_s))
        damped *= self.grid.signals
        damped[self.shares] *= 1.0 + weights @ self.phasors
        return np.asarray(damped)

    def slopes(
        self,
        p: NDArray[np.float64],
        amplitudes: NDArray[np.float64],
        damped: NDArray[np.complex128],
    ) -> NDArray[np.complex128]:
        """Return the derivatives, shape (size, samples)."""
        _, shifts, decays = self.parts(p)
        rates = 2j * np.pi * shifts[self.shares] - decays[self.shares]
        bare = np.exp(np.outer(rates, self.grid.times_s)) * self.grid.signals[self.shares]
        alone = amplitudes[self.shares] @ bare
        later = self.grid.times_s * (amplitudes[:, None] * damped)
        return np.concatenate([self.phasors * alone, 2j * np.pi * later, -later])
