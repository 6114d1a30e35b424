"""The smooth part of the spectrum: what decays within the first milliseconds.

What is smooth over frequency is short-lived in time. A baseline is therefore a sum of signals of
arbitrary phase that live at the beginning of the FID: broad lines, tails of water and lipid whose
centres lie outside the window, and a first sample of the wrong size, which is a constant over
frequency. A signal cannot begin before the excitation, and this is worth knowing: a spline whose
real and imaginary part are independent - or equally a real spline on the real part - needs twice
the coefficients for the same smoothness, and takes twice as much from the metabolites.

The baseline is a Gaussian process. The amplitude at time t after the excitation has a variance
proportional to ``t ** -4``, which is what a second-difference penalty on a spline amounts to
(Eilers and Marx 1996, doi 10.1214/ss/1038425655); before it, to ``(10 t) ** -4``, because filters
and an early start of sampling spread a little. The first sample itself is left free. In the basis
of Demmler and Reinsch (1975, doi 10.1007/BF01437407) design and penalty are diagonal together, so
that one decomposition serves every flexibility, and flexibility can be named by its effective
degrees of freedom (the trace of the smoother), of which each is a complex number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.window import Window

MOST_DF_PER_PPM = 10.0
FOREIGN_PPM = 0.05
"""Width at which lines outside the window are drawn."""

NEGLIGIBLE = 5e-3
"""A mode of which a baseline would take less is left out of it."""

MINIMUM_DF = 1.0
"""Of a constant, which is left free."""

PERIOD = 1.5
"""Width, in windows, over which the signals repeat: time runs in steps of 1 / (PERIOD width)."""

WRAPPED = 6.0
"""Last samples over those before them above which a record is taken to be wrapped."""

POWER = 4
EARLY = 10.0
EARLIEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class SmoothSpace:
    """All baselines over one window.

    Attributes
    ----------
    modes
        Shape (n used, m), complex: orthonormal, from smooth to wiggly.
    drawn
        Shape (n, m): the same functions at every point of the window, excluded ones too.
    roughness
        Shape (m,), ascending: the penalty of each mode, 0 for the first.
    ppm_width
        Width of the fitted window.
    sides
        2 where signals before the excitation are as likely as after it, else 1.
    probes
        Conjugate of ``modes``; follows from it.
    """

    modes: NDArray[np.complex128]
    drawn: NDArray[np.complex128]
    roughness: NDArray[np.float64]
    ppm_width: float
    sides: int = 1
    probes: NDArray[np.complex128] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "probes", self.modes.conj())

    def gains(self, df_per_ppm: float) -> NDArray[np.float64]:
        """Return how much of each mode a baseline of this flexibility takes, shape (m,) in [0, 1].

        Their sum is ``df_per_ppm * ppm_width`` for each side, but at least the 1 of a constant; no
        baseline at all for 0.
        """
        return _gains(self, df_per_ppm)

    def smooth(
        self, spectrum: NDArray[np.complex128], gains: NDArray[np.float64]
    ) -> NDArray[np.complex128]:
        """Return the baseline of a spectrum at the points used, drawn at all, shape (n,)."""
        return np.asarray(self.drawn @ (gains * (spectrum @ self.probes)))


def smooth_space(
    window: Window, *, wrapped: bool = False, foreign_ppm: tuple[float, ...] = ()
) -> SmoothSpace:
    """Return the baselines over a window, decomposed over the points used.

    Parameters
    ----------
    window
        Fit window.
    wrapped
        Whether to allow for signals before the excitation: see :func:`is_wrapped`.
    foreign_ppm
        Where lines lie outside the points used whose tails reach into them.
    """
    axis = window.axis
    width = (window.count - 1) * axis.step_hz / axis.hz_per_ppm
    share = np.count_nonzero(window.used) / window.count
    most = int(np.ceil(MOST_DF_PER_PPM * width * PERIOD))
    spread = FOREIGN_PPM * axis.hz_per_ppm / axis.step_hz
    places = tuple(axis.to_hz(ppm) / axis.step_hz - window.first_bin for ppm in foreign_ppm)
    foreign = _foreign(window.count, axis.points, places, spread)
    modes, drawn, roughness = _decomposed(
        _Grid(window, most, most if wrapped else EARLIEST), foreign
    )
    return SmoothSpace(modes, drawn, roughness, width * share, 2 if wrapped else 1)


def is_wrapped(fid: NDArray[np.complex128]) -> bool:
    """Return whether the record's last samples belong before its first.

    Some scanners store a record whose delay was taken off by turning it round, so that what the
    receiver gave before the first echo sample stands at the end, after the noise.
    """
    size = np.abs(fid)
    quiet = size[-fid.size // 4 : -fid.size // 16]
    return bool(np.median(size[-3:]) > WRAPPED * np.median(quiet) + 1e-300)


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Window, and how many steps of time after and before the excitation."""

    window: Window
    late: int
    early: int

    def signals(self) -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
        """Return short-lived signals over the window, shape (n, m), and their spreads."""
        count = self.window.count
        times = np.arange(-self.early, min(2 * self.late, count - self.early))
        times = times[times != 0]
        slower = EARLY if self.early == EARLIEST else 1.0
        stiffness = np.where(times < 0, -slower * times, times)
        turns = np.outer(np.arange(count), times) / (PERIOD * count)
        return np.exp(-2j * np.pi * turns), stiffness ** (-POWER / 2)


