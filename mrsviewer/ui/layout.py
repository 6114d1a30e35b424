"""Where the panels are: docks at left, right and bottom; remembered, and put back when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QTabWidget, QWidget

from mrsviewer.ui.dock_title import DockTitle
from mrsviewer.ui.workspaces import WORKSPACES, Side, WorkspaceName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QMainWindow

VERSION = 3
"""Of the arrangement; a state saved under another one is not restored."""

NARROWEST = 240
"""Width of a panel below which its text would be hard to read."""

CENTRE = "spectrum"
"""Name of what fills the middle, for :meth:`Layout.enlarge`."""

_AREA = Qt.DockWidgetArea
_SIDES: dict[Side, Qt.DockWidgetArea] = {
    "left": _AREA.LeftDockWidgetArea,
    "right": _AREA.RightDockWidgetArea,
    "bottom": _AREA.BottomDockWidgetArea,
}
_TITLES = {
    "voxel": "Voxel",
    "processing": "Processing",
    "data": "Data",
    "concentrations": "Concentrations",
    "quality": "Quality",
    "log": "Log",
}


class Layout:
    """The docks of a window.

    Parameters
    ----------
    window
        The window that holds them.
    """

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._before_enlarging: bytes = b""
        self.workspace: WorkspaceName = "read"
        self.docks = {name: self._dock(name, title) for name, title in _TITLES.items()}
        window.setDockOptions(
            window.DockOption.AnimatedDocks
            | window.DockOption.AllowNestedDocks
            | window.DockOption.AllowTabbedDocks
        )
        window.setTabPosition(_AREA.AllDockWidgetAreas, QTabWidget.TabPosition.North)
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

    def show_workspace(self, name: WorkspaceName) -> None:
        """Arrange the panels for another task."""
        self.workspace = name
        self.reset()

    def reset(self) -> None:
        """Put every dock to the place and size that it has in the workspace."""
        self._put_back()
        for dock in self.docks.values():
            self._window.removeDockWidget(dock)
            dock.setFloating(False)
        self._place()
        self.set_sizes()

    def set_sizes(self) -> None:
        """Give the docks their first sizes, as shares of the window."""
        workspace, window, docks = WORKSPACES[self.workspace], self._window, self.docks
        columns = workspace.columns
        sides = [docks[columns[side][0][0]] for side in ("left", "right")]
        widths = [round(share * window.width()) for share in workspace.widths]
        window.resizeDocks(sides, widths, Qt.Orientation.Horizontal)
        heights = {n: round(s * window.height()) for n, s in workspace.heights.items()}
        chosen = [docks[name] for name in heights]
        window.resizeDocks(chosen, list(heights.values()), Qt.Orientation.Vertical)

    @property
    def enlarged(self) -> bool:
        """Return whether one view fills the window."""
        return bool(self._before_enlarging)

    def enlarge(self, name: str) -> None:
        """Let one panel, or the centre, fill the window; if one does, put all back."""
        if self._put_back():
            return
        self._before_enlarging = bytes(self._window.saveState(VERSION).data())
        for other, dock in self.docks.items():
            dock.setVisible(other == name)
        self._show_centre(on=name == CENTRE)

    def raise_panel(self, name: str) -> None:
        """Bring a panel before those that share its place."""
        self.docks[name].raise_()

    def state(self) -> bytes:
        """Return where everything is, for :meth:`restore`."""
        return self._before_enlarging or bytes(self._window.saveState(VERSION).data())

    def restore(self, state: bytes) -> bool:
        """Put everything where ``state`` says; return whether that was possible."""
        return bool(state) and self._window.restoreState(QByteArray(state), VERSION)

    def _put_back(self) -> bool:
        """End an enlargement; return whether there was one."""
        state, self._before_enlarging = self._before_enlarging, b""
        if state:
            self._show_centre(on=True)
            self.restore(state)
        return bool(state)

    def _show_centre(self, *, on: bool) -> None:
        if (centre := self._window.centralWidget()) is not None:
            centre.setVisible(on)

    def _place(self) -> None:
        workspace = WORKSPACES[self.workspace]
        for side, places in workspace.columns.items():
            for place in places:
                first = self.docks[place[0]]
                self._window.addDockWidget(_SIDES[side], first)
                for name in place[1:]:
                    self._window.tabifyDockWidget(first, self.docks[name])
        for name, dock in self.docks.items():
            if name not in workspace.shown:
                area = _SIDES["bottom" if name == "log" else "left"]
                self._window.addDockWidget(area, dock)
            dock.setVisible(name in workspace.shown)
        for places in workspace.columns.values():
            for place in places:
                self.docks[place[0]].raise_()

    def _dock(self, name: str, title: str) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        features = QDockWidget.DockWidgetFeature
        movable = features.DockWidgetMovable | features.DockWidgetFloatable
        dock.setFeatures(movable | features.DockWidgetClosable if name == "log" else movable)
        dock.setWidget(QWidget())
        bar = DockTitle(dock)
        bar.enlarge_wanted.connect(lambda: self.enlarge(name))
        dock.setTitleBarWidget(bar)
        return dock
