"""A radio-frequency pulse as samples, and what it does to a single spin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RfPulse:
    """Samples of equal duration.

    Attributes
    ----------
    name
        For captions: "sinc 5.2 ms".
    amplitude_hz, phase_rad
        Strength of the field as gamma B1 / 2 pi, and its phase.
    duration_s
        Of the whole pulse.
    bandwidth_hz
        Nominal width of slice: gradient strength times thickness, in frequency.
    gradient
        Relative strength of the slice gradient at every sample; None where it is constant.
    centre
        Where in the pulse echo times are counted from, 0 to 1.
    """

    name: str
    amplitude_hz: tuple[float, ...]
    phase_rad: tuple[float, ...]
    duration_s: float
    bandwidth_hz: float
    gradient: tuple[float, ...] | None = None
    centre: float = 0.5

    @property
    def complex_hz(self) -> NDArray[np.complex128]:
        """Return the field as complex numbers, shape (samples,)."""
        return np.asarray(self.amplitude_hz) * np.exp(1j * np.asarray(self.phase_rad))

    @property
    def gradient_shape(self) -> NDArray[np.float64]:
        """Return the relative strength of the slice gradient, shape (samples,)."""
        shape = np.ones(len(self.amplitude_hz)) if self.gradient is None else self.gradient
        return np.asarray(shape, np.float64)

    @property
    def peak_hz(self) -> float:
        """Return the strongest field."""
        return max(self.amplitude_hz)

    @property
    def before_s(self) -> float:
        """Return the time from its start to the centre that echo times are counted from."""
        return self.centre * self.duration_s

    @property
    def after_s(self) -> float:
        """Return the time from that centre to its end."""
        return (1 - self.centre) * self.duration_s


def sampled(
    name: str, field_hz: NDArray[np.complex128], duration_s: float, bandwidth_hz: float = 0.0
) -> RfPulse:
    """Return the pulse of complex samples; without a bandwidth it is measured at half height."""
    pulse = RfPulse(
        name,
        tuple(np.abs(field_hz).tolist()),
        tuple(np.angle(field_hz).tolist()),
        duration_s,
        bandwidth_hz,
    )
    return pulse if bandwidth_hz else replace(pulse, bandwidth_hz=measured_bandwidth(pulse))


def response(
    pulse: RfPulse, offset_hz: NDArray[np.float64], position: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Return the Cayley-Klein parameters a and b of the pulse for uncoupled spins.

    Parameters
    ----------
    pulse
        Its samples.
    offset_hz
        Frequencies of the spins from that of the pulse, shape (n,).
    position
        Where they are along the slice gradient, in slice thicknesses, shape (n,).
    """
    places = np.zeros_like(offset_hz) if position is None else position
    gradient = pulse.gradient_shape[:, None] * places * pulse.bandwidth_hz
    a, b = single_turns(pulse.complex_hz[:, None], offset_hz + gradient, pulse.duration_s)
    while len(a) > 1:
        if len(a) % 2:
            a = np.concatenate([a, np.ones_like(a[:1])])
            b = np.concatenate([b, np.zeros_like(b[:1])])
        a, b = product_of((a[1::2], b[1::2]), (a[0::2], b[0::2]))
    return a[0], b[0]


Turn = tuple["NDArray[np.complex128]", "NDArray[np.complex128]"]


def product_of(later: Turn, earlier: Turn) -> Turn:
    """Return the Cayley-Klein parameters of one turn after another."""
    return (
        later[0] * earlier[0] - later[1].conj() * earlier[1],
        later[1] * earlier[0] + later[0].conj() * earlier[1],
    )


def single_turns(
    field_hz: NDArray[np.complex128], offset_hz: NDArray[np.float64], duration_s: float
) -> Turn:
    """Return a and b of every sample, which turns a spin about its effective field.

    Parameters
    ----------
    field_hz, offset_hz
        Of each sample; the first axis is time, the others are broadcast.
    duration_s
        Of all samples together.
    """
    step = np.pi * duration_s / len(field_hz)
    half = step * np.sqrt(np.abs(field_hz) ** 2 + offset_hz**2)
    sine = step * np.sinc(half / np.pi)
    return np.cos(half) - 1j * offset_hz * sine, -1j * field_hz * sine


def measured_bandwidth(pulse: RfPulse) -> float:
    """Return the full width at half of what the pulse does on resonance, in Hz.

    Of a pulse that turns by more than 135 degrees the inverted part counts, else the transverse
    magnetisation.
    """
    reach = 24 / pulse.duration_s
    offset = np.linspace(0, reach, 769)
    a, b = response(pulse, offset)
    inverted = np.abs(b) ** 2
    effect = inverted if inverted[0] > 0.85 else 2 * np.abs(a * b)
    below = np.flatnonzero(effect < effect[0] / 2)
    if not len(below):
        return 2 * reach
    outer = int(below[0])
    pair = slice(outer - 1, outer + 1)
    return float(2 * np.interp(-effect[0] / 2, -effect[pair], offset[pair]))
