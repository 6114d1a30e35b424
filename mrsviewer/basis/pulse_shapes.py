"""Pulses by kind and a few numbers, as sequences hold them; their samples are computed.

Every field carries its description and unit, so that a form can be made from the class.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - structs resolve their annotations
from typing_extensions import override

from mrsviewer.basis.rf_pulse import RfPulse, sampled
from mrsviewer.basis.slr import linear_phase_pulse
from mrsviewer.model.failure import BasisError

SAMPLES = 256
"""Of a computed pulse; adiabatic ones have twice as many."""

_Duration = Annotated[
    float,
    msgspec.Meta(
        gt=0, le=0.1, description="Duration of the pulse", extra_json_schema={"unit": "s"}
    ),
]
_TimeBandwidth = Annotated[
    float,
    msgspec.Meta(ge=1, le=40, description="Time-bandwidth product: duration times bandwidth"),
]
_Bandwidth = Annotated[
    float,
    msgspec.Meta(
        gt=0, le=1e5, description="Bandwidth of the slice", extra_json_schema={"unit": "Hz"}
    ),
]
_Peak = Annotated[
    float,
    msgspec.Meta(
        gt=0,
        le=1e4,
        description="Strongest field as gamma B1 / 2 pi; enough of it makes the pulse adiabatic",
        extra_json_schema={"unit": "Hz"},
    ),
]


class PulseShape(msgspec.Struct, frozen=True, tag_field="shape", tag=str.lower):
    """Base of all kinds of pulse."""

    def pulse(self, flip_deg: float) -> RfPulse:
        """Return the samples for a flip angle; kept, as they are asked for again and again."""
        return _computed(self, flip_deg)

    def samples(self, flip_deg: float) -> RfPulse:
        """Compute the samples for a flip angle."""
        raise NotImplementedError

    def in_words(self) -> str:
        """Return kind and duration for captions."""
        raise NotImplementedError


@lru_cache(maxsize=64)
def _computed(shape: PulseShape, flip_deg: float) -> RfPulse:
    return shape.samples(flip_deg)


class Enveloped(PulseShape, frozen=True):
    """Base of pulses of one phase whose field is an envelope, scaled to the flip angle."""

    duration_s: _Duration

    @property
    def title(self) -> str:
        """Return the kind in words."""
        raise NotImplementedError

    def envelope(self) -> NDArray[np.float64]:
        """Return the field in any unit, shape (samples,)."""
        raise NotImplementedError

    @override
    def samples(self, flip_deg: float) -> RfPulse:
        """Compute the samples for a flip angle."""
        field = _turning(self.envelope(), flip_deg, self.duration_s)
        return sampled(self.in_words(), field, self.duration_s)

    @override
    def in_words(self) -> str:
        """Return kind and duration for captions."""
        return f"{self.title}, {milliseconds(self.duration_s)}"


class Sinc(Enveloped, frozen=True):
    """A sinc with a Hamming window."""

    time_bandwidth: _TimeBandwidth = 6.0

    @property
    @override
    def title(self) -> str:
        """Return the kind in words."""
        return "Hamming-windowed sinc"

    @override
    def envelope(self) -> NDArray[np.float64]:
        """Return the field in any unit, shape (samples,)."""
        window = 0.54 + 0.46 * np.cos(2 * np.pi * _times())
        return np.asarray(window * np.sinc(self.time_bandwidth * _times()))


class Gaussian(Enveloped, frozen=True):
    """A Gaussian, cut off at 1 % of its height."""

    @property
    @override
    def title(self) -> str:
        """Return the kind in words."""
        return "Gaussian"

    @override
    def envelope(self) -> NDArray[np.float64]:
        """Return the field in any unit, shape (samples,)."""
        return np.asarray(0.01 ** (4 * _times() ** 2))


class SincGaussian(Enveloped, frozen=True):
    """The main lobe of a sinc under a Gaussian: editing pulses; inverts 1.25 / duration."""

    @property
    @override
    def title(self) -> str:
        """Return the kind in words."""
        return "sinc-Gaussian"

    @override
    def envelope(self) -> NDArray[np.float64]:
        """Return the field in any unit, shape (samples,)."""
        return np.asarray(np.sinc(2 * _times()) * 0.5 ** (4 * _times() ** 2))


class Slr(PulseShape, frozen=True):
    """A pulse of linear phase by the Shinnar-Le Roux algorithm, with ripples below 1 %."""

    duration_s: _Duration
    time_bandwidth: _TimeBandwidth = 6.0

    @override
    def samples(self, flip_deg: float) -> RfPulse:
        """Compute the samples for a flip angle."""
        angles = linear_phase_pulse(SAMPLES, self.time_bandwidth, np.deg2rad(flip_deg))
        field = angles / (2 * np.pi * self.duration_s / SAMPLES)
        return sampled(self.in_words(), field.astype(complex), self.duration_s)

    @override
    def in_words(self) -> str:
        """Return kind and duration for captions."""
        return f"SLR, {milliseconds(self.duration_s)}, time-bandwidth {self.time_bandwidth:g}"


class HyperbolicSecant(PulseShape, frozen=True):
    """An adiabatic full passage of constant gradient.

    Its flip angle does not depend on the field once that is strong enough. Silver, Joseph, Hoult,
    J Magn Reson 1984 (doi 10.1016/0022-2364(84)90133-1).
    """

    duration_s: _Duration
    bandwidth_hz: _Bandwidth
    peak_hz: _Peak

    @override
    def samples(self, flip_deg: float) -> RfPulse:
        """Compute the samples; only turns by 180 degrees are possible."""
        _only_180(self, flip_deg)
        time = 2 * _times(2 * SAMPLES)
        beta = np.arccosh(100.0)
        sweep = -self.bandwidth_hz / 2 * np.tanh(beta * time)
        return _swept(self, self.peak_hz / np.cosh(beta * time), sweep, None)

    @override
    def in_words(self) -> str:
        """Return kind and duration for captions."""
        return (
            f"hyperbolic secant, {milliseconds(self.duration_s)}, {self.bandwidth_hz * 1e-3:g} kHz"
        )


class GoiaWurst(PulseShape, frozen=True):
    """A gradient-modulated adiabatic full passage, GOIA-W(16,4) (Andronesi 2010).

    Offset-independent adiabaticity with a WURST field of order 16 and a gradient of order 4 that
    falls to a tenth at the centre; doi 10.1016/j.jmr.2009.12.018.
    """

    duration_s: _Duration
    bandwidth_hz: _Bandwidth
    peak_hz: _Peak

    @override
    def samples(self, flip_deg: float) -> RfPulse:
        """Compute the samples; only turns by 180 degrees are possible."""
        _only_180(self, flip_deg)
        time = 2 * _times(4 * SAMPLES)
        amplitude = 1 - np.abs(np.sin(np.pi / 2 * time)) ** 16
        gradient = 0.1 + 0.9 * np.sin(np.pi / 2 * np.abs(time)) ** 4
        rate = np.cumsum(amplitude**2 / gradient)
        rate = 2 * (rate - rate[0] / 2) / rate[-1] - 1
        sweep = self.bandwidth_hz / 2 * gradient * rate
        return _swept(self, self.peak_hz * amplitude, sweep, gradient)

    @override
    def in_words(self) -> str:
        """Return kind and duration for captions."""
        return (
            f"GOIA-WURST(16,4), {milliseconds(self.duration_s)}, {self.bandwidth_hz * 1e-3:g} kHz"
        )


class Sampled(PulseShape, frozen=True):
    """Samples from a file.

    Attributes
    ----------
    name
        Of the pulse or its file.
    duration_s
        Of the whole pulse; pulse files seldom tell it.
    amplitude, phase_deg
        Relative strength, and phase.
    gradient
        Relative strength of the slice gradient, for gradient-modulated pulses.
    peak_hz
        Strongest field, needed for adiabatic pulses; None scales to the flip angle on resonance.
    bandwidth_hz
        Nominal bandwidth of the slice; None measures it.
    centre
        Where in the pulse echo times are counted from; not the middle for asymmetric ones.
    """

    name: str
    duration_s: _Duration
    amplitude: tuple[float, ...]
    phase_deg: tuple[float, ...]
    gradient: tuple[float, ...] | None = None
    peak_hz: _Peak | None = None
    bandwidth_hz: _Bandwidth | None = None
    centre: Annotated[
        float, msgspec.Meta(ge=0, le=1, description="Part of the pulse before its centre")
    ] = 0.5

    @override
    def samples(self, flip_deg: float) -> RfPulse:
        """Compute the samples for a flip angle."""
        shape = np.array(self.amplitude) * np.exp(1j * np.deg2rad(self.phase_deg))
        if self.peak_hz is None:
            field = _turning(shape, flip_deg, self.duration_s)
        else:
            field = self.peak_hz * shape / np.abs(shape).max()
        pulse = sampled(self.in_words(), field, self.duration_s, self.bandwidth_hz or 0.0)
        return replace(pulse, gradient=self.gradient, centre=self.centre)

    @override
    def in_words(self) -> str:
        """Return kind and duration for captions."""
        return f"{self.name}, {milliseconds(self.duration_s)}"


SliceShape = Sinc | Gaussian | Slr | HyperbolicSecant | GoiaWurst | Sampled
EditingShape = Gaussian | SincGaussian | Sampled


def _times(samples: int = SAMPLES) -> NDArray[np.float64]:
    """Return the middles of the samples, from -1/2 to 1/2."""
    return (np.arange(samples) + 0.5) / samples - 0.5


def _turning(
    shape: NDArray[np.float64] | NDArray[np.complex128], flip_deg: float, duration_s: float
) -> NDArray[np.complex128]:
    """Return the field in Hz that turns by the flip angle on resonance."""
    area = np.mean(shape)
    if abs(area) < 1e-3 * np.abs(shape).max():
        raise BasisError(
            "Pulse cannot be scaled",
            "Its samples add up to nothing on resonance, as those of adiabatic pulses may.",
            "Give the strength of its field (peak_hz).",
        )
    return np.asarray(shape * (flip_deg / 360 / duration_s / area), np.complex128)


def _only_180(shape: PulseShape, flip_deg: float) -> None:
    if flip_deg != 180:
        raise BasisError(
            "Pulse cannot excite",
            f"{shape.in_words()} is an adiabatic full passage, which turns by 180 degrees.",
            "Choose a sinc, Gaussian or SLR pulse for excitation.",
        )


def _swept(
    shape: HyperbolicSecant | GoiaWurst,
    amplitude_hz: NDArray[np.float64],
    sweep_hz: NDArray[np.float64],
    gradient: NDArray[np.float64] | None,
) -> RfPulse:
    """Return the pulse whose frequency follows ``sweep_hz``, phase 0 at its centre."""
    phase = np.cumsum(sweep_hz) - sweep_hz / 2
    phase = 2 * np.pi * shape.duration_s / len(phase) * (phase - phase[len(phase) // 2])
    pulse = sampled(
        shape.in_words(), amplitude_hz * np.exp(1j * phase), shape.duration_s, shape.bandwidth_hz
    )
    return replace(pulse, gradient=None if gradient is None else tuple(gradient.tolist()))


def milliseconds(seconds: float) -> str:
    """Return a time in ms for captions."""
    return f"{seconds * 1e3:.4g} ms"
