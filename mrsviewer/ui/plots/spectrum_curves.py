"""The curves of a spectrum scene: complex values held, real parts drawn by persistent items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from mrsviewer.dsp.phase import phase_factor
from mrsviewer.ui.theme import mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.present.scenes import Curve, SpectrumScene
    from mrsviewer.ui.theme import Palette

_WIDTHS = {"data": 1.0, "fit": 2.0, "baseline": 2.0, "metabolite": 1.5, "residual": 1.0}
_METABOLITE_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotDotLine,
)
_STALE_SHARE = 0.6
"""How much of the background is mixed into the colours of a stale fit."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One curve, ascending in ppm, as held for drawing."""

    key: Key
    ppm: NDArray[np.float64]
    values: NDArray[np.complex128]


class SpectrumCurves:
    """Holds the complex curves of a scene and one plot item for each role and label.

    Parameters
    ----------
    main, strip
        The plots to draw in; residuals go to the strip.
    """

    def __init__(self, main: pg.PlotItem, strip: pg.PlotItem) -> None:
        self._main, self._strip = main, strip
        self._items: dict[Key, pg.PlotDataItem] = {}
        self._scene: SpectrumScene | None = None
        self.traces: tuple[Trace, ...] = ()
        self.drawn: dict[Key, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    def take(self, scene: SpectrumScene) -> None:
        """Hold the curves of ``scene``; items without a curve are emptied, not removed."""
        self._scene = scene
        self.traces = tuple(_trace(curve) for curve in scene.curves if curve.ppm.size > 1)
        wanted = {trace.key for trace in self.traces}
        self.drawn = {key: drawn for key, drawn in self.drawn.items() if key in wanted}
        for key, item in self._items.items():
            if key not in wanted:
                item.setData([], [])
        for layer, trace in enumerate(self.traces):
            self._item(trace.key).setZValue(layer + 1)

    def draw(self, zero_rad: float, first_s: float, pivot_ppm: float) -> None:
        """Draw the real parts with this phase on top of the scene's own display phase."""
        if self._scene is None:
            return
        factors: dict[int, NDArray[np.complex128]] = {}
        for trace in self.traces:
            factor = factors.get(trace.ppm.size)
            if factor is None or trace.key[0] == "data":
                factor = self._factor(trace.ppm, zero_rad, first_s, pivot_ppm)
                if trace.key[0] != "data":
                    factors[trace.ppm.size] = factor
            y = trace.values.real * factor.real - trace.values.imag * factor.imag
            self.drawn[trace.key] = (trace.ppm, y)
            self._items[trace.key].setData(trace.ppm, y, skipFiniteCheck=True)

    def restyle(self, colours: Palette, *, fast: bool) -> None:
        """Give every curve its pen: thick model curves only while nothing moves (``fast``)."""
        stale = self.stale
        metabolites = [key for key in self._items if key[0] == "metabolite" and key in self.drawn]
        for key, item in self._items.items():
            role = key[0]
            colour = getattr(colours, role)
            if stale and role != "data":
                colour = mixed(colour, colours.surface, _STALE_SHARE)
            style = Qt.PenStyle.SolidLine
            if role == "baseline":
                style = Qt.PenStyle.DashLine
            elif role == "metabolite" and key in metabolites:
                style = _METABOLITE_STYLES[metabolites.index(key) % len(_METABOLITE_STYLES)]
            width = 1.0 if fast else _WIDTHS[role]
            item.setPen(pg.mkPen(colour, width=width, style=style))

    @property
    def stale(self) -> bool:
        """Return whether the fit's curves belong to an earlier recipe."""
        return self._scene is not None and self._scene.fit == "stale"

    def real(self, role: str) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return (ppm, drawn values) of the first curve of ``role``, or None."""
        return next((drawn for key, drawn in self.drawn.items() if key[0] == role), None)

    def clear(self) -> None:
        """Empty every item."""
        self._scene, self.traces, self.drawn = None, (), {}
        for item in self._items.values():
            item.setData([], [])

    def _factor(
        self, ppm: NDArray[np.float64], zero_rad: float, first_s: float, pivot_ppm: float
    ) -> NDArray[np.complex128]:
        scene = self._scene
        assert scene is not None
        own_hz = (ppm - scene.pivot_ppm) * scene.hz_per_ppm
        shift_hz = (scene.pivot_ppm - pivot_ppm) * scene.hz_per_ppm
        zero = scene.zero_phase_rad + zero_rad + 2 * np.pi * first_s * shift_hz
        return phase_factor(own_hz, zero, scene.first_phase_s + first_s, 0.0)

    def _item(self, key: Key) -> pg.PlotDataItem:
        item = self._items.get(key)
        if item is None:
            item = pg.PlotDataItem(
                antialias=True, clipToView=True, autoDownsample=False, skipFiniteCheck=True
            )
            (self._strip if key[0] == "residual" else self._main).addItem(item)
            self._items[key] = item
        return item


def _trace(curve: Curve) -> Trace:
    order = np.s_[::-1] if curve.ppm[0] > curve.ppm[-1] else np.s_[:]
    return Trace(
        (curve.role, curve.label),
        np.ascontiguousarray(curve.ppm[order]),
        np.ascontiguousarray(curve.values[order]),
    )
