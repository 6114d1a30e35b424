"""The plot of a basis set: components over or above one another, a second set dashed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from mrsviewer.present.basis_set import WINDOW_PPM, BasisScene
from mrsviewer.ui.theme import current_palette

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from mrsviewer.present.basis_set import BasisCurve
    from mrsviewer.ui.theme import Palette

NEAR_PX = 40
LEAST_HEIGHT = 260
LIMITS_PPM = (-1.0, 10.0)
_EMPTY = BasisScene((), (), (0.0, 1.0), "")
_DASHES = (7, 5)
_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DotLine,
)


class BasisPlot(QWidget):
    """Draws a basis scene; the wheel zooms, a drag moves, a double click fits to the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Spectra of the basis set")
        self.scene, self._fitted = _EMPTY, False
        self.canvas = pg.GraphicsLayoutWidget()
        self.canvas.setFrameShape(QFrame.Shape.NoFrame)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setMinimumHeight(LEAST_HEIGHT)
        self.plot = self.canvas.addPlot()
        self.plot.hideAxis("left")
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.setLabel("bottom", "Chemical shift (ppm)")
        self.plot.getAxis("bottom").enableAutoSIPrefix(False)
        view = self.plot.getViewBox()
        view.invertX(True)
        view.disableAutoRange()
        view.setLimits(xMin=LIMITS_PPM[0], xMax=LIMITS_PPM[1], minXRange=0.05)
        self._items: list[pg.PlotDataItem] = []
        self._labels: list[pg.TextItem] = []
        self.read_out, self.caption = QLabel(), QLabel()
        for label in (self.read_out, self.caption):
            label.setWordWrap(True)
            label.setContentsMargins(8, 2, 8, 4)
        self.read_out.setObjectName("basisReadOut")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.read_out)
        column.addWidget(self.caption)
        self.canvas.scene().sigMouseMoved.connect(self.hover)
        self.canvas.scene().sigMouseClicked.connect(self._clicked)
        view.sigRangeChanged.connect(lambda *_: self._place_labels())
        self._say_nothing()

    def show_scene(self, scene: BasisScene) -> None:
        """Draw another scene; the ranges stay unless the number of levels changed."""
        same = len(scene.labels) == len(self.scene.labels) and bool(self.scene.curves)
        self.scene = scene
        self._draw()
        self.caption.setText(scene.caption)
        self.setAccessibleDescription(scene.caption)
        if not same or not self._fitted:
            self.fit()
        self._place_labels()

    def fit(self) -> None:
        """Show all of what is drawn, between 4.3 and 0.2 ppm."""
        self._fitted = True
        self.plot.setRange(
            xRange=WINDOW_PPM[::-1], yRange=self.scene.amplitude, padding=0, disableAutoRange=True
        )

    def hover(self, place: QPointF) -> None:
        """Say what is under the pointer: ppm, and the height of the nearest component."""
        view = self.plot.getViewBox()
        if not view.sceneBoundingRect().contains(place) or not self.scene.curves:
            self._say_nothing()
            return
        at = view.mapSceneToView(place)
        ppm, level = float(at.x()), float(at.y())
        pixel = max(float(view.viewPixelSize()[1]), 1e-300)
        best, gap = None, NEAR_PX * pixel
        for curve in self.scene.curves:
            away = abs(float(np.interp(ppm, curve.ppm, curve.values)) - level)
            if away < gap:
                best, gap = curve, away
        self.read_out.setText(f"{ppm:.3f} ppm{'' if best is None else _said(best, ppm)}")

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme, and another text size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._draw()
            self._place_labels()

    def _say_nothing(self) -> None:
        self.read_out.setText("Point at a curve to read it. R: fit to window.")

    def _clicked(self, event: object) -> None:
        if getattr(event, "double", bool)():
            self.fit()

    def _draw(self) -> None:
        colours = current_palette()
        self.canvas.setBackground(colours.surface)
        axis = self.plot.getAxis("bottom")
        axis.setPen(pg.mkPen(colours.border))
        axis.setTextPen(pg.mkPen(colours.dim))
        axis.setTickFont(self.font())
        axis.label.setFont(self.font())
        overlaid = not self.scene.labels
        number = -1
        for place, curve in enumerate(self.scene.curves):
            number += curve.role != "second"
            item = self._item(place)
            item.setPen(_pen(curve, number if overlaid else 0, colours))
            item.setData(curve.ppm, curve.values, skipFiniteCheck=True)
        for item in self._items[len(self.scene.curves) :]:
            item.setData([], [])
        self._make_labels(colours)

    def _item(self, place: int) -> pg.PlotDataItem:
        """Return an item that stays: one is added once and emptied, never taken away."""
        while len(self._items) <= place:
            item = pg.PlotDataItem(antialias=True, clipToView=True, skipFiniteCheck=True)
            self.plot.addItem(item)
            self._items.append(item)
        return self._items[place]

    def _make_labels(self, colours: Palette) -> None:
        for label in self._labels:
            self.plot.removeItem(label)
        self._labels = []
        for text, _ in self._wishes():
            label = pg.TextItem(text, color=colours.text, anchor=(0, 1))
            label.setFont(QFont(self.font()))
            self.plot.addItem(label, ignoreBounds=True)
            self._labels.append(label)

    def _wishes(self) -> list[tuple[str, tuple[float, float]]]:
        """Return each label with the place it is for: a level, or the top of its curve."""
        if self.scene.labels:
            left = self.plot.getViewBox().viewRange()[0][1]
            return [(name, (left, level)) for name, level in self.scene.labels]
        tops = []
        for curve in self.scene.curves:
            if curve.role != "second":
                inside = (curve.ppm > WINDOW_PPM[1]) & (curve.ppm < WINDOW_PPM[0])
                at = int(np.flatnonzero(inside)[curve.values[inside].argmax()])
                tops.append((curve.name, (float(curve.ppm[at]), float(curve.values[at]))))
        return tops

    def _place_labels(self) -> None:
        """Put labels at the left end of their levels, or above the tops, none on another."""
        height = self.plot.getViewBox().viewPixelSize()[1] * self.fontMetrics().height()
        width = self.plot.getViewBox().viewPixelSize()[0]
        taken: list[tuple[float, float, float]] = []
        for label, (text, (x, y)) in zip(self._labels, self._wishes(), strict=False):
            room = width * (self.fontMetrics().horizontalAdvance(text) + 12)
            level = y
            while not self.scene.labels and any(
                abs(x - a) < 0.5 * (room + w) and abs(level - b) < height for a, b, w in taken
            ):
                level += 0.5 * height
            taken.append((x, level, room))
            label.setPos(x, level)


def _pen(curve: BasisCurve, number: int, colours: Palette) -> object:
    if curve.role == "second":
        return pg.mkPen(colours.fit, width=1, dash=_DASHES)
    if curve.role == "sum":
        return pg.mkPen(colours.text, width=1.5)
    inks = (colours.baseline, colours.metabolite, colours.data, colours.good, colours.poor)
    return pg.mkPen(
        inks[number % len(inks)], width=1, style=_STYLES[number // len(inks) % len(_STYLES)]
    )


def _said(curve: BasisCurve, ppm: float) -> str:
    height = float(np.interp(ppm, curve.ppm, curve.heights))
    which = " (second set)" if curve.role == "second" else ""
    return f"   {curve.name}{which}  height {height:.3g}"
