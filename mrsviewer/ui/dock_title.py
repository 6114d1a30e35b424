"""The title of a panel: its name, and buttons that enlarge it, take it out or close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QStyle, QToolButton, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

_PIXMAP = QStyle.StandardPixmap


class DockTitle(QWidget):
    """Title bar of a dock; it can be dragged as any, and a double-click enlarges the panel.

    Signals
    -------
    enlarge_wanted
        The panel should fill the window, or go back to its place.
    """

    enlarge_wanted = Signal()

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._label = QLabel(dock.windowTitle())
        dock.windowTitleChanged.connect(self._label.setText)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 4, 3)
        row.setSpacing(2)
        row.addWidget(self._label, 1)
        self._add(row, "Enlarge or put back (double-click)", _PIXMAP.SP_TitleBarMaxButton).connect(
            self.enlarge_wanted
        )
        self._add(
            row, "Take out of the window or put back", _PIXMAP.SP_TitleBarNormalButton
        ).connect(lambda: dock.setFloating(not dock.isFloating()))
        if dock.features() & QDockWidget.DockWidgetFeature.DockWidgetClosable:
            self._add(row, "Close", _PIXMAP.SP_TitleBarCloseButton).connect(dock.close)

    @property
    def text(self) -> str:
        """Return the title shown."""
        return self._label.text()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Enlarge instead of taking the panel out."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.enlarge_wanted.emit()
            event.accept()

    def _add(self, row: QHBoxLayout, tip: str, pixmap: QStyle.StandardPixmap) -> SignalInstance:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIcon(self.style().standardIcon(pixmap))
        button.setToolTip(tip)
        button.setAccessibleName(f"{self._label.text()}: {tip}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addWidget(button)
        return button.clicked
