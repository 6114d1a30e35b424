"""Where the panels are: docks at left, right and bottom; remembered, and put back when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QMainWindow

VERSION = 2
"""Of the arrangement; a state saved under another one is not restored."""

NARROWEST = 240
"""Width of a panel below which its text would be hard to read."""

_AREA = Qt.DockWidgetArea
_PANELS = (
    ("voxel", "Voxel", _AREA.LeftDockWidgetArea),
    ("data", "Data", _AREA.LeftDockWidgetArea),
    ("processing", "Processing", _AREA.LeftDockWidgetArea),
    ("concentrations", "Concentrations", _AREA.RightDockWidgetArea),
    ("quality", "Quality", _AREA.RightDockWidgetArea),
    ("log", "Log", _AREA.BottomDockWidgetArea),
)
_COLUMN_SHARES = {"voxel": 0.225, "concentrations": 0.245}
_ROW_SHARES = {
    "voxel": 0.44,
    "data": 0.24,
    "processing": 0.32,
    "concentrations": 0.66,
    "quality": 0.34,
}
_LOG_SHARE = 0.2


class Layout:
    """The docks of a window.

    Parameters
    ----------
    window
        The window that holds them.
    """

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.docks = {name: _dock(name, title, window) for name, title, _ in _PANELS}
        window.setDockOptions(
            window.DockOption.AnimatedDocks
            | window.DockOption.AllowNestedDocks
            | window.DockOption.AllowTabbedDocks
        )
        for corner, area in (
            (Qt.Corner.TopLeftCorner, _AREA.LeftDockWidgetArea),
            (Qt.Corner.BottomLeftCorner, _AREA.LeftDockWidgetArea),
            (Qt.Corner.TopRightCorner, _AREA.RightDockWidgetArea),
            (Qt.Corner.BottomRightCorner, _AREA.RightDockWidgetArea),
        ):
            window.setCorner(corner, area)
        self._place()

    def fill(self, widgets: Mapping[str, QWidget]) -> None:
        """Put the panels into their docks."""
        for name, widget in widgets.items():
            widget.setMinimumWidth(max(widget.minimumWidth(), NARROWEST))
            self.docks[name].setWidget(widget)

    def reset(self) -> None:
        """Put every dock back to its first place and size."""
        for dock in self.docks.values():
            self._window.removeDockWidget(dock)
            dock.setFloating(False)
        self._place()
        self.set_sizes()

    def set_sizes(self) -> None:
        """Give the docks their first sizes, as shares of the window."""
        window, docks = self._window, self.docks
        for shares, length, direction in (
            (_COLUMN_SHARES, window.width(), Qt.Orientation.Horizontal),
            (_ROW_SHARES, window.height(), Qt.Orientation.Vertical),
            ({"log": _LOG_SHARE}, window.height(), Qt.Orientation.Vertical),
        ):
            chosen = [docks[name] for name in shares]
            sizes = [round(share * length) for share in shares.values()]
            window.resizeDocks(chosen, sizes, direction)

    def state(self) -> bytes:
        """Return where everything is, for :meth:`restore`."""
        return bytes(self._window.saveState(VERSION).data())

    def restore(self, state: bytes) -> bool:
        """Put everything where ``state`` says; return whether that was possible."""
        return bool(state) and self._window.restoreState(QByteArray(state), VERSION)

    def _place(self) -> None:
        for name, _, area in _PANELS:
            self._window.addDockWidget(area, self.docks[name])
            self.docks[name].setVisible(name != "log")


def _dock(name: str, title: str, window: QMainWindow) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setAccessibleName(title)
    features = QDockWidget.DockWidgetFeature
    movable = features.DockWidgetMovable | features.DockWidgetFloatable
    dock.setFeatures(movable | features.DockWidgetClosable if name == "log" else movable)
    dock.setWidget(QWidget())
    return dock
