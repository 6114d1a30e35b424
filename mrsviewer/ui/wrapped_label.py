"""A label of several lines that is never squeezed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class WrappedLabel(QLabel):
    """Plain text that wraps; claims the height that it needs at its width, also in a splitter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(8, 4, 8, 4)

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self._claim()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._claim()

    def _claim(self) -> None:
        self.setMinimumHeight(0)  # what was claimed before would count
        self.setMinimumHeight(max(self.heightForWidth(self.width()), 0))
