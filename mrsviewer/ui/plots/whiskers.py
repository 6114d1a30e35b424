"""The opinions of several engines on one metabolite: dots with 95 % intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from typing_extensions import override

from mrsviewer.present.agreement import FLAG, NO_OPINIONS
from mrsviewer.ui.plots.plain_canvas import PlainCanvas, ink

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from mrsviewer.present.agreement import WhiskerScene
    from mrsviewer.ui.theme import Palette

_ROOM = 0.06
_CAP = 0.16
_DASHES = (6, 4)


class WhiskerPlot(PlainCanvas):
    """One line per engine, from top to bottom, its figures beside it; the mean is dashed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Opinions of the engines", parent)
        self.scene = NO_OPINIONS
        self.redraw()

    def show_scene(self, scene: WhiskerScene) -> None:
        """Draw another metabolite."""
        self.scene = scene
        self.say(scene.title, scene.caption, scene.freshness)
        self.redraw()

    @property
    @override
    def drawn(self) -> bool:
        return bool(self.scene.whiskers)

    @override
    def draw(self, colours: Palette) -> None:
        scene, count = self.scene, len(self.scene.whiskers)
        low, high = scene.span
        room = _ROOM * (high - low) or 1.0
        self.plot.setRange(xRange=(low - room, high + room), yRange=(-0.6, count - 0.4), padding=0)
        self.plot.setLabel("bottom", scene.axis)
        labels = [(count - 1 - i, self._label(i)) for i in range(count)]
        self.plot.getAxis("left").setTicks([labels])
        if scene.mean is not None:
            pen = pg.mkPen(ink(colours.dim, colours, scene.freshness), width=1, dash=_DASHES)
            self.plot.addItem(pg.InfiniteLine(scene.mean, 90, pen=pen))
        for place in range(count):
            self._whisker(place, float(count - 1 - place), colours)

    def _label(self, place: int) -> str:
        one = self.scene.whiskers[place]
        return f"{f'{FLAG} ' if one.differs else ''}{one.label}   {one.text}"

    def _whisker(self, place: int, level: float, colours: Palette) -> None:
        one = self.scene.whiskers[place]
        colour = ink(
            colours.borderline if one.differs else colours.baseline, colours, self.scene.freshness
        )
        x = [one.low, one.high, one.low, one.low, one.high, one.high]
        y = [level, level, level - _CAP, level + _CAP, level - _CAP, level + _CAP]
        pen = pg.mkPen(colour, width=2)
        self.plot.plot(x, y, pen=pen, connect="pairs", antialias=True)
        self.plot.plot(
            [one.value],
            [level],
            pen=None,
            symbol="d" if one.differs else "o",
            symbolSize=12 if one.differs else 10,
            symbolBrush=colour,
            symbolPen=pen,
        )
