"""The title of a panel: its name, and buttons that enlarge it, take it out or close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QIcon, QMouseEvent


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
        self._buttons: dict[str, QToolButton] = {}
        self._add(row, "Enlarge or put back (double-click)", "full").connect(self.enlarge_wanted)
        self._add(row, "Take out of the window or put back", "window").connect(
            lambda: dock.setFloating(not dock.isFloating())
        )
        if dock.features() & QDockWidget.DockWidgetFeature.DockWidgetClosable:
            self._add(row, "Close", "cancel").connect(dock.close)

    @property
    def text(self) -> str:
        """Return the title shown."""
        return self._label.text()

    def set_icons(self, icon_of: Callable[[str], QIcon]) -> None:
        """Give the buttons icons in the theme's colours; Qt's own are not seen in the dark."""
        for name, button in self._buttons.items():
            button.setIcon(icon_of(name))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Enlarge instead of taking the panel out."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.enlarge_wanted.emit()
            event.accept()

    def _add(self, row: QHBoxLayout, tip: str, icon: str) -> SignalInstance:
        button = self._buttons[icon] = QToolButton()
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleName(f"{self._label.text()}: {tip}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addWidget(button)
        return button.clicked
