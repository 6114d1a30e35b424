"""The view of what several engines, and refits, say of the open exam."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenuBar, QTabWidget, QToolBar, QWidget
from typing_extensions import override

from mrsviewer.ui.dialogs.scrutiny_actions import ACTIONS, MENUS, TOOLBAR, ScrutinyAction
from mrsviewer.ui.dialogs.scrutiny_pages import BootstrapPage, EnginesPage
from mrsviewer.ui.status_strip import StatusStrip

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLE = "Engines and uncertainty"
FIRST = (1240, 800)
LEAST = (980, 600)
PAGES = ("engines", "bootstrap")


class ScrutinyWindow(QMainWindow):
    """Shows what it is given, beside the main window; decides nothing.

    Signals
    -------
    triggered
        Id of the command chosen; "closed" when the window was closed.
    """

    triggered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(TITLE)
        self.setObjectName("scrutinyWindow")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.engines, self.bootstrap = EnginesPage(), BootstrapPage()
        self.tabs, self.strip = QTabWidget(), StatusStrip()
        self._actions = {row.id: self._make(row) for row in ACTIONS}
        self._build()
        self.setMinimumSize(*LEAST)
        self.resize(*FIRST)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    @property
    def page(self) -> str:
        """Return which page is in front, one of :data:`PAGES`."""
        return PAGES[self.tabs.currentIndex()]

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        self.tabs.setCurrentIndex(PAGES.index(name))

    def enable(self, met: Mapping[str, bool]) -> None:
        """Let those commands be chosen whose needs are met."""
        for row in ACTIONS:
            self._actions[row.id].setEnabled(met[row.needs])

    def set_case(self, name: str) -> None:
        """Name the case in the title."""
        self.setWindowTitle(f"{TITLE}: {name}" if name else TITLE)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.triggered.emit("closed")

    def _make(self, row: ScrutinyAction) -> QAction:
        action = QAction(row.text, self)
        action.setObjectName(row.id)
        action.setIconText(row.text.replace("&", "").removesuffix("…"))
        action.setShortcut(QKeySequence(row.keys))
        keys = QKeySequence(row.keys).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{row.tooltip} ({keys})")
        action.triggered.connect(partial(self._trigger, row.id))
        self.addAction(action)
        return action

    def _trigger(self, name: str, _checked: bool = False) -> None:
        self.triggered.emit(name)

    def _build(self) -> None:
        bar, tools = QMenuBar(), QToolBar("Engines and uncertainty")
        for title in MENUS:
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            menu.addActions([self._actions[row.id] for row in ACTIONS if row.menu == title])
        tools.setMovable(False)
        tools.addActions([self._actions[name] for name in TOOLBAR])
        self.setMenuBar(bar)
        self.addToolBar(tools)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setAccessibleName("Pages")
        self.tabs.addTab(self.engines, "Engines side by side")
        self.tabs.addTab(self.bootstrap, "Bootstrap of the fit")
        self.tabs.currentChanged.connect(lambda _place: self.triggered.emit("page"))
        self.setCentralWidget(self.tabs)
        self.setStatusBar(self.strip)
        self.strip.cancel_clicked.connect(self._actions["cancel"].trigger)
