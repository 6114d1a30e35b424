"""All words on the spectrum: labels at curves, read-outs, hints, the stale tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsSimpleTextItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from mrsviewer.ui.plots.curve_labels import Box
    from mrsviewer.ui.plots.spectrum_canvas import SpectrumCanvas
    from mrsviewer.ui.theme import Palette

PLATE = 3.0
NAMES = ("strip", "hover", "hint", "read", "stale", "pivot", "empty")


class TextTag(QGraphicsSimpleTextItem):
    """One line of text in pixel coordinates, on a plate of the background's colour."""

    def __init__(self) -> None:
        super().__init__()
        self.ground: QColor | None = None
        self.frame: QColor | None = None
        self.setZValue(100)

    @override
    def boundingRect(self) -> QRectF:
        """Return the text's rectangle with the plate round it."""
        return super().boundingRect().adjusted(-PLATE - 1, -1, PLATE + 1, 1)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the plate, then the text."""
        if self.ground is not None:
            painter.setPen(QPen(self.frame) if self.frame else QPen(self.ground))
            painter.setBrush(self.ground)
            painter.drawRect(self.boundingRect().adjusted(0.5, 0.5, -0.5, -0.5))
        super().paint(painter, option, widget)  # type: ignore[arg-type]

    def place(self, x: float, y: float) -> None:
        """Put the text's top left corner at a whole pixel."""
        self.setPos(QPointF(round(x), round(y)))

    def size(self) -> tuple[float, float]:
        """Return width and height of the text."""
        rect = QGraphicsSimpleTextItem.boundingRect(self)
        return rect.width(), rect.height()

    def area(self) -> Box:
        """Return (left, top, width, height) in pixels."""
        return (self.x(), self.y(), *self.size())


class SpectrumTexts:
    """The tags of one canvas: a fixed one for each purpose, and one for each curve."""

    def __init__(self, canvas: SpectrumCanvas) -> None:
        self._canvas = canvas
        self._tags = {name: self._new() for name in NAMES}
        self._labels: list[TextTag] = []
        self._font = QFont()

    def __getitem__(self, name: str) -> TextTag:
        return self._tags[name]

    def restyle(self, colours: Palette, font: QFont) -> None:
        """Take font and colours; sizes follow the font."""
        self._font = font
        inks = {
            "strip": colours.dim,
            "hover": colours.text,
            "hint": colours.dim,
            "read": colours.text,
            "stale": colours.borderline,
            "pivot": colours.baseline,
            "empty": colours.dim,
        }
        for name, tag in self._tags.items():
            tag.setFont(font)
            tag.setBrush(QColor(inks[name]))
            tag.ground = QColor(colours.surface)
        self._tags["stale"].frame = QColor(colours.borderline)
        larger = QFont(font)
        larger.setPointSizeF(font.pointSizeF() * 1.15)
        self._tags["read"].setFont(larger)
        self._tags["read"].frame = QColor(colours.border)

    def say(self, name: str, text: str) -> TextTag:
        """Set a tag's text; an empty one hides it."""
        tag = self._tags[name]
        if tag.text() != text:
            tag.setText(text)
        tag.setVisible(bool(text))
        return tag

    def taken(self) -> list[Box]:
        """Return the boxes of the visible fixed tags in the spectrum, for the labels to avoid."""
        names = ("hint", "stale", "pivot")
        return [self._tags[n].area() for n in names if self._tags[n].isVisible()]

    def labels(self, texts: list[tuple[str, str]]) -> list[TextTag]:
        """Return one visible tag per (text, colour), reusing those there are."""
        while len(self._labels) < len(texts):
            self._labels.append(self._new())
        for tag in self._labels[len(texts) :]:
            tag.hide()
        for tag, (text, colour) in zip(self._labels, texts, strict=False):
            tag.setFont(self._font)
            tag.setText(text)
            tag.setBrush(QColor(colour))
            tag.show()
        return self._labels[: len(texts)]

    def visible(self) -> list[TextTag]:
        """Return every tag that can be seen."""
        return [tag for tag in (*self._tags.values(), *self._labels) if tag.isVisible()]

    def _new(self) -> TextTag:
        tag = TextTag()
        tag.hide()
        self._canvas.scene().addItem(tag)
        return tag
