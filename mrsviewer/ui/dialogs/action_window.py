"""A window beside the main one whose commands are a table: menu, key, tooltip, toolbar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenuBar, QToolBar, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class WindowAction:
    """One command.

    Attributes
    ----------
    needs
        What must be there, in a word of the window's own; "": nothing.
    short
        Text on the toolbar.
    """

    id: str
    text: str
    keys: str
    tooltip: str
    menu: str
    needs: str = ""
    short: str = ""


class ActionWindow(QMainWindow):
    """A window with commands; decides nothing.

    Parameters
    ----------
    title
        Of window and toolbar.
    actions
        In menu order.
    parent
        The main window.

    Signals
    -------
    triggered
        Id of the command chosen.
    """

    triggered = Signal(str)

    def __init__(
        self, title: str, actions: Sequence[WindowAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(title)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._rows = actions
        self._actions = {row.id: self._make(row) for row in actions}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def add_bars(self, menus: Sequence[str], toolbar: Sequence[str]) -> None:
        """Add the menus and a toolbar with the commands named."""
        bar, tools = QMenuBar(), QToolBar(self.windowTitle())
        for title in menus:
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            menu.addActions([self._actions[row.id] for row in self._rows if row.menu == title])
        tools.setMovable(False)
        tools.addActions([self._actions[name] for name in toolbar])
        self.setMenuBar(bar)
        self.addToolBar(tools)

    def _make(self, row: WindowAction) -> QAction:
        action = QAction(row.text, self)
        action.setObjectName(row.id)
        action.setIconText(row.short or row.text.replace("&", "").removesuffix("…"))
        action.setShortcut(QKeySequence(row.keys))
        keys = QKeySequence(row.keys).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{row.tooltip} ({keys})")
        action.triggered.connect(partial(self._trigger, row.id))
        self.addAction(action)
        return action

    def _trigger(self, name: str, _checked: bool = False) -> None:
        self.triggered.emit(name)
