"""Log panel: what happened, with time and level."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QTime
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mrsviewer.ui.theme import current_palette

LINES_KEPT = 2000
SIGNS: dict[str, tuple[str, str]] = {
    "info": ("·", "text"),
    "warning": ("▲", "borderline"),
    "danger": ("✕", "poor"),
    "error": ("✕", "poor"),
}
"""(sign, colour) of each level; another level is shown as info."""


class LogPanel(QWidget):
    """Keeps the last lines; text can be chosen and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Log")
        self._lines: list[tuple[str, str, str]] = []
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setMaximumBlockCount(LINES_KEPT)
        self.view.setAccessibleName("Log lines")
        self.view.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        copy, clear = QPushButton("Copy all"), QPushButton("Clear")
        copy.setToolTip("Copy the whole log")
        clear.setToolTip("Empty the log")
        copy.clicked.connect(self.copy)
        clear.clicked.connect(self.clear)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)
        self.setFocusProxy(self.view)

    def add(self, level: str, text: str) -> None:
        """Append a line; the newest is scrolled into view."""
        line = (QTime.currentTime().toString("HH:mm:ss"), level, text)
        self._lines = [*self._lines[1 - LINES_KEPT :], line]
        self._write(line)

    def text(self) -> str:
        """Return all lines as plain text."""
        return self.view.toPlainText()

    def copy(self) -> None:
        """Put the whole log on the clipboard."""
        QApplication.clipboard().setText(self.text())

    def clear(self) -> None:
        """Forget all lines."""
        self._lines = []
        self.view.clear()

    def _write(self, line: tuple[str, str, str]) -> None:
        time, level, text = line
        sign, colour = SIGNS.get(level, SIGNS["info"])
        colours = current_palette()
        body = escape(text).replace("\n", "<br>")
        self.view.appendHtml(
            f'<span style="color:{colours.dim}">{time}</span> '
            f'<span style="color:{getattr(colours, colour)}">{sign} {body}</span>'
        )

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Write the lines anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.view.clear()
            for line in self._lines:
                self._write(line)
