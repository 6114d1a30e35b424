"""Which part of a spectrum is looked at: ranges that the wheel, the drag and R change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Range = tuple[float, float]
HEADROOM = 0.10
FOOTROOM = 0.06
NARROWEST_PPM = 0.05
_FLAT = (-0.1, 1.0)
Points = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class View:
    """Ranges, each (low, high): ppm, amplitude of the spectrum, amplitude of the strip.

    ``touched`` is set once a person changed an amplitude; a new scene then leaves it alone.
    """

    ppm: Range
    amplitude: Range = _FLAT
    strip: Range = (-1.0, 1.0)
    touched: bool = False

    def fitted(self, curves: list[Points], residual: Points | None, noise_sd: float | None) -> View:
        """Return the view with amplitudes that show all of the curves in its ppm range."""
        values = [part for ppm, y in curves if (part := _inside(ppm, y, self.ppm)).size]
        amplitude = _FLAT
        if values:
            low = min(0.0, *(float(part.min()) for part in values))
            high = max(0.0, *(float(part.max()) for part in values))
            room = (high - low) or 1.0
            amplitude = (low - FOOTROOM * room, high + HEADROOM * room)
        return replace(self, amplitude=amplitude, strip=self._strip(residual, noise_sd, amplitude))

    def magnified(self, factor: float) -> View:
        """Return the view with peaks ``factor`` times as high; zero keeps its place."""
        low, high = self.amplitude
        return replace(self, amplitude=(low / factor, high / factor), touched=True)

    def strip_magnified(self, factor: float) -> View:
        """Return the view with the residual ``factor`` times as high."""
        low, high = self.strip
        return replace(self, strip=(low / factor, high / factor), touched=True)

    def zoomed(self, factor: float, about_ppm: float, limits: Range) -> View:
        """Return the view with 1/``factor`` of the ppm range; ``about_ppm`` keeps its place."""
        low, high = self.ppm
        widest = limits[1] - limits[0]
        width = float(np.clip((high - low) / factor, min(NARROWEST_PPM, widest), widest))
        share = (about_ppm - low) / (high - low)
        return self._placed(about_ppm - share * width, width, limits)

    def panned(self, by_ppm: float, by_amplitude: float, limits: Range) -> View:
        """Return the view moved by so much."""
        low, high = self.ppm
        moved = self._placed(low + by_ppm, high - low, limits)
        if by_amplitude == 0:
            return moved
        bottom, top = self.amplitude
        amplitude = (bottom + by_amplitude, top + by_amplitude)
        return replace(moved, amplitude=amplitude, touched=True)

    def _placed(self, low: float, width: float, limits: Range) -> View:
        low = min(max(low, limits[0]), limits[1] - width)
        return replace(self, ppm=(low, low + width))

    def _strip(self, residual: Points | None, noise_sd: float | None, amplitude: Range) -> Range:
        part = np.zeros(0) if residual is None else _inside(*residual, self.ppm)
        if not part.size:
            return (-1.0, 1.0)
        reach = max(float(np.abs(part).max()), 3.0 * (noise_sd or 0.0))
        reach = 1.15 * reach or 0.1 * (amplitude[1] - amplitude[0])
        return (-reach, reach)


def _inside(ppm: NDArray[np.float64], y: NDArray[np.float64], window: Range) -> NDArray[np.float64]:
    return y[(ppm >= window[0]) & (ppm <= window[1])]
