"""Two linked plots: the residual strip above, the spectrum below; axes, ranges, geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QGraphicsRectItem, QWidget

from mrsviewer.ui.plots.spectrum_curves import SpectrumCurves
from mrsviewer.ui.theme import mixed

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from mrsviewer.ui.theme import Palette

STRIP_SHARE = 6
"""The spectrum is so many times as high as the residual strip."""

STRIP_HEIGHT = 56
Range = tuple[float, float]


class SpectrumCanvas(pg.GraphicsLayoutWidget):
    """Draws; decides nothing. pyqtgraph's own mouse handling, menus and buttons are off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.ci.layout.setContentsMargins(0, 4, 0, 0)
        self.ci.layout.setVerticalSpacing(0)
        self.strip, self.main = self.addPlot(0, 0), self.addPlot(1, 0)
        self.ci.layout.setRowStretchFactor(0, 1)
        self.ci.layout.setRowStretchFactor(1, STRIP_SHARE)
        for plot in (self.strip, self.main):
            _still(plot)
        self.strip.setXLink(self.main)
        self.main.setLabel("bottom", "Chemical shift (ppm)")
        self.strip.getAxis("bottom").setStyle(showValues=False, tickLength=-4)
        self.strip.getAxis("bottom").setHeight(8)
        self.main.getAxis("bottom").setStyle(tickLength=-5, maxTickLevel=1)
        self.strip.setMinimumHeight(STRIP_HEIGHT)
        self.curves = SpectrumCurves(self.main, self.strip)
        self._band = QGraphicsRectItem()
        self._band.setPen(Qt.PenStyle.NoPen)
        self._zeros = [pg.InfiniteLine(0, angle=0), pg.InfiniteLine(0, angle=0)]
        self.pivot = pg.InfiniteLine(0, angle=90, movable=False)
        self.pivot.hide()
        for plot, zero in zip((self.strip, self.main), self._zeros, strict=True):
            zero.setZValue(-1)
            plot.addItem(zero, ignoreBounds=True)
        self._band.setZValue(-2)
        self.strip.addItem(self._band, ignoreBounds=True)
        self.main.addItem(self.pivot, ignoreBounds=True)

    def restyle(self, colours: Palette) -> None:
        """Take the colours of a theme, and the widget's font for the axes."""
        self.setBackground(colours.surface)
        for plot in (self.strip, self.main):
            axis = plot.getAxis("bottom")
            axis.setPen(pg.mkPen(colours.border))
            axis.setTickPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.dim))
            axis.setTickFont(self.font())
        label = self.main.getAxis("bottom").label
        label.setFont(self.font())
        self._band.setBrush(QColor(mixed(colours.residual, colours.surface, 0.82)))
        for zero in self._zeros:
            zero.setPen(pg.mkPen(mixed(colours.border, colours.surface, 0.4)))
        pivot = pg.mkPen(colours.baseline, style=Qt.PenStyle.DotLine)
        self.pivot.setPen(pivot)

    @property
    def strip_shown(self) -> bool:
        """Return whether the residual strip is shown."""
        return bool(self.strip.isVisible())

    def show_strip(self, on: bool) -> None:
        """Show or hide the residual strip; the spectrum takes its place."""
        if on == self.strip_shown:
            return
        self.strip.setVisible(on)
        self.ci.layout.setRowStretchFactor(0, int(on))
        self.strip.setMinimumHeight(STRIP_HEIGHT if on else 0)
        self.strip.setMaximumHeight(1e5 if on else 0)

    def set_title_height(self, height: int) -> None:
        """Leave room for a line of text above the strip."""
        self.ci.layout.setContentsMargins(0, height, 0, 0)

    def show_band(self, noise_sd: float | None) -> None:
        """Show plus and minus two standard deviations of the noise; None: no band."""
        height = 4 * (noise_sd or 0.0)
        self._band.setRect(QRectF(-1e3, -height / 2, 2e3, height))
        self._band.setVisible(noise_sd is not None)

    def set_view(self, ppm: Range, amplitude: Range, strip: Range) -> None:
        """Show (low, high) ppm and these amplitudes in spectrum and strip."""
        self.main.setRange(xRange=ppm, yRange=amplitude, padding=0, disableAutoRange=True)
        self.strip.setYRange(*strip, padding=0)

    def box(self, plot: pg.PlotItem) -> QRectF:
        """Return where a plot's curves are, in pixels of the canvas."""
        view = plot.getViewBox()
        return QRectF(self.mapFromScene(view.sceneBoundingRect()).boundingRect())

    def to_view(self, point: QPointF) -> tuple[float, float]:
        """Return (ppm, amplitude) at a pixel, in the coordinates of the spectrum below."""
        box, view = self.box(self.main), self.main.getViewBox()
        (left, right), (low, high) = view.viewRange()
        ppm = right - (point.x() - box.left()) / max(box.width(), 1) * (right - left)
        amplitude = high - (point.y() - box.top()) / max(box.height(), 1) * (high - low)
        return float(ppm), float(amplitude)


def _still(plot: pg.PlotItem) -> None:
    """Take everything from a plot that moves or pops up by itself."""
    plot.hideAxis("left")
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.setContentsMargins(0, 0, 0, 0)
    view = plot.getViewBox()
    view.setMouseEnabled(x=False, y=False)
    view.setDefaultPadding(0)
    view.disableAutoRange()
    view.invertX(True)
    plot.getAxis("bottom").enableAutoSIPrefix(False)
