"""The forward model of a measurement: from amplitudes to the samples of every coil and transient.

Knows nothing of spin systems: the metabolite signals come as a basis set. Every random number is
drawn from the generator that is handed in, so equal seeds give equal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet


@dataclass(frozen=True, slots=True)
class Decay:
    """How a signal fades: full widths at half maximum of its Lorentzian and Gaussian part."""

    lorentzian_hz: float = 0.0
    gaussian_hz: float = 0.0


@dataclass(frozen=True, slots=True)
class WaterLine:
    """One Lorentzian line of the water that suppression left."""

    amplitude: float
    shift_hz: float
    width_hz: float
    phase_deg: float


@dataclass(frozen=True, slots=True)
class EddyCurrent:
    """A frequency offset that decays after the gradients: ``shift_hz * exp(-t / time_s)``."""

    shift_hz: float
    time_s: float


@dataclass(frozen=True, slots=True)
class Instability:
    """What changes from transient to transient.

    Attributes
    ----------
    drift_hz
        Frequency drift from the first to the last transient.
    jitter_hz, phase_jitter_deg
        Standard deviation of frequency and phase about the drift.
    """

    drift_hz: float = 0.0
    jitter_hz: float = 0.0
    phase_jitter_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class BadTransient:
    """One transient in which the head moved."""

    index: int
    shift_hz: float
    phase_deg: float
    width_hz: float
    gain: float


@dataclass(frozen=True, slots=True)
class Receiver:
    """Coil elements: relative sensitivity, phase, and noise of standard deviation ``noise_sd``.

    ``noise_sd`` is that of the real (and of the imaginary) part of a sample of one coil; noise of
    two coils correlates by ``noise_correlation``.
    """

    sensitivity: tuple[float, ...]
    phase_deg: tuple[float, ...]
    noise_sd: float = 0.0
    noise_correlation: float = 0.0

    def weights(self) -> NDArray[np.complex128]:
        """Return the complex sensitivities, shape (coils,)."""
        return np.array(self.sensitivity) * np.exp(1j * np.deg2rad(self.phase_deg))

    def correlation(self) -> NDArray[np.float64]:
        """Return the noise correlation matrix, shape (coils, coils)."""
        coils = len(self.sensitivity)
        return np.asarray(
            (1 - self.noise_correlation) * np.eye(coils) + self.noise_correlation, np.float64
        )

    def combined_noise_sd(self) -> float:
        """Return the noise per sample after the best combination that leaves the signal at 1."""
        weights = self.weights()
        inverse = np.linalg.solve(self.correlation(), weights)
        return self.noise_sd / float(np.sqrt(np.vdot(weights, inverse).real))


def mixture(
    basis: BasisSet, amplitudes: Mapping[str, float], decay: Mapping[str, Decay]
) -> NDArray[np.complex128]:
    """Return the sum of basis signals, each with its amplitude and decay, shape (points,).

    Raises
    ------
    KeyError
        If a name is not in the basis set.
    """
    fid = np.zeros(basis.fids.shape[-1], np.complex128)
    for name, amplitude in amplitudes.items():
        if name not in basis.names:
            raise KeyError(name)
        row = basis.fids[basis.names.index(name)]
        fid += amplitude * faded(row, basis.dwell_s, decay.get(name, Decay()))
    return fid


def faded(fid: NDArray[np.complex128], dwell_s: float, decay: Decay) -> NDArray[np.complex128]:
    """Return the signal with a decay applied; last axis is time."""
    time = np.arange(fid.shape[-1]) * dwell_s
    gaussian = (np.pi * decay.gaussian_hz * time) ** 2 / (4 * np.log(2))
    return np.asarray(fid * np.exp(-np.pi * decay.lorentzian_hz * time - gaussian))


def residual_water(
    lines: tuple[WaterLine, ...], points: int, dwell_s: float
) -> NDArray[np.complex128]:
    """Return the water that suppression left, shape (points,)."""
    time = np.arange(points) * dwell_s
    fid = np.zeros(points, np.complex128)
    for line in lines:
        phase = np.deg2rad(line.phase_deg) + 2 * np.pi * line.shift_hz * time
        fid += line.amplitude * np.exp(1j * phase - np.pi * line.width_hz * time)
    return fid


def eddy_phase(
    currents: tuple[EddyCurrent, ...], points: int, dwell_s: float
) -> NDArray[np.float64]:
    """Return the phase in rad that eddy currents have added at each sample, shape (points,)."""
    time = np.arange(points) * dwell_s
    phase = np.zeros(points)
    for current in currents:
        swing = 1 - np.exp(-time / current.time_s)
        phase += 2 * np.pi * current.shift_hz * current.time_s * swing
    return phase


def repeated(
    fid: NDArray[np.complex128],
    dwell_s: float,
    count: int,
    instability: Instability,
    rng: np.random.Generator,
) -> NDArray[np.complex128]:
    """Return ``count`` transients of one signal, shape (count, points)."""
    time = np.arange(len(fid)) * dwell_s
    drift = instability.drift_hz * np.linspace(0, 1, count) if count > 1 else np.zeros(1)
    shift = drift + instability.jitter_hz * rng.standard_normal(count)
    phase = np.deg2rad(instability.phase_jitter_deg) * rng.standard_normal(count)
    turn = 2j * np.pi * np.outer(shift, time) + 1j * phase[:, None]
    return np.asarray(fid * np.exp(turn))


def spoiled(
    transients: NDArray[np.complex128], dwell_s: float, bad: tuple[BadTransient, ...]
) -> NDArray[np.complex128]:
    """Return the transients, those named in ``bad`` shifted, turned, broadened and weakened."""
    out = transients.copy()
    time = np.arange(transients.shape[-1]) * dwell_s
    for one in bad:
        turn = 1j * (np.deg2rad(one.phase_deg) + 2 * np.pi * one.shift_hz * time)
        out[one.index] *= one.gain * np.exp(turn - np.pi * one.width_hz * time)
    return out


def received(
    transients: NDArray[np.complex128], receiver: Receiver, rng: np.random.Generator
) -> NDArray[np.complex128]:
    """Return what each coil records, noise included, shape (coils, transients, points)."""
    coils = receiver.weights()
    signal = coils[:, None, None] * transients
    parts = rng.standard_normal((2, *signal.shape))
    colour = np.linalg.cholesky(receiver.correlation())
    noise = np.tensordot(colour, parts[0] + 1j * parts[1], axes=1)
    return np.asarray(signal + receiver.noise_sd * noise)