def _foreign(
    count: int, points: int, places: tuple[float, ...], width: float
) -> NDArray[np.complex128]:
    """Return Lorentzian lines at places outside the window, all in bins; shape (count, places)."""
    away = np.asarray(places)[None, :] - np.arange(count)[:, None]
    pole = np.exp((2j * np.pi * away - np.pi * width) / points)
    lines = (1.0 - pole**points) / (1.0 - pole)
    return np.asarray(lines / np.linalg.norm(lines, axis=0))


def _decomposed(
    grid: _Grid, foreign: NDArray[np.complex128]
) -> tuple[NDArray[np.complex128], NDArray[np.complex128], NDArray[np.float64]]:
    """Return modes over the points used and over all, and their roughness."""
    used = grid.window.used
    free = np.concatenate([np.full((used.size, 1), used.size**-0.5), foreign], axis=1)
    fixed, fixed_drawn, _ = _orthonormal(free, used, 1e-3)
    signals, spread = grid.signals()
    signals = signals * spread
    signals = signals - fixed_drawn @ (fixed.conj().T @ signals[used])
    modes, drawn, sizes = _orthonormal(signals, used, 1e-7)
    roughness = np.concatenate([np.zeros(fixed.shape[1]), (sizes[0] / sizes) ** 2])
    return (
        np.concatenate([fixed, modes], axis=1),
        np.concatenate([fixed_drawn, drawn], axis=1),
        roughness,
    )


def _orthonormal(
    curves: NDArray[np.complex128], used: NDArray[np.bool_], least: float
) -> tuple[NDArray[np.complex128], NDArray[np.complex128], NDArray[np.float64]]:
    """Return an orthonormal basis over the points used, the same at all, and singular values."""
    modes, sizes, mixing = np.linalg.svd(curves[used], full_matrices=False)
    kept = sizes > least * sizes[0]
    drawn = curves @ (mixing[kept].conj().T / sizes[kept])
    return np.ascontiguousarray(modes[:, kept]), drawn, sizes[kept]


@lru_cache(maxsize=64)
def _gains(space: SmoothSpace, df_per_ppm: float) -> NDArray[np.float64]:
    if df_per_ppm <= 0:
        return np.zeros_like(space.roughness)
    most = 0.9 * space.roughness.size
    wanted = min(max(df_per_ppm * space.ppm_width * space.sides, MINIMUM_DF + 1e-3), most)
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        total = np.sum(1.0 / (1.0 + np.exp(middle) * space.roughness))
        low, high = (middle, high) if total > wanted else (low, middle)
    gains = 1.0 / (1.0 + np.exp(high) * space.roughness)
    gains[gains < NEGLIGIBLE] = 0.0
    gains.setflags(write=False)
    return np.asarray(gains)
