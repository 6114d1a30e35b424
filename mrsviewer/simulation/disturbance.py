"""What goes wrong in a measurement: each as a factor on the samples, or as a signal on top.

Time-domain factors multiply everything from the voxel; added signals come on top of it. Sizes of
added signals are shares of the highest metabolite peak, so that a distortion of 0.05 means the
same in every spectrum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import time_axis
from mrsviewer.dsp.lineshapes import gaussian_decay, lorentzian_decay
from mrsviewer.simulation.forward import EddyCurrent, WaterLine, eddy_phase

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIELD_SAMPLES = 65
"""Places in the voxel that stand for its field distribution."""


@dataclass(frozen=True, slots=True)
class FieldSpread:
    """B0 over the voxel: a normal distribution bent by a quadratic term.

    Attributes
    ----------
    width_hz
        Full width at half maximum of the distribution without the bend.
    skew
        Size of the quadratic term: 0 is symmetric, 0.5 has a long tail to high frequency.
    """

    width_hz: float
    skew: float = 0.0

    def factor(self, time_s: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the mean of ``exp(2 pi i offset t)`` over the voxel, shape of ``time_s``."""
        place = np.linspace(-2.6, 2.6, _FIELD_SAMPLES)
        weight = np.exp(-0.5 * place**2)
        sd = self.width_hz / np.sqrt(8 * np.log(2))
        offset = sd * (place + self.skew * (place**2 - 1.0))
        turns = np.exp(2j * np.pi * np.outer(offset, time_s))
        return np.asarray(weight @ turns / weight.sum())


@dataclass(frozen=True, slots=True)
class Hump:
    """One broad Gaussian of a baseline; ``height`` is relative to the others."""

    ppm: float
    width_ppm: float
    height: float
    phase_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class AddedLine:
    """A line that is not the voxel's: its height is a share of the highest metabolite peak.

    ``width_hz`` is its Lorentzian full width, ``gaussian_hz`` its Gaussian one.
    """

    ppm: float
    width_hz: float
    height: float
    phase_deg: float = 0.0
    gaussian_hz: float = 0.0


@dataclass(frozen=True, slots=True)
class Disturbance:
    """Everything that departs from the ideal measurement; the default is none of it.

    Attributes
    ----------
    linewidth_hz
        Lorentz width on top of what each signal has.
    drift_hz
        Linear frequency drift from the first to the last of many transients that were averaged
        without alignment.
    shift_hz, phase_deg
        Of all signals together.
    field_spread, eddy
        B0 inhomogeneity and uncorrected eddy currents.
    baseline, humps
        Size of the baseline's largest value in the window, and its shape.
    lines
        Lipid from outside the voxel and the like.
    water
        What suppression left; here the amplitude of a line is its peak's height.
    """

    linewidth_hz: float = 0.0
    drift_hz: float = 0.0
    shift_hz: float = 0.0
    phase_deg: float = 0.0
    field_spread: FieldSpread | None = None
    eddy: tuple[EddyCurrent, ...] = ()
    baseline: float = 0.0
    humps: tuple[Hump, ...] = ()
    lines: tuple[AddedLine, ...] = ()
    water: tuple[WaterLine, ...] = ()

    def factor(self, points: int, dwell_s: float) -> NDArray[np.complex128]:
        """Return what multiplies every sample of the voxel's signal, phase apart; (points,)."""
        time = time_axis(points, dwell_s)
        turn = 2 * np.pi * self.shift_hz * time + eddy_phase(self.eddy, points, dwell_s)
        factor = lorentzian_decay(time, self.linewidth_hz) * np.exp(1j * turn)
        factor = factor * drift_factor(self.drift_hz, time)
        if self.field_spread is not None:
            factor = factor * self.field_spread.factor(time)
        return np.asarray(factor)


def drift_factor(drift_hz: float, time_s: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the mean of ``exp(2 pi i f t)`` over f from 0 to ``drift_hz``."""
    return np.asarray(np.exp(1j * np.pi * drift_hz * time_s) * np.sinc(drift_hz * time_s))


def added_line(
    line: AddedLine, time_s: NDArray[np.float64], frequency_hz: float
) -> NDArray[np.complex128]:
    """Return a Voigt line whose absorption peak is ``line.height``, shape of ``time_s``.

    ``frequency_hz`` is the line's offset from 0 Hz. The height is that of ``fft`` of the samples.
    """
    decay = lorentzian_decay(time_s, line.width_hz) * gaussian_decay(time_s, line.gaussian_hz)
    turn = np.exp(1j * (np.deg2rad(line.phase_deg) + 2 * np.pi * frequency_hz * time_s))
    return np.asarray(line.height / decay.sum() * decay * turn)


def hump_fid(
    hump: Hump, time_s: NDArray[np.float64], hz_per_ppm: float, centre_ppm: float
) -> NDArray[np.complex128]:
    """Return a Gaussian whose absorption peak is ``hump.height``, shape of ``time_s``."""
    decay = gaussian_decay(time_s, hump.width_ppm * hz_per_ppm)
    offset = (hump.ppm - centre_ppm) * hz_per_ppm
    turn = np.exp(1j * (np.deg2rad(hump.phase_deg) + 2 * np.pi * offset * time_s))
    return np.asarray(hump.height / decay.sum() * decay * turn)
