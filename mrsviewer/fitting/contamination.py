"""Water and lipid in or beside the fit window.

They can be a hundred times the metabolites, and no model of them is good to a hundredth. So where
they tower, the points under them are left out, and lines of any phase at fixed places inside the
gap stand in for their tails. The message of the fit says what was left out. Lipid is left out only
where the model of it fails: tNAA and lactate are lost with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared

Range = tuple[float, float]

INSIDE_PPM, REST_END_PPM, CLEAR_PPM = 3.7, 3.6, 0.25
"""From where on a line inside the window may be water, where all that is surely not ends, and how
much is left out beside it."""

WATER_TOWERS = 2.5
"""How many times the highest point of the rest water is, which no metabolite above 3.7 ppm is."""

BESIDE_PPM, WATER_END_PPM, WATER_STEP_PPM = 0.05, 5.2, 0.15
"""How far beside the window water begins and where it ends, and steps between its lines."""

LEAST_TOP_PPM = 3.0
"""A window that ends below this is out of the reach of water."""

STRONG = 60.0
"""Height over noise from which the tails of water matter."""

LIPID_PPM: Range = (2.95, 0.0)
"""All lines of lipid with their feet; those at 2.0, 2.3 and 2.8 ppm tower as well."""

LIPID_PEAK_PPM: Range = (1.6, 0.7)
AGAINST_PPM: Range = (3.35, 2.95)
"""Where the height of metabolites is taken, that of tCr and tCho."""

UNDER = 0.9
"""Share of its energy below lipid from which a component is left out with it."""

LIPID_TOWERS = 4.0
"""How many times that height lipid must be to be left out."""

FOREIGN_STEP_PPM = 0.1
"""Steps between lines in a gap."""


@dataclass(frozen=True, slots=True, eq=False)
class _Spectrum:
    """Magnitude spectrum and its axis, both of shape (points,)."""

    ppm: NDArray[np.float64]
    size: NDArray[np.float64]

    @classmethod
    def of(cls, prepared: Prepared, transformed: NDArray[np.complex128]) -> _Spectrum:
        """Return that of a discrete Fourier transform on the data's axis."""
        axis = prepared.axis
        hz = np.asarray(np.fft.fftfreq(axis.points, axis.dwell_s), np.float64)
        return cls(axis.to_ppm(hz), np.abs(transformed))

    def highest(self, ends: Range) -> float:
        """Return the highest point between two limits, 0 if there is none."""
        inside = (self.ppm > min(ends)) & (self.ppm < max(ends))
        return float(self.size[inside].max(initial=0.0))

    def energy(self, ends: Range) -> float:
        """Return the energy between two limits."""
        inside = (self.ppm > min(ends)) & (self.ppm < max(ends))
        return float(np.sum(self.size[inside] ** 2))


def lipid_towers(prepared: Prepared, options: LcmOptions) -> bool:
    """Return whether lipid lies in the window and is many times the metabolites."""
    spectrum = _Spectrum.of(prepared, prepared.spectrum)
    low, high = sorted(options.window_ppm)
    if not (low < min(LIPID_PEAK_PPM) and max(AGAINST_PPM) < high):
        return False
    if any(min(ends) < max(LIPID_PEAK_PPM) for ends in options.excluded_ppm):
        return False
    return spectrum.highest(LIPID_PEAK_PPM) > LIPID_TOWERS * spectrum.highest(AGAINST_PPM)


def without_lipid(prepared: Prepared, options: LcmOptions) -> LcmOptions:
    """Return options that leave out the range of lipid, and components that lie in it."""
    under = []
    for component, signal in zip(prepared.components, prepared.signals, strict=True):
        one = _Spectrum.of(prepared, np.fft.fft(signal))
        inside = one.energy(LIPID_PPM)
        if inside > UNDER * (inside + one.energy((LIPID_PPM[0], max(options.window_ppm)))):
            under.append(component.name)
    return msgspec.structs.replace(
        options,
        exclude=(*options.exclude, *under),
        excluded_ppm=(*options.excluded_ppm, LIPID_PPM),
    )


def fit_window(prepared: Prepared, options: LcmOptions) -> Range:
    """Return the window's limits, the upper one lowered where water lies inside."""
    spectrum = _Spectrum.of(prepared, prepared.spectrum)
    low, high = sorted(options.window_ppm)
    end = (spectrum.ppm > INSIDE_PPM) & (spectrum.ppm < high)
    rest = spectrum.highest((low, REST_END_PPM))
    if not end.any() or spectrum.size[end].max() < WATER_TOWERS * rest:
        return high, low
    place = float(spectrum.ppm[end][np.argmax(spectrum.size[end])])
    return max(place - CLEAR_PPM, REST_END_PPM), low


def foreign_lines(prepared: Prepared, options: LcmOptions, top_ppm: float) -> tuple[float, ...]:
    """Return where lines may lie beside the window, which ends at ``top_ppm``, and in its gaps."""
    half = FOREIGN_STEP_PPM / 2
    gaps = [
        np.arange(min(ends) + half, max(ends), FOREIGN_STEP_PPM) for ends in options.excluded_ppm
    ]
    spectrum = _Spectrum.of(prepared, prepared.spectrum)
    beside = spectrum.highest((top_ppm + BESIDE_PPM, WATER_END_PPM))
    if beside > STRONG * prepared.noise_sd and top_ppm >= LEAST_TOP_PPM:
        gaps.append(np.arange(top_ppm + WATER_STEP_PPM, WATER_END_PPM, WATER_STEP_PPM))
    return tuple(float(x) for gap in gaps for x in gap)
