"""A small plot with a title above and a sentence below, in the colours of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from mrsviewer.ui.theme import current_palette, mixed, scaled_font
from mrsviewer.ui.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from mrsviewer.present.scenes import Freshness
    from mrsviewer.ui.theme import Palette

LEAST_HEIGHT = 130
STALE = "stale: of an earlier recipe"


class PlainCanvas(QWidget):
    """A plot that neither zooms nor moves; :meth:`draw` of a subclass fills it.

    Parameters
    ----------
    name
        For screen readers.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.canvas = pg.GraphicsLayoutWidget()
        self.canvas.setFrameShape(QFrame.Shape.NoFrame)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setMinimumHeight(LEAST_HEIGHT)
        self.plot = self.canvas.addPlot()
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getViewBox().disableAutoRange()
        for side in ("bottom", "left"):
            self.plot.getAxis(side).enableAutoSIPrefix(False)
        self.title, self.caption, self._nothing = WrappedLabel(), WrappedLabel(), QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.canvas, 1)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.caption)

    def redraw(self) -> None:
        """Draw what is shown in the colours of the theme."""
        colours = current_palette()
        self.canvas.setBackground(colours.surface)
        self.title.setFont(scaled_font(self, 1.0, bold=True))
        self.caption.setStyleSheet(f"color: {colours.dim}")
        for side in ("bottom", "left"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.text))
            axis.setTickFont(self.font())
            axis.label.setFont(self.font())
        self.plot.clear()
        self.canvas.setVisible(self.drawn)
        self._nothing.setVisible(not self.drawn)
        if self.drawn:
            self.draw(colours)

    @property
    def drawn(self) -> bool:
        """Return whether there is anything to draw."""
        raise NotImplementedError

    def draw(self, colours: Palette) -> None:
        """Add the items of what is shown to the empty plot."""
        raise NotImplementedError

    def say(self, title: str, caption: str, freshness: Freshness) -> None:
        """Show title and sentence; that it is stale stands in the title."""
        stale = freshness == "stale"
        self.title.setText(f"{title} \N{EM DASH} {STALE}" if stale else title)
        self.caption.setText(caption)
        self.setAccessibleDescription(f"{self.title.text()}. {caption}")
        for label in (self.title, self.caption):
            label.setVisible(bool(label.text()))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme, and another text size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self.redraw()


def ink(colour: str, colours: Palette, freshness: Freshness) -> QColor:
    """Return a colour of the theme, faint for what is stale."""
    return QColor(mixed(colour, colours.surface, 0.6) if freshness == "stale" else colour)
