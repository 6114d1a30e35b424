"""The refits of one value as a histogram, with the fit's value and the 95 % interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from typing_extensions import override

from mrsviewer.present.bootstrap import HistogramScene
from mrsviewer.ui.plots.plain_canvas import PlainCanvas, ink

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from mrsviewer.ui.theme import Palette

_DASHES = (6, 4)
_ROOM = 1.08


class HistogramPlot(PlainCanvas):
    """Bars of draws; the interval is a band, the fitted value a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Histogram of the refits", parent)
        self.scene = HistogramScene()
        self.redraw()

    def show_scene(self, scene: HistogramScene) -> None:
        """Draw another value."""
        self.scene = scene
        self.say(scene.title, scene.caption, scene.freshness)
        self.redraw()

    @property
    @override
    def drawn(self) -> bool:
        return bool(self.scene.counts.size)

    @override
    def draw(self, colours: Palette) -> None:
        scene = self.scene
        self.plot.setLabel("bottom", scene.axis)
        self.plot.setLabel("left", "refits")
        self._set_range()
        band = ink(colours.baseline, colours, scene.freshness)
        band.setAlpha(40)
        region = pg.LinearRegionItem(
            (scene.low, scene.high), movable=False, brush=band, pen=pg.mkPen(None)
        )
        bars = pg.BarGraphItem(
            x0=scene.edges[:-1],
            x1=scene.edges[1:],
            height=scene.counts,
            brush=ink(colours.residual, colours, scene.freshness),
            pen=pg.mkPen(colours.surface),
        )
        dim = ink(colours.text, colours, scene.freshness)
        curve = pg.PlotDataItem(
            *scene.curve, pen=pg.mkPen(dim, width=1.5, dash=_DASHES), antialias=True
        )
        fit = pg.InfiniteLine(
            scene.value, 90, pen=pg.mkPen(ink(colours.fit, colours, scene.freshness), width=2)
        )
        for item in (region, bars, curve, fit):
            self.plot.addItem(item)

    def _set_range(self) -> None:
        scene = self.scene
        x = np.concatenate([scene.edges, scene.curve[0], [scene.value]])
        tallest = max(float(scene.counts.max()), float(scene.curve[1].max(initial=0.0)))
        self.plot.setRange(
            xRange=(float(x.min()), float(x.max())), yRange=(0.0, _ROOM * tallest), padding=0
        )
