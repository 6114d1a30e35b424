"""A list of rows that wrap: a sign, a title, a value, and a note below or behind."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from mrsviewer.ui.theme import Palette, current_palette


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``ink`` and ``sign_ink`` name colours of the palette.

    ``below`` puts the note under the title instead of behind it. ``strong`` makes the title
    bold.
    """

    sign: str
    sign_ink: str
    title: str
    note: str = ""
    value: str = ""
    ink: str = "text"
    tooltip: str = ""
    spoken: str = ""
    below: bool = False
    strong: bool = False


class RowList(QScrollArea):
    """Rows one below the other; never scrolls sideways, never elides."""

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty, self._rows = empty, tuple[Row, ...]()
        self._page = QWidget()
        self._page.setAutoFillBackground(True)
        self._page.setBackgroundRole(self.backgroundRole())
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(8, 4, 8, 6)
        self._column.setSpacing(6)
        self.setWidget(self._page)
        self.set_rows(())

    def set_rows(self, rows: tuple[Row, ...]) -> None:
        """Replace all rows."""
        self._rows = rows
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        colours = current_palette()
        for row in rows or (Row("", "dim", self._empty, ink="dim"),):
            self._column.addWidget(_RowWidget(row, colours))
        # No alignment of the layout: it would give rows no more height than their hints ask.
        self._column.addStretch(1)
        self.setAccessibleDescription("; ".join(row.spoken or row.title for row in rows))

    def row_widgets(self) -> tuple[QWidget, ...]:
        """Return the widgets of the rows, from top to bottom."""
        items = (self._column.itemAt(place) for place in range(self._column.count()))
        return tuple(w for item in items if item is not None and (w := item.widget()) is not None)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self.set_rows(self._rows)


class _RowWidget(QWidget):
    def __init__(self, row: Row, colours: Palette) -> None:
        super().__init__()
        self.setToolTip(row.tooltip)
        self.setAccessibleName(row.spoken or row.title)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        sign = _label(_ink(row.sign, getattr(colours, row.sign_ink)), wrap=False)
        sign.setFixedWidth(sign.fontMetrics().horizontalAdvance("✕●") // 2 + 6)
        grid.addWidget(sign, 0, 0, top)
        ink, dim = getattr(colours, row.ink), colours.dim
        title = _ink(f"<b>{escape(row.title)}</b>" if row.strong else escape(row.title), ink)
        if row.note and not row.below:
            title += _ink(f" — {escape(row.note)}", dim if row.ink == "text" else ink)
        grid.addWidget(_label(title), 0, 1, top)
        if row.value:
            value = _label(_ink(escape(row.value), ink), wrap=False)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | top)
            grid.addWidget(value, 0, 2, top)
        if row.note and row.below:
            grid.addWidget(_label(_ink(escape(row.note), dim)), 1, 1, 1, 2, top)


def _label(text: str, *, wrap: bool = True) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(wrap)
    return label


def _ink(text: str, colour: str) -> str:
    return f'<span style="color:{colour}">{text}</span>'
