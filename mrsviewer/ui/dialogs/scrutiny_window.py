"""The view of what several engines, and refits, say of the open exam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTabWidget, QWidget
from typing_extensions import override

from mrsviewer.ui.dialogs.action_window import ActionWindow
from mrsviewer.ui.dialogs.scrutiny_actions import ACTIONS, MENUS, TOOLBAR
from mrsviewer.ui.dialogs.scrutiny_pages import BootstrapPage, EnginesPage
from mrsviewer.ui.status_strip import StatusStrip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QCloseEvent

TITLE = "Engines and uncertainty"
FIRST = (1240, 800)
LEAST = (980, 600)
PAGES = ("engines", "bootstrap")


class ScrutinyWindow(ActionWindow):
    """Shows what it is given, beside the main window; decides nothing.

    ``triggered`` also tells of "page", where another came to the front, and "closed".
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, ACTIONS, parent)
        self.setObjectName("scrutinyWindow")
        self.engines, self.bootstrap = EnginesPage(), BootstrapPage()
        self.tabs, self.strip = QTabWidget(), StatusStrip()
        self._build()
        self.setMinimumSize(*LEAST)
        self.resize(*FIRST)

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

    def _build(self) -> None:
        self.add_bars(MENUS, TOOLBAR)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setAccessibleName("Pages")
        self.tabs.addTab(self.engines, "Engines side by side")
        self.tabs.addTab(self.bootstrap, "Bootstrap of the fit")
        self.tabs.currentChanged.connect(lambda _place: self.triggered.emit("page"))
        self.setCentralWidget(self.tabs)
        self.setStatusBar(self.strip)
        self.strip.cancel_clicked.connect(self._actions["cancel"].trigger)
